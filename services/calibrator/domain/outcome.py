"""What a calibration ends with: fits, the magnitude, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from services.calibrator.domain.model import (
    BandMatches,
    BoolArray,
    FloatArray,
    IndexArray,
    Prior,
    TargetColour,
    Verdict,
)
from services.calibrator.domain.run import Run
from shared.kernel.sentence import RefusedError

__all__ = [
    "CalibrationImpossibleError",
    "ForColour",
    "Magnitude",
    "Solution",
    "ZeroPoint",
]


class CalibrationImpossibleError(RefusedError):
    """The image cannot be calibrated honestly.

    ``ranking`` holds the fits that were made and refused.
    """

    def __init__(
        self, sentence: str, hint: str = "", ranking: Sequence["ZeroPoint"] = ()
    ) -> None:
        super().__init__(sentence, hint)
        self.ranking = tuple(ranking)


@dataclass(frozen=True)
class ZeroPoint:
    """reference = instrumental + zero-point, for one survey and band.

    Attributes
    ----------
    zero_point, zero_point_err
        Zero-point and its standard error [mag].
    scatter
        Robust sigma of the residuals of the stars used [mag].
    intrinsic_scatter
        Scatter that the errors of both magnitudes leave over [mag].
    expected_scatter
        Intrinsic scatter to expect of a further star of known colour [mag], averaged
        over all that the stars leave open.
    colour_spread
        Standard deviation of the colours of the stars that took part [mag].
    colour_term, colour_term_err
        Slope of the residuals with colour, under a prior; ``None`` without colours.
    mean_colour
        The colour at which the zero-point holds [mag]; ``None`` without colours.
    prior
        What was known of the colour term before.
    star
        Index of each star with a magnitude in this band, shape (m,).
    residual, variance, colour, verdict
        Residual of each such star [mag], variance of its errors, its colour from the
        mean (0 where not known) and its ``Verdict``.
    stars_used, stars_entered
        How many took part, and how many were not ruled out before the fit.
    score
        What the automatic choice compares [mag]; the lowest wins.
    """

    matches: BandMatches
    zero_point: float
    zero_point_err: float
    scatter: float
    intrinsic_scatter: float
    expected_scatter: float
    colour_spread: float
    colour_term: float | None
    colour_term_err: float | None
    mean_colour: float | None
    prior: Prior
    star: IndexArray
    residual: FloatArray
    variance: FloatArray
    colour: FloatArray
    verdict: IndexArray
    stars_used: int
    stars_entered: int
    score: float = np.inf

    @cached_property
    def used(self) -> BoolArray:
        """Which stars took part, shape (m,)."""
        used: BoolArray = self.verdict == int(Verdict.TOOK_PART)
        return used

    @cached_property
    def entered(self) -> BoolArray:
        """Which stars were not ruled out before the fit, shape (m,)."""
        entered: BoolArray = self.verdict <= int(Verdict.OUTLIER)
        return entered

    @property
    def outlier_fraction(self) -> float:
        """Which part of the stars that entered was rejected."""
        return 1.0 - self.stars_used / max(self.stars_entered, 1)


@dataclass(frozen=True)
class ForColour:
    """The target's magnitude with the colour term applied, and its total error [mag].

    It is the magnitude in the band's own system; the other one is in the observer's.
    """

    value: float
    total: float
    colour: TargetColour


@dataclass(frozen=True)
class Magnitude:
    """The target's magnitude, or the upper limit: then both errors are −1 [mag].

    Attributes
    ----------
    error
        The uploaded error.
    total
        With the zero-point's error and the intrinsic scatter in quadrature.
    depth, depth_err
        Magnitude at which stars have a signal-to-noise ratio of five, if it shows,
        and its error.
    for_colour
        With the colour term applied, where the target's colour is known.
    snr
        Of the light at the target's known place, where no star was found: it is what
        was measured; ``None`` otherwise.
    """

    value: float
    error: float
    total: float
    depth: float | None = None
    depth_err: float | None = None
    for_colour: ForColour | None = None
    snr: float | None = None

    def at_depth(
        self, reach: tuple[float, float] | None, zero_point: float
    ) -> "Magnitude":
        """Return the same with an instrumental depth and its error, if it shows."""
        if reach is None:
            return self
        return replace(self, depth=reach[0] + zero_point, depth_err=reach[1])


@dataclass(frozen=True)
class Solution:
    """A calibrated magnitude with all the fits behind it, the chosen one first.

    Attributes
    ----------
    chance
        The probability that stars paired at random agree as well.
    run
        What was taken off every band, so that zero-points hold at the target.
    target
        Index of the uploaded star that is the target; ``None`` if none is.
    """

    magnitude: Magnitude
    best: ZeroPoint
    ranking: tuple[ZeroPoint, ...]
    chance: float
    warnings: tuple[str, ...] = ()
    run: Run | None = None
    target: int | None = None
