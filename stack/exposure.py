"""Draws an image of known stars, as a small telescope's camera would take it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

__all__ = ["Camera", "exposed", "pixels_of", "taken"]

FloatArray = NDArray[np.float64]

_ARCSEC = 180 * 3600 / np.pi
_BETA = 3.0
_OVER = 3
_REACH = 4.0
_FARTHEST = 60


@dataclass(frozen=True)
class Camera:
    """A camera on a telescope.

    Attributes
    ----------
    width, height
        [px].
    scale
        [arcsec/px].
    fwhm
        Of its stars, a Moffat profile with β = 3 [px].
    sky, read_noise
        [e⁻] of a pixel.
    gain
        [e⁻/ADU].
    full
        Level at which pixels are full [ADU].
    turned
        Position angle of the y axis [deg].
    mirrored
        Whether east is right where north is up.
    seeing_off
        By which share stars are larger in the corners.
    cosmics, hot
        How many cosmic rays and hot pixels an exposure has.
    """

    width: int = 1024
    height: int = 1024
    scale: float = 0.9
    fwhm: float = 3.2
    sky: float = 700.0
    read_noise: float = 8.0
    gain: float = 1.4
    full: float = 60_000.0
    turned: float = 0.0
    mirrored: bool = False
    seeing_off: float = 0.0
    cosmics: int = 25
    hot: int = 40


def pixels_of(
    camera: Camera,
    centre: tuple[float, float],
    ra: FloatArray,
    dec: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Return where stars (ICRS) [deg] fall, in pixels from the first one's middle.

    The plane touches the sky at the centre (gnomonic projection).
    """
    alpha, delta = np.radians(ra - centre[0]), np.radians(dec)
    middle = np.radians(centre[1])
    depth = np.sin(middle) * np.sin(delta) + np.cos(middle) * np.cos(delta) * np.cos(
        alpha
    )
    east = np.cos(delta) * np.sin(alpha) / depth
    north = np.cos(middle) * np.sin(delta) - np.sin(middle) * np.cos(delta) * np.cos(
        alpha
    )
    away = _ARCSEC / camera.scale * (east + 1j * north / depth)
    away = away * np.exp(1j * np.radians(camera.turned))
    x = away.real if camera.mirrored else -away.real
    return x + (camera.width - 1) / 2, away.imag + (camera.height - 1) / 2


def taken(
    rng: np.random.Generator,
    camera: Camera,
    x: FloatArray,
    y: FloatArray,
    electrons: FloatArray,
) -> NDArray[np.float32]:
    """Return an exposure of stars at pixels, with sky, noise, hot pixels and cosmics.

    Parameters
    ----------
    x, y
        Of the stars [px], shape (n,).
    electrons
        Whole light of each [e⁻].
    """
    light = np.full((camera.height, camera.width), camera.sky)
    for column, row, flux in zip(x, y, electrons, strict=True):
        _add_star(light, camera, column, row, flux)
    counted = rng.poisson(light) + rng.normal(0, camera.read_noise, light.shape)
    adu = counted / camera.gain
    rows = rng.integers(0, camera.height, camera.hot)
    columns = rng.integers(0, camera.width, camera.hot)
    adu[rows, columns] += rng.exponential(3000, camera.hot)
    for _ in range(camera.cosmics):
        _add_cosmic(rng, adu)
    return np.minimum(adu, camera.full).astype(np.float32)


def _add_star(
    light: FloatArray, camera: Camera, x: float, y: float, flux: float
) -> None:
    out = ((x - camera.width / 2) / (camera.width / 2)) ** 2
    out += ((y - camera.height / 2) / (camera.height / 2)) ** 2
    fwhm = camera.fwhm * (1 + camera.seeing_off * out / 2)
    bright = 1 + max(0.0, np.log10(max(flux, 10.0)) - 3)
    reach = int(min(_FARTHEST, np.ceil(_REACH * fwhm * bright / 2)))
    columns = np.arange(max(0, round(x) - reach), min(camera.width, round(x) + reach))
    rows = np.arange(max(0, round(y) - reach), min(camera.height, round(y) + reach))
    if not len(columns) or not len(rows):
        return
    width = fwhm / 2 / np.sqrt(2 ** (1 / _BETA) - 1)
    parts = (np.arange(_OVER) + 0.5) / _OVER - 0.5
    away_x = ((columns[:, None] + parts - x) ** 2).ravel()
    away_y = ((rows[:, None] + parts - y) ** 2).ravel()
    profile = (1 + (away_y[:, None] + away_x) / width**2) ** -_BETA
    profile *= (_BETA - 1) / (np.pi * width**2) / _OVER**2
    pixels = profile.reshape(len(rows), _OVER, len(columns), _OVER).sum(axis=(1, 3))
    light[np.ix_(rows, columns)] += flux * pixels


def _add_cosmic(rng: np.random.Generator, adu: FloatArray) -> None:
    height, width = adu.shape
    length, way = rng.integers(1, 20), rng.uniform(0, np.pi)
    along = np.arange(length)
    columns = (rng.integers(0, width) + along * np.cos(way)).astype(int)
    rows = (rng.integers(0, height) + along * np.sin(way)).astype(int)
    on = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    adu[rows[on], columns[on]] += rng.exponential(1500, int(on.sum()))


def exposed(
    pixels: NDArray[np.float32], cards: Mapping[str, str | float | int]
) -> bytes:
    """Return pixels [ADU] as a FITS image of 16 bits, with cards in its header."""
    image = fits.PrimaryHDU(np.clip(np.rint(pixels), 0, 65535).astype(np.uint16))
    image.header.update(cards)
    file = io.BytesIO()
    image.writeto(file)
    return file.getvalue()
