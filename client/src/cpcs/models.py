"""What the server says: made by ``client/generate.py``, not to be edited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = [
    "BandNetworkShown",
    "BandPage",
    "BandShown",
    "CalibrationShown",
    "Deletion",
    "ImageShown",
    "JobShown",
    "MeShown",
    "NetworkPointsShown",
    "NetworkSetupShown",
    "NetworkShown",
    "NetworkStarsShown",
    "ObservationPage",
    "ObservationShown",
    "ObservatoryNetworksShown",
    "ObservatoryPage",
    "ObservatoryShown",
    "PacketPage",
    "PacketShown",
    "PeriodFound",
    "Points",
    "Problem",
    "StageShown",
    "TargetPage",
    "TargetSetupShown",
    "TargetShown",
]


@dataclass(frozen=True)
class NetworkPointsShown:
    """Homogenised magnitudes as equally long columns; null where there is none."""

    id: list[int]
    revision: list[int]
    mjd: list[float]
    setup: list[int]
    mag: list[float | None]
    total_err: list[float | None]
    colour_err: list[float | None]
    colour: list[float | None]
    colour_from: list[int]
    noisier: list[float | None]


@dataclass(frozen=True)
class NetworkSetupShown:
    """A telescope with a filter, as a network's stars show it."""

    observer: int
    observatory: str
    filter: str
    part: int
    frames: int
    since: float
    until: float
    colour_term: float
    colour_term_err: float
    error_scale: float
    noise_floor: float
    lasting: float
    wrong: float
    offset: float | None
    offset_err: float | None
    nights: list[list[float | None]]


@dataclass(frozen=True)
class NetworkStarsShown:
    """The comparison stars as equally long columns."""

    ra: list[float]
    dec: list[float]
    reference: list[float | None]
    mag: list[float | None]
    mag_err: list[float | None]
    colour: list[float | None]
    frames: list[int]
    ratio: list[float | None]
    varies: list[float | None]
    strays: list[float | None]
    suspect: list[bool]
    survey_wrong: list[float | None]


@dataclass(frozen=True)
class BandNetworkShown:
    """A target's network in one band."""

    band: str
    survey: str
    system: str
    version: int
    colour_name: str
    mean_colour: float
    survey_scatter: float
    points: NetworkPointsShown | None
    setups: list[NetworkSetupShown]
    stars: NetworkStarsShown | None
    left_out: dict[str, Any]


@dataclass(frozen=True)
class BandShown:
    """A survey's band in which light curves are calibrated."""

    survey: str
    band: str


@dataclass(frozen=True)
class BandPage:
    """All surveys and bands in use."""

    surveys: list[BandShown]


@dataclass(frozen=True)
class CalibrationShown:
    """How a magnitude came about."""

    upload: str
    target: str
    mode: str
    magnitude: dict[str, Any]
    best: dict[str, Any]
    ranking: list[dict[str, Any]]
    stars: dict[str, Any]
    helped_by: list[str]
    runs: list[dict[str, Any]]
    astrometry: dict[str, Any] | None
    warnings: list[str]


@dataclass(frozen=True)
class Deletion:
    """An observation that was taken off its light curve, or put back."""

    id: int
    message: str
    job: str


@dataclass(frozen=True)
class ImageShown:
    """What was seen on an image."""

    upload: str
    target: str
    measured: bool
    files: dict[str, Any]
    warnings: list[str]
    message: str = ""
    hint: str = ""
    forced: dict[str, Any] | None = None
    plate: dict[str, Any] | None = None
    quality: dict[str, Any] | None = None


@dataclass(frozen=True)
class ObservationShown:
    """A calibrated point of a light curve."""

    id: int
    target: str
    mjd: float
    exposure_time: float
    mag: float
    mag_err: float
    calib_err: float
    total_err: float
    limit: bool
    depth: float | None
    faintest: float | None
    mag_for_colour: float | None
    mag_for_colour_err: float | None
    survey: str
    band: str
    system: str
    zero_point: float
    zero_point_err: float
    stars: int
    mode: str
    observatory: str
    observer: int
    revision: int
    calibration: str
    separation: float | None
    ra_detected: float | None
    dec_detected: float | None
    comment: str


