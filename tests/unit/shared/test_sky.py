import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from hypothesis import example, given
from hypothesis import strategies as st

from shared.kernel.cells import (
    angle,
    cell,
    cells_around,
    place_numbers,
    places_of,
)

RA = st.floats(0, 359.999)
DEC = st.one_of(st.sampled_from([-90.0, 90.0, 0.0]), st.floats(-90, 90))


@given(RA, DEC, st.floats(0.0005, 10), st.floats(0, 360), st.floats(0, 1))
@example(359.99, 30.0, 0.02, 90.0, 1.0)
@example(10.0, 89.9, 1.0, 0.0, 1.0)
def test_the_cells_around_a_place_hold_whatever_is_in_the_cone(
    ra: float, dec: float, radius: float, bearing: float, part: float
) -> None:
    place = SkyCoord(ra, dec, unit="deg").directional_offset_by(
        bearing * u.deg, 0.999 * part * radius * u.deg
    )
    assert cell(float(place.ra.deg), float(place.dec.deg)) in cells_around(
        ra, dec, radius
    )


@given(RA, DEC, RA, DEC)
def test_the_angle_is_astropys(
    ra: float, dec: float, other_ra: float, other_dec: float
) -> None:
    one, other = (
        SkyCoord(ra, dec, unit="deg"),
        SkyCoord(other_ra, other_dec, unit="deg"),
    )
    found = angle(ra, dec, other_ra, other_dec)
    assert found == pytest.approx(one.separation(other).deg, abs=1e-6)


def test_a_small_cone_touches_few_cells() -> None:
    assert len(cells_around(120.5, 20.5, 0.001)) == 1
    assert len(cells_around(0.0, 20.0, 0.001)) == 4


@given(ra=st.floats(0, 360, exclude_max=True), dec=st.floats(-90, 90))
@example(ra=359.99999999, dec=10.0)
@example(ra=0.0, dec=-90.0)
def test_a_number_tells_its_place_to_a_hundredth_of_an_arcsec(
    ra: float, dec: float
) -> None:
    numbers = place_numbers(np.array([ra]), np.array([dec]))
    found_ra, found_dec = places_of(numbers.astype(np.float64))
    turn = (found_ra[0] - ra + 180) % 360 - 180
    assert abs(turn) <= 0.0051 / 3600
    assert abs(found_dec[0] - dec) <= 0.0051 / 3600
