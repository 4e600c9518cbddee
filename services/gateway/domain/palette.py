"""The looks of points: a band has the same colour and shape on every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["BANDS", "COLOURS", "Look", "Shape", "look", "place"]

Shape = Literal["circle", "square", "diamond", "cross"]


@dataclass(frozen=True)
class Look:
    """What a band's points look like."""

    colour: str
    shape: Shape = "circle"


COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#b58900",
    "#56b4e9",
    "#8c564b",
    "#7f7f7f",
)
"""Of other groups, in turn. Most are those that Okabe & Ito (2008, Color Universal
Design) tell apart for all; their orange and yellow are too bright on white."""

BANDS: Mapping[str, Look] = {
    "u": Look("#a803b2"),
    "U": Look("#be53fe", "square"),
    "v": Look("#7c2be4"),
    "B": Look("#264ff5", "square"),
    "B1": Look("#264ff5", "cross"),
    "B2": Look("#8879ff", "cross"),
    "g": Look("#009ae2"),
    "BP": Look("#8879ff", "diamond"),
    "V": Look("#047e39", "square"),
    "G": Look("#0ba79a", "diamond"),
    "r": Look("#d57403"),
    "R": Look("#c60304", "square"),
    "R1": Look("#c60304", "cross"),
    "R2": Look("#ff3752", "cross"),
    "i": Look("#915b02"),
    "RP": Look("#ff3752", "diamond"),
    "I": Look("#c00259", "square"),
    "z": Look("#f031b3"),
    "y": Look("#6d6e04"),
    "Y": Look("#6d6e04", "square"),
    "J": Look("#aa8f02", "cross"),
    "H": Look("#6c6250", "cross"),
    "K": Look("#89939e", "cross"),
}
"""By wavelength, from violet to red, brown and grey; circles are SDSS's kind, squares
Johnson's, diamonds Gaia's, crosses of the infrared and of plates. All stand out from
light and dark paper (contrast of about 3)."""

_OTHER = Look("#7f7f7f")


def look(band: str) -> Look:
    """Return the look of a band."""
    return BANDS.get(band, _OTHER)


def place(band: str) -> int:
    """Return where a band stands among the bands; past them all if it is none."""
    return list(BANDS).index(band) if band in BANDS else len(BANDS)
