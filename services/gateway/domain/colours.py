"""The target's colours: as the observer tells them, and from the same night."""

import math
import re
from collections.abc import Mapping

from services.gateway.domain.fields import BAD
from services.gateway.domain.refusal import RefusalError

__all__ = ["night_colours", "told_colours"]

_TOLD = re.compile(r"([A-Za-z]{1,8}-[A-Za-z]{1,8})=([-+]?[0-9]*\.?[0-9]+)")
_MOST = 5
_LARGEST = 10.0
_COLOURS = ["B-V", "g-r", "r-i", "BP-RP", "V-R", "V-I", "u-g", "i-z", "J-K"]


def told_colours(text: str) -> dict[str, float]:
    """Return colours [mag] out of a text such as ``g-r=0.45, r-i=0.2``.

    Raises
    ------
    RefusalError
        The text means nothing else.
    """
    parts = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    found = [_TOLD.fullmatch(part) for part in parts[: _MOST + 1]]
    colours = {each[1]: float(each[2]) for each in found if each is not None}
    if None in found or len(found) > _MOST or not all(map(_possible, colours.values())):
        raise RefusalError(BAD, "colour must be like g-r=0.45, in magnitudes.")
    return colours


def _possible(colour: float) -> bool:
    return math.isfinite(colour) and abs(colour) <= _LARGEST


def night_colours(mags: Mapping[str, float]) -> dict[str, float]:
    """Return the colours [mag] that magnitudes of one night make.

    Parameters
    ----------
    mags
        The target's magnitude of that night in each band [mag].
    """
    pairs = {name: name.split("-") for name in _COLOURS}
    return {
        name: mags[blue] - mags[red]
        for name, (blue, red) in pairs.items()
        if blue in mags and red in mags and _possible(mags[blue] - mags[red])
    }
