"""What the calibration of an image found: values that its event carries."""

from pydantic import Field

from shared.contracts.base import Contract
from shared.contracts.values import (
    Column,
    Declination,
    RightAscension,
    SurveyName,
    TargetColour,
)

__all__ = [
    "CalibratedMagnitude",
    "ColourMagnitude",
    "Detected",
    "Gradient",
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
