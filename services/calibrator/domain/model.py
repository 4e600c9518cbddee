"""What a calibration is about: stars, bands, fits and the result."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BandMatches",
    "BoolArray",
    "CalibrationImpossibleError",
    "Field",
    "FitLimits",
    "FloatArray",
    "ForcedBand",
    "IndexArray",
    "Magnitude",
    "Solution",
    "ZeroPoint",
]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IndexArray = NDArray[np.intp]


class CalibrationImpossibleError(Exception):
    """The image cannot be calibrated honestly.

    The text is one sentence for the observer; ``ranking`` holds the fits that were
    made and refused.
    """

    def __init__(
        self, sentence: str, hint: str = "", ranking: Sequence["ZeroPoint"] = ()
    ) -> None:
        super().__init__(sentence)
        self.hint = hint
        self.ranking = tuple(ranking)


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
class ForcedBand:
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
        Systematic error of the band [mag].
    colour
        Colour index [mag], or ``None`` where the survey has no colour.
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
    """

    ra: FloatArray
    dec: FloatArray
    mag: FloatArray
    mag_err: FloatArray
    target_ra: float
    target_dec: float
    radius: float
    bands: Sequence[BandMatches]


@dataclass(frozen=True)
class ZeroPoint:
    """reference = instrumental + zero-point, for one survey and band.

    Attributes
    ----------
    zero_point, error
        Zero-point and its standard error [mag].
    scatter
        Robust sigma of the residuals of the stars used [mag].
    intrinsic
        Scatter that the errors of both magnitudes leave over [mag].
    colour_term, colour_term_err
        Slope of the residuals with colour, under a prior; ``None`` without colours.
    star
        Index of each star with a magnitude in this band, shape (m,).
    residual, used
        Residual of each such star [mag], and whether it took part.
    score
        What the automatic choice compares [mag]; the lowest wins.
    """

    matches: BandMatches
    zero_point: float
    error: float
    scatter: float
    intrinsic: float
    colour_term: float | None
    colour_term_err: float | None
    star: IndexArray
    residual: FloatArray
    used: BoolArray
    score: float = np.inf

    @property
    def stars_used(self) -> int:
        """How many stars took part."""
        return int(self.used.sum())

    @property
    def outlier_fraction(self) -> float:
        """Which part of the stars was rejected."""
        return 1.0 - self.stars_used / len(self.used)


@dataclass(frozen=True)
class Magnitude:
    """The target's magnitude, or the upper limit: then both errors are −1 [mag].

    Attributes
    ----------
    error
        The uploaded error.
    total
        With the zero-point's error and the intrinsic scatter in quadrature.
    depth
        Magnitude at which stars have a signal-to-noise ratio of five, if it shows.
    """

    value: float
    error: float
    total: float
    depth: float | None = None


@dataclass(frozen=True)
class Solution:
    """A calibrated magnitude with all the fits behind it, the chosen one first."""

    magnitude: Magnitude
    best: ZeroPoint
    ranking: tuple[ZeroPoint, ...]
    warnings: tuple[str, ...] = ()
