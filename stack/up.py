"""``make up``: the whole server on this machine, until Ctrl-C."""

import asyncio
import os
import signal
import sys
from contextlib import suppress

from stack.running import StackError, running_stack

__all__ = ["stop_on_signal"]


def stop_on_signal() -> None:
    """Let SIGTERM and Ctrl-C end the running task in good order."""
    task = asyncio.current_task()
    if task is not None:
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, task.cancel)


async def _main() -> None:
    stop_on_signal()
    async with running_stack(os.environ) as stack:
        print(f"ready {stack.url}", flush=True)  # noqa: T201 - for people and scripts
        await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        with suppress(asyncio.CancelledError):
            asyncio.run(_main())
    except StackError as fault:
        sys.exit(str(fault))
