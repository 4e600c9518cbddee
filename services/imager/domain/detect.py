"""The stars of an image, told from hot pixels, cosmic rays and trails."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import sep
from numpy.typing import NDArray

from services.imager.domain.faults import UnusableImageError
from services.imager.domain.pixels import PixelArray
from services.imager.domain.sky import Ground
from shared.kernel.arrays import BoolArray, FloatArray

__all__ = ["FWHM_OF_SIGMA", "HFD_OF_FWHM", "Sources", "detected", "half_flux_diameter"]

_FIRST_THRESHOLD = 8.0
_THRESHOLD = 4.0
_USUAL_FWHM = 2.5
_GLANCED = 2048
"""[px] The middle of a large image tells the size of its stars."""
_USUAL_HFD = 4.0
HFD_OF_FWHM = 1.15
"""Between 1.0 of a Gaussian and 1.26 of a Moffat profile with β = 3."""
FWHM_OF_SIGMA = 2.3548
"""Of a Gaussian."""
_UNDERSAMPLED = 2.2
_FEWEST_OF_A_MODE = 3
_MOST_OF_A_MODE = 400
_LONGEST = 1.6
_SUB_OBJECTS = 8192
_TRAIL = 2.5
_ONE_WAY = 0.7
"""Cosmic rays are long too, but each its own way."""
_FEWEST_TRAILS = 5
_WIDEST = 0.5


@dataclass(frozen=True)
class Sources:
    """What stands out of the sky, arrays of shape (n,).

    Attributes
    ----------
    x, y
        Where [px].
    flux
        Of its pixels above the threshold [ADU].
    flag
        What sep says against it.
    elongation
        Longer over shorter axis.
    is_star
        Whether its light is spread as a star's: hot pixels' and cosmic rays' is not.
    is_full
        Whether a saturated pixel touches it.
    hfd
        Diameter of the circle with half a star's light [px].
    segments
        Number of the source each pixel is part of, from 1; shape (height, width).
    """

    x: FloatArray
    y: FloatArray
    flux: FloatArray
    flag: NDArray[np.intp]
    elongation: FloatArray
    is_star: BoolArray
    is_full: BoolArray
    hfd: float
    segments: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.x)


def detected(ground: Ground) -> Sources:
    """Return the sources of an image.

    It is searched twice: for the size of its stars, then by a kernel of that size.

    Raises
    ------
    UnusableImageError
        There are too many sources, or the stars are trails.
    """
    hfd = _first_glance(ground.middle(_GLANCED))
    fwhm = (hfd if np.isfinite(hfd) else _USUAL_HFD) / HFD_OF_FWHM
    work = ground.light / ground.noise
    found, segments = _extracted(work, ground, _THRESHOLD, fwhm)
    del work
    if not np.isfinite(hfd):
        hfd = half_flux_diameter(ground, found)
    hfd = hfd if np.isfinite(hfd) else _USUAL_HFD
    share = _peak_share(ground.light, found)
    is_star = (share > 0) & (share < _largest_share(fwhm))
    _refuse_trails(found, is_star)
    x, y = _centred(ground, found, fwhm)
    return Sources(
        x=x,
        y=y,
        flux=np.asarray(found["flux"], dtype=np.float64),
        flag=np.asarray(found["flag"], dtype=np.intp),
        elongation=found["a"] / np.maximum(found["b"], 1e-3),
        is_star=is_star,
        is_full=_touched(ground.full, x, y, 0.6 * hfd),
        hfd=hfd,
        segments=segments,
    )


def _first_glance(ground: Ground) -> float:
    """Return the half-flux diameter [px] of the bright stars, NaN of too few."""
    work = ground.light / ground.noise
    found, _ = _extracted(work, ground, _FIRST_THRESHOLD, _USUAL_FWHM)
    return half_flux_diameter(ground, found)


def _extracted(
    work: PixelArray, ground: Ground, threshold: float, fwhm: float
) -> tuple[Any, NDArray[np.int32]]:
    """Return the sources of an image in units of its noise, and their pixels.

    Where their number bursts sep's bounds they are looked for once more unparted.
    """
    kernel = _kernel(fwhm)
    level = threshold * float(np.sqrt(np.sum(kernel.astype(float) ** 2)))
    sep.set_extract_pixstack(max(1_000_000, work.size // 8))
    sep.set_sub_object_limit(_SUB_OBJECTS)
    for contrast in (0.005, 1.0):
        try:
            found, segments = sep.extract(
                work,
                level,
                mask=ground.unusable,
                minarea=3 if fwhm < _UNDERSAMPLED else 5,
                filter_kernel=kernel,
                filter_type="conv",
                deblend_cont=contrast,
                segmentation_map=True,
            )
            return found, np.asarray(segments, dtype=np.int32)
        except MemoryError:
            raise
        except Exception as fault:  # noqa: BLE001 - sep raises plain exceptions
            why = fault
    raise UnusableImageError(
        "The image has too many sources to be told apart.", "Is it reduced?"
    ) from why


def _kernel(fwhm: float) -> PixelArray:
    half = int(np.clip(np.ceil(fwhm * 0.7), 1, 6))
    away = np.arange(-half, half + 1) ** 2
    sigma = fwhm / FWHM_OF_SIGMA
    kernel = np.exp(-(away[:, None] + away[None, :]) / 2 / sigma**2)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _peak_share(light: PixelArray, found: Any) -> FloatArray:
    """Return which share of the light of 5 × 5 pixels is in the highest, shape (n,)."""
    height, width = light.shape
    x = np.clip(found["xpeak"], 2, width - 3)
    y = np.clip(found["ypeak"], 2, height - 3)
    near = np.arange(-2, 3)
    boxes = light[
        y[:, None, None] + near[None, :, None], x[:, None, None] + near[None, None, :]
    ]
    share: FloatArray = light[y, x] / np.maximum(boxes.sum((1, 2)), 1e-9)
    return share


def _largest_share(fwhm: float) -> float:
    """Return the largest share that a star's highest pixel may have.

    A Gaussian has 0.88 / FWHM² in its central pixel; a star three times that is none.
    """
    return float(np.clip(3.04 / max(fwhm, 1.2) ** 2, 0.2, 0.6))


def half_flux_diameter(ground: Ground, found: Any) -> float:
    """Return the half-flux diameter [px] that most good stars have, NaN of too few."""
    share = _peak_share(ground.light, found)
    good = (found["flag"] == 0) & (share > 0) & (share < _WIDEST)
    good &= found["a"] < _LONGEST * np.maximum(found["b"], 1e-3)
    full = _touched(ground.full, found["x"], found["y"], 2.0)
    good &= ~full & (found["npix"] > 6)  # noqa: PLR2004 - fewer have no shape
    stars = found[good]
    stars = stars[np.argsort(-stars["flux"])][:_MOST_OF_A_MODE]
    if len(stars) < _FEWEST_OF_A_MODE:
        return float("nan")
    radius, flag = sep.flux_radius(
        ground.light,
        stars["x"],
        stars["y"],
        np.maximum(5 * stars["a"], 5),
        0.5,
        subpix=5,
        mask=ground.unusable,
    )
    return _mode(2 * radius[(flag == 0) & np.isfinite(radius) & (radius > 0.4)])  # noqa: PLR2004 - below a pixel


def _mode(values: FloatArray) -> float:
    """Return the median of the half of values that lie closest together."""
    if len(values) < _FEWEST_OF_A_MODE:
        return float("nan")
    ordered, half = np.sort(values), max(2, len(values) // 2)
    widths = ordered[half:] - ordered[:-half]
    first = int(np.argmin(widths)) if len(widths) else 0
    return float(np.median(ordered[first : first + half + 1]))


def _touched(
    pixels: BoolArray, x: FloatArray, y: FloatArray, radius: float
) -> BoolArray:
    """Return around which places there is a marked pixel, shape (n,)."""
    if not pixels.any():
        return np.zeros(len(x), dtype=bool)
    _, _, flag = sep.sum_circle(
        pixels.view(np.uint8).astype(np.float32), x, y, radius, mask=pixels, subpix=1
    )
    touched: BoolArray = (flag & sep.APER_HASMASKED) > 0
    return touched


def _refuse_trails(found: Any, is_star: BoolArray) -> None:
    stars = found[is_star]
    bright = stars[np.argsort(-stars["flux"])][:100]
    if len(bright) < _FEWEST_TRAILS:
        return
    elongation = float(np.median(bright["a"] / np.maximum(bright["b"], 1e-3)))
    one_way = abs(np.mean(np.exp(2j * bright["theta"])))
    if elongation > _TRAIL and one_way > _ONE_WAY:
        raise UnusableImageError(
            f"The stars are trails (elongation {elongation:.1f}).",
            "Was the telescope guided, did something move it?",
        )


def _centred(ground: Ground, found: Any, fwhm: float) -> tuple[FloatArray, FloatArray]:
    """Return where the stars are [px], by a window; by their pixels where it slips."""
    own_x = np.asarray(found["x"], dtype=np.float64)
    own_y = np.asarray(found["y"], dtype=np.float64)
    if not len(own_x):
        return own_x, own_y
    sigma = np.full(len(own_x), fwhm / FWHM_OF_SIGMA)
    x, y, flag = sep.winpos(ground.light, own_x, own_y, sigma, mask=ground.unusable)
    odd = (flag != 0) | ~np.isfinite(x + y)
    odd |= np.hypot(x - own_x, y - own_y) > fwhm / 2
    return np.where(odd, own_x, x), np.where(odd, own_y, y)
