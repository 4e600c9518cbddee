"""How programs write that nothing was measured."""

import re

__all__ = ["is_null"]

_WORDS = frozenset({"indef", "null", "none", "n/a", "na", "nan", "masked", "nil"})
_SIGNS = re.compile(
    r"\*+|-+|\.{2,}|[+-]?1\.#(inf|ind|[qs]nan)\d*|-?nan\(\w*\)", re.ASCII
)


def is_null(word: str) -> bool:
    """Tell whether a word stands for no number.

    Among them are IRAF's INDEF, a field too narrow for its number in Fortran and
    AWK (``****``), and what Microsoft's C library prints for what is not finite.
    """
    low = word.casefold()
    return low in _WORDS or _SIGNS.fullmatch(low) is not None
