"""What was seen on images, and how long their pixels are kept."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.gateway.retention import Retention
from services.gateway.store.images import ImageStore
from services.gateway.store.jobs import JobStore
from services.gateway.store.pixels import PixelStore
from shared.blobs import BlobMissingError, BlobStore
from shared.contracts.base import Event
from shared.contracts.gateway import ImageSubmitted
from shared.mongo import Database
from tests.support.builders import HINTS, frame, measured


async def nobody(event: Event, *, id: UUID, correlation_id: UUID | None = None) -> None:
    """As a publisher that nobody hears."""


async def submitted(database: Database, blob: str, days: float) -> UUID:
    """Keep a job of an image that came so many days ago."""
    job = uuid4()
    event = ImageSubmitted(frame=frame(), blob=blob, file_name="a.fits", hints=HINTS)
    await JobStore(database).submit(job, 2, event, nobody)
    when = datetime.now(UTC) - timedelta(days=days)
    change = {"$set": {"submitted": when}}
    await database["jobs"].update_one({"_id": str(job)}, change)
    return job


async def kept(blobs: BlobStore, digest: str) -> bool:
    try:
        await blobs.get(digest)
    except BlobMissingError:
        return False
    return True


async def test_pixels_are_let_go_when_no_younger_upload_needs_them(
    database: Database,
) -> None:
    blobs, pixels = BlobStore(database), PixelStore(database)
    await pixels.prepare()
    old, again, new = [await blobs.put(uuid4().bytes * 200_000) for _ in range(3)]
    for blob, days in ((old, 40.0), (again, 40.0), (again, 2.0), (new, 2.0)):
        await submitted(database, blob, days)
    retention = Retention(pixels, blobs, days=30)
    assert await retention.let_go() == 2
    assert [await kept(blobs, one) for one in (old, again, new)] == [False, True, True]
    assert await retention.let_go() == 0
    soon = Retention(pixels, blobs, days=1)
    assert await soon.let_go() == 2
    assert not await kept(blobs, again)


async def test_what_was_seen_is_found_by_upload_and_by_frame(
    database: Database,
) -> None:
    images = ImageStore(database)
    await images.prepare()
    first, second, third = uuid4(), uuid4(), uuid4()
    frame_id = uuid4()
    for upload in (first, second):
        await images.put(measured(upload_id=upload, frame_id=frame_id))
    assert await images.of_upload(third) is None
    own = await images.of_frame(first, frame_id)
    assert own is not None
    assert own.frame.upload_id == first
    last = await images.of_frame(third, frame_id)
    assert last is not None
    assert last.frame.upload_id == second
    assert await images.of_frame(third, uuid4()) is None
    await images.put(measured(upload_id=first, frame_id=frame_id))
    assert await database["images"].count_documents({}) == 2
