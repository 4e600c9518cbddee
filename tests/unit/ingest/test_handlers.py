from uuid import uuid4

import pytest

from services.ingest.handlers import on_field_requested, on_upload_submitted
from services.ingest.work import read
from shared.columns import unpack
from shared.contracts.gateway import FieldRequested, UploadSubmitted
from shared.contracts.ingest import FieldLocated, UploadParsed, UploadRejected
from shared.workers import TooLongError, TooMuchMemoryError
from tests.support.builders import frame
from tests.support.catalogues import HOSTILE, ROWS, ascii_head


async def read_here(content: bytes) -> bytes:
    return read(content)


EVENT = UploadSubmitted(frame=frame(), blob="ab" * 32, file_name="image.cat")


async def test_a_star_list_becomes_columns() -> None:
    async def fetch(digest: str) -> bytes:
        assert digest == EVENT.blob
        return ascii_head()

    (said,) = await on_upload_submitted(EVENT, fetch=fetch, read=read_here)
    assert isinstance(said, UploadParsed)
    assert said.frame == EVENT.frame
    assert unpack(said.stars.mag).tolist() == [-6.3513, -6.1380, -8.3667]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_is_rejected_by_an_event(name: str) -> None:
    async def fetch(_: str) -> bytes:
        return HOSTILE[name]

    (said,) = await on_upload_submitted(EVENT, fetch=fetch, read=read_here)
    assert isinstance(said, UploadRejected)
    assert said.message


async def test_a_store_that_is_away_is_a_fault_to_retry() -> None:
    async def fetch(_: str) -> bytes:
        raise ConnectionError("away")

    with pytest.raises(ConnectionError):
        await on_upload_submitted(EVENT, fetch=fetch, read=read_here)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (TooLongError("longer than 20 s"), "The file takes too long to read."),
        (TooMuchMemoryError("more"), "The file takes too much memory to read."),
    ],
)
async def test_a_file_that_exceeds_its_limits_is_rejected(
    fault: Exception, told: str
) -> None:
    async def fetch(_: str) -> bytes:
        return ascii_head()

    async def exceed(_: bytes) -> bytes:
        raise fault

    (said,) = await on_upload_submitted(EVENT, fetch=fetch, read=exceed)
    assert isinstance(said, UploadRejected)
    assert said.message == told


async def test_the_place_of_an_image_is_told() -> None:
    async def fetch(_: str) -> bytes:
        return ascii_head(rows=ROWS.replace("-49.7257655", "+49.7257655"))

    event = FieldRequested(request_id=uuid4(), blob="ab" * 32)
    (said,) = await on_field_requested(event, fetch=fetch, read=read_here)
    assert isinstance(said, FieldLocated)
    assert said.cap is not None
    assert said.cap.ra == pytest.approx(135.385, abs=0.01)
    assert said.cap.dec == pytest.approx(49.725, abs=0.01)
    assert said.cap.radius == pytest.approx(0.03, abs=0.01)


async def test_the_place_of_what_is_no_star_list_is_not() -> None:
    async def fetch(_: str) -> bytes:
        return b"To be, or not to be"

    event = FieldRequested(request_id=uuid4(), blob="ab" * 32)
    (said,) = await on_field_requested(event, fetch=fetch, read=read_here)
    assert isinstance(said, FieldLocated)
    assert said.cap is None
    assert said.message == "The file has no SExtractor header."
