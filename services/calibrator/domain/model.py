"""What a calibration begins with: the field, its bands, what is asked and known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from shared.kernel.arrays import BoolArray, FloatArray, IndexArray

__all__ = [
    "BandChoice",
    "BandMatches",
    "BoolArray",
    "Field",
    "FitLimits",
    "FloatArray",
    "Forced",
    "IndexArray",
    "Prior",
    "Priors",
    "TargetColour",
    "Verdict",
]


@dataclass(frozen=True)
class Prior:
    """What is known of a colour term before a star is seen: mean and sigma."""

    mean: float = 0.0
    sigma: float = 0.1


Priors = Callable[[str, str], Prior]
"""What is known of the colour term of a survey and band."""


class Verdict(IntEnum):
    """Whether a star took part in a fit, and if not, why not."""

    TOOK_PART = 0
    OUTLIER = 1
    VARIABLE = 2
    BLENDED = 3
    TARGET = 4
    FLAGGED = 5
    EXTENDED = 6


@dataclass(frozen=True)
class TargetColour:
    """The target's colour [mag] in two bands such as ``g-r``, and who says so."""

    name: str
    value: float
    source: str


@dataclass(frozen=True)
class Forced:
    """The target as measured at its known place on the image, detected or not.

    Attributes
    ----------
    mag, mag_err
        Instrumental [mag]; ``None`` where there is no light.
    limit
        No fainter star is excluded at 3 sigma, instrumental [mag].
    snr
        Signal over the noise of an empty sky.
    reach
        A star farther from its place is another [arcsec].
    """

    mag: float | None
    mag_err: float | None
    limit: float
    snr: float
    reach: float = np.inf


@dataclass(frozen=True)
class FitLimits:
    """Beyond these a fit is refused.

    Attributes
    ----------
    min_stars
        Fewest stars that may make a zero-point.
    max_scatter
        Largest robust sigma of the residuals [mag].
    max_outliers
        Largest fraction of rejected stars.
    """

    min_stars: int = 5
    max_scatter: float = 1.5
    max_outliers: float = 0.5


@dataclass(frozen=True)
class BandChoice:
    """What the observer asked for; ``None`` leaves the choice open."""

    survey: str | None = None
    band: str | None = None

    @property
    def is_automatic(self) -> bool:
        """Whether nothing was asked for."""
        return self.survey is None and self.band is None

    def allows(self, survey: str, band: str) -> bool:
        """Tell whether a survey, in any spelling, and its band are asked for."""
        same = self.survey is None or self.survey.casefold() == survey.casefold()
        return same and self.band in {None, band}


@dataclass(frozen=True)
class BandMatches:
    """One survey's band for the matched stars; arrays of shape (m,).

    Attributes
    ----------
    star
        Index of each star in the uploaded list.
    mag, mag_err
        Reference magnitudes and errors [mag]; NaN where the survey has none.
    floor
        Scatter of the transformation that made the band [mag]; 0 where measured.
    colour
        Colour index [mag], or ``None`` where the survey has no colour.
    origin
        Source of the transformation; empty where measured.
    preference
        Place of the survey among those that fit as well: the lowest is taken.
    blended
        Whether neighbours add light to the reference star; ``None``: no star's do.
    """

    survey: str
    band: str
    system: str
    star: IndexArray
    mag: FloatArray
    mag_err: FloatArray
    floor: float = 0.0
    colour_name: str = ""
    colour: FloatArray | None = None
    origin: str = ""
    preference: int = 99
    blended: BoolArray | None = None

    @property
    def name(self) -> str:
        """Survey and band, as observers write it."""
        return f"{self.survey}/{self.band}"


@dataclass(frozen=True)
class Field:
    """An image's stars, the target, and every band they were matched in.

    Attributes
    ----------
    ra, dec
        Uploaded positions (ICRS) [deg], shape (n,).
    mag, mag_err
        Instrumental magnitudes and errors [mag], shape (n,).
    target_ra, target_dec
        Position of the target (ICRS) [deg].
    radius
        Within this [arcsec] a star is the target.
    variable
        Whether a star is a known variable, shape (n,); ``None``: none is.
    quality
        What the file says against each star, sums of ``Quality``; ``None``: nothing.
    chip
        Number of the chip of a mosaic each star is on, shape (n,); ``None``: one chip.
    colours
        What is known of the target's colours, the most trusted first.
    forced
        The target's light at its known place, where there is an image.
    """

    ra: FloatArray
    dec: FloatArray
    mag: FloatArray
    mag_err: FloatArray
    target_ra: float
    target_dec: float
    radius: float
    bands: Sequence[BandMatches]
    variable: BoolArray | None = None
    quality: IndexArray | None = None
    chip: IndexArray | None = None
    colours: Sequence[TargetColour] = ()
    forced: Forced | None = None
