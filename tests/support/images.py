"""Images of the simulated field, as an observer's camera takes them."""

import numpy as np

from stack.exposure import Camera, exposed, pixels_of, taken
from stack.sky import Sky
from tests.support.server import DEC, RA, SKY

__all__ = ["CAMERA", "ELECTRONS", "frame"]

CAMERA = Camera(width=900, height=800, scale=0.7, turned=40.0)
ELECTRONS = 26.5
"""[mag] At which a star leaves one electron."""


def frame(
    seed: int,
    magnitude: float | None = 15.0,
    *,
    camera: Camera = CAMERA,
    sky: Sky = SKY,
    at: tuple[float, float] = (RA, DEC),
    off: tuple[float, float] = (0.01, -0.012),
    band: str = "r",
    **cards: str | float,
) -> bytes:
    """Return a FITS image with the target at a magnitude, or without it.

    ``off`` is by how much [deg] the telescope points elsewhere; ``cards`` join the
    header.
    """
    rng = np.random.default_rng(seed)
    ra, dec, mag = sky.ra, sky.dec, sky.magnitude(band)
    if magnitude is not None:
        ra, dec = np.append(ra, at[0]), np.append(dec, at[1])
        mag = np.append(mag, magnitude)
    x, y = pixels_of(camera, (at[0] + off[0], at[1] + off[1]), ra, dec)
    inside = (np.abs(x - camera.width / 2) < camera.width) & (
        np.abs(y - camera.height / 2) < camera.height
    )
    light = 10 ** (0.4 * (ELECTRONS - mag))
    pixels = taken(rng, camera, x[inside], y[inside], light[inside])
    header: dict[str, str | float | int] = {
        "MJD-OBS": 57700.0 + seed / 100,
        "EXPTIME": 60.0,
        "FILTER": "r",
        "GAIN": camera.gain,
        "PIXSCALE": camera.scale,
    }
    return exposed(pixels, header | cards)
