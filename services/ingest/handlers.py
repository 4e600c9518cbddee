"""What ingest does with the events it hears."""

from collections.abc import Awaitable, Callable, Sequence

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.read import Reading
from services.ingest.work import reading_of
from shared.columns import pack
from shared.contracts.base import Event
from shared.contracts.gateway import FieldRequested, UploadSubmitted
from shared.contracts.ingest import (
    Cap,
    FieldLocated,
    StarList,
    UploadParsed,
    UploadRejected,
)
from shared.kernel.arrays import FloatArray
from shared.kernel.sphere import bounding_cap, unit_vectors
from shared.workers import TooLongError, TooMuchMemoryError

__all__ = ["on_field_requested", "on_upload_submitted", "parsed"]

_PLAIN = "Upload the star list alone, as SExtractor's ASCII_HEAD or FITS_LDAC"


async def on_upload_submitted(
    event: UploadSubmitted,
    *,
    fetch: Callable[[str], Awaitable[bytes]],
    read: Callable[[bytes], Awaitable[bytes]],
) -> Sequence[Event]:
    """Read the uploaded file's stars, or say what is wrong with it."""
    content = await fetch(event.blob)
    try:
        return [parsed(event, reading_of(await read(content)))]
    except UnreadableFileError as fault:
        return [_rejected(event, str(fault), fault.hint)]
    except TooLongError:
        return [_rejected(event, "The file takes too long to read.", _PLAIN)]
    except TooMuchMemoryError:
        return [_rejected(event, "The file takes too much memory to read.", _PLAIN)]


async def on_field_requested(
    event: FieldRequested,
    *,
    fetch: Callable[[str], Awaitable[bytes]],
    read: Callable[[bytes], Awaitable[bytes]],
) -> Sequence[Event]:
    """Say where on the sky the stars of a file are."""
    content, number = await fetch(event.blob), event.request_id
    try:
        stars = reading_of(await read(content)).stars
    except UnreadableFileError as fault:
        return [FieldLocated(request_id=number, message=str(fault), hint=fault.hint)]
    except (TooLongError, TooMuchMemoryError):
        told = "The file takes too much time or memory to read."
        return [FieldLocated(request_id=number, message=told, hint=_PLAIN)]
    ra, dec, radius = bounding_cap(unit_vectors(stars.ra, stars.dec))
    return [FieldLocated(request_id=number, cap=Cap(ra=ra, dec=dec, radius=radius))]


def _rejected(event: UploadSubmitted, sentence: str, hint: str) -> UploadRejected:
    return UploadRejected(frame=event.frame, message=sentence, hint=hint)


def _unless_all_alike(column: FloatArray, usual: float | None = None) -> bytes:
    """Return a column, or nothing where it tells nothing."""
    first = column[0] if usual is None else usual
    return b"" if (column == first).all() else pack(column)


def parsed(event: UploadSubmitted, reading: Reading) -> UploadParsed:
    """Return the event that carries the stars of a reading."""
    stars = reading.stars
    return UploadParsed(
        frame=event.frame,
        stars=StarList(
            ra=pack(stars.ra),
            dec=pack(stars.dec),
            mag=pack(stars.mag),
            mag_err=pack(stars.mag_err),
            quality=_unless_all_alike(stars.quality, 0),
            chip=_unless_all_alike(stars.chip),
        ),
        rows_dropped=reading.rows_dropped,
        warnings=event.notes + reading.warnings,
        forced=event.forced,
    )
