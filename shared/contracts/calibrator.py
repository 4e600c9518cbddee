"""What the calibrator says: the magnitude of the target, or why there is none."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event
from shared.contracts.calibration import (
    CalibratedMagnitude,
    RunTerm,
    StarResiduals,
    ZeroPoint,
)
from shared.contracts.catalog import Astrometry
from shared.contracts.network import NetworkPoints, NetworkSetup, NetworkStars
from shared.contracts.values import (
    Frame,
    SurveyName,
)

__all__ = [
    "CalibrationFailed",
    "CalibrationSolved",
    "ColourTermLearned",
    "ColourTermsForgotten",
    "LightCurveHomogenised",
    "NetworkChanged",
]


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
