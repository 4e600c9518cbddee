"""Simulated star lists of an image and of the sky, with the truth about the plate."""

from dataclasses import dataclass

import numpy as np

from services.imager.domain.plate.plane import ComplexArray, off_plane, onto_plane
from services.imager.domain.plate.stars import Charted, Detected
from services.imager.domain.plate.vote import Scales
from shared.kernel.arrays import FloatArray

__all__ = ["FIELDS", "Field", "field_of", "other_sky", "scattered"]

FIELDS = (
    *((5, 10), (5, 20), (10, 20), (10, 40), (20, 40), (20, 100)),
    *((30, 60), (30, 150), (45, 100), (60, 200), (90, 300), (120, 400)),
)
"""Width [arcmin], and how many real stars the image shows."""

_SIDE = 2048
_FALSE = 0.3
_MISSED = 0.1
_COLOURS = 0.4
_CENTROID = 0.25
_CUBIC = 0.002
_DENSITIES = (2500, 10_000)


@dataclass(frozen=True)
class Field:
    """An image's stars, the chart, and where the target truly is [px]."""

    image: Detected
    chart: Charted
    scale: float
    target: complex

    def known_to(self, share: float, rng: np.random.Generator) -> Scales:
        """Return the scales that a header leaves open that is wrong by a share."""
        claimed = self.scale * rng.uniform(1 / (1 + share), 1 + share)
        return Scales(claimed / (1 + share), claimed * (1 + share))


def scattered(
    rng: np.random.Generator, density: float, radius: float
) -> tuple[ComplexArray, FloatArray]:
    """Return stars [arcsec] of a density [per square degree], and magnitudes."""
    count = rng.poisson(density * np.pi * (radius / 3600) ** 2)
    away = radius * np.sqrt(rng.random(count))
    places = away * np.exp(2j * np.pi * rng.random(count))
    return places, 20 + np.log10(rng.random(count)) / 0.3


def field_of(
    seed: int, width: float, stars: int, centre: tuple[float, float] = (10.0, 20.0)
) -> Field:
    """Return a field: any rotation, either parity, a tenth missing on both sides.

    Three of ten detections are false, colours scatter the order of brightness, the
    telescope points off by up to half a field, and its distortion is cubic.

    Parameters
    ----------
    seed
        Of chance.
    width
        Of the image [arcmin].
    stars
        Real ones that it shows.
    centre
        Of the plane (ICRS) [deg]: positions go over the sphere and back.
    """
    rng = np.random.default_rng(seed)
    density = max(_DENSITIES[seed % 2], 1.5 * stars / (width / 60) ** 2)
    sky, mag = scattered(rng, density, 2.2 * width * 60)
    sky = onto_plane(*off_plane(sky, centre), centre)
    scale = width * 60 / _SIDE
    turn = scale * np.exp(1j * rng.uniform(0, 2 * np.pi))
    mirrored = rng.random() < 0.5
    off = scale * _SIDE * complex(*rng.uniform(-0.5, 0.5, 2))
    away = (sky - off) / turn
    away = away.conj() if mirrored else away
    pixels = _distorted(away)
    shown = (np.abs(pixels.real) < _SIDE / 2) & (np.abs(pixels.imag) < _SIDE / 2)
    seen = np.flatnonzero(shown)
    bright = mag[seen] + rng.normal(0, _COLOURS, len(seen))
    seen = seen[np.argsort(bright)][:stars]
    seen = seen[rng.random(len(seen)) > _MISSED]
    target = (0j - off) / turn
    target = target.conjugate() if mirrored else target
    return Field(
        _image(rng, pixels[seen], mag[seen]),
        _chart(rng, sky, mag),
        scale,
        complex(_distorted(np.array([target]))[0]) + complex(_SIDE, _SIDE) / 2,
    )


def _distorted(away: ComplexArray) -> ComplexArray:
    out = np.abs(away / (_SIDE / 2)) ** 2
    return np.asarray(away * (1 + _CUBIC * out), dtype=complex)


def _image(rng: np.random.Generator, pixels: ComplexArray, mag: FloatArray) -> Detected:
    count = rng.poisson(_FALSE * len(pixels) / (1 - _FALSE))
    jitter = rng.normal(0, _CENTROID, (2, len(pixels)))
    false = rng.uniform(-_SIDE / 2, _SIDE / 2, (2, count))
    places = np.concatenate(
        [pixels + jitter[0] + 1j * jitter[1], false[0] + 1j * false[1]]
    )
    light = np.concatenate([mag, rng.choice(mag, count)])
    light = light + rng.normal(0, _COLOURS, len(light))
    middle = complex(_SIDE, _SIDE) / 2
    return Detected(places[np.argsort(light)] + middle, _SIDE, _SIDE)


def _chart(rng: np.random.Generator, sky: ComplexArray, mag: FloatArray) -> Charted:
    kept = rng.random(len(sky)) > _MISSED
    return Charted(sky[kept][np.argsort(mag[kept])][:4000])


def other_sky(seed: int, field: Field, width: float) -> Charted:
    """Return stars of another part of the sky, as many: no plate may be found there."""
    rng = np.random.default_rng(seed + 10_000)
    sky, mag = scattered(rng, _DENSITIES[seed % 2], 2.2 * width * 60)
    return Charted(sky[np.argsort(mag)][:4000])
