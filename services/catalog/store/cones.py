"""Cones of reference stars: from loaded tables, else from tiles of remote surveys."""

from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np

from services.catalog.domain.healpix import shared_cone, tiles_of
from services.catalog.domain.remote import RemoteTable
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey
from services.catalog.domain.table import cut_cone, merged
from services.catalog.domain.transformation import transformed
from services.catalog.remote.fetcher import Fetcher
from services.catalog.store.tables import SurveyTables
from services.catalog.store.tiles import TileStore

__all__ = ["ConeStore"]

_FETCHED = 0.3
_NOTHING = ReferenceStars(np.empty(0), np.empty(0), {}, {})


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
    ) -> None:
        self._definitions = definitions
        self._tables = tables
        self._tiles = tiles
        self._fetcher = fetcher
        self._cached_cones = cached_cones
        self._patience = patience
        self._cones: OrderedDict[tuple[Any, ...], ReferenceStars] = OrderedDict()
        self._one_at_a_time = Lock()

    def around(
        self, ra: float, dec: float, radius: float, epoch: float, *, fetch: bool = True
    ) -> dict[str, ReferenceStars]:
        """Return, per survey, the stars of a cone [deg] and some beyond its rim.

        They are where they were in that quarter of a Julian year, with the bands
        that can be made beside the measured ones. Neighbouring cones are answered
        with the same stars and matching tree. A remote survey that does not answer
        in time is left out; what comes later is kept for the next time. Without
        ``fetch`` only what is here is used.
        """
        cone = shared_cone(ra, dec, radius)
        if fetch:
            self._fetch(*cone)
        quarter = round(4 * epoch) / 4
        found = {name: self._cached(name, *cone, quarter) for name in self.surveys()}
        remote = {
            name: self._cached(name, *cone, quarter)
            for name, table in self._remote().items()
            if not self._missing(name, table, *cone)
        }
        return found | {name: stars for name, stars in remote.items() if len(stars)}

    def surveys(self) -> list[str]:
        """Return the names of the surveys that are loaded here."""
        return self._tables.surveys()

    def lacking(self, ra: float, dec: float, radius: float) -> list[str]:
        """Return the remote surveys of which tiles of a cone [deg] are not here."""
        cone = shared_cone(ra, dec, radius)
        tables = self._remote().items()
        return [name for name, table in tables if self._missing(name, table, *cone)]

    def cone(self, survey: str, ra: float, dec: float, radius: float) -> ReferenceStars:
        """Return the stars of one survey within a radius [deg] of a position.

        A survey that is neither loaded nor reached has none. For a wide cone nothing
        is fetched: anybody may ask for one, and uploads would wait behind it.
        """
        if survey in self.surveys():
            return cut_cone(self._tables.rows(survey), ra, dec, radius)
        table = self._remote().get(survey)
        if table is None:
            return _NOTHING
        if radius <= _FETCHED:
            self._fetch(ra, dec, radius, only=survey)
        return self._from_tiles(survey, table, ra, dec, radius)

    def named_cone(
        self, survey: str, ra: float, dec: float, radius: float
    ) -> tuple[str, ReferenceStars]:
        """Return a survey and its stars in a cone [deg]; for ``any`` the richest."""
        if survey != "any":
            return survey, self.cone(survey, ra, dec, radius)
        if radius <= _FETCHED:
            self._fetch(ra, dec, radius)
        names = (*self.surveys(), *self._remote())
        found = [
            (name, self._here(name, ra, dec, radius))
            for name in names
            if not self._definitions.get(name, Survey(name)).lists_variables
        ]
        return max(found, key=lambda one: len(one[1]), default=(survey, _NOTHING))

    def _here(
        self, survey: str, ra: float, dec: float, radius: float
    ) -> ReferenceStars:
        """Return what is here of a cone, without asking anybody."""
        if survey in self.surveys():
            return cut_cone(self._tables.rows(survey), ra, dec, radius)
        return self._from_tiles(survey, self._remote()[survey], ra, dec, radius)

    def cuts(self, ra: float, dec: float, radius: float) -> dict[str, float]:
        """Return the surveys that were cut in a crowded cone, with the cut [mag]."""
        found = {}
        for name, table in self._remote().items():
            tiles = [
                self._tiles.read(name, table, int(tile))
                for tile in tiles_of(ra, dec, radius)
            ]
            cuts = [cut for _, cut in filter(None, tiles) if np.isfinite(cut)]
            if cuts:
                found[name] = min(cuts)
        return found

    def _remote(self) -> dict[str, RemoteTable]:
        """Return the tables of surveys that are fetched, because not loaded."""
        loaded = set(self.surveys())
        return {
            name: survey.remote
            for name, survey in self._definitions.items()
            if survey.remote is not None
            and name not in loaded
            and self._fetcher.reaches(survey.remote)
        }

    def _missing(
        self, survey: str, table: RemoteTable, ra: float, dec: float, radius: float
    ) -> list[int]:
        if not table.covers(dec, radius):
            return []
        kept_at = self._tiles.kept_at
        tiles = map(int, tiles_of(ra, dec, radius))
        return [tile for tile in tiles if kept_at(survey, table, tile) is None]

    def _fetch(self, ra: float, dec: float, radius: float, only: str = "") -> None:
        """Fetch what is missing or old; wait for the missing, not for too long."""
        wanted: list[Future[bool]] = []
        for name, table in self._remote().items():
            if (only and name != only) or not table.covers(dec, radius):
                continue
            for tile in map(int, tiles_of(ra, dec, radius)):
                if self._tiles.is_fresh(name, table, tile):
                    continue
                flight = self._fetcher.fetch(name, table, tile)
                if self._tiles.kept_at(name, table, tile) is None:
                    wanted.append(flight)
        wait(wanted, timeout=self._patience)

    def _cached(
        self, survey: str, ra: float, dec: float, radius: float, epoch: float
    ) -> ReferenceStars:
        definition = self._definitions.get(survey, Survey(survey))
        moving, stamp = self._stamp(survey, ra, dec, radius)
        epoch = epoch if moving else definition.epoch
        key = (survey, stamp, ra, dec, radius, epoch)
        with self._one_at_a_time:
            if key not in self._cones:
                stars = self._here(survey, ra, dec, radius)
                self._cones[key] = _prepared(definition, stars, epoch)
            self._cones.move_to_end(key)
            if len(self._cones) > self._cached_cones:
                self._cones.popitem(last=False)
            return self._cones[key]

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

    def _from_tiles(
        self, survey: str, table: RemoteTable, ra: float, dec: float, radius: float
    ) -> ReferenceStars:
        read = [
            self._tiles.read(survey, table, int(tile))
            for tile in tiles_of(ra, dec, radius)
        ]
        parts = [rows for rows, _ in filter(None, read)]
        return cut_cone(merged(parts), ra, dec, radius) if parts else _NOTHING


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
