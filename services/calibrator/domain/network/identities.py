"""Which column of a table each star of a frame is."""

from collections.abc import Sequence

import numpy as np

from services.calibrator.domain.network.frames import MeasuredFrame
from shared.kernel.arrays import IndexArray

__all__ = ["Identities"]


class Identities:
    """The stars of a network in the order of their numbers.

    It remembers the columns of frames: only to save time, for numbers order themselves.
    """

    def __init__(self) -> None:
        self._known: IndexArray = np.empty(0, dtype=np.intp)
        self._found: dict[MeasuredFrame, IndexArray] = {}

    def __len__(self) -> int:
        """Return how many stars were met."""
        return len(self._known)

    def columns(self, frames: Sequence[MeasuredFrame]) -> list[IndexArray]:
        """Return the columns of each frame's stars, shapes (m,)."""
        new = [frame for frame in frames if frame not in self._found]
        if new:
            met = np.unique(np.concatenate([frame.number for frame in new]))
            if not np.isin(met, self._known).all():
                self._known = np.union1d(self._known, met)
                self._found, new = {}, list(frames)
        for frame in new:
            self._found[frame] = np.searchsorted(self._known, frame.number)
        self._found = {frame: self._found[frame] for frame in frames}
        return list(self._found.values())
