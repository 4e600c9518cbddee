"""What each calibration found, and the stars it had to work with."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.catalog import ShownStars, SurveysMatched
from shared.messaging.wire import decoded, encoded
from shared.mongo import Database, put_each

__all__ = ["ReportStore", "soon"]

_LOOK_AGAIN = 0.1
_SOON = 3.0
"""[s] A gateway may keep a report so long after another one answered the observer."""

Report = CalibrationSolved | SurveysMatched
Found = TypeVar("Found")


class ReportStore:
    """Events in MongoDB as they were on the wire, by the upload they are about.

    Those that an earlier version kept are JSON. What is expected is shown already; it
    is kept when the observer has the answer.
    """

    def __init__(self, database: Database) -> None:
        self._reports = database["calibrations"]
        self._stars = database["matched_stars"]
        self._expected: dict[tuple[type[Report], UUID], Report] = {}

    @contextmanager
    def expected(self, event: Report) -> Iterator[None]:
        """Show an event already while the block runs, which puts it."""
        key = type(event), _upload(event)
        self._expected[key] = event
        try:
            yield
        finally:
            self._expected.pop(key, None)

    async def put(self, event: Report) -> None:
        """Keep the report of a calibration, or the stars it had to work with."""
        kept = self._reports if isinstance(event, CalibrationSolved) else self._stars
        document = {"_id": str(_upload(event)), "event": encoded(event)}
        await put_each(kept, [document])

    async def find(self, upload: UUID) -> CalibrationSolved | None:
        """Return the report of an upload's calibration."""
        expected = self._expected.get((CalibrationSolved, upload))
        if isinstance(expected, CalibrationSolved):
            return expected
        found = await self._reports.find_one({"_id": str(upload)})
        if found is None:
            return None
        if "report" in found:
            return CalibrationSolved.model_validate(found["report"])
        return decoded(CalibrationSolved, found["event"])

    async def stars(self, upload: UUID) -> ShownStars | None:
        """Return the matched stars of an upload, in every band."""
        expected = self._expected.get((SurveysMatched, upload))
        if isinstance(expected, SurveysMatched):
            return expected.stars
        found = await self._stars.find_one({"_id": str(upload)})
        if found is None:
            return None
        if "stars" in found:
            return ShownStars.model_validate(found["stars"])
        return decoded(SurveysMatched, found["event"]).stars


def _upload(event: Report) -> UUID:
    if isinstance(event, SurveysMatched):
        return event.upload_id
    return event.frame.upload_id


async def soon(look: Callable[[], Awaitable[Found | None]]) -> Found | None:
    """Return what is there, or what another gateway is about to keep."""
    found = await look()
    end = asyncio.get_running_loop().time() + _SOON
    while found is None and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(_LOOK_AGAIN)
        found = await look()
    return found
