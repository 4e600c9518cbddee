"""``make up``: the whole server on this machine, until Ctrl-C.

With ``--ground`` only its broker and store, for ``cpcs-server restore`` and the like.
"""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from urllib.parse import urlsplit

from shared.logging import configure_logging
from stack.running import SERVICES, Stack, StackError, running_stack

__all__ = ["stop_on_signal"]


def stop_on_signal() -> None:
    """Let SIGTERM and Ctrl-C end the running task in good order."""
    task = asyncio.current_task()
    if task is not None:
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, task.cancel)


async def _main() -> None:
    stop_on_signal()
    services = () if sys.argv[1:] == ["--ground"] else SERVICES
    async with running_stack(os.environ, services) as stack:
        print(f"ready {stack.url}", flush=True)  # noqa: T201 - for people and scripts
        print(_where(stack), flush=True)  # noqa: T201 - for people
        if stack.ended is not None:
            await stack.ended
        raise StackError(f"The server ended; {stack.data_dir / 'stack.log'} says why.")


def _where(stack: Stack) -> str:
    """Return where broker and store are; their passwords stay in the folder."""
    names = ("CPCS_AMQP_URL", "CPCS_MONGO_URL")
    found = [urlsplit(stack.environment[name]) for name in names]
    broker, store = (f"{one.hostname}:{one.port}" for one in found)
    kept = stack.data_dir / "environment"
    return f"broker {broker}, store {store}; how to log in there: {kept}"


if __name__ == "__main__":
    configure_logging("stack", "CRITICAL", "console")
    try:
        with suppress(asyncio.CancelledError):
            asyncio.run(_main())
    except StackError as fault:
        sys.exit(str(fault))
