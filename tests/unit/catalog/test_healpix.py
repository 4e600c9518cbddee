"""HEALPix as survey tables and tiles use it: no star of a cone is missed."""

import numpy as np
from astropy.coordinates import Latitude, Longitude
from cdshealpix import nested
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain.cone import Cone
from services.catalog.domain.healpix import (
    ORDER_OF_TILES,
    cone_around,
    cone_ranges,
    few_ranges,
    pixel,
    tile_at,
    tiles_of,
)
from shared.kernel.sphere import directions, separation, tangents, unit_vectors

CONES = st.builds(
    Cone,
    st.floats(0, 359.999),
    st.floats(-90, 90) | st.sampled_from([-90.0, 89.999, 0.0, 41.8103]),
    st.floats(0.001, 5.0),
)


def inside(cone: Cone) -> tuple[np.ndarray, np.ndarray]:
    """Return positions all over a cone, its edge and its centre among them."""
    turn, share = np.meshgrid(np.linspace(0, 2 * np.pi, 40), np.linspace(0, 1, 9))
    away = np.radians(cone.radius * share.ravel())[:, None] * 0.999999
    east, north = tangents(cone.ra, cone.dec)
    turned = turn.ravel()[:, None]
    sideways = np.cos(turned) * east + np.sin(turned) * north
    centre = unit_vectors(cone.ra, cone.dec)
    return directions(np.cos(away) * centre + np.sin(away) * sideways)


def held(index: np.ndarray, ranges: np.ndarray) -> np.ndarray:
    place = np.searchsorted(ranges[:, 0], index, "right") - 1
    found: np.ndarray = (place >= 0) & (index < ranges[place, 1])
    return found


@given(CONES)
def test_every_star_of_a_cone_is_in_its_ranges(cone: Cone) -> None:
    ranges = cone_ranges(cone)
    assert held(pixel(*inside(cone)), ranges).all()
    assert (ranges[1:, 0] > ranges[:-1, 1]).all()


@given(CONES, st.sampled_from([6, 10, 12, 20]))
def test_few_ranges_hold_a_cone_in_any_order(cone: Cone, order: int) -> None:
    ra, dec = inside(cone)
    places = Longitude(ra, "deg"), Latitude(dec, "deg")
    index = nested.lonlat_to_healpix(*places, order).astype(np.int64)
    assert held(index, few_ranges(cone, order=order)).all()


@given(CONES)
def test_the_tiles_of_a_cone_are_those_of_its_stars(cone: Cone) -> None:
    assert set(tile_at(*inside(cone))) <= set(tiles_of(cone))


@given(st.integers(0, 12 * 4**ORDER_OF_TILES - 1))
def test_a_tile_lies_in_the_cone_around_it(tile: int) -> None:
    cone = cone_around(tile)
    assert tile_at(np.array([cone.ra]), np.array([cone.dec])) == tile
    ra, dec = nested.vertices(np.array([tile]), ORDER_OF_TILES)
    away = separation(ra.deg, dec.deg, unit_vectors(cone.ra, cone.dec))
    assert away.max() <= cone.radius + 1e-9


def test_pixels_are_those_of_tables_that_were_loaded_before() -> None:
    index = pixel(np.array([123.456, 359.999]), np.array([-67.89, 89.9]))
    assert index.tolist() == [153410245, 67108735]
