"""Reports of calibrations in a real document store."""

from uuid import uuid4

import pytest

from services.gateway.store.reports import ReportStore, soon
from shared.columns import pack
from shared.contracts.catalog import ShownBand, ShownStars, SurveysMatched
from shared.mongo import Database
from tests.support.builders import solved

REPORT = solved()
UPLOAD = REPORT.frame.upload_id
_COLUMN = pack([1.5, float("nan"), 3.25])
MATCHED = SurveysMatched(
    upload_id=UPLOAD,
    surveys=(),
    stars=ShownStars(
        ra=_COLUMN,
        dec=_COLUMN,
        mag=_COLUMN,
        mag_err=_COLUMN,
        bands=(ShownBand(survey="APASS", band="V", mag=_COLUMN),),
    ),
)


@pytest.fixture
def reports(database: Database) -> ReportStore:
    return ReportStore(database)


async def test_they_are_kept_bit_for_bit(reports: ReportStore) -> None:
    for event in (REPORT, REPORT, MATCHED, MATCHED):
        await reports.put(event)
    assert await reports.find(UPLOAD) == REPORT
    assert await reports.stars(UPLOAD) == MATCHED.stars
    assert await reports.find(uuid4()) is None
    assert await reports.stars(uuid4()) is None


async def test_what_is_expected_is_shown_until_it_is_kept_or_given_up(
    reports: ReportStore, database: Database
) -> None:
    with reports.expected(REPORT), reports.expected(MATCHED):
        assert await reports.find(UPLOAD) is REPORT
        assert await reports.stars(UPLOAD) is MATCHED.stars
        assert await ReportStore(database).find(UPLOAD) is None
    assert await reports.find(UPLOAD) is None
    with pytest.raises(ConnectionError), reports.expected(REPORT):
        raise ConnectionError
    assert await reports.find(UPLOAD) is None


async def test_those_of_an_earlier_version_are_read(
    reports: ReportStore, database: Database
) -> None:
    report = {"_id": str(UPLOAD), "report": REPORT.model_dump(mode="json")}
    await database["calibrations"].insert_one(report)
    assert MATCHED.stars is not None
    stars = {"_id": str(UPLOAD), "stars": MATCHED.stars.model_dump(mode="json")}
    await database["matched_stars"].insert_one(stars)
    assert await reports.find(UPLOAD) == REPORT
    assert await reports.stars(UPLOAD) == MATCHED.stars


async def test_what_another_is_about_to_keep_is_looked_for_again(
    reports: ReportStore, database: Database
) -> None:
    looks = []

    async def look() -> object:
        looks.append(await reports.find(UPLOAD))
        if len(looks) == 2:
            await ReportStore(database).put(REPORT)
        return looks[-1]

    assert await soon(look) == REPORT
    assert looks == [None, None, REPORT]
