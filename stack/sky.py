"""A simulated sky: reference stars whose truth is known, and images of them."""

from dataclasses import dataclass

import numpy as np
from astropy.table import Table
from numpy.typing import NDArray

__all__ = ["Sky", "ascii_head", "simulated_sky"]

FloatArray = NDArray[np.float64]

_COLOUR_OF_BAND = {"B": 1.3, "V": 0.6, "g": 0.95, "r": 0.0, "i": -0.35}
"""Colour with which each band departs from r, in magnitudes of the star's colour."""

_HEADER = """\
#   1 MAG_AUTO               Kron-like elliptical aperture magnitude         [mag]
#   2 MAGERR_AUTO            RMS error for AUTO magnitude                    [mag]
#   3 ALPHA_J2000            Right ascension of barycenter (J2000)           [deg]
#   4 DELTA_J2000            Declination of barycenter (J2000)               [deg]
"""


@dataclass(frozen=True)
class Sky:
    """Stars: positions (ICRS) [deg], r magnitude and colour [mag], shape (n,)."""

    ra: FloatArray
    dec: FloatArray
    r: FloatArray
    colour: FloatArray

    def magnitude(self, band: str) -> FloatArray:
        """Return the true magnitudes [mag] in a band."""
        return self.r + _COLOUR_OF_BAND[band] * self.colour

    def survey(self, rng: np.random.Generator, error: float = 0.02) -> Table:
        """Return what a survey measured of it: ``ra dec`` and bands with errors."""
        table = Table({"ra": self.ra, "dec": self.dec})
        for band in _COLOUR_OF_BAND:
            table[band] = self.magnitude(band) + rng.normal(0, error, len(self.r))
            table[f"{band}_err"] = np.full(len(self.r), error)
        return table

    def image(
        self,
        rng: np.random.Generator,
        band: str,
        zero_point: float,
        *,
        target: tuple[float, float, float] | None = None,
    ) -> str:
        """Return the catalogue of an image in a band, with its zero-point [mag].

        ``target`` is a further star: RA, Dec [deg] and magnitude [mag].
        """
        ra, dec, mag = self.ra, self.dec, self.magnitude(band)
        if target is not None:
            ra, dec, mag = (
                np.append(column, value)
                for column, value in zip((ra, dec, mag), target, strict=True)
            )
        err = 0.004 + 0.05 * 10 ** (0.35 * (mag - 17))
        jitter = 0.1 / 3600
        return ascii_head(
            mag - zero_point + rng.normal(0, err),
            err,
            ra + rng.normal(0, jitter, len(ra)) / np.cos(np.radians(dec)),
            dec + rng.normal(0, jitter, len(dec)),
        )


def simulated_sky(
    rng: np.random.Generator, ra: float, dec: float, radius: float, stars: int
) -> Sky:
    """Return stars scattered over a cone [deg], 11 to 17 mag in r."""
    distance = radius * np.sqrt(rng.uniform(0, 1, stars))
    angle = rng.uniform(0, 2 * np.pi, stars)
    star_dec = dec + distance * np.sin(angle)
    star_ra = ra + distance * np.cos(angle) / np.cos(np.radians(star_dec))
    return Sky(
        np.mod(star_ra, 360.0),
        star_dec,
        rng.triangular(11, 17, 17, stars),
        rng.normal(0.6, 0.3, stars),
    )


def ascii_head(
    mag: FloatArray, mag_err: FloatArray, ra: FloatArray, dec: FloatArray
) -> str:
    """Return a SExtractor ASCII_HEAD catalogue of magnitudes and positions [deg]."""
    rows = zip(mag, mag_err, np.mod(ra, 360.0), dec, strict=True)
    return _HEADER + "".join(
        f"{m:8.4f} {e:8.4f} {a:11.7f} {d:+11.7f}\n" for m, e, a, d in rows
    )
