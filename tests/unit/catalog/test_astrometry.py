"""Shifted, turned and stretched fields are found, told and repaired."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalog.domain.astrometry import Plane, find_repair
from services.catalog.domain.detections import Detections
from services.catalog.domain.field import MatchedField, match_field
from services.catalog.domain.positions import Positions
from services.catalog.domain.stars import ReferenceStars
from shared.kernel.sphere import directions, tangents, unit_vectors

JITTER = 0.1
PLACES = st.sampled_from(
    [(0.001, 0.0), (120.0, 89.95), (10.0, -90.0), (200.0, -40.0), (359.99, 60.0)]
)


@dataclass(frozen=True)
class Sky:
    """Reference stars around a place, and those of them that are detected."""

    plane: Plane
    places: np.ndarray
    reference: ReferenceStars
    detected: np.ndarray
    centre: tuple[float, float]

    def image(
        self, rng: np.random.Generator, shift: complex, turn: float, scale: float
    ) -> Detections:
        """The detected stars, moved: arcsec, degrees from north to east, a factor."""
        wrong = scale * np.exp(-1j * np.radians(turn))
        noise = rng.normal(0, JITTER, (2, len(self.detected)))
        moved = self.places[self.detected] * wrong + shift + noise[0] + 1j * noise[1]
        ra, dec = directions(self.plane.raise_up(moved))
        mag = self.reference.mag["r"][self.detected] - 22
        return Detections(ra, dec, mag, *self.centre, 2020.0)


def sky(
    rng: np.random.Generator,
    centre: tuple[float, float],
    size: float,
    stars: int,
    detected: int,
) -> Sky:
    """Stars in a circle of so many degrees; the brightest are detected."""
    plane = Plane(unit_vectors(*centre), *tangents(*centre))
    away = size * 3600 * np.sqrt(rng.random(stars))
    places = away * np.exp(2j * np.pi * rng.random(stars))
    mag = rng.triangular(12, 19, 19, stars)
    ra, dec = directions(plane.raise_up(places))
    reference = ReferenceStars(ra, dec, {"r": mag}, {"r": np.full(stars, 0.02)})
    return Sky(plane, places, reference, np.argsort(mag)[:detected], centre)


def matched(one: Sky, image: Detections, radius: float = 2.0) -> MatchedField:
    return match_field(image, {"GaiaDR3": one.reference}, radius)


def right(one: Sky, found: MatchedField) -> int:
    """How many stars are paired with themselves."""
    pairs = found.pairs["GaiaDR3"]
    return int(np.sum(one.detected[pairs.uploaded] == pairs.reference))


@settings(max_examples=25)
@given(PLACES, st.integers(0, 2**32 - 1), st.floats(0, 8), st.floats(0, 360))
def test_a_shifted_field_is_matched_and_the_shift_told(
    centre: tuple[float, float], seed: int, length: float, angle: float
) -> None:
    rng = np.random.default_rng(seed)
    one = sky(rng, centre, 0.2, 1500, 150)
    shift = length * np.exp(1j * np.radians(angle))
    found = matched(one, one.image(rng, shift, 0.0, 1.0))
    assert right(one, found) == 150
    assert abs(found.measured.repair.shift) == pytest.approx(length, abs=0.1)
    assert found.measured.repaired == (found.measured.repair.largest > 0.5)


@settings(max_examples=25)
@given(PLACES, st.integers(0, 2**32 - 1), st.floats(-0.05, 0.05))
def test_a_turned_field_is_matched_and_the_angle_told(
    centre: tuple[float, float], seed: int, turn: float
) -> None:
    rng = np.random.default_rng(seed)
    one = sky(rng, centre, 0.5, 3000, 400)
    found = matched(one, one.image(rng, 5j, turn, 1.0))
    assert right(one, found) == 400
    assert found.measured.repair.rotation == pytest.approx(turn, abs=0.004)


def test_a_stretched_field_is_matched_and_the_scale_told() -> None:
    rng = np.random.default_rng(1)
    one = sky(rng, (200.0, -40.0), 0.3, 2000, 300)
    found = matched(one, one.image(rng, 0j, 0.0, 1.0005))
    assert right(one, found) == 300
    assert found.measured.repair.scale == pytest.approx(1.0005, abs=2e-5)


def test_eight_stars_are_enough_for_a_shift() -> None:
    rng = np.random.default_rng(2)
    one = sky(rng, (10.0, 20.0), 0.1, 40, 8)
    found = matched(one, one.image(rng, 3 + 4j, 0.0, 1.0))
    assert right(one, found) == 8
    (warning,) = found.warnings
    assert "off by 5.0 arcsec (+3." in warning


def test_the_warning_says_by_how_much() -> None:
    rng = np.random.default_rng(3)
    one = sky(rng, (10.0, 20.0), 0.4, 3000, 300)
    (warning,) = matched(one, one.image(rng, 5 + 0j, 0.05, 1.0)).warnings
    assert warning.startswith("The positions were off by 5.0 arcsec (+5.0 east, ")
    assert "turned by +0.050 deg" in warning


def test_good_positions_stay_as_they_are() -> None:
    rng = np.random.default_rng(4)
    one = sky(rng, (10.0, 20.0), 0.3, 3000, 300)
    image = one.image(rng, 0j, 0.0, 1.0)
    found = matched(one, image)
    assert not found.measured.repaired
    assert found.warnings == ()
    np.testing.assert_array_equal(found.ra, image.ra)


def test_strangers_are_not_moved_onto_the_stars() -> None:
    rng = np.random.default_rng(5)
    one = sky(rng, (10.0, 20.0), 0.2, 1500, 150)
    other = sky(rng, (10.0, 20.0), 0.2, 150, 150)
    image = other.image(rng, 0j, 0.0, 1.0)
    repair = find_repair(Positions.of(image.ra, image.dec), image.mag, one.reference)
    assert (repair.shift, repair.turn, repair.stars) == (0, 1, 0)


def test_the_target_is_found_where_the_repaired_stars_are() -> None:
    rng = np.random.default_rng(6)
    one = sky(rng, (10.0, 20.0), 0.2, 600, 200)
    image = one.image(rng, 6 + 0j, 0.0, 1.0)
    found = matched(one, replace(image, target_ra=10.0, target_dec=20.0))
    star = one.reference.ra[one.detected[0]], one.reference.dec[one.detected[0]]
    assert found.ra[0] == pytest.approx(star[0], abs=0.5 / 3600)
    assert found.dec[0] == pytest.approx(star[1], abs=0.5 / 3600)


@pytest.mark.parametrize("radius", [1.0, 2.0, 4.0, 6.0])
@pytest.mark.parametrize("seed", range(4))
def test_knots_of_a_galaxy_do_not_move_good_positions(seed: int, radius: float) -> None:
    rng = np.random.default_rng(seed)
    one = sky(rng, (190.0, 12.0), 0.011, 40, 40)
    good = one.image(rng, 0j, 0.0, 1.0)
    clumps = one.places[rng.integers(0, 40, 12)] + 8 * rng.normal(size=(12, 2)) @ [
        1,
        1j,
    ]
    knots = clumps[rng.integers(0, 12, 350)] + 2 * rng.normal(size=(350, 2)) @ [1, 1j]
    ra, dec = directions(one.plane.raise_up(knots.astype(np.complex128)))
    crowd = replace(
        good,
        ra=np.append(good.ra, ra),
        dec=np.append(good.dec, dec),
        mag=np.append(good.mag, rng.uniform(-8, -5, 350)),
    )
    found = matched(one, crowd, radius)
    assert not found.measured.repaired
    assert found.warnings == ()


def test_a_star_on_two_chips_is_one_star() -> None:
    rng = np.random.default_rng(8)
    one = sky(rng, (10.0, 20.0), 0.2, 100, 60)
    image = one.image(rng, 0j, 0.0, 1.0)
    again = slice(0, 20)
    twice = replace(
        image,
        ra=np.append(image.ra, image.ra[again]),
        dec=np.append(image.dec, image.dec[again]),
        mag=np.append(image.mag, image.mag[again] + 0.5),
        chip=np.append(np.ones(60), np.full(20, 2.0)),
    )
    found = matched(one, twice)
    assert found.stars.tolist() == list(range(60))
    on_one_chip = replace(twice, chip=None)
    assert len(matched(one, on_one_chip).stars) == 80
