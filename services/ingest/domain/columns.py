"""Which columns of a catalogue are wanted, and what may stand in for them.

Names are SExtractor's; see its manual, "Output parameters".
"""

from collections.abc import Container
from dataclasses import dataclass, replace

import numpy as np

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.quality import FURTHER
from shared.kernel.arrays import FloatArray

__all__ = ["Columns", "are_enough", "choose_columns"]

Pair = tuple[str, str]

_POSITIONS = (
    ("ALPHA_J2000", "DELTA_J2000"),
    ("ALPHAWIN_J2000", "DELTAWIN_J2000"),
    ("ALPHAPSF_J2000", "DELTAPSF_J2000"),
    ("ALPHAMODEL_J2000", "DELTAMODEL_J2000"),
    ("ALPHAPEAK_J2000", "DELTAPEAK_J2000"),
    ("X_WORLD", "Y_WORLD"),
    ("XWIN_WORLD", "YWIN_WORLD"),
    ("XPSF_WORLD", "YPSF_WORLD"),
    ("XMODEL_WORLD", "YMODEL_WORLD"),
    ("XPEAK_WORLD", "YPEAK_WORLD"),
    ("ALPHA_SKY", "DELTA_SKY"),
    ("ALPHAWIN_SKY", "DELTAWIN_SKY"),
    ("ALPHAPSF_SKY", "DELTAPSF_SKY"),
    ("ALPHAMODEL_SKY", "DELTAMODEL_SKY"),
    ("ALPHAPEAK_SKY", "DELTAPEAK_SKY"),
)
_KINDS = ("AUTO", "BEST", "PETRO", "MODEL", "PSF", "ISOCOR", "APER", "ISO")
_MAGNITUDES = (
    *((f"MAG_{kind}", f"MAGERR_{kind}") for kind in _KINDS),
    *((f"FLUX_{kind}", f"FLUXERR_{kind}") for kind in _KINDS),
    ("FLUX_AUTO", "SNR_WIN"),
    ("MAG_AUTO", "SNR_WIN"),
)
_MAG_OF_NOISE = 2.5 / np.log(10)
_HINT = (
    "Ask for MAG_AUTO MAGERR_AUTO ALPHA_J2000 DELTA_J2000 in SExtractor's default.param"
)


@dataclass(frozen=True)
class Columns:
    """Names of the columns to read, and what to tell the observer about them.

    ``further`` are those that say what a star is worth, where the file has them.
    """

    mag: str
    mag_err: str
    ra: str
    dec: str
    further: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def with_notes(self, *notes: str) -> "Columns":
        """Return the same columns with more to tell."""
        return replace(self, warnings=(*self.warnings, *notes))

    def measured(
        self, bright: FloatArray, doubt: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return magnitudes and errors [mag] of the two columns that stand for them.

        A flux that is not positive has no magnitude.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            error = doubt
            if self.mag_err.startswith("SNR"):
                error = np.where(doubt > 0, _MAG_OF_NOISE / doubt, np.nan)
            elif self.mag_err.startswith("FLUXERR"):
                error = _MAG_OF_NOISE * doubt / bright
            if not self.mag.startswith("FLUX"):
                return bright, error
            return np.where(bright > 0, -2.5 * np.log10(bright), np.nan), error

    def names(self) -> tuple[str, str, str, str]:
        """Return the names of what is needed: magnitude, error, RA, Dec."""
        return self.mag, self.mag_err, self.ra, self.dec


def choose_columns(names: Container[str]) -> Columns:
    """Return the columns to read out of those that are there.

    Raises
    ------
    UnreadableFileError
        A column is missing and nothing can stand in for it.
    """
    magnitude, position = _first(_MAGNITUDES, names), _first(_POSITIONS, names)
    if magnitude is None or position is None:
        needed = (magnitude or _MAGNITUDES[0]) + (position or _POSITIONS[0])
        raise _lacking([name for name in needed if name not in names])
    notes = []
    if magnitude[0].startswith("FLUX"):
        notes.append(f"Magnitudes are made of {magnitude[0]}.")
    elif magnitude[0] != _MAGNITUDES[0][0]:
        notes.append(f"MAG_AUTO is missing: magnitudes are {magnitude[0]}.")
    if position != _POSITIONS[0]:
        notes.append(f"Positions are taken from {position[0]} and {position[1]}.")
    further = tuple(name for name in FURTHER if name in names)
    return Columns(*magnitude, *position, further, tuple(notes))


def are_enough(names: Container[str]) -> bool:
    """Tell whether magnitudes and positions are among some columns."""
    return bool(_first(_MAGNITUDES, names) and _first(_POSITIONS, names))


def _first(pairs: tuple[Pair, ...], names: Container[str]) -> Pair | None:
    return next((one for one in pairs if one[0] in names and one[1] in names), None)


def _lacking(missing: list[str]) -> UnreadableFileError:
    word, verb = ("Column", "is") if len(missing) == 1 else ("Columns", "are")
    return UnreadableFileError(f"{word} {', '.join(missing)} {verb} missing.", _HINT)
