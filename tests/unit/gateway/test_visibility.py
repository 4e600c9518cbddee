"""A night at an observatory, beside astropy's own."""

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import AltAz, EarthLocation, SkyCoord, get_body
from astropy.time import Time

from services.gateway.domain.visibility import night_at

PLACE = (294.9927, 30.1314)
SITES = [(-96.4, 46.9), (21.0, 52.2), (-70.4, -24.6), (149.1, -31.3)]
NOW = 58000.3
"""Within what astropy has of the Earth's rotation without asking for more."""


@pytest.mark.parametrize("site", SITES)
def test_altitudes_are_astropys_to_two_degrees(site: tuple[float, float]) -> None:
    night = night_at(PLACE, site, NOW)
    times = Time(night.times, format="mjd")
    here = EarthLocation(lon=site[0] * u.deg, lat=site[1] * u.deg)
    frame = AltAz(obstime=times, location=here)
    star = SkyCoord(*PLACE, unit="deg").transform_to(frame).alt.deg
    moon = get_body("moon", times, here).transform_to(frame).alt.deg
    assert np.max(np.abs(star - night.target)) < 0.5
    assert np.max(np.abs(moon - night.moon)) < 2.0
    sun = get_body("sun", times, here).transform_to(frame).alt.deg
    dark = np.asarray(night.times)[sun < -12]
    assert night.dark == pytest.approx((dark[0], dark[-1]), abs=0.015)


@pytest.mark.parametrize("longitude", [-179.0, -90.0, 0.0, 90.0, 179.0])
def test_a_night_is_the_one_that_is_or_the_next(longitude: float) -> None:
    for now in np.linspace(58000.0, 58001.0, 25):
        night = night_at(PLACE, (longitude, 40.0), now)
        assert night.times[0] - 1e-9 <= now <= night.times[-1] + 1e-9
        assert night.dark is not None
        assert night.dark[0] < night.dark[1]


def test_at_the_pole_in_summer_it_is_never_dark() -> None:
    night = night_at(PLACE, (0.0, 78.0), 57925.0)
    assert night.dark is None
    assert night.best is None
    assert night.usable == 0


def test_a_southern_target_never_rises_in_the_north() -> None:
    night = night_at((120.0, -75.0), (21.0, 52.2), NOW)
    assert night.usable == 0
    assert max(night.target) < 0
