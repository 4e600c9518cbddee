"""The local tables of survey stars.

A table is one file, mapped into memory. Loading writes a new file and then switches
``current.json`` over, so a reader sees the old table or the new one, never half of
it.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import numpy as np

from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.table import Rows, bands_of, moving
from services.catalog.store.bulk import Progress, sorted_rows
from services.catalog.store.whole_file import replace_file

__all__ = ["SurveyTables", "write_rows"]


_BUCKETS = "loading"
_SHARED = "shared"


class SurveyTables:
    """The tables of the surveys that an operator loaded, under the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "surveys"
        self._entries: dict[str, tuple[tuple[int, int], dict[str, Any]]] = {}

    def surveys(self) -> list[str]:
        """Return the names of the surveys that have stars here."""
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 - hot
        except FileNotFoundError:
            return []
        return sorted(name for name in names if self._current(name).exists())

    def _current(self, survey: str) -> Path:
        return self._folder / survey / "current.json"

    def rows(self, survey: str) -> Rows:
        """Return a survey's table, mapped into memory."""
        try:
            return self._mapped(survey)
        except FileNotFoundError:  # a loader switched over in between
            return self._mapped(survey)

    def _mapped(self, survey: str) -> Rows:
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
        path = self._current(survey)
        state = path.stat()
        switched = state.st_ino, state.st_mtime_ns
        known = self._entries.get(survey)
        if known is None or known[0] != switched:
            known = switched, json.loads(path.read_text("utf-8"))
            self._entries[survey] = known
        return known[1]

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
        return self.load(survey, [stars], source)

    def load(
        self,
        survey: str,
        batches: Iterable[ReferenceStars],
        source: str,
        progress: Progress = lambda _: None,
    ) -> int:
        """Add stars batch by batch, in bounded memory; see ``add``."""
        folder = self._folder / survey
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            known = survey in self.surveys()
            sources = self.current(survey)["sources"] if known else []
            if source in sources:
                return int(self.current(survey)["stars"])
            old = [self.rows(survey)] if known else []
            rows = sorted_rows(batches, old, folder / _BUCKETS, progress)
            return self._switch(folder, rows, [*sources, source])

    def _switch(
        self, folder: Path, parts: Iterator[Rows], sources: Sequence[str]
    ) -> int:
        """Write a new table, then let readers see it; return how many stars it has."""
        name = f"stars-{uuid4().hex[:16]}.npy"
        layout, count = write_rows(folder / name, parts)
        if not count:  # no stars are no table: nobody could cut a cone from it
            (folder / name).unlink()
            return 0
        sample = np.empty(0, dtype=layout)
        entry = {
            "file": name,
            "stars": count,
            "bands": bands_of(sample),
            "moving": moving(sample),
            "sources": list(sources),
            "loaded": time.time(),
        }
        self._announce(folder, entry)
        return count

    def is_shared(self, survey: str) -> bool:
        """Tell whether the present table is known to be in the store too."""
        try:
            marked = (self._folder / survey / _SHARED).read_text("ascii")
        except FileNotFoundError:
            return False
        return bool(marked == self.current(survey)["file"])

    def mark_shared(self, survey: str, file: str) -> None:
        """Remember that a table is in the store too."""
        text = file.encode("ascii")
        replace_file(self._folder / survey / _SHARED, lambda out: out.write(text))

    def path(self, survey: str, file: str) -> Path:
        """Return where a table's file is."""
        return self._folder / survey / file

    def adopt(self, survey: str, entry: Mapping[str, Any], table: Path) -> None:
        """Take a table that another process loaded; its file is moved here."""
        folder = self._folder / survey
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            table.replace(folder / entry["file"])
            self._announce(folder, dict(entry))
            self.mark_shared(survey, entry["file"])

    def drop(self, survey: str) -> None:
        """Forget a survey's table."""
        folder = self._folder / survey
        if folder.exists():
            with _alone(folder):
                (folder / "current.json").unlink(missing_ok=True)
                for path in folder.glob("stars-*.npy"):
                    path.unlink()

    def _announce(self, folder: Path, entry: Mapping[str, Any]) -> None:
        """Let readers see a table, and clear away the one before."""
        text = json.dumps(entry, indent=1).encode()
        replace_file(folder / "current.json", lambda file: file.write(text))
        for path in folder.glob("stars-*.npy"):
            if path.name != entry["file"]:
                path.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process load a survey at a time; clear away what a killed one left."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for path in (folder / _BUCKETS, *folder.glob("*.part")):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        yield


def write_rows(path: Path, parts: Iterator[Rows]) -> tuple[np.dtype[Any], int]:
    """Write rows as one array, part by part; return their layout and how many."""
    layout, count = np.dtype([]), 0

    def write(file: IO[bytes]) -> None:
        nonlocal layout, count
        for rows in parts:
            if not count:
                layout = rows.dtype
                _write_head(file, layout, 0)
            file.write(rows.tobytes())
            count += len(rows)
        file.seek(0)
        _write_head(file, layout, count)  # as long as before: numpy leaves room

    replace_file(path, write)
    return layout, count


def _write_head(file: IO[bytes], layout: np.dtype[Any], count: int) -> None:
    head = {
        "descr": np.lib.format.dtype_to_descr(layout),
        "fortran_order": False,
        "shape": (count,),
    }
    np.lib.format.write_array_header_2_0(file, head)
