"""A table of words, as it stands in a file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.nulls import is_null
from shared.kernel.arrays import FloatArray

__all__ = ["NamedRows"]


@dataclass(frozen=True)
class NamedRows:
    """The words of a table, row by row, and the names of its columns."""

    names: Sequence[str]
    rows: Sequence[Sequence[str]]

    def column(self, place: int) -> list[str]:
        """Return the words of a column; a short row has none."""
        return [row[place].strip() if place < len(row) else "" for row in self.rows]

    def numbers(self, place: int, name: str) -> FloatArray:
        """Return a column, NaN where nothing was measured.

        Raises
        ------
        UnreadableFileError
            A word is no number.
        """
        words = self.column(place)
        try:
            return np.array(words, dtype=np.float64)
        except ValueError:
            return np.array([_number(word, name) for word in words])


def _number(word: str, name: str) -> float:
    if not word or is_null(word):
        return float("nan")
    try:
        return float(word)
    except ValueError as fault:
        raise UnreadableFileError(f"{word[:20]} is no number for {name}.") from fault
