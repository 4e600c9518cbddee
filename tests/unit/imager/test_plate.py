"""The plate solver on simulated fields; hundreds of them are in ``tests/images``."""

import numpy as np
import pytest

from services.imager.domain.plate.plane import off_plane, onto_plane
from services.imager.domain.plate.polynomial import Plate
from services.imager.domain.plate.solve import ANY_SCALE, confirmed, solved
from services.imager.domain.plate.stars import Charted, Detected
from services.imager.domain.plate.triangles import triangles_of
from services.imager.domain.plate.vote import Hypothesis
from tests.support.plates import FIELDS, Field, field_of, other_sky

RNG = np.random.default_rng(1)


def near_the_truth(field: Field, found: Plate, rms: float) -> bool:
    apart = abs(found.pixel_of(0j) - field.target) * field.scale
    return bool(apart < max(3 * rms, 3 * field.scale))


@pytest.mark.parametrize(("width", "stars"), FIELDS)
def test_a_hinted_field_is_solved(width: float, stars: int) -> None:
    for seed in (1, 2):
        field = field_of(seed, width, stars)
        found = solved(field.image, field.chart, field.known_to(0.2, RNG))
        assert found is not None
        assert near_the_truth(field, found.plate, found.rms)
        assert found.plate.scale == pytest.approx(field.scale, rel=0.01)
        assert found.log_p < -9
        assert 0.5 <= found.spread <= 1


@pytest.mark.parametrize(("width", "stars"), FIELDS[2:9:3])
def test_a_scale_that_is_not_known_is_found(width: float, stars: int) -> None:
    field = field_of(7, width, stars)
    found = solved(field.image, field.chart, ANY_SCALE)
    assert found is not None
    assert near_the_truth(field, found.plate, found.rms)


@pytest.mark.parametrize(("width", "stars"), FIELDS[:8:2])
def test_another_sky_is_no_solution(width: float, stars: int) -> None:
    for seed in range(4):
        field = field_of(seed, width, stars)
        chart = other_sky(seed, field, width)
        assert solved(field.image, chart, field.known_to(0.2, RNG)) is None


@pytest.mark.parametrize(
    "centre", [(0.0, 0.0), (359.99, 45.0), (77.0, 89.95), (1.0, -89.9)]
)
def test_seam_and_poles_are_places_as_any(centre: tuple[float, float]) -> None:
    field = field_of(3, 20, 60, centre)
    found = solved(field.image, field.chart, field.known_to(0.2, RNG))
    assert found is not None
    assert near_the_truth(field, found.plate, found.rms)


def test_too_few_stars_are_no_solution() -> None:
    field = field_of(1, 10, 20)
    few = Detected(field.image.places[:5], 2048, 2048)
    assert solved(few, field.chart, field.known_to(0.2, RNG)) is None
    assert solved(field.image, Charted(field.chart.places[:5]), ANY_SCALE) is None


def test_stars_at_one_place_or_in_a_row_end_in_no_solution() -> None:
    field = field_of(1, 10, 20)
    for places in (np.full(30, 9 + 9j), np.arange(30) * (20 + 20j)):
        image = Detected(places.astype(complex), 2048, 2048)
        assert solved(image, field.chart, field.known_to(0.2, RNG)) is None


def claim(field: Field) -> Hypothesis:
    found = solved(field.image, field.chart, field.known_to(0.2, RNG))
    assert found is not None
    plate = found.plate
    middle = plate.on_plane(np.array([field.image.centre]))[0]
    right = plate.on_plane(np.array([field.image.centre + 1]))[0]
    return Hypothesis(0, -plate.parity, complex(right - middle), complex(middle))


def test_a_claim_is_confirmed_by_stars_alone() -> None:
    field = field_of(5, 20, 60)
    true = claim(field)
    assert confirmed(field.image, field.chart, true) is not None
    shifted = Hypothesis(0, true.parity, true.turn, true.place + 200 * field.scale)
    turned = Hypothesis(0, true.parity, true.turn * np.exp(0.1j), true.place)
    mirrored = Hypothesis(0, -true.parity, true.turn, true.place)
    for false in (shifted, turned, mirrored):
        assert confirmed(field.image, field.chart, false) is None


def test_the_plane_is_left_and_reached_again() -> None:
    rng = np.random.default_rng(2)
    for centre in ((10.0, 20.0), (0.01, -70.0), (200.0, 90.0)):
        placed = 4000 * (rng.normal(size=50) + 1j * rng.normal(size=50))
        back = onto_plane(*off_plane(placed, centre), centre)
        assert np.abs(back - placed).max() < 1e-6


def test_the_other_side_of_the_sky_is_on_no_plane() -> None:
    assert np.isnan(
        onto_plane(np.array([190.0]), np.array([-20.0]), (10.0, 20.0))
    ).all()


def test_a_pixel_is_found_again_through_distortions() -> None:
    plate = Plate(
        np.array([5, 900j, 2, 1, -900, 3, 4j, 6, 1, 2], complex), 512 + 400j, 512
    )
    pixels = np.array([0j, 1023 + 799j, 300 + 20j])
    assert np.abs(plate.pixels_of(plate.on_plane(pixels)) - pixels).max() < 1e-3


def test_how_an_image_lies_is_told_as_observers_say_it() -> None:
    as_seen = Plate(np.array([0, 460.8j, -460.8]), 512 + 512j, 512)
    assert (as_seen.parity, as_seen.up) == (1, 0)
    assert as_seen.scale == pytest.approx(0.9)
    mirrored = Plate(np.array([0, 460.8j, 460.8]), 512 + 512j, 512)
    assert mirrored.parity == -1
    east_up = Plate(np.array([0, 460.8, 460.8j]), 512 + 512j, 512)
    assert (east_up.parity, east_up.up) == (1, 90)


def test_the_code_of_a_triangle_leaves_scale_and_rotation_alone() -> None:
    places = np.array([0j, 100 + 10j, 40 + 80j])
    own = triangles_of(places, 9)
    turned = triangles_of(places * 3 * np.exp(2j) + 7, 9)
    mirrored = triangles_of(places.conj(), 9)
    assert len(own) == 1
    assert turned.code[0] == pytest.approx(own.code[0])
    assert mirrored.code[0] == pytest.approx(own.code[0].conjugate())
    assert len(triangles_of(np.array([0j, 1 + 1j]), 9)) == 0
