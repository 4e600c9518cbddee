"""What the API says: half the source of ``docs/openapi.yaml``."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.gateway.api.model import Model
from shared.contracts.alerts import DecisionKind

__all__ = [
    "BandPage",
    "BandShown",
    "Deletion",
    "MeShown",
    "ObservationPage",
    "ObservationShown",
    "ObservatoryPage",
    "ObservatoryShown",
    "PacketPage",
    "PacketShown",
    "PeriodFound",
    "Points",
    "Problem",
    "TargetPage",
    "TargetShown",
]

_Mag = Annotated[float, Field(description="[mag]")]


class Problem(Model):
    """Why a request is not served (RFC 9457)."""

    type: str = Field(description="address of an explanation")
    title: str
    status: int
    detail: str = Field(description="one sentence: what is wrong and what to do")
    code: str
    hint: str = ""
    job: str | None = Field(default=None, description="address of the job, if any")


class TargetShown(Model):
    """A target."""

    id: int
    name: str = Field(description="as ivo://Gaia16aye")
    ra: float = Field(description="[deg], ICRS")
    dec: float = Field(description="[deg], ICRS")
    published: datetime = Field(description="UTC")
    url: str
    position_err: float | None = Field(description="[arcsec]; absent if not known")
    aliases: list[str]
    events: list[str] = Field(description="IVORNs of the packets about it")
    classification: str
    status: Literal["active", "retracted", "merged"]
    observations: int
    page: str = Field(description="address for people")
    light_curve: str = Field(description="address of the light curve, CSV")


class TargetPage(Model):
    """Targets, and where the next ones are."""

    targets: list[TargetShown]
    read_as: str = Field(description="how the search was understood")
    next: str | None = None


class PacketShown(Model):
    """A packet of an alert stream, and what became of it."""

    packet: str = Field(description="SHA-256 of its bytes")
    number: int
    ivorn: str
    source: str
    received: datetime = Field(description="UTC")
    stream: str
    role: str
    kind: DecisionKind
    reason: str
    rules: str = Field(description="version of the rules")
    alert_id: int | None
    ra: float | None = Field(description="[deg], ICRS")
    dec: float | None = Field(description="[deg], ICRS")
    position_err: float | None = Field(description="[arcsec]")
    page: str = Field(description="address for people")
    raw: str = Field(description="address of the packet as it came")


class PacketPage(Model):
    """Packets, and where the next ones are."""

    packets: list[PacketShown]
    next: str | None = None


class ObservationShown(Model):
    """A calibrated point of a light curve."""

    id: int
    target: str
    mjd: float = Field(description="[d], UTC, mid-exposure")
    exposure_time: float = Field(description="[s]; 0 when not known")
    mag: float = Field(description="[mag]; as an upper limit the depth, if it is known")
    mag_err: float = Field(description="uploaded error [mag]; −1 for a limit")
    calib_err: _Mag
    total_err: float = Field(description="standard error [mag]; −1 for a limit")
    limit: bool
    depth: float | None = Field(description="5-sigma depth [mag]")
    faintest: float | None = Field(
        description="the original server's upper limit: the faintest star [mag]"
    )
    mag_for_colour: float | None = Field(description="colour term applied [mag]")
    mag_for_colour_err: float | None
    survey: str
    band: str
    system: str
    zero_point: _Mag
    zero_point_err: _Mag
    stars: int
    mode: str
    observatory: str
    observer: int = Field(description="number of the observatory")
    revision: int
    calibration: str = Field(description="number of the upload and its calibration")
    separation: float | None = Field(
        description="of the detected star from the target [arcsec]; none for a limit"
    )
    ra_detected: float | None = Field(description="[deg], ICRS")
    dec_detected: float | None = Field(description="[deg], ICRS")
    comment: str = Field(description="what the observer says")


class ObservationPage(Model):
    """Observations, and where the next ones are."""

    observations: list[ObservationShown]
    next: str | None = None


class Points(Model):
    """A light curve as equally long columns, for drawing."""

    name: str
    id: list[int]
    mjd: list[float]
    mag: list[float]
    err: list[float] = Field(description="total error [mag]; −1 for a limit")
    label: list[str] = Field(description="distinct survey/band/observatory/mode")
    look: list[int] = Field(description="which label each point has")
    calibration: list[str]
    exposure: list[float] = Field(description="[s]; 0 when not known")
    comment: list[str] = Field(description="what the observers say")


class PeriodFound(Model):
    """The period that folds a light curve best, by a Lomb-Scargle periodogram."""

    period: float = Field(description="[d]")
    power: float = Field(description="0 to 1: the part of the scatter it explains")
    false_alarm: float = Field(
        description="probability that noise alone has such a peak (Baluev 2008)"
    )
    shortest: float = Field(description="shortest period that was looked for [d]")
    points: int = Field(description="that took part")


class MeShown(Model):
    """Who asks."""

    id: int = Field(description="number of the observatory")
    name: str
    longitude: float | None = Field(description="[deg], east positive")
    latitude: float | None = Field(description="[deg]")
    may: list[str] = Field(description="read, upload, administer")
    until: datetime | None = Field(description="when the hashtag ends, UTC")


class ObservatoryShown(Model):
    """An observer."""

    id: int
    name: str
    longitude: float | None = Field(description="[deg], east positive")
    latitude: float | None = Field(description="[deg]")
    altitude: float | None = Field(description="above the sea [m]")
    aperture: float | None = Field(description="of the telescope [m]")
    camera: str
    filters: list[str] = Field(description="as the observer names them")
    observations: int


class ObservatoryPage(Model):
    """All observers."""

    observatories: list[ObservatoryShown]


class BandShown(Model):
    """A survey's band in which light curves are calibrated."""

    survey: str
    band: str


class BandPage(Model):
    """All surveys and bands in use."""

    surveys: list[BandShown]


class Deletion(Model):
    """An observation that was taken off its light curve, or put back."""

    id: int
    message: str
    job: str
