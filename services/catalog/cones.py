"""Cones of reference stars: from loaded tables, else from tiles of remote surveys."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from services.catalog.domain.cone import Cone
from services.catalog.domain.healpix import shared_cone
from services.catalog.domain.sky import Sky
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import ANY_SURVEY, Survey
from services.catalog.domain.table import MOST, cut_cone
from services.catalog.domain.transformation import transformed
from services.catalog.remote.stars_in_tiles import Kept, RemoteStars
from services.catalog.store.tables import SurveyTables

__all__ = ["ConeStore"]

_FETCHED = 0.3
_CACHED_STARS = 2_500_000
_NOTHING = ReferenceStars.none()


class _Stars(NamedTuple):
    """Stars of a survey; fainter ones than the cut [mag] are left out, NaN: none.

    ``lacking`` tells whether some did not come.
    """

    stars: ReferenceStars
    cut: float
    lacking: bool = False


class ConeStore:
    """The stars of every survey around a place, with those that are warm in memory."""

    def __init__(
        self,
        definitions: Mapping[str, Survey],
        tables: SurveyTables,
        remote: RemoteStars,
        *,
        cached_cones: int,
        most: int = MOST,
    ) -> None:
        self._definitions = definitions
        self._tables = tables
        self._remote = remote
        self._cached_cones = cached_cones
        self._most = most
        self._cones: OrderedDict[tuple[Any, ...], _Stars] = OrderedDict()
        self._one_at_a_time = Lock()

    def around(self, cone: Cone, epoch: float, *, fetch: bool = True) -> Sky:
        """Return what the surveys know of a cone and some beyond its rim.

        Stars are where they were in that quarter of a Julian year, with the bands
        that can be made beside the measured ones. Neighbouring cones are answered
        with the same stars and matching tree. Of a remote survey that does not answer
        in time there is what is here; what comes later is kept for the next time.
        Without ``fetch`` only what is here is used.
        """
        cone = shared_cone(cone)
        loaded = self.surveys()
        distant = self._distant(loaded)
        if fetch:
            self._remote.fetch(distant, cone)
        quarter = round(4 * epoch) / 4
        found = {
            name: self._cached(name, cone, quarter, is_loaded=name in loaded)
            for name in (*loaded, *distant)
        }
        return Sky(
            {
                name: one.stars
                for name, one in found.items()
                if name in loaded or len(one.stars)
            },
            tuple(name for name, one in found.items() if one.lacking),
            {name: one.cut for name, one in found.items() if np.isfinite(one.cut)},
        )

    def surveys(self) -> list[str]:
        """Return the names of the surveys that are loaded here."""
        return self._tables.surveys()

    def _distant(self, loaded: Collection[str]) -> list[str]:
        """Return the names of the surveys that are fetched, because not loaded."""
        return [name for name in self._remote.surveys() if name not in loaded]

    def of_survey(self, survey: str, cone: Cone) -> ReferenceStars:
        """Return the stars of one survey in a cone.

        A survey that is neither loaded nor defined has none. For a wide cone nothing
        is fetched: anybody may ask for one, and uploads would wait behind it.
        """
        loaded = self.surveys()
        distant = survey in self._distant(loaded)
        if not distant and survey not in loaded:
            return _NOTHING
        if distant and cone.radius <= _FETCHED:
            self._remote.fetch([survey], cone)
        return self._here(survey, cone).stars

    def named(self, survey: str, cone: Cone) -> tuple[str, ReferenceStars]:
        """Return a survey and its stars in a cone; for ``any`` the richest."""
        if survey != ANY_SURVEY:
            return survey, self.of_survey(survey, cone)
        if cone.radius <= _FETCHED:
            self._remote.fetch(self._distant(self.surveys()), cone)
        found = [
            (name, self._here(name, cone).stars)
            for name in (*self.surveys(), *self._distant(self.surveys()))
            if not self._definitions.get(name, Survey(name)).lists_variables
        ]
        return max(found, key=lambda one: len(one[1]), default=(survey, _NOTHING))

    def _cached(
        self, survey: str, cone: Cone, epoch: float, *, is_loaded: bool
    ) -> _Stars:
        definition = self._definitions.get(survey, Survey(survey))
        before = self._kept(survey, cone, is_loaded=is_loaded)
        epoch = epoch if before.moving else definition.epoch
        key = (survey, before.stamp, cone, epoch)
        with self._one_at_a_time:
            if key in self._cones:
                self._cones.move_to_end(key)
                known = self._cones[key]
                return known._replace(lacking=before.lacking or known.lacking)
            here = self._here(survey, cone)
            after = self._kept(survey, cone, is_loaded=is_loaded)
            stars = _prepared(definition, here.stars, epoch)
            found = here._replace(stars=stars, lacking=after.lacking)
            self._cones[key] = found
            self._forget()
            return found._replace(lacking=before.lacking or found.lacking)

    def _kept(self, survey: str, cone: Cone, *, is_loaded: bool) -> Kept:
        if not is_loaded:
            return self._remote.kept(survey, cone)
        entry = self._tables.current(survey)
        return Kept(bool(entry.get("moving")), entry["file"])

    def _forget(self) -> None:
        """Let go of the cones that were not used for longest, while there are many."""
        stars = sum(len(one.stars) for one in self._cones.values())
        while len(self._cones) > 1 and (
            len(self._cones) > self._cached_cones or stars > _CACHED_STARS
        ):
            _, gone = self._cones.popitem(last=False)
            stars -= len(gone.stars)

    def _here(self, survey: str, cone: Cone) -> _Stars:
        """Return what is here of a cone, without asking anybody."""
        if survey in self.surveys():
            return _Stars(*cut_cone([self._tables.rows(survey)], cone, self._most))
        cuts = [np.nan]
        tiles = self._remote.read(survey, cone, cuts)
        stars, cut = cut_cone(tiles, cone, self._most)
        return _Stars(stars, float(np.fmin.reduce([*cuts, cut])))


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
