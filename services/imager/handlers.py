"""What imager does with the events it hears."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from prometheus_client import Counter

from services.imager.domain.order import Order
from services.imager.job import job_of
from shared.blobs import BlobMissingError
from shared.columns import unpack
from shared.contracts.base import Event
from shared.contracts.catalog import PlaceCharted
from shared.contracts.imager import (
    ImageFiles,
    ImageMeasured,
    ImageQuality,
    ImageRejected,
    PlateSolution,
    SeenStars,
)
from shared.contracts.ingest import StarList
from shared.contracts.values import ForcedMagnitude
from shared.parcel import opened
from shared.workers import TooLongError, TooMuchMemoryError, WorkerDiedError

__all__ = ["on_place_charted"]

Fetch = Callable[[str], AbstractAsyncContextManager[Path]]
Measure = Callable[[bytes], Awaitable[bytes]]
Keep = Callable[[bytes], Awaitable[str]]

_OUTCOMES = Counter(
    "cpcs_images",
    "images by observer and by the stage at which they ended: measured, or file, "
    "stars, plate, target",
    ["observer", "outcome"],
)
_SMALLER = "Bin it, or upload a part of it"


async def on_place_charted(
    event: PlaceCharted, *, fetch: Fetch, measure: Measure, keep: Keep, patience: float
) -> Sequence[Event]:
    """Measure the image's stars and its target, or say why that is impossible."""
    said = await _outcome(event, fetch, measure, keep, patience)
    outcome = said.stage if isinstance(said, ImageRejected) else "measured"
    _OUTCOMES.labels(str(event.frame.observer.id), outcome).inc()
    return [said]


async def _outcome(
    event: PlaceCharted,
    fetch: Fetch,
    measure: Measure,
    keep: Keep,
    patience: float,
) -> ImageMeasured | ImageRejected:
    try:
        async with fetch(event.blob) as path:
            answer = await _measured(measure, job_of(path, _order(event)))
    except BlobMissingError:
        return _refused(event, "The pixels of this image are no longer kept.")
    except TooLongError:
        sentence = f"The image takes longer than {patience:g} s to measure."
        return _refused(event, sentence, _SMALLER)
    except TooMuchMemoryError:
        sentence = "The image takes too much memory to measure."
        return _refused(event, sentence, _SMALLER)
    except WorkerDiedError:
        sentence = "The image could not be measured: the program died of it, twice."
        return _refused(event, sentence, "Tell the operator, and send the star list")
    told, parts = opened(answer)
    files = ImageFiles(
        **{
            name: await keep(parts[name])
            for name in ImageFiles.model_fields
            if name in parts
        }
    )
    return _said(event, told, parts, files)


async def _measured(measure: Measure, job: bytes) -> bytes:
    """Return the answer to a job; one that killed its worker is tried once more."""
    try:
        return await measure(job)
    except WorkerDiedError:
        return await measure(job)


def _order(event: PlaceCharted) -> Order:
    hints = event.hints
    return Order(
        name=event.frame.target.ivorn.removeprefix("ivo://")[:40],
        target=(event.target.ra, event.target.dec),
        chart=(unpack(event.star_ra), unpack(event.star_dec)),
        survey=event.survey,
        lacking=event.lacking,
        extension=hints.extension,
        plane=hints.plane,
        scale=hints.scale,
        gain=hints.gain,
        saturation=hints.saturation,
    )


def _refused(event: PlaceCharted, message: str, hint: str = "") -> ImageRejected:
    return ImageRejected(
        frame=event.frame,
        message=message,
        hint=hint,
        stage="file",
        warnings=event.notes,
    )


def _said(
    event: PlaceCharted,
    told: dict[str, Any],
    parts: dict[str, bytes],
    files: ImageFiles,
) -> ImageMeasured | ImageRejected:
    """Return the event that tells what a worker answered."""
    quality = told["quality"] and ImageQuality.model_validate(told["quality"])
    plate = told["plate"] and PlateSolution.model_validate(told["plate"])
    notes = (*event.notes, *told["notes"])
    fault = told["fault"]
    if fault is not None:
        return ImageRejected(
            frame=event.frame,
            message=fault["message"],
            hint=fault["hint"],
            stage=told["stage"],
            quality=quality,
            plate=plate,
            files=files,
            seen=_seen(parts),
            left=_left(parts),
            warnings=notes,
        )
    columns = ("ra", "dec", "mag", "mag_err", "quality", "x", "y")
    return ImageMeasured(
        frame=event.frame,
        stars=StarList(**{name: parts[name] for name in columns}),
        forced=ForcedMagnitude.model_validate(told["forced"]),
        plate=plate,
        quality=quality,
        files=files,
        charted=SeenStars(x=parts["charted_x"], y=parts["charted_y"]),
        left=_left(parts),
        warnings=notes,
    )


def _seen(parts: dict[str, bytes]) -> SeenStars | None:
    if "seen_x" not in parts:
        return None
    return SeenStars(
        x=parts["seen_x"], y=parts["seen_y"], quality=parts["seen_quality"]
    )


def _left(parts: dict[str, bytes]) -> SeenStars | None:
    if "left_x" not in parts:
        return None
    return SeenStars(x=parts["left_x"], y=parts["left_y"], why=parts["left_why"])
