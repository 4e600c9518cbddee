"""What the calibrator says: the magnitude of the target, or why there is none."""

from typing import ClassVar

from pydantic import Field

from shared.contracts.base import Contract, Event
from shared.contracts.values import Column, Frame, SurveyName

__all__ = [
    "CalibratedMagnitude",
    "CalibrationFailed",
    "CalibrationSolved",
    "StarResiduals",
    "ZeroPoint",
]


class ZeroPoint(Contract):
    """The fit of one survey and band: reference = instrumental + zero-point."""

    survey: SurveyName
    band: str
    system: str = Field(description="photometric system: Vega or AB")
    zero_point: float = Field(description="[mag]")
    zero_point_err: float = Field(description="standard error [mag]")
    scatter: float = Field(description="robust sigma of the residuals [mag]")
    intrinsic_scatter: float = Field(
        description="scatter that the errors of both magnitudes leave over [mag]"
    )
    stars_used: int
    outlier_fraction: float
    colour_name: str = Field(default="", description="such as g-r; empty without")
    colour_term: float | None = Field(
        default=None, description="slope of reference − instrumental with colour"
    )
    colour_term_err: float | None = None
    score: float = Field(description="[mag]; the lowest score is chosen")


class CalibratedMagnitude(Contract):
    """The target's magnitude, or the upper limit where it was not detected."""

    mag: float = Field(description="[mag] in the band's photometric system")
    mag_err: float = Field(description="uploaded error [mag]; −1 for an upper limit")
    calib_err: float = Field(description="scatter of the fit, at least 0.01 [mag]")
    total_err: float = Field(
        description="uploaded error and zero-point's error [mag]; −1 for a limit"
    )
    depth: float | None = Field(default=None, description="5-sigma depth [mag]")


class StarResiduals(Contract):
    """The matched stars in the chosen band, equally long columns."""

    ra: Column = Field(description="uploaded position [deg], ICRS")
    dec: Column = Field(description="uploaded position [deg], ICRS")
    mag: Column = Field(description="instrumental magnitude [mag]")
    mag_err: Column = Field(description="[mag]")
    reference_mag: Column = Field(description="[mag]")
    reference_err: Column = Field(description="[mag]; NaN where not known")
    residual: Column = Field(description="reference − instrumental − zero-point [mag]")
    used: Column = Field(description="1 where the star took part, 0 where rejected")


class CalibrationSolved(Event):
    """The target has a calibrated magnitude or an upper limit."""

    key: ClassVar[str] = "calibration.solved.v1"

    frame: Frame
    mode: str = Field(pattern="^(AUTO|FORCED)$")
    magnitude: CalibratedMagnitude
    best: ZeroPoint
    ranking: tuple[ZeroPoint, ...] = Field(description="every fit, best first")
    stars: StarResiduals
    offset_east: float = Field(description="median uploaded − reference [arcsec]")
    offset_north: float = Field(description="median uploaded − reference [arcsec]")
    warnings: tuple[str, ...] = ()


class CalibrationFailed(Event):
    """The image cannot be calibrated honestly."""

    key: ClassVar[str] = "calibration.failed.v1"

    frame: Frame
    message: str = Field(max_length=100, description="one sentence for the observer")
    hint: str = Field(default="", description="what to do about it")
    ranking: tuple[ZeroPoint, ...] = Field(
        default=(), description="the fits that were refused"
    )
    stars: StarResiduals | None = Field(
        default=None, description="the matched stars in the best refused fit"
    )
