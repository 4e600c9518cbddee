"""The pixels of an image, out of its file: bounded before they are touched."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from services.imager.domain.faults import UnusableImageError
from shared.kernel.arrays import BoolArray
from shared.kernel.fits_images import FitsImage, bayer_pattern
from shared.kernel.fits_layout import Cards

__all__ = ["PixelArray", "Pixels", "read_pixels"]

PixelArray = NDArray[np.float32]

_COLOURS = "RGB"
_GREEN = 1
_UNLIKE = 0.03
_DEEPEST = 20.0
_MANY = 16
_SAMPLE = 300_000
_SIGMA_OF_QUARTILES = 1.349


@dataclass(frozen=True)
class Pixels:
    """An image.

    Attributes
    ----------
    values
        Shape (height, width); 0 where they cannot be used.
    unusable
        Which cannot: no numbers, or far below the sky; shape (height, width).
    cards
        Keywords of the header.
    binning
        How many pixels of the file make one, along a side.
    notes
        What the observer should know.
    """

    values: PixelArray
    unusable: BoolArray
    cards: Cards
    binning: int = 1
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """[px]."""
        return int(self.values.shape[0])

    @property
    def width(self) -> int:
        """[px]."""
        return int(self.values.shape[1])


def read_pixels(path: Path, image: FitsImage, plane: int | None) -> Pixels:
    """Return the pixels of an image in a FITS file.

    Parameters
    ----------
    path
        The file.
    image
        Which image, of a size that was looked at.
    plane
        Of a colour image: 0 red, 1 green, 2 blue; ``None``: green.

    Raises
    ------
    UnusableImageError
        It is damaged, or no pixel can be used.
    """
    values, binning, note = _values(_plane(path, image, plane), image, plane)
    unusable = ~np.isfinite(values)
    for filling in (0.0, float(np.min(values, where=~unusable, initial=np.inf))):
        unusable |= _filled(values, unusable, filling)
    sky, noise = _typical(values[~unusable])
    with np.errstate(invalid="ignore"):
        unusable |= values < sky - _DEEPEST * noise
    values[unusable] = 0
    return Pixels(values, unusable, image.cards, binning, tuple(filter(None, [note])))


def _plane(path: Path, image: FitsImage, plane: int | None) -> PixelArray:
    try:
        with path.open("rb") as bare, fits.open(bare, memmap=False) as file:
            part: Any = file[image.part]
            if image.has_colours:
                chosen: Any = part.section[_place_of(image, plane)]
            else:
                chosen = part.data
            return _as_image(chosen, image)
    except MemoryError:
        raise
    except Exception as fault:  # whatever a damaged file leads to
        raise UnusableImageError(
            "The FITS file is damaged or cut short.", "Upload it again"
        ) from fault


def _place_of(image: FitsImage, plane: int | None) -> tuple[int, ...]:
    """Return where a plane is, by the axes beyond the second, the last one first."""
    wanted = _GREEN if plane is None else plane
    further = image.axes[:1:-1]
    return tuple(wanted if length == len(_COLOURS) else 0 for length in further)


def _as_image(chosen: Any, image: FitsImage) -> PixelArray:
    values = np.ascontiguousarray(chosen, dtype=np.float32)
    return values.reshape(image.height, image.width)


def _values(
    values: PixelArray, image: FitsImage, plane: int | None
) -> tuple[PixelArray, int, str]:
    """Return an image of one colour, how it was binned, and a word about it."""
    if image.has_colours:
        name = _COLOURS[_GREEN if plane is None else plane]
        return values, 1, f"Of the colour image the plane {name} was measured."
    if not image.is_mosaic_of_colours:
        return values, 1, ""
    told = "The image is not debayered: its green pixels were measured."
    return _greens(values, image.cards), 2, told


def _greens(values: PixelArray, cards: Cards) -> PixelArray:
    """Return the mean of the two green pixels of each square of four.

    Where the header's pattern begins is told in ways that programs do not share
    (XBAYROFF, YBAYROFF, ROWORDER): of both diagonals the green one has two levels of
    sky that are alike, and the header decides only where both have.
    """
    height, width = values.shape[0] // 2 * 2, values.shape[1] // 2 * 2
    squares = values[:height, :width]
    diagonals = (
        (squares[::2, ::2], squares[1::2, 1::2]),
        (squares[::2, 1::2], squares[1::2, ::2]),
    )
    apart = [abs(_level(one) / (_level(other) or 1.0) - 1) for one, other in diagonals]
    begins_green = bayer_pattern(cards)[:1] == "G"
    chosen = 0 if begins_green else 1
    if apart[1 - chosen] < apart[chosen] / 3 and apart[chosen] > _UNLIKE:
        chosen = 1 - chosen
    first, second = diagonals[chosen]
    return np.ascontiguousarray((first + second) / 2)


def _level(pixels: PixelArray) -> float:
    return float(np.nanmedian(pixels[::3, ::3]))


def _filled(values: PixelArray, unusable: BoolArray, filling: float) -> BoolArray:
    """Return the pixels that hold a number for nothing, as borders of a mosaic do.

    Those are whole areas of one number: the sky's noise scatters from pixel to pixel.
    """
    same: BoolArray = (values == np.float32(filling)) & ~unusable
    inner = np.zeros_like(same)
    inner[1:-1, 1:-1] = same[1:-1, 1:-1] & same[:-2, 1:-1] & same[2:, 1:-1]
    inner[1:-1, 1:-1] &= same[1:-1, :-2] & same[1:-1, 2:]
    count = np.count_nonzero(inner)
    if count < _MANY or same[~unusable].all():
        return np.zeros_like(same)
    filled: BoolArray = binary_dilation(inner, iterations=2) & same
    return filled


def _typical(usable: PixelArray) -> tuple[float, float]:
    """Return the sky and its noise, from quartiles of a sample.

    Raises
    ------
    UnusableImageError
        No pixel can be used, or all are alike.
    """
    if not len(usable):
        raise UnusableImageError(
            "No pixel of the image is usable.", "All are NaN: look at the file"
        )
    sample = usable[:: max(1, len(usable) // _SAMPLE)]
    low, middle, high = np.quantile(sample, (0.25, 0.5, 0.75))
    if usable.min() == usable.max():
        raise UnusableImageError(
            "All pixels of the image are alike: there are no stars.",
            "Look at the file",
        )
    spread = float(high - low) / _SIGMA_OF_QUARTILES
    return float(middle), spread or float(np.std(sample))
