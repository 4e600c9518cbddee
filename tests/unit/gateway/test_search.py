"""The search box reads names and places as people write them."""

import pytest

from services.gateway.domain.search import Cone, NamePart, read_search


@pytest.mark.parametrize("text", ["Gaia16aye", "ivo://TT Tri", "16", "SN 2020 abc", ""])
def test_a_name_is_a_name(text: str) -> None:
    assert read_search(text) == NamePart(text)


@pytest.mark.parametrize(
    ("text", "ra", "dec", "radius"),
    [
        ("295.00 30.13", 295.0, 30.13, 2 / 60),
        ("295.00, -30.13 5", 295.0, -30.13, 5 / 60),
        ("295.00 +30.13 0.5 deg", 295.0, 30.13, 0.5),
        ("10 20 30 arcsec", 10.0, 20.0, 30 / 3600),
        ("19:40:01.2 +30:07:48", 295.005, 30.13, 2 / 60),
        ("19 40 01.2 -00 30 00 1'", 295.005, -0.5, 1 / 60),
    ],
)
def test_a_place_is_a_place(text: str, ra: float, dec: float, radius: float) -> None:
    cone = read_search(text)
    assert isinstance(cone, Cone)
    assert cone.ra == pytest.approx(ra, abs=1e-9)
    assert cone.dec == pytest.approx(dec, abs=1e-9)
    assert cone.radius == pytest.approx(radius)


@pytest.mark.parametrize("text", ["400 10", "10 95", "10 20 90 deg"])
def test_a_place_that_is_none_is_looked_for_as_a_name(text: str) -> None:
    assert read_search(text) == NamePart(text)
