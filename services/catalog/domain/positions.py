"""Positions of uploaded stars."""

from dataclasses import dataclass

from shared.kernel.arrays import FloatArray, IndexArray
from shared.kernel.sphere import unit_vectors

__all__ = ["Positions"]


@dataclass(frozen=True)
class Positions:
    """Positions (ICRS) [deg], shape (n,), and the same as unit vectors, (n, 3)."""

    ra: FloatArray
    dec: FloatArray
    vectors: FloatArray

    @classmethod
    def of(cls, ra: FloatArray, dec: FloatArray) -> "Positions":
        """Return positions [deg]."""
        return cls(ra, dec, unit_vectors(ra, dec))

    def __len__(self) -> int:
        return len(self.ra)

    def chosen(self, chosen: IndexArray) -> "Positions":
        """Return some of them, by their indices."""
        return Positions(self.ra[chosen], self.dec[chosen], self.vectors[chosen])
