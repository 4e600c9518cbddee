"""Stars near places, wherever on the sky, as an exhaustive search finds them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain import closest as in_numpy
from services.catalog.domain import neighbours
from services.catalog.domain.compiled import IS_BUILT, closest
from services.catalog.domain.neighbours import Mutual, Neighbours, mutual
from shared.kernel.arrays import FloatArray
from shared.kernel.sphere import chord, unit_vectors

SEARCHES = [in_numpy.closest, closest] if IS_BUILT else [in_numpy.closest]


@pytest.fixture(params=SEARCHES, ids=["numpy", "compiled"][: len(SEARCHES)])
def search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "closest", request.param)


def squares(places: FloatArray, stars: FloatArray) -> FloatArray:
    away: FloatArray = ((places[:, None] - stars[None]) ** 2).sum(axis=2)
    return away


def around(
    rng: np.random.Generator, ra: float, dec: float, count: int, width: float
) -> FloatArray:
    """Return unit vectors about a place, so many degrees wide, seams and poles too."""
    middle = unit_vectors(ra, dec)
    vectors = middle + rng.normal(0, np.radians(width), (count, 3))
    normal: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return normal


def mutual_of(stars: FloatArray, places: FloatArray, limit: float) -> Mutual:
    (found,) = mutual([Neighbours(stars)], places, limit)
    return found


@pytest.mark.usefixtures("search")
@pytest.mark.parametrize(("ra", "dec"), [(0.0, 0.0), (359.9999, 5.0), (10.0, 90.0)])
@pytest.mark.parametrize("limit", [2.0, 15.0, 90.0])
@pytest.mark.parametrize("width", [0.002, 0.05, 1.0])
def test_nearest_and_mutual_are_those_of_an_exhaustive_search(
    ra: float, dec: float, limit: float, width: float
) -> None:
    rng = np.random.default_rng(7)
    stars, places = (around(rng, ra, dec, n, width) for n in (300, 200))
    places[:150] = stars[:150] + rng.normal(0, chord(limit / 3600) / 3, (150, 3))
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    reach, away = chord(limit / 3600), squares(places, stars)
    own, other = away.argmin(axis=1), away.argmin(axis=0)
    near = away.min(axis=1) <= reach**2
    found = Neighbours(stars).nearest(places, reach)
    assert np.array_equal(found.place, np.flatnonzero(near))
    assert np.array_equal(found.star, own[near])
    both = mutual_of(stars, places, reach)
    expected = np.flatnonzero(near & (other[own] == np.arange(len(places))))
    assert np.array_equal(both.place, expected)
    assert np.array_equal(both.star, own[expected])


@pytest.mark.usefixtures("search")
def test_a_crowd_is_searched_by_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_CROWDED", 1000)
    rng = np.random.default_rng(1)
    stars, places = (around(rng, 80, -20, n, 1e-4) for n in (100, 120))
    crowd = Neighbours(stars)
    assert crowd.within(places, chord(10 / 3600)) is None
    found = crowd.nearest(places, chord(10 / 3600))
    assert np.array_equal(found.star, squares(places, stars).argmin(axis=1))
    assert len(mutual([crowd], places, chord(10 / 3600))[0].place) > 0


@pytest.mark.skipif(not IS_BUILT, reason="no C compiler was here")
@pytest.mark.parametrize("count", [0, 1, 40, 6000])
def test_several_surveys_are_searched_alike(count: int) -> None:
    rng = np.random.default_rng(count)
    places = around(rng, 10, 89.9, count, 0.05)
    surveys = [Neighbours(around(rng, 10, 89.9, n, 0.05)).grid for n in (0, 30, 4000)]
    told = surveys, places, chord(20 / 3600), 5_000_000
    for ours, twin in zip(closest(*told), in_numpy.closest(*told), strict=True):
        assert ours is not None
        assert twin is not None
        assert np.array_equal(ours.star, twin.star)
        assert np.array_equal(ours.is_mutual, twin.is_mutual)
        assert ours.offset == pytest.approx(twin.offset, abs=1e-15)


@pytest.mark.usefixtures("search")
def test_equal_stars_make_one_pair_each() -> None:
    stars = np.repeat(unit_vectors([10.0], [10.0]), 3, axis=0)
    both = mutual_of(stars, stars, chord(1 / 3600))
    assert len(set(both.place)) == len(both.place)
    assert len(set(both.star)) == len(both.star)
    assert len(both.place) >= 1


@pytest.mark.usefixtures("search")
@pytest.mark.parametrize(("places", "stars"), [(0, 5), (5, 0), (0, 0)])
def test_nothing_has_no_neighbours(places: int, stars: int) -> None:
    rng = np.random.default_rng(1)
    here, there = (around(rng, 1, 1, n, 0.1) for n in (places, stars))
    assert len(mutual_of(there, here, chord(2 / 3600)).place) == 0


@pytest.mark.usefixtures("search")
@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_place_that_is_none_has_no_neighbours() -> None:
    rng = np.random.default_rng(1)
    stars = around(rng, 10, 10, 50, 0.1)
    places = stars.copy()
    places[7], places[9] = np.nan, np.inf
    found = Neighbours(stars).nearest(places, chord(1 / 3600))
    assert np.array_equal(found.place, np.delete(np.arange(50), [7, 9]))


@given(st.integers(0, 2**32 - 1), st.sampled_from([3.0, 40.0]))
def test_all_within_a_chord_are_found(seed: int, limit: float) -> None:
    rng = np.random.default_rng(seed)
    ra, dec = rng.uniform(0, 360), rng.uniform(-90, 90)
    stars, places = (around(rng, ra, dec, n, 0.01) for n in (60, 40))
    near = Neighbours(stars).within(places, chord(limit / 3600))
    assert near is not None
    found = set(zip(near.place.tolist(), near.star.tolist(), strict=True))
    square = chord(limit / 3600) ** 2
    pairs = np.argwhere(squares(places, stars) <= square).tolist()
    assert found == {(place, star) for place, star in pairs}
