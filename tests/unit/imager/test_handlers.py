"""A charted place becomes a measured image, or the reason why not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from services.imager.handlers import on_place_charted
from services.imager.work import measure
from shared.blobs import BlobMissingError
from shared.columns import pack, unpack
from shared.contracts.base import Event
from shared.contracts.catalog import Place, PlaceCharted
from shared.contracts.imager import ImageMeasured, ImageRejected
from shared.contracts.values import ImageHints, Target
from shared.workers import TooLongError, TooMuchMemoryError, WorkerDiedError
from tests.support import images
from tests.support.builders import frame
from tests.support.server import DEC, RA, SKY

BRIGHT = np.argsort(SKY.magnitude("r"))
EVENT = PlaceCharted(
    frame=frame(target=Target(alert_id=3, ivorn="ivo://TT Tri", ra=RA, dec=DEC)),
    blob="ab" * 32,
    hints=ImageHints(width=900, height=800, radius=0.3),
    target=Place(ra=RA, dec=DEC),
    survey="APASS",
    star_ra=pack(SKY.ra[BRIGHT]),
    star_dec=pack(SKY.dec[BRIGHT]),
    notes=("JD of the header is taken for mid-exposure.",),
)


class Worker:
    """A worker of which some tries end in a fault."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.tries = 0

    async def __call__(self, job: bytes) -> bytes:
        self.tries += 1
        if self.faults:
            raise self.faults.pop(0)
        return measure(job)


async def said(
    tmp_path: Path, worker: Worker, content: bytes = b"", *, kept: bool = True
) -> Event:
    @asynccontextmanager
    async def fetch(digest: str) -> AsyncIterator[Path]:
        if not kept:
            raise BlobMissingError(digest)
        path = tmp_path / "image.fits"
        path.write_bytes(content)
        yield path

    async def keep(content: bytes) -> str:
        assert content
        return f"{len(content):064x}"

    (event,) = await on_place_charted(
        EVENT, fetch=fetch, measure=worker, keep=keep, patience=60.0
    )
    return event


async def test_an_image_becomes_stars_and_the_targets_light(tmp_path: Path) -> None:
    event = await said(tmp_path, Worker(), images.frame(1, 15.0))
    assert isinstance(event, ImageMeasured)
    columns = [unpack(one) for one in (event.stars.ra, event.stars.x, event.stars.mag)]
    assert {len(one) for one in columns} == {event.quality.stars}
    assert event.forced.snr > 50
    assert event.forced.mag is not None
    assert event.warnings == EVENT.notes
    assert all(event.files.model_dump().values())
    assert len(unpack(event.charted.x)) > 30


async def test_what_is_seen_of_an_image_that_fails_is_told(tmp_path: Path) -> None:
    event = await said(tmp_path, Worker(), images.frame(2, off=(0.15, 0.0)))
    assert isinstance(event, ImageRejected)
    assert (event.stage, event.hint) == ("target", "Is this the right target?")
    assert event.plate is not None
    assert event.seen is not None
    assert len(unpack(event.seen.x)) > 10
    assert event.files.preview
    assert event.files.star_list


async def test_a_crash_is_tried_once_more(tmp_path: Path) -> None:
    worker = Worker(WorkerDiedError("code -11"))
    event = await said(tmp_path, worker, images.frame(3, 15.0))
    assert isinstance(event, ImageMeasured)
    assert worker.tries == 2


@pytest.mark.parametrize(
    ("worker", "told"),
    [
        (Worker(WorkerDiedError("a"), WorkerDiedError("b")), "died of it, twice"),
        (Worker(TooLongError("long")), "longer than 60 s to measure"),
        (Worker(TooMuchMemoryError("much")), "too much memory"),
    ],
)
async def test_what_harms_a_worker_ends_in_a_sentence(
    worker: Worker, told: str, tmp_path: Path
) -> None:
    event = await said(tmp_path, worker, b"SIMPLE")
    assert isinstance(event, ImageRejected)
    assert told in event.message
    assert event.hint


async def test_pixels_that_are_gone_are_told_of(tmp_path: Path) -> None:
    event = await said(tmp_path, Worker(), kept=False)
    assert isinstance(event, ImageRejected)
    assert "no longer kept" in event.message