@dataclass(frozen=True)
class StageShown:
    """A stage that an upload has reached."""

    stage: str
    about: str
    at: datetime


@dataclass(frozen=True)
class JobShown:
    """What somebody asked for, and what became of it."""

    id: str
    state: str
    message: str
    hint: str
    stages: list[StageShown]
    events: str
    observation: ObservationShown | None = None
    calibration: str | None = None
    image: str | None = None


@dataclass(frozen=True)
class MeShown:
    """Who asks."""

    id: int
    name: str
    longitude: float | None
    latitude: float | None
    may: list[str]
    until: datetime | None


@dataclass(frozen=True)
class NetworkShown:
    """A target's light curve as one network of telescopes, band by band."""

    name: str
    bands: list[BandNetworkShown]


@dataclass(frozen=True)
class ObservationPage:
    """Observations, and where the next ones are."""

    observations: list[ObservationShown]
    next: str | None = None


@dataclass(frozen=True)
class TargetSetupShown:
    """A telescope as the network of one target and band shows it."""

    observer: int
    observatory: str
    filter: str
    part: int
    frames: int
    since: float
    until: float
    colour_term: float
    colour_term_err: float
    error_scale: float
    noise_floor: float
    lasting: float
    wrong: float
    offset: float | None
    offset_err: float | None
    nights: list[list[float | None]]
    target: str
    target_id: int
    band: str
    survey: str
    colour_name: str


@dataclass(frozen=True)
class ObservatoryNetworksShown:
    """An observatory in every network that it is part of."""

    observer: int
    observatory: str
    setups: list[TargetSetupShown]
    warnings: list[str]


@dataclass(frozen=True)
class ObservatoryShown:
    """An observer."""

    id: int
    name: str
    longitude: float | None
    latitude: float | None
    altitude: float | None
    aperture: float | None
    camera: str
    filters: list[str]
    observations: int


@dataclass(frozen=True)
class ObservatoryPage:
    """All observers."""

    observatories: list[ObservatoryShown]


@dataclass(frozen=True)
class PacketShown:
    """A packet of an alert stream, and what became of it."""

    packet: str
    number: int
    ivorn: str
    source: str
    received: datetime
    stream: str
    role: str
    kind: str
    reason: str
    rules: str
    alert_id: int | None
    ra: float | None
    dec: float | None
    position_err: float | None
    page: str
    raw: str


@dataclass(frozen=True)
class PacketPage:
    """Packets, and where the next ones are."""

    packets: list[PacketShown]
    next: str | None = None


@dataclass(frozen=True)
class PeriodFound:
    """The period that folds a light curve best, by a Lomb-Scargle periodogram."""

    period: float
    power: float
    false_alarm: float
    shortest: float
    points: int


@dataclass(frozen=True)
class Points:
    """A light curve as equally long columns, for drawing."""

    name: str
    id: list[int]
    mjd: list[float]
    mag: list[float]
    err: list[float]
    label: list[str]
    look: list[int]
    calibration: list[str]
    exposure: list[float]
    comment: list[str]


@dataclass(frozen=True)
class Problem:
    """Why a request is not served (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str = ""
    job: str | None = None


@dataclass(frozen=True)
class TargetShown:
    """A target."""

    id: int
    name: str
    ra: float
    dec: float
    published: datetime
    url: str
    position_err: float | None
    aliases: list[str]
    events: list[str]
    classification: str
    status: str
    observations: int
    page: str
    light_curve: str


@dataclass(frozen=True)
class TargetPage:
    """Targets, and where the next ones are."""

    targets: list[TargetShown]
    read_as: str
    next: str | None = None
