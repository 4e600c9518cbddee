"""The pixels of an image, out of its file: bounded before they are touched."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from services.imager.domain.faults import UnusableImageError
from shared.kernel.arrays import BoolArray
from shared.kernel.fits_images import FitsImage
from shared.kernel.fits_layout import Cards

__all__ = ["PixelArray", "Pixels", "read_pixels"]

PixelArray = NDArray[np.float32]

_COLOURS = "RGB"
_GREEN = 1
_DEEPEST = 20.0
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
                chosen: Any = part.section[_GREEN if plane is None else plane]
            else:
                chosen = part.data
            return _as_image(chosen, image)
    except MemoryError:
        raise
    except Exception as fault:  # whatever a damaged file leads to
        raise UnusableImageError(
            "The FITS file is damaged or cut short.", "Upload it again"
        ) from fault


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
    """Return the mean of the two green pixels of each square of four."""
    pattern = cards.get("BAYERPAT", cards.get("COLORTYP", "")).strip().upper()
    height, width = values.shape[0] // 2 * 2, values.shape[1] // 2 * 2
    squares = values[:height, :width]
    if pattern[:1] == "G":
        first, second = squares[::2, ::2], squares[1::2, 1::2]
    else:
        first, second = squares[::2, 1::2], squares[1::2, ::2]
    return np.ascontiguousarray((first + second) / 2)


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
