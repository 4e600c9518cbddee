"""What the API takes: the other half of the source of ``docs/openapi.yaml``."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.alerts import DecisionKind

__all__ = [
    "LightCurveQuery",
    "NewTarget",
    "ObservationQuery",
    "OtherWay",
    "PacketQuery",
    "PeriodQuery",
    "TargetQuery",
    "UploadOrder",
]


class _Query(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TargetQuery(_Query):
    """Which targets."""

    search: str = Field(
        default="",
        max_length=128,
        description="a name, part of it, or RA Dec [deg or h:m:s d:m:s] and a radius",
    )
    observed: bool = Field(default=False, description="only those with observations")
    classification: str = Field(default="", max_length=60, description="part of it")
    stream: str = Field(default="", max_length=60, description="as Gaia")
    since: date | None = Field(default=None, description="published then or later")
    until: date | None = Field(default=None, description="published before")
    before: int | None = Field(
        default=None, ge=1, lt=2**53, description="only numbers below: the next page"
    )
    limit: int = Field(default=20, ge=1, le=1000)


class NewTarget(_Query):
    """A target to be added."""

    name: str = Field(min_length=1, max_length=128, description="as ivo://Gaia16aye")
    ra: float = Field(ge=0, lt=360, description="[deg], ICRS")
    dec: float = Field(ge=-90, le=90, description="[deg], ICRS")
    url: str = Field(default="", max_length=1000)
    move: bool = Field(
        default=False, description="move your own target that stands elsewhere"
    )


class PacketQuery(_Query):
    """Which packets."""

    kind: DecisionKind | Literal[""] = ""
    stream: str = Field(default="", max_length=60)
    before: int | None = Field(
        default=None, ge=1, lt=2**53, description="only numbers below: the next page"
    )
    limit: int = Field(default=50, ge=1, le=500)


class ObservationQuery(_Query):
    """Which observations."""

    target: str | None = Field(default=None, max_length=128)
    observatory: int | None = Field(default=None, ge=1, lt=2**53)
    since: float | None = Field(default=None, description="at or after, MJD [d]")
    until: float | None = Field(default=None, description="before, MJD [d]")
    before: int | None = Field(
        default=None, ge=1, lt=2**53, description="only numbers below: the next page"
    )
    limit: int = Field(default=100, ge=1, le=1000)


class LightCurveQuery(_Query):
    """Which points of a light curve."""

    band: str | None = Field(default=None, max_length=32)
    observer: int | None = Field(default=None, ge=0, lt=2**53)
    since: float | None = Field(default=None, description="at or after, MJD [d]")
    until: float | None = Field(default=None, description="before, MJD [d]")
    since_id: int = Field(
        default=0, ge=0, lt=2**53, description="only numbers above: what is new"
    )


class OtherWay(_Query):
    """How to calibrate an upload of one's own again; what is left out stays."""

    filter: str = Field(default="", description="no, SURVEY/BAND, any/BAND, SURVEY/any")
    match_radius: float | None = Field(default=None, description="[arcsec]")
    keep: bool = Field(default=False, description="store it; else a dry run")


class PeriodQuery(_Query):
    """Which periods to look for."""

    shortest: float = Field(default=0.02, ge=0.001, le=1000, description="[d]")
    longest: float = Field(
        default=0, ge=0, le=100_000, description="[d]; 0: half the span of the points"
    )


class UploadOrder(_Query):
    """The star list of an image, or the image itself, and how to calibrate it."""

    catalogue: Annotated[
        str,
        Field(
            description="SExtractor ASCII, FITS table, FITS-LDAC or a FITS image",
            json_schema_extra={
                "format": "binary",
                "contentMediaType": "application/octet-stream",
            },
        ),
    ]
    target: str = Field(
        default="",
        max_length=128,
        description="its name; empty: the one target that lies in the image",
    )
    mjd: float | None = Field(
        default=None, description="[d], UTC, mid-exposure; absent: as the header says"
    )
    exposure_time: float = Field(
        default=0, ge=0, description="[s]; absent: as the header says"
    )
    match_radius: float = Field(default=2, ge=0.3, le=10, description="[arcsec]")
    filter: str = Field(
        default="no", description="no, SURVEY/BAND, any/BAND, SURVEY/any"
    )
    dry_run: bool = False
    comment: str = ""
    used_filter: str = Field(
        default="", description="of the image, as V or SDSS r; else its header's"
    )
    colour: str = Field(default="", description="the target's, as g-r=0.45")
    scale: float | None = Field(
        default=None,
        gt=0,
        le=60,
        description="of an image [arcsec/px]; else any",
    )
    gain: float | None = Field(
        default=None, gt=0, description="of an image [electron/ADU]; else its header's"
    )
    saturation: float | None = Field(
        default=None,
        gt=0,
        description="of an image [ADU]; else its header's",
    )
    extension: str = Field(
        default="", description="which image of several: number or name"
    )
    plane: str = Field(default="", description="of a colour image: R, G or B")
