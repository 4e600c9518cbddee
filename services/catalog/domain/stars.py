"""The reference stars of a survey in some part of the sky."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from services.catalog.domain.neighbours import Neighbours
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray, SingleArray
from shared.kernel.cells import place_numbers
from shared.kernel.sphere import directions, tangents, unit_vectors

__all__ = ["ReferenceStars"]


_MAS_PER_RADIAN = 180 * 3_600_000 / np.pi
_STRAY_LIGHT = 0.05


@dataclass(frozen=True)
class ReferenceStars:
    """Positions (ICRS) [deg] and, per band, magnitudes and errors [mag]: shape (n,).

    NaN is a magnitude or an error that the survey does not give. What finds them by
    their places is made once and kept with the stars.

    Attributes
    ----------
    motion
        Proper motions μα cos δ and μδ [mas/yr], shape (n, 2); ``None`` without any.
    made
        Bands that were made from others, by a formula.
    numbers
        Of the stars' places before they were moved, by ``place_numbers``; ``None``
        where they were not.
    """

    ra: FloatArray
    dec: FloatArray
    mag: Mapping[str, FloatArray]
    mag_err: Mapping[str, FloatArray]
    motion: FloatArray | None = None
    made: frozenset[str] = frozenset()
    numbers: IndexArray | None = None
    _blended: dict[float, BoolArray] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.ra)

    @classmethod
    def none(cls) -> "ReferenceStars":
        """Return no stars."""
        return cls(np.empty(0), np.empty(0), {}, {})

    def brightest(self, most: int) -> "ReferenceStars":
        """Return at most so many stars, those that are brightest in any band."""
        if len(self) <= most:
            return self
        return self.chosen(
            np.sort(np.argsort(self.brightness, kind="stable")[:most]).astype(np.intp)
        )

    def chosen(self, chosen: IndexArray) -> "ReferenceStars":
        """Return some of the stars, by their indices."""
        return ReferenceStars(
            self.ra[chosen],
            self.dec[chosen],
            {band: mag[chosen] for band, mag in self.mag.items()},
            {band: err[chosen] for band, err in self.mag_err.items()},
            None if self.motion is None else self.motion[chosen],
            self.made,
            None if self.numbers is None else self.numbers[chosen],
        )

    def told_of(self, chosen: IndexArray) -> dict[str, tuple[FloatArray, FloatArray]]:
        """Return, of each band, magnitudes and errors of some stars, by index."""
        columns = np.ascontiguousarray(self._by_star.take(chosen, axis=0).T)
        count = len(self.mag)
        return dict(
            zip(
                self.mag,
                zip(columns[:count], columns[count:], strict=True),
                strict=True,
            )
        )

    def moved(self, years: float) -> "ReferenceStars":
        """Return the stars where their proper motions carry them in so many years.

        A star without a known motion stays. Linear in the tangent plane of each star.
        """
        if self.motion is None:
            return self
        way = np.nan_to_num(self.motion) * (years / _MAS_PER_RADIAN)
        east, north = tangents(self.ra, self.dec)
        ra, dec = directions(self.vectors + way[:, :1] * east + way[:, 1:] * north)
        numbers = place_numbers(self.ra, self.dec)
        return replace(self, ra=ra, dec=dec, numbers=numbers, _blended={})

    @cached_property
    def _by_star(self) -> FloatArray | SingleArray:
        """All that bands tell of a star in one place of memory, shape (n, 2 b).

        In single precision where that tells it to the last bit.
        """
        told = [*self.mag.values(), *(self.mag_err[band] for band in self.mag)]
        rows = np.stack(told, axis=1) if told else np.empty((len(self), 0))
        with np.errstate(over="ignore"):
            single = rows.astype(np.float32)
        return single if np.array_equal(single, rows, equal_nan=True) else rows

    @cached_property
    def brightness(self) -> FloatArray:
        """Magnitude in whichever band a star is brightest [mag], shape (n,)."""
        if not self.mag:
            return np.full(len(self), np.nan)
        light: FloatArray = np.fmin.reduce(list(self.mag.values()))
        return light

    @cached_property
    def places(self) -> IndexArray:
        """Numbers of the stars' places in the survey, wherever they are now."""
        if self.numbers is not None:
            return self.numbers
        return place_numbers(self.ra, self.dec)

    @cached_property
    def vectors(self) -> FloatArray:
        """Unit vectors, shape (n, 3)."""
        return unit_vectors(self.ra, self.dec)

    @cached_property
    def neighbours(self) -> Neighbours:
        """The stars, ready to be found by their places."""
        return Neighbours(self.vectors)

    @cached_property
    def tree(self) -> cKDTree:
        """The stars' directions, ready for neighbour searches."""
        return cKDTree(self.vectors)

    def blended(self, limit: float) -> BoolArray:
        """Return which stars gain more than 5 % of light from neighbours, shape (n,).

        Neighbours are the survey's own stars nearer than ``limit``, a distance of
        unit vectors.
        """
        if limit not in self._blended:
            self._blended.clear()
            self._blended[limit] = self._stray_light(limit) > _STRAY_LIGHT
        return self._blended[limit]

    def _stray_light(self, limit: float) -> FloatArray:
        pairs = self.tree.query_pairs(limit, output_type="ndarray")
        one, other = pairs[:, 0], pairs[:, 1]
        ratio = 10 ** (
            0.4 * np.nan_to_num(self.brightness[one] - self.brightness[other])
        )
        stray = np.zeros(len(self))
        np.add.at(stray, one, ratio)
        np.add.at(stray, other, 1 / ratio)
        return stray
