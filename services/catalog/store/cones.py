"""Cones of reference stars: from loaded tables, else from tiles of remote surveys."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from services.catalog.domain.healpix import shared_cone, tiles_of
from services.catalog.domain.remote import RemoteTable
from services.catalog.domain.sky import Sky
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import ANY_SURVEY, Survey
from services.catalog.domain.table import MOST, Rows, cut_cone
from services.catalog.domain.transformation import transformed
from services.catalog.remote.fetcher import Fetcher
from services.catalog.store.tables import SurveyTables
from services.catalog.store.tiles import TileStore

__all__ = ["ConeStore"]

_FETCHED = 0.3
_CACHED_STARS = 3_000_000
_NOTHING = ReferenceStars(np.empty(0), np.empty(0), {}, {})


class _Cone(NamedTuple):
    """Stars of a survey; fainter ones than the cut [mag] are left out, NaN: none."""

    stars: ReferenceStars
    cut: float


class ConeStore:
    """The stars of every survey around a place, with those that are warm in memory."""

    def __init__(
        self,
        definitions: Mapping[str, Survey],
        tables: SurveyTables,
        tiles: TileStore,
        fetcher: Fetcher,
        *,
        cached_cones: int,
        patience: float,
        most: int = MOST,
    ) -> None:
        self._definitions = definitions
        self._tables = tables
        self._tiles = tiles
        self._fetcher = fetcher
        self._cached_cones = cached_cones
        self._patience = patience
        self._most = most
        self._cones: OrderedDict[tuple[Any, ...], _Cone] = OrderedDict()
        self._one_at_a_time = Lock()

    def around(
        self, ra: float, dec: float, radius: float, epoch: float, *, fetch: bool = True
    ) -> Sky:
        """Return what the surveys know of a cone [deg] and some beyond its rim.

        Stars are where they were in that quarter of a Julian year, with the bands
        that can be made beside the measured ones. Neighbouring cones are answered
        with the same stars and matching tree. Of a remote survey that does not answer
        in time there is what is here; what comes later is kept for the next time.
        Without ``fetch`` only what is here is used.
        """
        cone = shared_cone(ra, dec, radius)
        if fetch:
            self._fetch(*cone)
        quarter = round(4 * epoch) / 4
        lacked = self._lacking(*cone)
        found = {name: self._cached(name, *cone, quarter) for name in self._names()}
        lacking = dict.fromkeys([*lacked, *self._lacking(*cone)])
        loaded = self.surveys()
        return Sky(
            {
                name: one.stars
                for name, one in found.items()
                if name in loaded or len(one.stars)
            },
            tuple(lacking),
            {name: one.cut for name, one in found.items() if np.isfinite(one.cut)},
        )

    def surveys(self) -> list[str]:
        """Return the names of the surveys that are loaded here."""
        return self._tables.surveys()

    def _names(self) -> list[str]:
        return [*self.surveys(), *self._remote()]

    def cone(self, survey: str, ra: float, dec: float, radius: float) -> ReferenceStars:
        """Return the stars of one survey within a radius [deg] of a position.

        A survey that is neither loaded nor reached has none. For a wide cone nothing
        is fetched: anybody may ask for one, and uploads would wait behind it.
        """
        if survey not in self._names():
            return _NOTHING
        if radius <= _FETCHED:
            self._fetch(ra, dec, radius, only=survey)
        return self._here(survey, ra, dec, radius).stars

    def named_cone(
        self, survey: str, ra: float, dec: float, radius: float
    ) -> tuple[str, ReferenceStars]:
        """Return a survey and its stars in a cone [deg]; for ``any`` the richest."""
        if survey != ANY_SURVEY:
            return survey, self.cone(survey, ra, dec, radius)
        if radius <= _FETCHED:
            self._fetch(ra, dec, radius)
        found = [
            (name, self._here(name, ra, dec, radius).stars)
            for name in self._names()
            if not self._definitions.get(name, Survey(name)).lists_variables
        ]
        return max(found, key=lambda one: len(one[1]), default=(survey, _NOTHING))

    def _remote(self) -> dict[str, RemoteTable]:
        """Return the tables of surveys that are fetched, because not loaded."""
        loaded = set(self.surveys())
        return {
            name: survey.remote
            for name, survey in self._definitions.items()
            if survey.remote is not None and name not in loaded
        }

    def _wanted(
        self, table: RemoteTable, ra: float, dec: float, radius: float
    ) -> list[int]:
        """Return the tiles of a cone that somebody may have."""
        if not self._fetcher.reaches(table) or not table.covers(dec, radius):
            return []
        return [int(tile) for tile in tiles_of(ra, dec, radius)]

    def _lacking(self, ra: float, dec: float, radius: float) -> list[str]:
        """Return the remote surveys of which tiles of a cone [deg] are not here."""
        kept_at = self._tiles.kept_at
        return [
            name
            for name, table in self._remote().items()
            if any(
                kept_at(name, table, tile) is None
                for tile in self._wanted(table, ra, dec, radius)
            )
        ]

    def _fetch(self, ra: float, dec: float, radius: float, only: str = "") -> None:
        """Fetch what is missing or old; wait for the missing, not for too long."""
        missing: list[Future[bool]] = []
        for name, table in self._remote().items():
            if only and name != only:
                continue
            for tile in self._wanted(table, ra, dec, radius):
                if self._tiles.is_fresh(name, table, tile):
                    continue
                flight = self._fetcher.fetch(name, table, tile)
                if self._tiles.kept_at(name, table, tile) is None:
                    missing.append(flight)
        wait(missing, timeout=self._patience)

    def _cached(
        self, survey: str, ra: float, dec: float, radius: float, epoch: float
    ) -> _Cone:
        definition = self._definitions.get(survey, Survey(survey))
        moving, stamp = self._stamp(survey, ra, dec, radius)
        epoch = epoch if moving else definition.epoch
        key = (survey, stamp, ra, dec, radius, epoch)
        with self._one_at_a_time:
            if key not in self._cones:
                stars, cut = self._here(survey, ra, dec, radius)
                self._cones[key] = _Cone(_prepared(definition, stars, epoch), cut)
            self._cones.move_to_end(key)
            self._forget()
            return self._cones[key]

    def _forget(self) -> None:
        """Let go of the cones that were not used for longest, while there are many."""
        stars = sum(len(one.stars) for one in self._cones.values())
        while len(self._cones) > 1 and (
            len(self._cones) > self._cached_cones or stars > _CACHED_STARS
        ):
            _, gone = self._cones.popitem(last=False)
            stars -= len(gone.stars)

    def _stamp(
        self, survey: str, ra: float, dec: float, radius: float
    ) -> tuple[bool, object]:
        """Return whether the stars move, and what changes whenever they do."""
        if survey in self.surveys():
            entry = self._tables.current(survey)
            return bool(entry.get("moving")), entry["file"]
        table = self._remote()[survey]
        tiles = map(int, tiles_of(ra, dec, radius))
        kept = tuple(self._tiles.kept_at(survey, table, tile) for tile in tiles)
        return table.motion is not None, (table.version, kept)

    def _here(self, survey: str, ra: float, dec: float, radius: float) -> _Cone:
        """Return what is here of a cone, without asking anybody."""
        if survey in self.surveys():
            rows = self._tables.rows(survey)
            return _Cone(*cut_cone([rows], ra, dec, radius, self._most))
        cuts = [np.nan]
        tiles = self._read(survey, ra, dec, radius, cuts)
        stars, cut = cut_cone(tiles, ra, dec, radius, self._most)
        return _Cone(stars, float(np.fmin.reduce([*cuts, cut])))

    def _read(
        self, survey: str, ra: float, dec: float, radius: float, cuts: list[float]
    ) -> Iterator[Rows]:
        """Yield the rows of the tiles that are here; their cuts are noted."""
        table = self._remote()[survey]
        for tile in map(int, tiles_of(ra, dec, radius)):
            found = self._tiles.read(survey, table, tile)
            if found is not None:
                cuts.append(found[1])
                yield found[0]


def _prepared(
    definition: Survey, stars: ReferenceStars, epoch: float
) -> ReferenceStars:
    formulae = {
        name: band.made_by
        for name, band in definition.bands.items()
        if band.made_by is not None
    }
    moved = stars.moved(epoch - definition.epoch) if len(stars) else stars
    return transformed(replace(moved), formulae)
