"""Measuring an image in a process of its own: bytes in, bytes out."""

import gzip
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from services.imager.domain.faults import UnusableImageError
from services.imager.domain.measure import Order, Seen, look_at
from services.imager.report import files_of, told_of
from shared.columns import pack, unpack
from shared.parcel import opened, parcel

__all__ = ["job_of", "measure"]

_GZIP = b"\x1f\x8b"
_MOST_BYTES = 450_000_000
_PIECE = 1 << 20


def job_of(path: Path, order: Order) -> bytes:
    """Return an image and what is to be measured on it, as a worker's job."""
    told = {**asdict(order), "path": str(path)}
    ra, dec = told.pop("chart")
    return parcel(told, {"ra": pack(ra), "dec": pack(dec)})


def _order_of(job: bytes) -> tuple[Path, Order]:
    told, parts = opened(job)
    path = Path(told.pop("path"))
    told["target"] = tuple(told["target"])
    told["lacking"] = tuple(told["lacking"])
    chart = unpack(parts["ra"]), unpack(parts["dec"])
    return path, Order(chart=chart, **told)


def measure(job: bytes) -> bytes:
    """Return what an image shows, or why nothing can be measured on it, as bytes."""
    path, order = _order_of(job)
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
