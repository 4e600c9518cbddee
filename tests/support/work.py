"""Work for child processes, good and harmful."""

import os
import signal
import threading


def turn_round(job: bytes) -> bytes:
    return job[::-1]


def misbehave(job: bytes) -> bytes:
    match job:
        case b"dawdle":
            threading.Event().wait()
        case b"devour":
            return bytes(10**12)
        case b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"fail":
            raise ValueError("a mistake of ours")
        case b"print":
            print("to nobody")  # noqa: T201 - what a library may do
        case _:
            return b"fine"
    return b"fine"
