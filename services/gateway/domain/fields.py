"""The fields of a form, read one by one."""

import math
import re
from collections.abc import Mapping

from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.sexagesimal import degrees_of
from shared.kernel.names import folded, oddity

__all__ = [
    "BAD",
    "Fields",
    "flag",
    "new_name",
    "number",
    "one_name",
    "optional",
    "optional_name",
    "optional_number",
    "position",
    "required",
    "whole",
]

Fields = Mapping[str, str]

BAD = 400
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_WHOLE = re.compile(r"[0-9]{1,9}")
_LONGEST_NAME = 128


def one_name(text: str) -> str:
    """Return a target's name as it is kept: plain letters, single blanks, not long."""
    return folded(text)[:_LONGEST_NAME]


def new_name(fields: Fields, name: str) -> str:
    """Return the name of something new, which must not look like another.

    Raises
    ------
    RefusalError
        It is missing, too long, or has what cannot be seen.
    """
    text = folded(required(fields, name))
    if odd := oddity(text):
        raise RefusalError(BAD, f"{name} has {odd}: type it anew.")
    return text


def flag(fields: Fields, name: str) -> bool:
    """Return whether a switch is on; 0, 1, on and off are understood.

    Raises
    ------
    RefusalError
        Anything else.
    """
    text = fields.get(name, "").strip().lower()
    if text in {"1", "on", "true", "yes"}:
        return True
    if text in {"", "0", "off", "false", "no"}:
        return False
    raise RefusalError(BAD, f"{name} must be 0 or 1.")


def optional_number(fields: Fields, name: str, most: float) -> float | None:
    """Return a number above 0, or ``None`` where nothing is said.

    Raises
    ------
    RefusalError
        It is none, or too large.
    """
    if not fields.get(name, "").strip():
        return None
    value = number(fields, name)
    if not 0 < value <= most:
        raise RefusalError(BAD, f"{name} must be above 0 and at most {most:g}.")
    return value


def position(fields: Fields) -> tuple[float, float]:
    """Return RA and Dec [deg] out of the fields ``ra`` and ``dec``.

    Both may be decimal degrees or sexagesimal: hours and degrees.

    Raises
    ------
    RefusalError
        Neither, or not on the sphere.
    """
    units = {"ra": 15.0, "dec": 1.0}
    told = {name: degrees_of(fields.get(name, ""), units[name]) for name in units}
    ra, dec = number(told, "ra"), number(told, "dec")
    if not 0 <= ra < 360:  # noqa: PLR2004 - a full circle
        raise RefusalError(BAD, "ra must be between 0 and 360 degrees.")
    if not -90 <= dec <= 90:  # noqa: PLR2004 - from pole to pole
        raise RefusalError(BAD, "dec must be between -90 and 90 degrees.")
    return ra, dec


def optional(fields: Fields, name: str) -> str:
    """Return a field that may be empty, but must not be too long.

    Raises
    ------
    RefusalError
        It is too long.
    """
    return required(fields, name) if fields.get(name, "").strip() else ""


def required(fields: Fields, name: str) -> str:
    """Return a field that must be there and not too long.

    Raises
    ------
    RefusalError
        It is missing or too long.
    """
    text = fields.get(name, "").strip()
    if not text:
        raise RefusalError(BAD, f"The field {name} is missing.")
    if len(text) > _LONGEST_NAME:
        raise RefusalError(BAD, f"The field {name} is too long.")
    return text


def optional_name(fields: Fields, name: str) -> str | None:
    """Return a short name such as ``APASS`` or ``r``; ``None`` where it is absent.

    Raises
    ------
    RefusalError
        It is no such name.
    """
    text = fields.get(name, "").strip()
    if not text:
        return None
    if not _NAME.fullmatch(text):
        raise RefusalError(BAD, f"{name} must be a name such as APASS or r.")
    return text


def number(fields: Fields, name: str, default: str = "") -> float:
    """Return a field that is a finite number.

    Raises
    ------
    RefusalError
        It is missing, without a default, or no number.
    """
    text = fields.get(name, "").strip() or default
    if not text:
        raise RefusalError(BAD, f"The field {name} is missing.")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise RefusalError(BAD, f"{name} must be a number.")
    return number


def whole(fields: Fields, name: str, default: int = 0) -> int:
    """Return a field that is a whole number.

    Raises
    ------
    RefusalError
        It is none.
    """
    text = fields.get(name, "").strip()
    if not text:
        return default
    if not _WHOLE.fullmatch(text):
        raise RefusalError(BAD, f"{name} must be a whole number.")
    return int(text)
