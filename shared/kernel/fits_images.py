"""The images of a FITS file, told by its headers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from shared.kernel.fits_layout import Cards, Part, whole
from shared.kernel.sentence import RefusedError

__all__ = [
    "MOST_PIXELS",
    "FitsImage",
    "bayer_pattern",
    "chosen_image",
    "images_of",
]

MOST_PIXELS = 50_000_000
"""Pixels of an image: at 20 bytes each they are 1 GB."""

_TABLES = {"BINTABLE", "A3DTABLE", "TABLE"}
_PLANE = 2
_COLOURS = 3
_MOST_AXES = 999
_NARROWEST = 32
_PATTERN = re.compile("[RGB]{4}")


@dataclass(frozen=True)
class FitsImage:
    """An image in a FITS file.

    Attributes
    ----------
    part
        Number of the part of the file, from 0.
    cards
        Keywords of its header, and of the primary one where it has none of its own.
    axes
        Their lengths, the fastest first: width, height, planes [px].
    is_largest
        Of the images of its file, and the first of such.
    """

    part: int
    cards: Cards
    axes: tuple[int, ...]
    is_largest: bool = True

    @property
    def width(self) -> int:
        """[px]."""
        return self.axes[0]

    @property
    def height(self) -> int:
        """[px]."""
        return self.axes[1]

    @property
    def pixels(self) -> int:
        """Of one plane."""
        return self.width * self.height

    @property
    def planes(self) -> int:
        """How many planes it has: 1, or 3 of a colour image, else a cube."""
        count = 1
        for length in self.axes[_PLANE:]:
            count *= length
        return count

    @property
    def has_colours(self) -> bool:
        """Whether it is a colour image: three planes, red, green and blue."""
        return self.planes == _COLOURS

    @property
    def is_mosaic_of_colours(self) -> bool:
        """Whether each pixel has a colour of its own, as a colour camera's chip."""
        return self.planes == 1 and bool(bayer_pattern(self.cards))


def bayer_pattern(cards: Cards) -> str:
    """Return the colours of a square of four pixels, as RGGB; empty of one colour."""
    told = cards.get("BAYERPAT", cards.get("COLORTYP", "")).strip().upper()
    return told if _PATTERN.fullmatch(told) and len(set(told)) > 1 else ""


def images_of(parts: Iterable[Part]) -> list[FitsImage]:
    """Return the images of a file; none where it has a table: then it is a list.

    An image that ``fpack`` packed is one, though it is kept in a table.

    Raises
    ------
    DamagedFitsError
        A length is none.
    """
    found = []
    primary: Cards = {}
    for part in parts:
        primary = primary or part.cards
        prefix = "Z" if part.cards.get("ZIMAGE", "").strip() == "T" else ""
        if part.kind in _TABLES and not prefix:
            return []
        if part.kind != "IMAGE" and not prefix:
            continue
        count = min(whole(part.cards, f"{prefix}NAXIS"), _MOST_AXES)
        axes = tuple(
            whole(part.cards, f"{prefix}NAXIS{axis + 1}") for axis in range(count)
        )
        if len(axes) >= _PLANE and all(axes):
            found.append(FitsImage(part.number, {**primary, **part.cards}, axes))
    return found


def chosen_image(images: Sequence[FitsImage], extension: str = "") -> FitsImage:
    """Return the image that is asked for, by number or name, else the largest.

    Raises
    ------
    RefusedError
        There is none such, or it is too large, too small or a cube.
    """
    named = [one for one in images if _is_called(one, extension)]
    if not named:
        have = ", ".join(str(one.part) for one in images)
        raise RefusedError(f"The file has no image {extension[:20]}.", f"It has {have}")
    largest = max(images, key=lambda one: one.pixels)
    image = max(named, key=lambda one: one.pixels)
    image = replace(image, is_largest=image.part == largest.part)
    size = f"The image has {image.width} × {image.height} pixels"
    if image.planes not in {1, _COLOURS}:
        sentence = f"The image is a cube of {image.planes} planes: send one plane."
        raise RefusedError(sentence, "Three planes are taken for red, green and blue")
    if image.pixels > MOST_PIXELS:
        raise RefusedError(f"{size}: 50 million are the most.", "Bin it 2 × 2")
    if min(image.width, image.height) < _NARROWEST:
        raise RefusedError(f"{size}: {_NARROWEST} × {_NARROWEST} are the least.")
    return image


def _is_called(image: FitsImage, extension: str) -> bool:
    name = image.cards.get("EXTNAME", "").strip().upper()
    return not extension or extension.strip().upper() in {str(image.part), name}
