"""The sky behind the stars, its noise, and which pixels are full."""

from dataclasses import dataclass

import numpy as np
import sep

from services.imager.domain.pixels import PixelArray, Pixels
from shared.kernel.arrays import BoolArray

__all__ = ["Ground", "ground_of", "saturation_of"]

_BOX = 64
_PLATEAU = 4
_BELOW_PLATEAU = 0.95
_BELIEVED = 0.5
_ABOVE_SKY = 50.0


@dataclass(frozen=True)
class Ground:
    """An image without its sky.

    Attributes
    ----------
    light
        Pixels less the sky [ADU], shape (height, width).
    noise
        Of each pixel [ADU], without the stars' own.
    unusable, full
        Which pixels cannot be used, and which are saturated.
    sky, sigma
        The sky's level and noise, all over the image [ADU].
    """

    light: PixelArray
    noise: PixelArray
    unusable: BoolArray
    full: BoolArray
    sky: float
    sigma: float

    def middle(self, side: int) -> "Ground":
        """Return the middle of it, at most so many pixels wide and high."""
        height, width = self.light.shape
        if max(height, width) <= side:
            return self
        rows = slice(max(0, (height - side) // 2), (height + side) // 2)
        columns = slice(max(0, (width - side) // 2), (width + side) // 2)
        return Ground(
            np.ascontiguousarray(self.light[rows, columns]),
            np.ascontiguousarray(self.noise[rows, columns]),
            np.ascontiguousarray(self.unusable[rows, columns]),
            np.ascontiguousarray(self.full[rows, columns]),
            self.sky,
            self.sigma,
        )


def ground_of(pixels: Pixels, saturation: float | None, star: float = 0.0) -> Ground:
    """Return an image without its sky.

    Parameters
    ----------
    pixels
        The image.
    saturation
        Level [ADU] from which pixels are full; ``None``: no pixel is.
    star
        Diameter of its stars [px]: boxes are much larger.
    """
    values, unusable = pixels.values, pixels.unusable
    if saturation is None:
        full = np.zeros(values.shape, dtype=bool)
    else:
        full = values >= saturation
    box = int(np.clip(8 * star, _BOX, max(_BOX, min(values.shape) // 4)))
    sky = sep.Background(values, mask=unusable | full, bw=box, bh=box, fw=3, fh=3)
    noise = sky.rms(dtype=np.float32)
    np.maximum(noise, np.float32(1e-6 * max(sky.globalrms, 1e-6)), out=noise)
    light = values - sky.back(dtype=np.float32)
    light[unusable] = 0
    return Ground(
        light, noise, unusable, full, float(sky.globalback), float(sky.globalrms)
    )


def saturation_of(pixels: Pixels, claimed: float | None) -> tuple[float | None, str]:
    """Return the level [ADU] from which pixels are full, and a word about it.

    Where the highest value is shared by several pixels they are full; what the header
    claims is believed unless pixels go far beyond.

    Parameters
    ----------
    pixels
        The image.
    claimed
        By its header or its observer [ADU].
    """
    top = float(pixels.values.max())
    sample = pixels.values[::7, ::7]
    middle = float(np.median(sample))
    deviation = float(np.median(np.abs(sample - middle))) or 1.0
    shared = int(np.count_nonzero(pixels.values >= top * (1 - 1e-6)))
    own = None
    if shared >= _PLATEAU and top > middle + _ABOVE_SKY * deviation:
        own = middle + _BELOW_PLATEAU * (top - middle)
    if claimed is None or claimed <= middle:
        return own, ""
    if claimed < _BELIEVED * top:
        told = f"Saturation at {claimed:g} is not believed: pixels reach {top:.0f}."
        return own, told
    return (claimed if own is None else min(claimed, own)), ""
