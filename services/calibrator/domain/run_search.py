"""The search for the run of the zero-point that an image's stars demand.

Were each band allowed a run of its own, a wrong band with a large scatter would win by
keeping all stars where the right one sees that they are parted. So every shape is tried
with every band, and that is taken which makes the most probable band still more
probable, by far more than chance and its freedom bring.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.calibrator.domain.compared import Compared
from services.calibrator.domain.compiled import glanced, samples_of, tallied
from services.calibrator.domain.model import FloatArray, Prior
from services.calibrator.domain.robust import MAD_TO_SIGMA, medians
from services.calibrator.domain.run import Run, Term
from services.calibrator.domain.samples import most_precise, well_covered
from services.calibrator.domain.shapes import (
    KINDS,
    Places,
    Shape,
    columns_of,
    finer,
    shapes_of,
)
from services.calibrator.domain.tally import Tally, Told

__all__ = ["find_run"]

_FEWEST = 20
_MOST = 400
_MOST_TERMS = 3
_MOST_BANDS = 6
_DEMANDED = 6.0
_UNSEEN = 4.0
"""Of what a shape explains [log likelihood], so much a glance may miss."""
_MOST_AS_GOOD = 20
_UNDECIDED = 0.05
_POINT = 1e-9
_COSTLY = ("corner",)
_SIDED = ("step", "corner")


@dataclass(frozen=True)
class _Stage:
    """How far a search has come: its terms, their columns (k, n), the fits with them.

    ``gain`` is how much log likelihood the last term brought beyond its price.
    """

    told: Told
    places: Places
    terms: tuple[Term, ...]
    columns: FloatArray
    tally: Tally
    gain: float = 0.0

    @classmethod
    def first(cls, told: Told, places: Places) -> "_Stage":
        """Return the search before any term."""
        none = np.zeros((0, len(places.east)))
        return cls(told, places, (), none, tallied(told, _for_each(none, told)))

    def next(self) -> "_Stage | None":
        """Return the search with the term that is most in demand, if any is."""
        taken = {term.kind for term in self.terms} - set(_SIDED)
        further = [
            self._with(kind, shapes)
            for kind in KINDS
            if kind not in taken and (shapes := shapes_of(kind, self.places))
        ]
        best = max(further, key=lambda stage: stage.gain, default=None)
        return best if best is not None and best.gain > _DEMANDED else None

    def _with(self, kind: str, shapes: Sequence[Shape]) -> "_Stage":
        """Return the search with the shapes of a kind that explain the stars best."""
        columns = columns_of(shapes, self.places)
        telling = _telling(columns, *_weighed(self.told, self.tally.residual))
        band = self._best(columns[np.argmax(telling, axis=0)])
        order = np.argsort(-telling[:, band], kind="stable")[:_MOST_AS_GOOD]
        likely = [shapes[one] for one in order]
        likely += finer(likely[0], self.places)
        each = self._after(
            columns_of(likely, self.places),
            self.told.of_bands(np.full(len(likely), band)),
        )
        weights = np.exp(each.likelihood - each.likelihood.max())
        term = Term(kind, likely, weights / weights.sum())
        added = np.concatenate([self.columns, term.at(self.places)])
        tally = tallied(self.told, _for_each(added, self.told))
        price = _price(len(added) - len(self.columns), shapes, self.places)
        gain = float(tally.likelihood.max() - self.tally.likelihood.max()) - price
        return replace(
            self, terms=(*self.terms, term), columns=added, tally=tally, gain=gain
        )

    def _best(self, columns: FloatArray) -> int:
        """Return the band that is most probable, each with its own columns."""
        return int(np.argmax(self._after(columns, self.told).likelihood))

    def _after(self, columns: FloatArray, told: Told) -> Tally:
        before = _for_each(self.columns, told)
        return tallied(told, np.concatenate([before, columns], axis=1))


def find_run(bands: Sequence[tuple[Compared, Prior]], places: Places) -> Run | None:
    """Return the run that the stars of an image demand, if they demand any.

    Parameters
    ----------
    bands
        The uploaded stars beside those of each band.
    places
        Where the stars are, and behind them, the last, the target.
    """
    bands, stars = well_covered(bands), len(places.east) - 1
    samples = samples_of(bands, stars)
    sample = most_precise(samples.smallest_variances(), _MOST)
    if len(sample) < _FEWEST:
        return None
    some, there = samples.together(sample), places.chosen(sample)
    residual, scatter = glanced(some)
    tightest = np.sort(np.argsort(scatter, kind="stable")[:_MOST_BANDS])
    some = some.of_bands(tightest)
    if not _hinted(some, there, residual[tightest]):
        return None
    stage = _Stage.first(some, there)
    while len(stage.terms) < _MOST_TERMS and (further := stage.next()):
        stage = further
    if not stage.terms:
        return None
    band = bands[tightest[np.argmax(stage.tally.likelihood)]]
    whole = samples_of([band], stars).together(np.arange(stars))
    return _whole(whole, places, stage.terms)


def _hinted(told: Told, places: Places, residual: FloatArray) -> bool:
    """Tell, at a glance, whether a search may find anything."""
    weighed = _weighed(told, residual)
    for kind in KINDS:
        if kind not in _COSTLY and (shapes := shapes_of(kind, places)):
            columns = columns_of(shapes, places)
            demanded = _DEMANDED + _price(columns.shape[1], shapes, places)
            if (_telling(columns, *weighed) > demanded - _UNSEEN).any():
                return True
    return False


def _price(freedom: int, shapes: Sequence[Shape], places: Places) -> float:
    """Return how much log likelihood so many columns and shapes bring by chance."""
    return freedom * math.log(len(places.east)) / 2 + math.log(len(shapes))


def _telling(
    columns: FloatArray, weight: FloatArray, clipped: FloatArray
) -> FloatArray:
    """Return about how much each shape (s) explains of each band (b), shape (s, b).

    In units of log likelihood, of residuals clipped at three sigmas, each star with the
    weight of its error and the band's scatter, by each column (s, k, n) alone.
    """
    total = np.maximum(weight.sum(axis=1, keepdims=True), _POINT)
    pull, flat = weight * clipped, columns.reshape(-1, columns.shape[-1]).T
    mean, along = np.stack([weight, pull]) @ flat / total
    square = weight @ np.square(flat) / total
    along = along - mean * pull.sum(axis=1, keepdims=True) / total
    gains = total * along**2 / np.maximum(square - mean**2, _POINT)
    explained: FloatArray = gains.reshape(-1, *columns.shape[:2]).sum(axis=2).T / 2
    return explained


def _weighed(told: Told, residual: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return weights [mag⁻²] and clipped residuals of the stars of each band, (b, n).

    Weights are such that residuals over their errors are as wide as they should be.
    """
    spread = MAD_TO_SIGMA * medians(np.abs(residual), told.known)
    excess = np.maximum(spread**2 - medians(told.variance, told.known), _POINT)
    square = told.variance + excess[:, None]
    wide = 3 * np.sqrt(square)
    clipped = np.where(told.known, np.clip(residual, -wide, wide), 0.0)
    stars = np.maximum(told.known.sum(axis=1, keepdims=True), 1)
    noise = (clipped**2 / square).sum(axis=1, keepdims=True) / stars
    return told.known / square / np.maximum(noise, _POINT), clipped


