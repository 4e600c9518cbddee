"""The same stars in two lists, by their places on the sky."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

__all__ = ["joined"]

Places = Sequence[tuple[float, float]]
"""RA and Dec [deg] of a few stars of one image."""


def joined(stars: Places, others: Places, within: float) -> list[int | None]:
    """Return of each star the index of the nearest other one; ``None``: of none.

    Parameters
    ----------
    stars, others
        Of the same small part of the sky.
    within
        Largest distance [arcsec].
    """
    if not others:
        return [None] * len(stars)
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    flat = list(_flat(others, others[0], within))
    for number, (x, y) in enumerate(flat):
        cells[math.floor(x), math.floor(y)].append(number)
    found: list[int | None] = []
    for x, y in _flat(stars, others[0], within):
        near = [
            (math.hypot(flat[number][0] - x, flat[number][1] - y), number)
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            for number in cells.get((math.floor(x) + i, math.floor(y) + j), ())
        ]
        best = min(near, default=(math.inf, 0))
        found.append(best[1] if best[0] <= 1 else None)
    return found


def _flat(
    places: Places, origin: tuple[float, float], unit: float
) -> Iterable[tuple[float, float]]:
    """Yield places on a plane, in units [arcsec]: good enough for the same stars."""
    shrink = math.cos(math.radians(origin[1]))
    for ra, dec in places:
        turn = (ra - origin[0] + 540) % 360 - 180
        yield turn * shrink * 3600 / unit, (dec - origin[1]) * 3600 / unit
