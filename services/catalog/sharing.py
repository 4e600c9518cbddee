"""Keeps the survey tables of all catalog processes alike, whatever folder each has.

A table that an operator loaded on one machine is kept in the store; the others fetch
it from there. While one fetches, it calibrates nothing by the table it had.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
from pymongo.errors import PyMongoError

from services.catalog.store.kept_tables import KeptTable, KeptTables
from services.catalog.store.tables import SurveyTables
from shared.background import in_background
from shared.blobs import BlobMissingError
from shared.messaging.service import Caused, Handler, Publish

__all__ = ["SharedTables", "is_behind"]

_log = structlog.get_logger()
_EVERY = 1.0
_PATIENCE = 300.0
_ROOM, _LEFT = "fetched-", 21_600.0


class TablesBehindError(Exception):
    """A survey's table is being fetched; what waits for it is held until then."""


def is_behind(fault: Exception) -> bool:
    """Tell whether a message must wait for a table."""
    return isinstance(fault, TablesBehindError)


class SharedTables:
    """The tables here, and those in the store.

    Parameters
    ----------
    here
        The tables of this process's folder.
    kept
        Those in the store; ``None`` where every process has the same folder.
    folder
        Where a table is put together, on the disk of the tables.
    """

    def __init__(
        self, here: SurveyTables, kept: KeptTables | None, folder: Path
    ) -> None:
        self._here = here
        self._kept = kept
        self._folder = folder
        self._lacking: dict[str, float] = {}
        self._faults: dict[str, str] = {}

    def alike(self, handler: Handler) -> Handler:
        """Return a handler that waits while a table is fetched.

        A table that cannot be fetched is not waited for longer than some minutes: one
        survey's trouble must not be everybody's.
        """

        async def handle(event: Any) -> Caused:
            now = time.monotonic()
            waits = [one for one, at in self._lacking.items() if now - at < _PATIENCE]
            if waits:
                raise TablesBehindError(", ".join(sorted(waits)))
            return await handler(event)

        return handle

    def warnings(self) -> list[str]:
        """Return which tables are not those that count, and why."""
        return [
            f"the table of {survey} cannot be fetched: {fault}"
            for survey, fault in sorted(self._faults.items())
        ]

    @asynccontextmanager
    async def kept_alike(self, _: Publish) -> AsyncIterator[None]:
        """Look every second while the block runs."""
        await asyncio.to_thread(_clear, self._folder)
        async with in_background(self._look_again_and_again()):
            yield

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.align()
            except PyMongoError as fault:
                _log.warning("tables.not_compared", reason=repr(fault))

    async def align(self) -> None:
        """Keep in the store what was loaded here; fetch what was loaded elsewhere."""
        if self._kept is None:
            return
        known = await self._kept.all()
        for survey in self._here.surveys():
            await self._share_or_drop(survey, known.get(survey), self._kept)
        wanted = {
            survey: one.entry
            for survey, one in (await self._kept.all()).items()
            if one.entry is not None and self._lacks(survey, one.entry)
        }
        now = time.monotonic()
        self._lacking = {one: self._lacking.get(one, now) for one in wanted}
        self._faults = {one: it for one, it in self._faults.items() if one in wanted}
        for survey, entry in wanted.items():
            await self._fetched(survey, entry, self._kept)

    async def _share_or_drop(
        self, survey: str, known: KeptTable | None, kept: KeptTables
    ) -> None:
        """Let a table count that was loaded here; forget one that was dropped since."""
        entry = self._here.current(survey)
        if known is not None and known.entry is None:
            if entry.get("loaded", 0.0) <= known.at:
                self._here.drop(survey)
                return
        elif known is not None and self._here.is_shared(survey):
            return
        path = self._here.path(survey, entry["file"])
        if await kept.keep(survey, entry, path, known):
            self._here.mark_shared(survey, entry["file"])
            _log.info("table.shared", survey=survey, stars=entry["stars"])

    def _lacks(self, survey: str, entry: Mapping[str, Any]) -> bool:
        """Tell whether another table than ours counts.

        One that was loaded this moment is not known to the store yet: it will be.
        """
        if survey not in self._here.surveys():
            return True
        other = bool(self._here.current(survey)["file"] != entry["file"])
        return other and self._here.is_shared(survey)

    async def _fetched(
        self, survey: str, entry: Mapping[str, Any], kept: KeptTables
    ) -> None:
        try:
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=_ROOM) as room:
                table = Path(room, entry["file"])
                await kept.fetch(entry, table)
                await asyncio.to_thread(self._here.adopt, survey, entry, table)
        except (PyMongoError, BlobMissingError, OSError) as fault:
            _log.warning("table.not_fetched", survey=survey, reason=repr(fault))
            self._faults[survey] = type(fault).__name__
            return
        self._lacking.pop(survey, None)
        self._faults.pop(survey, None)
        _log.info("table.fetched", survey=survey, stars=entry["stars"])


def _clear(folder: Path) -> None:
    """Clear away what a fetch that was killed left long ago."""
    for room in folder.glob(f"{_ROOM}*"):
        with suppress(FileNotFoundError):
            if time.time() - room.stat().st_mtime > _LEFT:
                shutil.rmtree(room, ignore_errors=True)
