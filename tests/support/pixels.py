"""Images of known stars on plain skies, and their way through the imager's domain."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from services.imager.domain.aperture import empty_sky, radii_of
from services.imager.domain.detect import Sources, detected
from services.imager.domain.header import Claims
from services.imager.domain.noise import Noise, noise_of
from services.imager.domain.photometry import Photometry, photometry_of
from services.imager.domain.pixels import PixelArray, Pixels
from services.imager.domain.sky import Ground, ground_of
from shared.kernel.arrays import FloatArray
from stack.exposure import Camera, taken

__all__ = ["Field", "Seen", "drawn", "noise_of_a_fit", "seen_in", "smoothed"]

NO_CLAIMS = Claims(None, surely=False, saturation=None)


@dataclass(frozen=True)
class Field:
    """Stars on a camera: places [px] and whole light [e⁻], shape (n,)."""

    camera: Camera
    x: FloatArray
    y: FloatArray
    electrons: FloatArray
    pixels: PixelArray


@dataclass(frozen=True)
class Seen:
    """What the domain makes of an image."""

    ground: Ground
    sources: Sources
    noise: Noise
    stars: Photometry


def drawn(
    seed: int,
    camera: Camera,
    stars: int,
    further: tuple[float, float, float] | None = None,
    faintest: float = 600.0,
) -> Field:
    """Return stars of 600 to 500,000 electrons all over a camera, and a further one."""
    rng = np.random.default_rng(seed)
    low, high = faintest**-0.6, 5e5**-0.6
    light = (low + rng.random(stars) * (high - low)) ** (-1 / 0.6)
    x = rng.uniform(-5, camera.width + 5, stars)
    y = rng.uniform(-5, camera.height + 5, stars)
    if further is not None:
        clear = np.hypot(x - further[0], y - further[1]) > 12 * camera.fwhm
        x, y = np.append(x[clear], further[0]), np.append(y[clear], further[1])
        light = np.append(light[clear], further[2])
    return Field(camera, x, y, light, taken(rng, camera, x, y, light))


def smoothed(pixels: PixelArray) -> PixelArray:
    """Return an image whose pixels share their noise, as those of a stack do."""
    return np.asarray(gaussian_filter(pixels.astype(float), 0.7), dtype=np.float32)


def seen_in(
    pixels: PixelArray, claims: Claims = NO_CLAIMS, full: float | None = 58_000.0
) -> Seen:
    """Return what is seen in an image."""
    image = Pixels(pixels, ~np.isfinite(pixels), {})
    ground = ground_of(image, full)
    sources = detected(ground)
    empty = empty_sky(ground, sources, radii_of(sources.hfd), 400)
    noise = noise_of(ground, empty, claims)
    return Seen(ground, sources, noise, photometry_of(ground, sources, noise))


def noise_of_a_fit(camera: Camera, electrons: FloatArray) -> FloatArray:
    """Return the error [e⁻] of an ideal fit of the profile at a known place.

    The Cramér-Rao bound of the flux alone, for photons and read noise.
    """
    away = np.arange(-25, 26) ** 2
    width = camera.fwhm / 2 / np.sqrt(2 ** (1 / 3.0) - 1)
    profile = (1 + (away[:, None] + away) / width**2) ** -3.0
    profile /= profile.sum()
    sky = camera.sky + camera.read_noise**2
    return np.array(
        [1 / np.sqrt(np.sum(profile**2 / (one * profile + sky))) for one in electrons]
    )