def _for_each(columns: FloatArray, told: Told) -> FloatArray:
    """Return the same columns (k, n) for every band."""
    return np.broadcast_to(columns, (len(told.usual), *columns.shape))


def _whole(told: Told, places: Places, terms: tuple[Term, ...]) -> Run:
    """Return a run with the coefficients that all stars of a band give it."""
    columns = np.concatenate([term.at(places) for term in terms])
    tally = tallied(told, columns[None, :, :-1])
    amplitude = tally.coefficients[0, 2:]
    target, doubt = _sides(terms, columns)
    return Run(
        terms,
        (columns[:, :-1] - target[:, None]).T,
        amplitude,
        tally.covariance[0, 2:, 2:],
        float(doubt @ amplitude**2),
    )


def _sides(terms: Sequence[Term], columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the columns at the target, and how probable it is beyond the other side.

    Where no star tells on which side of an edge it lies, it lies where most stars do.
    """
    target, doubt = columns[:, -1].copy(), np.zeros(len(columns))
    kinds = [term.kind for term in terms for _ in range(term.width)]
    for row in np.flatnonzero(np.isin(kinds, _SIDED)):
        beyond = target[row]
        if min(beyond, 1 - beyond) > _UNDECIDED:
            beyond = columns[row, :-1].mean()
        target[row] = round(beyond)
        doubt[row] = abs(target[row] - columns[row, -1])
    return target, doubt
