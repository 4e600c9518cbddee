"""The zero-point's run over an image, found in common for all of its bands.

A run belongs to the image, not to a band: the flat, a cloud, a shadow, an amplifier or
a chip with a gain of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from services.calibrator.domain.model import FloatArray, IndexArray
from services.calibrator.domain.shapes import Places, Shape, columns_of

__all__ = ["Run", "Term"]


@dataclass(frozen=True)
class Term:
    """One shape of a run, averaged over all that are about as probable.

    Attributes
    ----------
    kind
        What it is: plane, vignetting, chips, step or corner.
    shapes, weights
        The shapes and their probabilities.
    """

    kind: str
    shapes: Sequence[Shape]
    weights: FloatArray

    @property
    def width(self) -> int:
        """How many columns it has."""
        nowhere = Places(np.zeros(1), np.zeros(1), np.zeros(1, dtype=np.intp))
        return len(self.shapes[0].at(nowhere))

    def at(self, places: Places) -> FloatArray:
        """Return its columns at some places, shape (k, n)."""
        each = columns_of(self.shapes, places)
        columns: FloatArray = np.tensordot(self.weights, each, axes=1)
        return columns


@dataclass(frozen=True)
class Run:
    """What a run adds to the zero-point at each uploaded star, nothing at the target.

    Attributes
    ----------
    terms
        What it is made of.
    columns
        Of its terms, less their values at the target, shape (n, k).
    amplitude, covariance
        Coefficients of the columns [mag] and their covariance, (k,) and (k, k).
    doubt
        Variance [mag²] for not knowing on which side of an edge the target lies.
    """

    terms: tuple[Term, ...]
    columns: FloatArray
    amplitude: FloatArray
    covariance: FloatArray
    doubt: float

    @cached_property
    def added(self) -> FloatArray:
        """What it adds at each star [mag], shape (n,)."""
        added: FloatArray = self.columns @ self.amplitude
        return added

    def parts(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield the kind of each term and what it adds at each star [mag], (n,)."""
        first = 0
        for term in self.terms:
            last = first + term.width
            yield term.kind, self.columns[:, first:last] @ self.amplitude[first:last]
            first = last

    @property
    def plane(self) -> tuple[float, float, float, float] | None:
        """Slopes east and north and their errors [mag/deg], if it has a plane."""
        kinds = [term.kind for term in self.terms for _ in range(term.width)]
        if "plane" not in kinds:
            return None
        first = kinds.index("plane")
        east, north = self.amplitude[first : first + 2].tolist()
        errors = np.sqrt(np.diag(self.covariance)[first : first + 2])
        return east, north, float(errors[0]), float(errors[1])

    def variance(self, star: IndexArray, weight: FloatArray) -> float:
        """Return how uncertain it makes a zero-point from some stars [mag²]."""
        arm = np.average(self.columns[star], axis=0, weights=weight)
        return float(arm @ self.covariance @ arm) + self.doubt
