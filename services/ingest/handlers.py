"""What ingest does with the events it hears."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.read import Reading, read_catalogue
from shared.columns import pack
from shared.contracts.base import Event
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.ingest import StarList, UploadParsed, UploadRejected

__all__ = ["on_upload_submitted", "parsed"]


async def on_upload_submitted(
    event: UploadSubmitted, *, fetch: Callable[[str], Awaitable[bytes]]
) -> Sequence[Event]:
    """Read the uploaded file's stars, or say what is wrong with it."""
    content = await fetch(event.blob)
    try:
        reading = await asyncio.to_thread(read_catalogue, content)
    except UnreadableFileError as fault:
        return [
            UploadRejected(frame=event.frame, message=str(fault), hint=fault.hint),
        ]
    return [parsed(event, reading)]


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
        ),
        rows_dropped=reading.rows_dropped,
        warnings=reading.warnings,
    )
