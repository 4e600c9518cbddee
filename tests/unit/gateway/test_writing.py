"""Names, places and times as pages write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.links import elsewhere
from services.gateway.domain.sexagesimal import degrees_of
from services.gateway.domain.writing import bare, sexagesimal, utc_of


def test_a_name_loses_its_scheme() -> None:
    assert bare("ivo://Gaia16aye") == "Gaia16aye"
    assert bare("Gaia16aye") == "Gaia16aye"


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ((294.9927, 30.1314), "19:39:58.25 +30:07:53.0"),
        ((359.9999999, -0.5), "00:00:00.00 -00:30:00.0"),
        ((0.0, 89.99999999), "00:00:00.00 +90:00:00.0"),
    ],
)
def test_a_place_is_written_in_sixties(
    place: tuple[float, float], written: str
) -> None:
    assert sexagesimal(*place) == written


@given(st.floats(0, 359.99), st.floats(-90, 90))
def test_what_is_written_is_read_back(ra: float, dec: float) -> None:
    hours, degrees = sexagesimal(ra, dec).split()
    assert float(degrees_of(hours, 15.0)) == pytest.approx(ra, abs=15 * 0.006 / 3600)
    assert float(degrees_of(degrees)) == pytest.approx(dec, abs=0.06 / 3600)


@pytest.mark.parametrize("text", ["12.5", "", "1:2", "12:30:00 apples", "1e3"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert degrees_of(text, 15.0) == text


def test_a_time_is_written_to_the_minute() -> None:
    assert utc_of(57735.7678) == "2016-12-13 18:25"


def test_a_gaia_target_is_known_elsewhere() -> None:
    found = elsewhere("ivo://Gaia16aye", 294.9927, 30.1314)
    assert found["Gaia Alerts"].endswith("/alert/Gaia16aye/")
    assert "294.992700" in found["Simbad"]
    assert "Gaia Alerts" not in elsewhere("ivo://SN 2024abc", 1.0, -2.0)
