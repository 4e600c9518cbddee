"""How far telescopes' points of the target lie from one another's."""

import numpy as np

from services.calibrator.domain.network.colour import Series, magnitude_at
from services.calibrator.domain.network.light_curve import Homogenised

__all__ = ["offsets_of"]

_FEWEST = 2


def offsets_of(done: Homogenised) -> list[tuple[float, float] | None]:
    """Return each setup's mean offset from the others' points and its error [mag].

    A point is compared with those of other telescopes within three days of it, which
    tells how well the network agrees; nothing is corrected by it. ``None`` where no
    others are near.
    """
    table, light = done.network.table, done.light
    good = ~light.is_limit & np.array([not why for why in done.left_out], dtype=bool)
    found: list[tuple[float, float] | None] = []
    for number in range(len(table.setups)):
        own, others = good & (table.setup == number), good & (table.setup != number)
        near, near_err = magnitude_at(
            table.mjd[own],
            Series(table.mjd[others], light.mag[others], light.total_err[others]),
        )
        apart = light.mag[own] - near
        known = np.isfinite(apart)
        if np.count_nonzero(known) < _FEWEST:
            found.append(None)
            continue
        weight = 1 / (light.total_err[own][known] ** 2 + near_err[known] ** 2)
        mean = float(weight @ apart[known] / weight.sum())
        found.append((mean, float(weight.sum() ** -0.5)))
    return found
