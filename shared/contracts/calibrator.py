"""What the calibrator says: the magnitude of the target, or why there is none."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event
from shared.contracts.catalog import Astrometry
from shared.contracts.network import NetworkPoints, NetworkSetup, NetworkStars
from shared.contracts.values import (
    Column,
    Declination,
    Frame,
    RightAscension,
    SurveyName,
    TargetColour,
)

__all__ = [
    "CalibratedMagnitude",
    "CalibrationFailed",
    "CalibrationSolved",
    "ColourMagnitude",
    "ColourTermLearned",
    "ColourTermsForgotten",
    "Detected",
    "Gradient",
    "LightCurveHomogenised",
    "NetworkChanged",
    "RunTerm",
    "StarResiduals",
    "ZeroPoint",
]


class Gradient(Contract):
    """A linear run of the zero-point over the image that the stars demand."""

    east: float = Field(description="[mag/deg]")
    north: float = Field(description="[mag/deg]")
    east_err: float = Field(description="[mag/deg]")
    north_err: float = Field(description="[mag/deg]")


class RunTerm(Contract):
    """One shape of the zero-point's run over the image, taken off every band."""

    kind: str = Field(
        description="plane, vignetting, chips, step (an edge) or corner (two edges)"
    )
    size: float = Field(ge=0, description="between its lowest and highest star [mag]")


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
    origin: str = Field(
        default="", description="the formula's source, for a transformed band"
    )
    mean_colour: float | None = Field(
        default=None, description="[mag], the colour at which the zero-point holds"
    )
    colour_prior: float = Field(
        default=0.0, description="the colour term before a star was seen"
    )
    colour_prior_err: float = Field(
        default=0.1, description="its sigma; below 0.1 when learned from this observer"
    )
    gradient: Gradient | None = Field(
        default=None, description="taken off; the zero-point is that at the target"
    )


class ColourMagnitude(Contract):
    """The target's magnitude in the band's own system, its colour being known."""

    mag: float = Field(description="[mag], colour term applied")
    total_err: float = Field(description="[mag], with the colour term's error")
    colour: TargetColour


class Detected(Contract):
    """The star of the image that was taken for the target."""

    ra: RightAscension
    dec: Declination
    separation: float = Field(ge=0, description="from the target's position [arcsec]")


class CalibratedMagnitude(Contract):
    """The target's magnitude, or the upper limit where it was not detected."""

    mag: float = Field(description="[mag] in the band's photometric system")
    mag_err: float = Field(description="uploaded error [mag]; −1 for an upper limit")
    calib_err: float = Field(description="scatter of the fit, at least 0.01 [mag]")
    total_err: float = Field(
        description="uploaded error and zero-point's error [mag]; −1 for a limit"
    )
    depth: float | None = Field(default=None, description="5-sigma depth [mag]")
    depth_err: float | None = Field(default=None, description="[mag]")
    for_colour: ColourMagnitude | None = Field(
        default=None, description="absent where the target's colour is not known"
    )
    detected: Detected | None = Field(
        default=None, description="absent for an upper limit"
    )
    forced: bool = Field(
        default=False,
        description="measured at the target's known place, where no star was found",
    )
    snr: float | None = Field(
        default=None, description="of a forced magnitude, over an empty sky's noise"
    )

    @property
    def is_limit(self) -> bool:
        """Whether the target was not detected."""
        return self.mag_err < 0

    @property
    def headline(self) -> float:
        """What people are told: the magnitude, or as limit the depth if it is known."""
        deep = self.is_limit and not self.forced
        return self.depth if deep and self.depth is not None else self.mag


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
    reason: Column = Field(
        default=b"",
        description="why not: 0 it took part, 1 outlier, 2 known variable, 3 blended, "
        "4 it is the target, 5 flagged in the file, 6 extended",
    )
    colour: Column = Field(
        default=b"", description="[mag]; NaN where not known; empty: the band has none"
    )
    run: Column = Field(
        default=b"",
        description="by how much the zero-point there is higher than at the target "
        "[mag]; empty: it is the same",
    )


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
    astrometry: Astrometry | None = None
    runs: tuple[RunTerm, ...] = Field(
        default=(), description="how the zero-point runs over the image"
    )
    helped_by: tuple[str, ...] = Field(
        default=(), description="what besides the stars helped to choose the band"
    )
    chance: float | None = Field(
        default=None, description="that stars paired at random agree as well"
    )


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


class ColourTermLearned(Event):
    """What an observer's frames say about their filter, after one more of them."""

    key: ClassVar[str] = "colour.learned.v1"

    observer_id: int = Field(ge=1)
    survey: SurveyName
    band: str
    colour_name: str
    colour_term: float
    sigma: float = Field(gt=0, description="of the next frame's colour term")
    frames: int = Field(ge=1, description="how many it was learned from")


class ColourTermsForgotten(Event):
    """An observer's colour terms were forgotten, as they asked."""

    key: ClassVar[str] = "colour.forgotten.v1"

    request_id: UUID
    observer_id: int = Field(ge=1)
    survey: SurveyName | None = Field(default=None, description="only this survey's")
    band: str | None = Field(default=None, description="only this band's")


class NetworkChanged(Event):
    """A frame of a target came, went or was calibrated anew."""

    key: ClassVar[str] = "network.changed.v1"

    alert_id: int = Field(ge=1)
    observation_id: int = Field(ge=1)
    revision: int = Field(ge=1, description="of the observation")
    changed_at: datetime | None = Field(
        default=None, description="UTC; it is solved a while after"
    )


class LightCurveHomogenised(Event):
    """A target's light curve in one band, of all telescopes in one solution.

    It replaces that of lower versions. Without points there is none any more.
    """

    key: ClassVar[str] = "lightcurve.homogenised.v1"

    alert_id: int = Field(ge=1)
    band: str
    survey: SurveyName | None = Field(
        default=None, description="whose system the magnitudes are in"
    )
    system: str = Field(default="", description="photometric system: Vega or AB")
    colour_name: str = Field(default="", description="such as g-r; empty without")
    mean_colour: float = Field(default=0.0, description="of the stars [mag]")
    version: int = Field(ge=1, description="grows with every change of the target's")
    points: NetworkPoints | None = None
    setups: tuple[NetworkSetup, ...] = ()
    stars: NetworkStars | None = None
    left_out: Mapping[str, str] = Field(
        default_factory=dict,
        description="by observation number: why it takes no part, one sentence",
    )
    survey_scatter: float = Field(
        default=0.0, description="of the survey's magnitudes beyond their errors [mag]"
    )
