"""Cones out of local tables and, if asked, of a remote service."""

from collections.abc import Mapping
from pathlib import Path

from services.catalog.cones import ConeStore
from services.catalog.domain.survey import Survey
from services.catalog.remote.fetcher import Fetcher
from services.catalog.remote.stars_in_tiles import RemoteStars
from services.catalog.store.tables import SurveyTables
from services.catalog.store.tiles import TileStore

__all__ = ["cones_of"]


def cones_of(
    folder: Path,
    definitions: Mapping[str, Survey] | None = None,
    *,
    tiles: TileStore | None = None,
    fetcher: Fetcher | None = None,
    patience: float = 20.0,
) -> ConeStore:
    tiles = tiles or TileStore(folder, 100, 10**9)
    fetcher = fetcher or Fetcher([], {}, at_once=1, shelf=tiles)
    return ConeStore(
        definitions or {},
        SurveyTables(folder),
        RemoteStars(definitions or {}, tiles, fetcher, patience),
        cached_cones=64,
    )
