"""Which rows of a survey are good stars: conditions on its columns, as data.

The same conditions are asked of a service, of a HATS store and of a star file.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Condition", "quoted"]


@dataclass(frozen=True)
class Condition:
    """What a column, or the difference of two, must be; limits are exclusive.

    Attributes
    ----------
    column, minus
        The value is that of the first, less that of the second where one is named.
    among
        The values that are good, numbers or words; empty: all.
    unlike
        A value that is not good; a row without a value is.
    """

    column: str
    minus: str = ""
    among: tuple[float | str, ...] = ()
    unlike: float | str | None = None
    above: float = -math.inf
    below: float = math.inf

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are needed."""
        return (self.column, self.minus) if self.minus else (self.column,)

    @property
    def is_about_words(self) -> bool:
        """Tell whether the values are words, not numbers."""
        return any(isinstance(one, str) for one in (*self.among, self.unlike))

    def adql(self) -> str:
        """Return the condition as a service is asked it (ADQL 2.0)."""
        value = " - ".join(map(quoted, self.columns))
        parts = []
        if self.among:
            parts.append(f"{value} IN ({', '.join(map(_literal, self.among))})")
        if self.unlike is not None:
            other = f"{value} <> {_literal(self.unlike)}"
            parts.append(f"({value} IS NULL OR {other})")
        if self.above > -math.inf:
            parts.append(f"{value} > {_literal(self.above)}")
        if self.below < math.inf:
            parts.append(f"{value} < {_literal(self.below)}")
        return " AND ".join(parts)

    def holds(self, table: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
        """Tell which rows are good, shape (n,): words as objects, else numbers."""
        value = table[self.column]
        if self.minus:
            value = value - table[self.minus]
        good = np.ones(len(value), dtype=bool)
        if self.among:
            good &= np.isin(value.astype(object), np.array(self.among, dtype=object))
        if self.unlike is not None:
            good &= value != self.unlike
        if self.above > -math.inf:
            good &= value > self.above
        if self.below < math.inf:
            good &= value < self.below
        return good


def quoted(name: str) -> str:
    """Return a name as ADQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _literal(value: float | str) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(int(value)) if float(value).is_integer() else repr(value)
