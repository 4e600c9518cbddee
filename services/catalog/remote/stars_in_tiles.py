"""Stars of remote surveys: in tiles here, or yet to be fetched."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from typing import NamedTuple

from services.catalog.domain.cone import Cone
from services.catalog.domain.healpix import tiles_of
from services.catalog.domain.remote import RemoteTable
from services.catalog.domain.survey import Survey
from services.catalog.domain.table import Rows
from services.catalog.remote.fetcher import Fetcher
from services.catalog.store.tiles import TileStore

__all__ = ["Kept", "RemoteStars"]


class Kept(NamedTuple):
    """What is here of a survey's stars in a cone.

    Attributes
    ----------
    moving
        Whether they have proper motions.
    stamp
        What changes whenever the stars do.
    lacking
        Whether tiles are not here that somebody may have.
    """

    moving: bool
    stamp: object
    lacking: bool = False


class RemoteStars:
    """The tiles of the surveys whose definitions say where to fetch them."""

    def __init__(
        self,
        definitions: Mapping[str, Survey],
        tiles: TileStore,
        fetcher: Fetcher,
        patience: float,
    ) -> None:
        self._tables = {
            name: survey.remote
            for name, survey in definitions.items()
            if survey.remote is not None
        }
        self._tiles = tiles
        self._fetcher = fetcher
        self._patience = patience

    def surveys(self) -> list[str]:
        """Return the names of the surveys."""
        return list(self._tables)

    def _wanted(self, table: RemoteTable, cone: Cone) -> list[int]:
        """Return the tiles of a cone that somebody may have."""
        if not self._fetcher.reaches(table) or not table.covers(cone):
            return []
        return list(tiles_of(cone))

    def fetch(self, surveys: Iterable[str], cone: Cone) -> None:
        """Fetch what is missing or old; wait for the missing, not for too long."""
        missing: list[Future[bool]] = []
        for survey in surveys:
            table = self._tables[survey]
            for tile in self._wanted(table, cone):
                if self._tiles.is_fresh(survey, table, tile):
                    continue
                flight = self._fetcher.fetch(survey, table, tile)
                if self._tiles.kept_at(survey, table, tile) is None:
                    missing.append(flight)
        wait(missing, timeout=self._patience)

    def kept(self, survey: str, cone: Cone) -> Kept:
        """Return what is here of a cone."""
        table = self._tables[survey]
        kept = self._tiles.all_kept_at(survey, table, tiles_of(cone))
        lacking = None in kept and bool(self._wanted(table, cone))
        return Kept(table.motion is not None, (table.version, kept), lacking)

    def read(self, survey: str, cone: Cone, cuts: list[float]) -> Iterator[Rows]:
        """Yield the rows of the tiles that are here; their cuts [mag] are noted."""
        for tile in tiles_of(cone):
            found = self._tiles.read(survey, self._tables[survey], tile)
            if found is not None:
                cuts.append(found[1])
                yield found[0]
