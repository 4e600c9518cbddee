"""What the solver is given: the image's stars, and those of the sky."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from services.imager.domain.plate.plane import ComplexArray
from shared.kernel.arrays import FloatArray, IndexArray

__all__ = ["Charted", "Detected", "nearest", "tree_of"]


def tree_of(places: ComplexArray) -> cKDTree:
    """Return places, shape (n,), ready for neighbour searches."""
    return cKDTree(np.column_stack([places.real, places.imag]))


def nearest(
    tree: cKDTree, places: ComplexArray, count: int, reach: float = np.inf
) -> tuple[FloatArray, IndexArray]:
    """Return distances and indices of the nearest to each place, shape (n, count).

    Where there are fewer within reach, the distance is infinite.
    """
    at = np.column_stack([places.real, places.imag])
    away, found = tree.query(
        at, k=np.arange(1, count + 1).tolist(), distance_upper_bound=reach
    )
    return np.asarray(away), np.asarray(found, dtype=np.intp)


@dataclass(frozen=True)
class Detected:
    """The stars of an image, brightest first, shape (n,) [px], and its size [px]."""

    places: ComplexArray
    width: int
    height: int

    def __len__(self) -> int:
        return len(self.places)

    @property
    def centre(self) -> complex:
        """The middle of the image [px]."""
        return complex((self.width - 1) / 2, (self.height - 1) / 2)

    @property
    def half(self) -> float:
        """Half the longer side [px]."""
        return max(self.width, self.height) / 2

    @property
    def diagonal(self) -> float:
        """From corner to corner [px]."""
        return float(np.hypot(self.width, self.height))

    def from_middle(self, parity: int) -> ComplexArray:
        """Return the stars from the middle, mirrored where the parity is −1 [px]."""
        away = self.places - self.centre
        return away if parity > 0 else away.conj()


@dataclass(frozen=True)
class Charted:
    """Reference stars on the plane around the target, brightest first [arcsec]."""

    places: ComplexArray

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def tree(self) -> cKDTree:
        """All of them, ready for neighbour searches."""
        return tree_of(self.places)

    def within(self, radius: float) -> "Charted":
        """Return those within a radius of the target [arcsec]."""
        return Charted(self.places[np.abs(self.places) < radius])
