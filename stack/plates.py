"""Images drawn from star lists: the night's frames as a camera would have had them."""

import numpy as np
from numpy.typing import NDArray

from stack.exposure import Camera, exposed, pixels_of, taken
from stack.night import Image, Night

__all__ = ["drawn"]

FloatArray = NDArray[np.float64]

_RIM = 40.0
_SIDE = 1100
_ELECTRONS_OF_BRIGHTEST = 1.2e6
_TURNED = 12.0


def drawn(night: Night, image: Image, seed: int) -> bytes:
    """Return a FITS image with the stars of a night's list, where it has them.

    It is as wide as the list, a little turned, with sky, noise, hot pixels and cosmic
    rays; its header tells when it was taken, and the scale, but not where it points.
    """
    mag, ra, dec = _stars(image.catalogue)
    centre = float(np.median(ra)), float(np.median(dec))
    plain = Camera(width=_SIDE, height=_SIDE, scale=1.0, turned=_TURNED)
    x, y = pixels_of(plain, centre, ra, dec)
    reach = max(np.abs(x - _SIDE / 2).max(), np.abs(y - _SIDE / 2).max())
    scale = float(reach / (_SIDE / 2 - _RIM))
    camera = Camera(width=_SIDE, height=_SIDE, scale=scale, turned=_TURNED)
    x, y = pixels_of(camera, centre, ra, dec)
    electrons = _ELECTRONS_OF_BRIGHTEST * 10 ** (-0.4 * (mag - mag.min()))
    pixels = taken(np.random.default_rng(seed), camera, x, y, electrons)
    return exposed(
        pixels,
        {
            "OBJECT": night.target.removeprefix("ivo://"),
            "MJD-AVG": image.mjd,
            "EXPTIME": image.exposure_time,
            "PIXSCALE": round(scale, 3),
            "EGAIN": camera.gain,
        },
    )


def _stars(catalogue: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return magnitudes and positions [deg] of a list of the night."""
    rows = [line.split() for line in catalogue.splitlines() if line[:1] != "#"]
    mag, _, ra, dec = np.array(rows, dtype=np.float64).T[:4]
    return mag, ra, dec
