"""Which columns of a catalogue are wanted, and what may stand in for them.

Names are SExtractor's; see its manual, "Output parameters".
"""

from collections.abc import Container
from dataclasses import dataclass

from services.ingest.domain.faults import UnreadableFileError

__all__ = ["Columns", "choose_columns"]

_POSITIONS = (
    ("ALPHA_J2000", "DELTA_J2000"),
    ("ALPHAWIN_J2000", "DELTAWIN_J2000"),
    ("ALPHAPSF_J2000", "DELTAPSF_J2000"),
    ("ALPHAPEAK_J2000", "DELTAPEAK_J2000"),
    ("X_WORLD", "Y_WORLD"),
    ("XWIN_WORLD", "YWIN_WORLD"),
    ("ALPHA_SKY", "DELTA_SKY"),
    ("ALPHAWIN_SKY", "DELTAWIN_SKY"),
)
_MAGNITUDE = ("MAG_AUTO", "MAGERR_AUTO")
_HINT = (
    "Ask for MAG_AUTO MAGERR_AUTO ALPHA_J2000 DELTA_J2000 in SExtractor's default.param"
)


@dataclass(frozen=True)
class Columns:
    """Names of the columns to read, and what to tell the observer about them."""

    mag: str
    mag_err: str
    ra: str
    dec: str
    warnings: tuple[str, ...] = ()

    def names(self) -> tuple[str, str, str, str]:
        """Return the names in the order magnitude, error, RA, Dec."""
        return self.mag, self.mag_err, self.ra, self.dec


def choose_columns(names: Container[str]) -> Columns:
    """Return the columns to read out of those that are there.

    Raises
    ------
    UnreadableFileError
        A column is missing and nothing can stand in for it.
    """
    position = next((p for p in _POSITIONS if p[0] in names and p[1] in names), None)
    missing = [name for name in _MAGNITUDE if name not in names]
    if position is None:
        missing += [name for name in _POSITIONS[0] if name not in names]
    if missing or position is None:
        word = "Column" if len(missing) == 1 else "Columns"
        verb = "is" if len(missing) == 1 else "are"
        raise UnreadableFileError(f"{word} {', '.join(missing)} {verb} missing.", _HINT)
    warnings: tuple[str, ...] = ()
    if position != _POSITIONS[0]:
        warnings = (f"Positions are taken from {position[0]} and {position[1]}.",)
    return Columns(*_MAGNITUDE, *position, warnings)
