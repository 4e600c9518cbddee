"""The environment of imager."""

from pydantic import Field

from shared.settings import ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """What measuring one image may take."""

    prefetch: int = Field(
        default=1, ge=1, description="images fetched at once: each is on disk meanwhile"
    )
    measurers: int = Field(
        default=1, ge=1, description="processes that measure images, a core each"
    )
    measure_time: float = Field(
        default=60.0, gt=0, description="[s] that measuring one image may take"
    )
    measure_memory: int = Field(
        default=3_000_000_000,
        ge=1_000_000_000,
        description="[bytes] of one such process; 50 million pixels take 1.6 billion",
    )
