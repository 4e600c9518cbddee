"""Names of targets in lists that others publish: Gaia's alerts, the TNS."""

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["ListedObject", "listed_objects"]

_SEXAGESIMAL = ":"
_CLASSES = ("class", "type", "obj. type")


@dataclass(frozen=True)
class ListedObject:
    """An object of a list: its names, and its place (ICRS) [deg]."""

    names: tuple[str, ...]
    ra: float
    dec: float
    classification: str = ""


def listed_objects(lines: Iterable[str]) -> Iterator[ListedObject]:
    """Yield the objects of a CSV file of Gaia's alerts or of the TNS.

    Gaia: ``Name, Date, RaDeg, DecDeg, …, Class, …, TNSid``. TNS, the daily list:
    ``name_prefix, name, ra, declination, type, …, internal_names``; a search that a
    person downloads: ``Name, RA, DEC, Obj. Type, …, Disc. Internal Name``. Rows without
    name or place are left out.
    """
    rows = csv.reader(_from_header(lines), skipinitialspace=True)
    header = [name.strip().lstrip("#").casefold() for name in next(rows, [])]
    for row in rows:
        fields = dict(zip(header, (cell.strip() for cell in row), strict=False))
        found = _object(fields)
        if found is not None:
            yield found


def _from_header(lines: Iterable[str]) -> Iterator[str]:
    """Leave out what stands before the line with the names of the columns."""
    begun = False
    for line in lines:
        begun = begun or "name" in line.casefold()
        if begun:
            yield line


def _object(fields: dict[str, str]) -> ListedObject | None:
    ra = _degrees(fields.get("radeg") or fields.get("ra") or "", 15.0)
    south = fields.get("decdeg") or fields.get("declination") or fields.get("dec")
    dec = _degrees(south or "", 1.0)
    names = _names(fields)
    if ra is None or dec is None or not names:
        return None
    said = (fields[one] for one in _CLASSES if fields.get(one))
    return ListedObject(names, ra % 360.0, dec, next(said, ""))


def _names(fields: dict[str, str]) -> tuple[str, ...]:
    name = "".join((fields.get("name_prefix", "") + fields.get("name", "")).split())
    internal = fields.get("internal_names") or fields.get("disc. internal name") or ""
    others = [fields.get("tnsid", ""), *internal.split(",")]
    names = (name, *(other.strip() for other in others))
    return tuple(dict.fromkeys(f"ivo://{one}" for one in names if one))


def _degrees(text: str, per_unit: float) -> float | None:
    """Return an angle [deg]; with colons it is in units of so many degrees."""
    try:
        if _SEXAGESIMAL not in text:
            value = float(text)
        else:
            parts = [float(part) for part in text.lstrip("+-").split(_SEXAGESIMAL)]
            size = sum(part / 60.0**power for power, part in enumerate(parts))
            value = (
                math.copysign(size, -1.0 if text.startswith("-") else 1.0) * per_unit
            )
    except ValueError:
        return None
    return value if math.isfinite(value) else None
