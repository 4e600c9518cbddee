from dataclasses import replace

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain.detections import Detections, FieldUnmatchedError
from services.catalog.domain.field import match_field
from services.catalog.domain.matching import Pairs, match
from services.catalog.domain.positions import Positions
from services.catalog.domain.stars import ReferenceStars
from shared.kernel.sphere import bounding_cap, separation, unit_vectors
from stack.sky import simulated_sky

PLACES = st.tuples(
    st.sampled_from([0.0, 0.001, 90.0, 180.0, 359.999]),
    st.sampled_from([-90.0, -89.99, -45.0, 0.0, 60.0, 89.99, 90.0]),
)


def stars(ra: np.ndarray, dec: np.ndarray) -> ReferenceStars:
    mag = np.full(len(ra), 15.0)
    return ReferenceStars(ra, dec, {"V": mag}, {"V": np.full(len(ra), 0.02)})


def match_one(uploaded: Positions, reference: ReferenceStars, radius: float) -> Pairs:
    return match(uploaded, {"one": reference}, radius)["one"]


def scattered(place: tuple[float, float], seed: int, count: int) -> SkyCoord:
    rng = np.random.default_rng(seed)
    centre = SkyCoord(*place, unit="deg")
    return centre.directional_offset_by(
        rng.uniform(0, 360, count) * u.deg,
        0.1 * np.sqrt(rng.uniform(0, 1, count)) * u.deg,
    )


@given(PLACES, st.integers(0, 2**32 - 1))
def test_pairs_are_mutual_nearest_neighbours_as_astropy_finds_them(
    place: tuple[float, float], seed: int
) -> None:
    reference = scattered(place, seed, 300)
    uploaded = scattered(place, seed + 1, 100)
    pairs = match_one(
        Positions.of(uploaded.ra.deg, uploaded.dec.deg),
        stars(reference.ra.deg, reference.dec.deg),
        20.0,
    )
    there, distance, _ = uploaded.match_to_catalog_sky(reference)
    back, _, _ = reference.match_to_catalog_sky(uploaded)
    mutual = (distance < 20 * u.arcsec) & (back[there] == np.arange(100))
    assert set(zip(pairs.uploaded, pairs.reference, strict=True)) == set(
        zip(np.flatnonzero(mutual), there[mutual], strict=True)
    )


@given(PLACES, st.integers(0, 1000), st.permutations(range(40)))
def test_order_of_the_stars_does_not_matter(
    place: tuple[float, float], seed: int, order: list[int]
) -> None:
    sky = scattered(place, seed, 40)
    reference = stars(sky.ra.deg, sky.dec.deg)
    straight = match_one(Positions.of(sky.ra.deg, sky.dec.deg), reference, 2.0)
    mixed = match_one(
        Positions.of(sky.ra.deg[order], sky.dec.deg[order]), reference, 2.0
    )
    assert {
        (order[a], b) for a, b in zip(mixed.uploaded, mixed.reference, strict=True)
    } == set(zip(straight.uploaded, straight.reference, strict=True))


def test_a_star_is_never_in_two_pairs() -> None:
    sky = simulated_sky(np.random.default_rng(3), 10.0, 20.0, 0.02, 400)
    pairs = match_one(
        Positions.of(sky.ra, sky.dec), stars(sky.ra[:50], sky.dec[:50]), 30.0
    )
    assert len(set(pairs.uploaded)) == len(set(pairs.reference)) == len(pairs) > 20


def test_the_median_offset_is_reported() -> None:
    sky = simulated_sky(np.random.default_rng(4), 359.99, 60.0, 0.1, 100)
    east = 1.2 / 3600 / np.cos(np.radians(sky.dec))
    pairs = match_one(
        Positions.of((sky.ra + east) % 360, sky.dec - 0.7 / 3600),
        stars(sky.ra, sky.dec),
        3.0,
    )
    assert pairs.offset_east == pytest.approx(1.2, abs=0.01)
    assert pairs.offset_north == pytest.approx(-0.7, abs=0.01)


@given(PLACES, st.integers(0, 1000))
def test_the_cap_holds_every_star(place: tuple[float, float], seed: int) -> None:
    sky = scattered(place, seed, 30)
    ra, dec, radius = bounding_cap(unit_vectors(sky.ra.deg, sky.dec.deg))
    away = separation(sky.ra.deg, sky.dec.deg, unit_vectors(ra, dec))
    assert away.max() <= radius + 1e-9
    assert radius < 0.25


def field(count: int, ra: float = 10.0) -> Detections:
    sky = simulated_sky(np.random.default_rng(5), ra, 20.0, 0.1, count)
    return Detections(sky.ra, sky.dec, np.arange(count) / count, ra, 20.0, 2020.0)


def test_four_stars_are_refused() -> None:
    with pytest.raises(FieldUnmatchedError, match="fewer than 5 stars"):
        match_field(field(4), {}, 2.0)


def test_a_field_no_survey_covers_is_refused() -> None:
    with pytest.raises(FieldUnmatchedError, match="no survey covers"):
        match_field(field(30), {"APASS": stars(np.empty(0), np.empty(0))}, 2.0)


def test_a_field_that_matches_nothing_is_refused_in_the_manuals_words() -> None:
    other = stars(np.array([10.0, 10.01]), np.array([20.0, 20.01]))
    with pytest.raises(FieldUnmatchedError, match="Failed to match catalogues to data"):
        match_field(field(30), {"APASS": other}, 2.0)


def test_a_target_in_another_part_of_the_sky_is_refused() -> None:
    away = replace(field(30), target_ra=200.0, target_dec=-20.0)
    with pytest.raises(FieldUnmatchedError, match="target is not in this field"):
        match_field(away, {}, 2.0)


def test_stars_far_from_the_target_are_left_out_with_a_warning() -> None:
    near = field(30)
    far = replace(
        near,
        ra=np.append(near.ra, 200.0),
        dec=np.append(near.dec, 0.0),
        mag=np.append(near.mag, 0.0),
    )
    matched = match_field(far, {"APASS": stars(near.ra, near.dec)}, 2.0)
    assert len(matched.pairs["APASS"]) == 30
    assert matched.stars.tolist() == list(range(30))
    assert "1 stars" in matched.warnings[0]


def test_a_survey_with_too_few_pairs_does_not_sink_the_others() -> None:
    here = field(30)
    surveys = {
        "APASS": stars(here.ra, here.dec),
        "SDSS": stars(here.ra[:3], here.dec[:3]),
    }
    matched = match_field(here, surveys, 2.0)
    assert set(matched.pairs) == {"APASS"}
