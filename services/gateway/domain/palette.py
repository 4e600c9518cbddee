"""The colours of points: a band has the same one on every page."""

__all__ = ["BANDS", "COLOURS", "place"]

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
"""Most are those that Okabe & Ito (2008, Color Universal Design) tell apart for all;
their orange and yellow are too bright on white."""

BANDS = (
    *("V", "r", "g", "i", "B", "z", "R", "I"),
    *("G", "RP", "BP", "J", "u", "H", "K", "y"),
)
"""In rows of as many as there are colours, so that no survey has one twice."""


def place(band: str) -> int:
    """Return where the colour of a band stands among the colours."""
    return (BANDS.index(band) if band in BANDS else len(BANDS)) % len(COLOURS)
