"""Filters as people name them: which bands they may mean."""

import re
from collections.abc import Mapping

__all__ = ["bands_meant"]

_MAKERS = re.compile(
    r"johnson|cousins|kron|bessell?|sloan|sdss|panstarrs|pan-starrs|ps1|gaia|2mass|"
    r"apass|refcat2|skymapper|decam|ztf|atlas|astrodon|baader|chroma|custom|optolong|"
    r"photometric|filter|band|mag|prime"
)
_UPPER = re.compile(r"johnson|cousins|kron|bessell?")
_LOWER = re.compile(r"sloan|sdss|panstarrs|pan-starrs|ps1|skymapper|decam|prime|['′’`]")
_SIGNS = re.compile(r"[^A-Za-z]+")
_ANY_LIGHT = {"G": 1.0, "r": 0.5, "R": 0.5, "V": 0.5, "g": 0.5}
_CLEAR = (
    *("c", "cl", "clr", "clear", "l", "lum", "luminance", "none", "open", "no"),
    *("nofilter", "unfiltered", "w", "white", "empty"),
)
_GREEN = {"V": 1.0, "g": 0.5}
_BLUE = {"B": 1.0, "g": 0.5, "BP": 0.5}
_RED = {"R": 1.0, "r": 1.0, "RP": 0.5}
_DESCRIBED: Mapping[str, Mapping[str, float]] = {
    **dict.fromkeys(_CLEAR, _ANY_LIGHT),
    "cv": {"V": 1.0, "G": 0.5, "g": 0.5},
    "cr": {"R": 1.0, "r": 1.0, "G": 0.5},
    "tg": _GREEN,
    "green": _GREEN,
    "tb": _BLUE,
    "blue": _BLUE,
    "tr": _RED,
    "red": _RED,
    "bp": {"BP": 1.0, "B": 0.5},
    "ks": {"K": 1.0},
    "gp": {"g": 1.0},
    "ip": {"i": 1.0},
    "zs": {"z": 1.0},
    **{f"{band}{end}": {band.upper(): 1.0} for band in "ubvri" for end in "cj"},
}
"""Names that are no band's own, with how well each band fits them, from 0 to 1."""

_OTHER_SYSTEM = 0.5
_LONGEST = 40


def bands_meant(name: str) -> dict[str, float]:
    """Return the bands that a filter's name may mean, and how well each fits.

    ``V``, ``Johnson V``, ``SDSS r'``, ``APASS/V``, ``Clear`` and ``TG`` are understood;
    what is not means nothing. ``R`` may be Sloan's r as well, which fits by half.
    """
    text = name[:_LONGEST].rpartition("/")[2].strip()
    low = text.casefold()
    plain = _SIGNS.sub("", _MAKERS.sub("", low))
    if plain == "rp":
        gaia = text.startswith("R")
        return {"RP": 1.0, "r": 0.5} if gaia else {"r": 1.0, "RP": 0.5}
    if plain in _DESCRIBED and not (plain in "clw" and _LOWER.search(low)):
        return dict(_DESCRIBED[plain])
    if len(plain) != 1 or not plain.isalpha():
        return {}
    own = _in_its_case(text, low, plain)
    return {own: 1.0, own.swapcase(): _OTHER_SYSTEM}


def _in_its_case(text: str, low: str, letter: str) -> str:
    """Return a letter as its system writes it: Johnson large, Sloan small."""
    if _UPPER.search(low):
        return letter.upper()
    if _LOWER.search(low):
        return letter
    place = next(
        found.start()
        for found in re.finditer(letter, low)
        if not _MAKERS.search(low) or _outside_makers(low, found.start())
    )
    return text[place]


def _outside_makers(low: str, place: int) -> bool:
    return all(
        not found.start() <= place < found.end() for found in _MAKERS.finditer(low)
    )
