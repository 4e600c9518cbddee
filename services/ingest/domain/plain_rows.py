"""Rows that hold numbers and nothing else, as almost all files do.

What is odd about a row is for ``ascii_head`` to judge, which reads them one by one.
"""

from collections.abc import Sequence

from services.ingest.domain.compiled import columns_of
from shared.kernel.arrays import FloatArray

__all__ = ["plain_rows"]


def plain_rows(body: str, width: int, wanted: Sequence[int]) -> FloatArray | None:
    """Return some columns of a text, shape (n, k), or ``None`` where a row is odd.

    Each row is to have the same number of words, plain numbers where they are wanted;
    empty lines do not matter. Where nothing was compiled every text is odd.

    Parameters
    ----------
    body
        The text behind its header.
    width
        How many words each row has.
    wanted
        Which of them, from 0.
    """
    if columns_of is None or not body.isascii() or not body.endswith("\n"):
        return None
    if "\0" in body or max(wanted) >= width:
        return None
    return columns_of(body.encode("ascii"), width, wanted)
