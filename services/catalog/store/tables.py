"""The local tables of survey stars.

A table is one file, mapped into memory. Loading writes a new file and then switches
``current.json`` over, so a reader sees the old table or the new one, never half of
it.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.table import Rows, bands_of, merged, moving, rows_of

__all__ = ["SurveyTables", "replace_file"]


class SurveyTables:
    """The tables of the surveys that an operator loaded, under the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "surveys"

    def surveys(self) -> list[str]:
        """Return the names of the surveys that have stars here."""
        return sorted(path.parent.name for path in self._folder.glob("*/current.json"))

    def rows(self, survey: str) -> Rows:
        """Return a survey's table, mapped into memory."""
        file = self.current(survey)["file"]
        found: Rows = np.load(self._folder / survey / file, mmap_mode="r")
        return found

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
        old = [self.rows(survey)] if known else []
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
        replace_file(folder / name, lambda file: np.save(file, rows))
        replace_file(folder / "current.json", lambda file: file.write(text))
        for path in folder.glob("stars-*.npy"):
            if path.name != name:
                path.unlink()


def replace_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file whole or not at all."""
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
