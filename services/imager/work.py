"""Measuring an image in a process of its own: bytes in, bytes out."""

import gzip
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from services.imager.domain.faults import UnusableImageError
from services.imager.domain.measure import Seen, look_at
from services.imager.job import order_of
from services.imager.report import files_of, told_of
from shared.parcel import parcel

__all__ = ["measure"]

_GZIP = b"\x1f\x8b"
_MOST_BYTES = 450_000_000
_PIECE = 1 << 20


def measure(job: bytes) -> bytes:
    """Return what an image shows, or why nothing can be measured on it, as bytes."""
    path, order = order_of(job)
    try:
        seen = look_at(_unpacked(path), order)
    except UnusableImageError as fault:
        seen = Seen(fault=fault)
    told: dict[str, Any] = told_of(seen, order)
    return parcel(told, files_of(seen, order))


def _unpacked(path: Path) -> Path:
    """Return the file within gzip, beside it; never more than an image may have.

    Raises
    ------
    UnusableImageError
        It is damaged, or too large once it is unpacked.
    """
    with path.open("rb") as packed:
        if packed.read(2) != _GZIP:
            return path
    plain = path.with_suffix(".fits")
    try:
        with gzip.open(path) as packed, plain.open("wb") as whole:
            _copied(packed, whole)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error) as fault:
        raise UnusableImageError(
            "The gzip file is damaged or cut short.", "Pack or upload it again"
        ) from fault
    return plain


def _copied(packed: BinaryIO, whole: BinaryIO) -> None:
    size = 0
    while piece := packed.read(_PIECE):
        size += len(piece)
        if size > _MOST_BYTES:
            raise UnusableImageError(
                f"Unpacked, the file has more than {_MOST_BYTES:,} bytes.",
                "Upload the image alone",
            )
        whole.write(piece)
