"""Columns of a table as a survey's authors publish it, found by their names."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.kernel.later import later

__all__ = ["columns_in", "found_as", "read_tsv"]

tables = later("astropy.table")
_ODD = re.compile(r"\W")
_RULE = re.compile(r"[-\t ]+")


def found_as(name: str, names: Iterable[str]) -> str | None:
    """Return under which of the names a column is here: its own, or that made plain.

    VizieR's ``g'mag`` becomes ``g_mag`` in some programs.
    """
    here = set(names)
    return next((one for one in (name, _ODD.sub("_", name)) if one in here), None)


def columns_in(
    table: Any, wanted: Sequence[str], alias: Callable[[int], str] = lambda _: ""
) -> dict[str, NDArray[Any]]:
    """Return columns of a table by their published names, shape (n,) each.

    Numbers are float64, NaN where there is none; words are objects, ``None`` where
    there is none. ``alias`` gives the name that the column of a place may have here.

    Raises
    ------
    KeyError
        The table lacks one; its name.
    """
    answer = {}
    for place, name in enumerate(wanted):
        here = alias(place) if alias(place) in table.colnames else None
        here = here or found_as(name, table.colnames)
        if here is None:
            raise KeyError(name)
        answer[name] = _values(table[here])
    return answer


def _values(column: Any) -> NDArray[Any]:
    """Return numbers as float64 with NaN, anything else as objects with ``None``."""
    masked = np.ma.asarray(column)
    if masked.dtype.kind in "fiub":
        return np.ma.filled(masked.astype(np.float64), np.nan)
    cells = np.ma.filled(masked.astype(object), None)
    return _of_cells(["" if cell is None else str(cell).strip() for cell in cells])


def _of_cells(cells: Sequence[str]) -> NDArray[Any]:
    try:
        return np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        return np.array([cell or None for cell in cells], dtype=object)


def read_tsv(content: bytes) -> Any:
    """Return the first table (astropy's) of tab-separated values, as VizieR writes.

    Comments, a line of units and a ruled line below the names are left out; where
    nothing stands between two tabs, there is no value.

    Raises
    ------
    ValueError
        There is no table, or a line has too few or too many values.
    """
    lines = _lines_of_first_table(content.decode("utf-8", "replace"))
    if not lines:
        raise ValueError("there is no table")
    names = [name.strip() for name in lines[0].split("\t")]
    rules = [n for n, line in enumerate(lines[1:3], start=1) if _RULE.fullmatch(line)]
    rows = [line.split("\t") for line in lines[(rules or [0])[0] + 1 :]]
    if any(len(row) != len(names) for row in rows):
        raise ValueError("a line has not as many values as there are names")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    values = [_of_cells([cell.strip() for cell in column]) for column in columns]
    return tables.Table(values, names=names)


def _lines_of_first_table(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            lines.append(line)
        elif lines and line.startswith("#"):
            break
    return lines
