"""Angles as people write them: degrees, or hours and degrees with minutes."""

import re

__all__ = ["SEXAGESIMAL", "degrees_of", "parted"]

SEXAGESIMAL = r"[-+]?\d{1,3}[: hd]\d{1,2}[: m'](?:\d{1,2}(?:\.\d*)?)[s\"]?"
_WRITTEN = re.compile(SEXAGESIMAL)


def parted(text: str) -> float:
    """Return parts of sixty as one number, in the unit of the first."""
    sign = -1.0 if text.startswith("-") else 1.0
    parts = [float(part) for part in re.findall(r"\d+(?:\.\d*)?", text)]
    return sign * sum(part / 60.0**power for power, part in enumerate(parts))


def degrees_of(text: str, unit: float = 1.0) -> str:
    """Return a sexagesimal angle as decimal degrees; any other text as it is.

    ``unit`` is what its first part counts [deg]: 15 for hours.
    """
    clean = " ".join(text.split())
    return repr(unit * parted(clean)) if _WRITTEN.fullmatch(clean) else text
