"""Watches the trial stack's own broker: one that keeps nothing any more is ended.

A broker whose disk was full may go on without keeping a message, for good, though
there is room again. Its keeper starts it anew.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from shared.health import readiness
from shared.messaging.transport import SILENT

__all__ = ["Watch", "broker_processes", "watched_broker"]

_log = structlog.get_logger()
_LOOK_EVERY = 5.0
_PATIENCE = 45.0
_ROOM = 200_000_000
"""[bytes] More than the broker wants to be free before it takes messages again."""


class Watch:
    """Tells from what services say how long the broker has been silent.

    Parameters
    ----------
    patience
        How long [s] it may be silent, while there is room on the disk.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._since: float | None = None

    def is_stuck(self, troubles: Sequence[str], free: int, now: float) -> bool:
        """Tell whether the broker is past help.

        Parameters
        ----------
        troubles
            What the services say.
        free
            Room on its disk [bytes].
        now
            The time [s].
        """
        if free < _ROOM or not any(SILENT in one for one in troubles):
            self._since = None
            return False
        self._since = now if self._since is None else self._since
        if now - self._since < self._patience:
            return False
        self._since = None
        return True


async def watched_broker(services: Sequence[str], data_dir: Path) -> None:
    """Look after the broker that keeps its data in a folder, for ever.

    Parameters
    ----------
    services
        Whose word counts.
    data_dir
        The stack's data folder.
    """
    watch, now = Watch(), asyncio.get_running_loop().time
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        found = [await readiness(name, data_dir) for name in services]
        troubles = [trouble for one in found for trouble in one.troubles]
        if watch.is_stuck(troubles, shutil.disk_usage(data_dir).free, now()):
            for process in broker_processes(data_dir):
                _log.warning("broker.stuck", process=process, troubles=troubles)
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)


def broker_processes(data_dir: Path) -> list[int]:
    """Return the numbers of the Erlang processes that keep their data in a folder."""
    mark, found = str(data_dir / "broker"), []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_text("utf-8", "replace")
            if "beam.smp" in command.partition("\0")[0] and mark in command:
                found.append(int(folder.name))
    return found
