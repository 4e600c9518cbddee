"""The environment of ingest."""

from pydantic import Field

from shared.settings import ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """What reading one file may take."""

    readers: int = Field(default=2, ge=1, description="processes that read files")
    read_time: float = Field(
        default=20.0, gt=0, description="[s] that reading one file may take"
    )
    read_memory: int = Field(
        default=2_000_000_000, ge=500_000_000, description="[bytes] of one such process"
    )
