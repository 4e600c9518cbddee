"""An image among the files that come: known by its header, before a pixel is seen."""

import math
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from services.gateway.domain.fields import Fields, optional_number
from services.gateway.domain.refusal import RefusalError
from shared.kernel.fits_images import FitsImage, chosen_image, images_of
from shared.kernel.fits_layout import (
    FITS_MAGIC,
    DamagedFitsError,
    Part,
    Read,
    parts_of,
    read_in,
)
from shared.kernel.fits_scale import claimed_scale
from shared.kernel.sentence import RefusedError

__all__ = ["Hints", "hints_of", "image_in"]

_BAD = 400
_GZIP = b"\x1f\x8b"
_HEAD = 600_000
_PACKED_HEAD = 400_000
_UNKNOWN_REACH = 0.35
_LEAST_REACH, _MOST_REACH = 0.2, 1.5
_LONGER = 1.25
_LARGEST_SCALE = 60.0
_MOST_GAIN, _MOST_LEVEL = 1e4, 1e9
_WORDS: Mapping[str, int] = {
    **dict.fromkeys(("r", "red", "rc", "i", "ic", "z"), 0),
    **dict.fromkeys(("g", "green", "v"), 1),
    **dict.fromkeys(("b", "blue", "u"), 2),
}
"""Words for filters, and the plane of a colour image that is nearest."""
_PLANES = {"r": 0, "g": 1, "b": 2}
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Hints:
    """What is known of an image: as ``ImageHints`` says it.

    ``extension`` is the number of the part that was chosen; ``is_usual`` tells whether
    it would be without being asked for.
    """

    width: int
    height: int
    extension: str
    is_usual: bool
    plane: int | None
    scale: float | None
    gain: float | None
    saturation: float | None
    radius: float


def image_in(read: Read, size: int, extension: str) -> FitsImage | None:
    """Return the image to measure in a file; nothing where it is no image at all.

    Parameters
    ----------
    read
        Reads the file.
    size
        Its length [bytes].
    extension
        Which image of several: number or name; empty: the largest.

    Raises
    ------
    RefusalError
        It is an image that cannot be measured: too large, cut short, a cube.
    """
    plain = read(0, len(FITS_MAGIC)) == FITS_MAGIC
    try:
        parts = list(parts_of(read if plain else _packed(read, size)))
        images = images_of(parts)
        if not images:
            return None
        image = _chosen(images, extension, plain=plain)
        if plain:
            _refuse_cut_short(parts, image, size)
    except DamagedFitsError:
        return None  # whoever reads lists tells what is wrong with it
    except RefusedError as fault:
        raise RefusalError(_BAD, str(fault), fault.hint) from fault
    return image


def _chosen(images: list[FitsImage], extension: str, *, plain: bool) -> FitsImage:
    try:
        return chosen_image(images, extension)
    except RefusedError as fault:
        if plain or not extension:
            raise
        hint = "Of a gzip only the first is seen: unpack it"
        raise RefusedError(str(fault), hint) from fault


def _packed(read: Read, size: int) -> Read:
    """Return what reads the beginning of the file within gzip.

    Raises
    ------
    DamagedFitsError
        It is no FITS file.
    """
    if read(0, len(_GZIP)) != _GZIP:
        raise DamagedFitsError("No FITS file.")
    try:
        inside = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(
            read(0, min(size, _PACKED_HEAD)), _HEAD
        )
    except zlib.error as fault:
        raise DamagedFitsError("The gzip file is damaged.") from fault
    if not inside.startswith(FITS_MAGIC):
        raise DamagedFitsError("No FITS file.")
    return read_in(inside)


def _refuse_cut_short(parts: list[Part], image: FitsImage, size: int) -> None:
    part = parts[image.part]
    if part.start + part.size > size:
        raise RefusedError("The FITS file is damaged or cut short.", "Upload it again")


def hints_of(image: FitsImage, fields: Fields) -> Hints:
    """Return what header and form tell of an image; the form goes before.

    Raises
    ------
    RefusalError
        A field means nothing.
    """
    scale = optional_number(fields, "scale", _LARGEST_SCALE)
    seen = scale or claimed_scale(image.cards)
    reach = _UNKNOWN_REACH
    if seen is not None:
        reach = _LONGER * math.hypot(image.width, image.height) * seen / 3600
    return Hints(
        width=image.width,
        height=image.height,
        extension=str(image.part),
        is_usual=image.is_largest,
        plane=_plane(image, fields),
        scale=scale,
        gain=optional_number(fields, "gain", _MOST_GAIN),
        saturation=optional_number(fields, "saturation", _MOST_LEVEL),
        radius=min(max(reach, _LEAST_REACH), _MOST_REACH),
    )


def _plane(image: FitsImage, fields: Fields) -> int | None:
    """Return the plane of a colour image.

    As asked for, else by the band that is asked for, else by the filter, where one of
    its words is known, else green.
    """
    if not image.has_colours:
        return None
    asked = fields.get("plane", "").strip().lower()
    if asked and asked[:1] not in _PLANES:
        raise RefusalError(_BAD, "plane must be R, G or B.")
    if asked:
        return _PLANES[asked[:1]]
    band = fields.get("forceFilter", "").rpartition("/")[2]
    words = _WORD.findall(f"{band} {fields.get('usedFilter', '')}".lower())
    return next((_WORDS[word] for word in words if word in _WORDS), 1)
