"""Zero-points of a simulated field by two other programs (group ``bench``).

Each is called as its documentation says: stdpipe 0.4.1 robust, with scaled noise and up
to 10 mmag of intrinsic scatter; calviacat 1.3.1 with its line of colour, or its clipped
mean where no colour is known.
"""

import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
from calviacat.catalog import CalibrationError, Catalog
from numpy.typing import NDArray
from stdpipe.photometry_model import match
from typing_extensions import override

from bench.simulated import Field

__all__ = ["calviacat", "stdpipe"]

FloatArray = NDArray[np.float64]

_ZERO = 22.0
_NOTHING = (np.nan, np.nan)


def stdpipe(one: Field, known: str) -> tuple[float, float]:
    """Return the zero-point's error and what stdpipe says it may be [mag]."""
    ra, dec = _grid(len(one.difference))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = match(
            *(ra, dec, one.mag - one.difference - _ZERO),
            *(np.sqrt(one.variance), np.zeros(len(ra), int)),
            *(ra, dec, one.mag, np.zeros(len(ra))),
            cat_color=None if known == "nothing" else one.colour,
            sr=1 / 3600,
            max_intrinsic_rms=0.01,
            scale_noise=True,
            use_color=known == "colours",
            force_color_term=one.colour_term if known == "term" else None,
        )
    if found is None:
        return _NOTHING
    here = np.zeros(1), np.zeros(1), np.zeros(1)
    zero = float(found["zero_fn"](*here)[0])
    return zero - _ZERO, float(found["zero_fn"](*here, get_err=True)[0])


def _grid(count: int) -> tuple[FloatArray, FloatArray]:
    number = np.arange(count, dtype=np.float64)
    return 10 + (number % 40) * 0.01, (number // 40) * 0.01


class _Stars(Catalog):  # type: ignore[misc] # calviacat has no types
    """A catalogue in memory: what calviacat reads from its database."""

    def __init__(self, mag: FloatArray, colour: FloatArray) -> None:
        names = {"g", "r", "i"}
        self.table = SimpleNamespace(
            filter2col={name: {"mag": name, "err": name} for name in names}
        )
        self._rows = list(zip(mag, colour, strict=True))

    @override
    def lookup(self, objids: Any, columns: str) -> list[tuple[float, ...]]:
        error = 0.01
        if columns.count(",") == 2:  # noqa: PLR2004 - magnitude, error, g-i
            return [(mag, error, colour) for mag, colour in self._rows]
        return [(mag, error, colour, colour) for mag, colour in self._rows]

    @override
    def fetch_field(self, sources: Any) -> None:
        raise NotImplementedError


def calviacat(one: Field, known: str) -> tuple[float, float]:
    """Return the zero-point's error and what calviacat calls its uncertainty [mag]."""
    inst = one.mag - one.difference - _ZERO
    stars = _Stars(one.mag, one.colour)
    everything: dict[str, Any] = {"mlim": [0, 99], "gmi_lim": None}
    names = np.arange(len(inst))
    term = one.colour_term if known == "term" else None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            if known == "nothing":
                zero, _, error, _, _ = stars.cal_constant(
                    names, inst, "r", **everything
                )
            else:
                zero, _, error, _, _, _ = stars.cal_color(
                    names, inst, "r", "g-r", C=term, **everything
                )
        except CalibrationError:
            return _NOTHING
    return float(zero) - _ZERO, float(error)
