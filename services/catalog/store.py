"""Survey definitions, and the local tables of survey stars.

A table is one file, mapped into memory. Loading writes a new file and then switches
``current.json`` over, so a reader sees the old table or the new one, never half of
it.
"""

import hashlib
import json
import os
import tomllib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import IO, Any

import numpy as np

from services.catalog.domain.healpix import shared_cone
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Band, Survey
from services.catalog.domain.table import (
    Rows,
    bands_of,
    cut_cone,
    merged,
    moving,
    rows_of,
)
from services.catalog.domain.transformation import Transformation, transformed

__all__ = ["SurveyTables", "read_definitions"]

_BUILT_IN = Path(__file__).parent / "surveys"


def read_definitions(further: Path | None = None) -> dict[str, Survey]:
    """Return the surveys defined in the TOML files here and in a further folder."""
    folders = [_BUILT_IN] if further is None else [_BUILT_IN, further]
    paths = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    surveys = [_survey(tomllib.loads(path.read_text("utf-8"))) for path in paths]
    return {survey.name: survey for survey in surveys}


def _survey(definition: Mapping[str, Any]) -> Survey:
    measured = {
        name: Band(band["system"], tuple(band["colour"]) if "colour" in band else None)
        for name, band in definition["bands"].items()
    }
    made = {
        name: _transformed_band(formula)
        for name, formula in definition.get("transformed", {}).items()
    }
    return Survey(
        name=definition["name"],
        title=definition["title"],
        bands=measured | made,
        epoch=definition.get("epoch", 2000.0),
        lists_variables=definition.get("lists_variables", False),
    )


def _transformed_band(formula: Mapping[str, Any]) -> Band:
    blue, red = formula["colour"]
    low, high = formula["valid"]
    made_by = Transformation(
        base=formula["base"],
        colour=(blue, red),
        coefficients=tuple(formula["coefficients"]),
        valid=(low, high),
        scatter=formula["scatter"],
        source=formula["source"],
    )
    return Band(formula["system"], (blue, red), made_by)


class SurveyTables:
    """The stars of every loaded survey, under the data folder."""

    def __init__(
        self, data_dir: Path, definitions: Mapping[str, Survey], cached_cones: int
    ) -> None:
        self._folder = data_dir / "surveys"
        self._definitions = definitions
        self._cached_cones = cached_cones
        self._cones: OrderedDict[tuple[Any, ...], ReferenceStars] = OrderedDict()
        self._one_at_a_time = Lock()

    def surveys(self) -> list[str]:
        """Return the names of the surveys that have stars here."""
        return sorted(path.parent.name for path in self._folder.glob("*/current.json"))

    def around(
        self, ra: float, dec: float, radius: float, epoch: float
    ) -> dict[str, ReferenceStars]:
        """Return, per survey, the stars of a cone [deg] and some beyond its rim.

        They are where they were in that quarter of a Julian year, with the bands
        that can be made beside the measured ones. Neighbouring cones are answered
        with the same stars and matching tree.
        """
        cone = shared_cone(ra, dec, radius)
        quarter = round(4 * epoch) / 4
        return {
            survey: self._cached(survey, *cone, quarter) for survey in self.surveys()
        }

    def cone(self, survey: str, ra: float, dec: float, radius: float) -> ReferenceStars:
        """Return the stars of one survey within a radius [deg] of a position.

        A survey that is not loaded has none.
        """
        if survey not in self.surveys():
            return ReferenceStars(np.empty(0), np.empty(0), {}, {})
        return cut_cone(self._rows(survey), ra, dec, radius)

    def _cached(
        self, survey: str, ra: float, dec: float, radius: float, epoch: float
    ) -> ReferenceStars:
        entry = self.current(survey)
        epoch = epoch if entry.get("moving") else self._definition(survey).epoch
        key = (survey, entry["file"], ra, dec, radius, epoch)
        with self._one_at_a_time:
            if key not in self._cones:
                stars = cut_cone(self._rows(survey), ra, dec, radius)
                self._cones[key] = self._prepared(survey, stars, epoch)
            self._cones.move_to_end(key)
            if len(self._cones) > self._cached_cones:
                self._cones.popitem(last=False)
            return self._cones[key]

    def _prepared(
        self, survey: str, stars: ReferenceStars, epoch: float
    ) -> ReferenceStars:
        definition = self._definition(survey)
        formulae = {
            name: band.made_by
            for name, band in definition.bands.items()
            if band.made_by is not None
        }
        return transformed(stars.moved(epoch - definition.epoch), formulae)

    def _definition(self, survey: str) -> Survey:
        return self._definitions.get(survey, Survey(survey))

    def _rows(self, survey: str) -> Rows:
        file = self.current(survey)["file"]
        rows: Rows = np.load(self._folder / survey / file, mmap_mode="r")
        return rows

    def current(self, survey: str) -> dict[str, Any]:
        """Return file, stars, bands and sources of a survey's table.

        Raises
        ------
        FileNotFoundError
            The survey has no stars here.
        """
        text = (self._folder / survey / "current.json").read_text("utf-8")
        entry: dict[str, Any] = json.loads(text)
        return entry

    def add(self, survey: str, stars: ReferenceStars, source: str) -> int:
        """Add stars to a survey's table; return how many it has now.

        Parameters
        ----------
        survey
            Name of the survey.
        stars
            The stars to add; one at the very position of a known star is left out.
        source
            Digest of the file they are from; the same one is added once.
        """
        known = survey in self.surveys()
        sources = self.current(survey)["sources"] if known else []
        if source in sources:
            return int(self.current(survey)["stars"])
        old = [self._rows(survey)] if known else []
        rows = merged([*old, rows_of(stars)])
        self._switch(survey, rows, [*sources, source])
        return len(rows)

    def _switch(self, survey: str, rows: Rows, sources: Sequence[str]) -> None:
        folder = self._folder / survey
        folder.mkdir(parents=True, exist_ok=True)
        name = f"stars-{hashlib.sha256(''.join(sources).encode()).hexdigest()[:16]}.npy"
        entry = {
            "file": name,
            "stars": len(rows),
            "bands": bands_of(rows),
            "moving": moving(rows),
            "sources": list(sources),
        }
        text = json.dumps(entry, indent=1).encode()
        _replace(folder / name, lambda file: np.save(file, rows))
        _replace(folder / "current.json", lambda file: file.write(text))
        for path in folder.glob("stars-*.npy"):
            if path.name != name:
                path.unlink()


def _replace(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
