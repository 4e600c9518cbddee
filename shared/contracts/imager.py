"""What imager says: what an image shows, or why nothing can be measured on it."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.base import Contract, Event
from shared.contracts.ingest import StarList
from shared.contracts.values import (
    Column,
    Declination,
    ForcedMagnitude,
    Frame,
    RightAscension,
)

__all__ = [
    "Corner",
    "Half",
    "ImageFiles",
    "ImageMeasured",
    "ImageQuality",
    "ImageRejected",
    "PlateSolution",
    "SeenStars",
]

_BLOB = r"^([0-9a-f]{64})?$"


class ImageFiles(Contract):
    """What was made of an image: SHA-256 in the blob store, empty where nothing."""

    preview: str = Field(default="", pattern=_BLOB, description="WebP, grey")
    cutout: str = Field(default="", pattern=_BLOB, description="WebP, the target's")
    star_list: str = Field(default="", pattern=_BLOB, description="FITS_LDAC")
    star_text: str = Field(default="", pattern=_BLOB, description="ASCII_HEAD")
    plate_header: str = Field(
        default="", pattern=_BLOB, description="FITS header with TAN-SIP, as text"
    )


class Corner(Contract):
    """A corner of the image on the sky."""

    ra: RightAscension
    dec: Declination


class PlateSolution(Contract):
    """Where on the sky the image is, and how sure that is."""

    how: Literal["header", "hinted", "blind"] = Field(
        description="the header's own was confirmed; its scale was known; nothing was"
    )
    matched: int = Field(ge=0, description="stars that agree")
    rms: float = Field(ge=0, description="of their distances [arcsec]")
    log_p: float = Field(description="log10 of the chance that it is an accident")
    spread: float = Field(
        ge=0, le=1, description="part of the quarters with such stars"
    )
    scale: float = Field(gt=0, description="[arcsec/px]")
    up: float = Field(description="position angle of the image's y axis [deg]")
    parity: Literal[-1, 1] = Field(description="1: as on the sky; −1: mirrored")
    order: int = Field(ge=1, description="of the polynomial")
    corners: tuple[Corner, ...] = Field(description="counter-clockwise from pixel 0, 0")
    header_off: float | None = Field(
        default=None,
        description="by how much the header's positions were wrong [arcsec]",
    )


class Half(Contract):
    """Size of the stars in a part of the image."""

    x: float = Field(description="middle of that part [px]")
    y: float = Field(description="[px]")
    hfd: float = Field(ge=0, description="half-flux diameter [px]")
    stars: int = Field(ge=1)


class ImageQuality(Contract):
    """What an image is like."""

    width: int = Field(ge=1, description="[px]")
    height: int = Field(ge=1, description="[px]")
    binning: int = Field(default=1, description="pixels of the file along one of these")
    stars: int = Field(ge=0, description="that were measured")
    sources: int = Field(ge=0, description="that stand out of the sky")
    hfd: float = Field(ge=0, description="half-flux diameter [px]")
    elongation: float = Field(ge=0, description="longer over shorter axis")
    sky: float = Field(description="[ADU]")
    noise: float = Field(ge=0, description="of a pixel of sky [ADU]")
    noise_ratio: float = Field(ge=0, description="errors over those of single pixels")
    gain: float | None = Field(default=None, description="[electron/ADU]")
    gain_source: str = Field(default="", description="header, sky; empty: not known")
    saturation: float | None = Field(default=None, description="[ADU]")
    left_out: Mapping[str, int] = Field(
        default_factory=dict, description="sources that are no stars, by the reason"
    )
    growth: tuple[tuple[float, float], ...] = Field(
        default=(), description="radius [px], and share of the light within"
    )
    field: tuple[Half, ...] = Field(default=(), description="the stars' size over it")


class SeenStars(Contract):
    """Where stars are on the image, equally long columns."""

    x: Column = Field(description="[px], from 0 in the middle of the first pixel")
    y: Column = Field(description="[px]")
    mag: Column = Field(default=b"", description="[mag]")
    quality: Column = Field(default=b"", description="as of a list of stars")
    why: Column = Field(
        default=b"",
        description="why it is left out: 1 a hot pixel or a cosmic ray, 2 too faint",
    )


class ImageMeasured(Event):
    """An image became a list of stars, and the target was measured at its place."""

    key: ClassVar[str] = "image.measured.v1"

    frame: Frame
    stars: StarList
    forced: ForcedMagnitude
    plate: PlateSolution
    quality: ImageQuality
    files: ImageFiles
    charted: SeenStars = Field(
        description="reference stars where the image should show them"
    )
    left: SeenStars | None = Field(default=None, description="sources left out")
    warnings: tuple[str, ...] = ()


class ImageRejected(Event):
    """Nothing can be measured on the image; what is known of it is told."""

    key: ClassVar[str] = "image.rejected.v1"

    frame: Frame
    message: str = Field(max_length=100, description="one sentence for the observer")
    hint: str = Field(default="", description="what to do about it")
    stage: Literal["file", "stars", "plate", "target"] = Field(
        description="at which it ended"
    )
    quality: ImageQuality | None = None
    plate: PlateSolution | None = None
    files: ImageFiles = ImageFiles()
    seen: SeenStars | None = None
    left: SeenStars | None = Field(default=None, description="sources left out")
    warnings: tuple[str, ...] = ()
