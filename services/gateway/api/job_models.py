"""What the API says of uploads on their way: part of ``docs/openapi.yaml``'s source."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from services.gateway.api.model import Model
from services.gateway.api.models import ObservationShown

__all__ = ["CalibrationShown", "ImageShown", "JobShown", "StageShown"]


class StageShown(Model):
    """A stage that an upload has reached."""

    stage: Literal[
        "received", "charted", "measured", "parsed", "matched", "solved", "stored"
    ]
    about: str
    at: datetime


class JobShown(Model):
    """What somebody asked for, and what became of it."""

    id: str
    state: Literal["waiting", "done", "refused"]
    message: str
    hint: str
    stages: list[StageShown]
    observation: ObservationShown | None = Field(
        default=None, description="the calibrated magnitude; number 0 for a dry run"
    )
    calibration: str | None = Field(default=None, description="its address")
    image: str | None = Field(
        default=None, description="address of what was seen on it, if it is an image"
    )
    events: str = Field(description="address of the stages as they happen")


class CalibrationShown(Model):
    """How a magnitude came about."""

    upload: str
    target: str
    mode: str
    magnitude: dict[str, Any]
    best: dict[str, Any]
    ranking: list[dict[str, Any]] = Field(description="every fit, best first")
    stars: dict[str, list[float | None]] = Field(description="equally long columns")
    helped_by: list[str] = Field(
        description="what besides the stars helped to choose the band"
    )
    runs: list[dict[str, Any]] = Field(
        description="how the zero-point runs over the image"
    )
    astrometry: dict[str, Any] | None
    warnings: list[str]


class ImageShown(Model):
    """What was seen on an image."""

    upload: str
    target: str
    measured: bool = Field(description="false where the target was not measured")
    message: str = Field(default="", description="why not")
    hint: str = ""
    forced: dict[str, Any] | None = Field(
        default=None, description="the target at its known place, instrumental"
    )
    plate: dict[str, Any] | None = Field(
        default=None, description="where on the sky the image is"
    )
    quality: dict[str, Any] | None = Field(
        default=None, description="size of the stars, sky, noise, gain"
    )
    files: dict[str, str] = Field(description="addresses of what was made of it")
    warnings: list[str]
