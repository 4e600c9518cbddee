"""What each calibration found, and the stars it had to work with."""

from uuid import UUID

from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.catalog import ShownStars
from shared.mongo import Database

__all__ = ["ReportStore"]


class ReportStore:
    """Reports in MongoDB, by the upload they are about."""

    def __init__(self, database: Database) -> None:
        self._reports = database["calibrations"]
        self._stars = database["matched_stars"]

    async def put(self, solved: CalibrationSolved) -> None:
        """Keep the report of a calibration."""
        await self._reports.replace_one(
            {"_id": str(solved.frame.upload_id)},
            {"report": solved.model_dump(mode="json")},
            upsert=True,
        )

    async def find(self, upload: UUID) -> CalibrationSolved | None:
        """Return the report of an upload's calibration."""
        found = await self._reports.find_one({"_id": str(upload)})
        return (
            None if found is None else CalibrationSolved.model_validate(found["report"])
        )

    async def put_stars(self, upload: UUID, stars: ShownStars) -> None:
        """Keep the matched stars of an upload, in every band."""
        await self._stars.replace_one(
            {"_id": str(upload)}, {"stars": stars.model_dump(mode="json")}, upsert=True
        )

    async def stars(self, upload: UUID) -> ShownStars | None:
        """Return the matched stars of an upload, in every band."""
        found = await self._stars.find_one({"_id": str(upload)})
        return None if found is None else ShownStars.model_validate(found["stars"])
