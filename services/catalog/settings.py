"""The environment of catalog."""

from pathlib import Path

from pydantic import Field

from shared.settings import Listed, ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """Where surveys are, and how much of them is kept at hand."""

    surveys_dir: Path | None = Field(
        default=None, description="folder of further survey definitions (TOML)"
    )
    share_tables: bool = Field(
        default=True,
        description="keep loaded tables in the store too, for all catalogs",
    )
    cached_cones: int = Field(
        default=64, ge=1, description="cones kept in memory, least recently used go"
    )
    warm_radius: float = Field(
        default=0.25, gt=0, description="[deg] cone read when a target appears"
    )
    warm_an_hour: int = Field(
        default=100, ge=1, description="new targets whose stars are fetched at once"
    )
    survey_an_hour: int = Field(
        default=500, ge=1, description="new targets whose places are looked at at once"
    )
    tap_services: Listed = Field(
        default=("https://tapvizier.cds.unistra.fr/TAPVizieR/tap",),
        description="TAP services with VizieR's tables, mirrors in order; empty: none",
    )
    footprints: str = Field(
        default="https://cdsarc.cds.unistra.fr/viz-bin/moc",
        description="service with the MOCs of VizieR's tables; empty: none",
    )
    contact: str = Field(
        default="", description="whom a service may write to about our requests"
    )
    fetches_at_once: int = Field(
        default=4, ge=1, description="requests to remote services at the same time"
    )
    fetch_timeout: float = Field(
        default=60.0, gt=0, description="[s] that one request may take"
    )
    fetch_patience: float = Field(
        default=15.0, gt=0, description="[s] that an upload waits for remote stars"
    )
    fetch_stars: int = Field(
        default=500_000, ge=1, description="most stars of a tile, else it is cut"
    )
    tile_days: float = Field(
        default=180.0, gt=0, description="[d] before a tile is fetched again"
    )
    tile_bytes: int = Field(
        default=5_000_000_000, ge=1, description="[bytes] of all tiles on disk"
    )
    cone_stars: int = Field(
        default=20_000, ge=1, description="most stars listed in one answer"
    )
