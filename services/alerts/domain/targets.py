"""Names and positions of targets."""

import math
import re

from shared.kernel.names import folded, oddity
from shared.kernel.sentence import RefusedError

__all__ = ["canonical_name", "name_key", "same_position"]

_SCHEME = "ivo://"
_LONGEST = 128
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f<>\"]+")
_SAME = 1.0
_ARCSEC = 3600.0


def canonical_name(text: str) -> str:
    """Return a target's IVORN, such as ``ivo://Gaia16aye``; blanks may be inside.

    Raises
    ------
    RefusedError
        Not an IVORN.
    """
    name = folded(text)
    if odd := oddity(name):
        raise RefusedError(f"The IVORN has {odd}: type it anew.")
    local = name[len(_SCHEME) :]
    if not name.lower().startswith(_SCHEME) or not local.strip():
        raise RefusedError("The IVORN must look like ivo://Gaia16aye.")
    if len(name) > _LONGEST or not _PRINTABLE.fullmatch(local):
        raise RefusedError(f"The IVORN must be at most {_LONGEST} plain characters.")
    return _SCHEME + local


def name_key(ivorn: str) -> str:
    """Return what two spellings of the same name have in common."""
    return ivorn.casefold()


def same_position(ra: float, dec: float, other_ra: float, other_dec: float) -> bool:
    """Tell whether two positions [deg] are the same within an arcsecond."""
    turn = (ra - other_ra + 180) % 360 - 180
    east = turn * math.cos(math.radians(dec)) * _ARCSEC
    north = (dec - other_dec) * _ARCSEC
    return math.hypot(east, north) < _SAME
