"""The environment of catalog."""

from pathlib import Path

from pydantic import Field

from shared.settings import ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """Where surveys are, and how much of them is kept at hand."""

    surveys_dir: Path | None = Field(
        default=None, description="folder of further survey definitions (TOML)"
    )
    cached_cones: int = Field(
        default=64, ge=1, description="cones kept in memory, least recently used go"
    )
    warm_radius: float = Field(
        default=0.25, gt=0, description="[deg] cone read when a target appears"
    )
    cone_stars: int = Field(
        default=20_000, ge=1, description="most stars listed in one answer"
    )
