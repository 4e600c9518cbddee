"""The environment of the calibrator."""

from pydantic import Field

from shared.settings import ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """When a calibration is refused."""

    min_stars: int = Field(default=5, ge=3, description="fewest stars of a fit")
    max_scatter: float = Field(
        default=1.5, gt=0, description="[mag] largest scatter of an honest fit"
    )
    network_pause: float = Field(
        default=1.0,
        ge=0,
        le=5,
        description="[s] a light curve gathers points before it is solved",
    )
    max_outliers: float = Field(
        default=0.5, gt=0, le=1, description="largest fraction of rejected stars"
    )
