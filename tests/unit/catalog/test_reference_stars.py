"""Proper motions, blends, known variables and transformed bands."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain.detections import Detections, cone_of
from services.catalog.domain.field import match_field
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey
from services.catalog.domain.transformation import Transformation, transformed
from services.catalog.loading.star_file import batches_of
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tables import SurveyTables
from shared.kernel.sphere import chord
from tests.support.cones import cones_of

SURVEYS = read_definitions()
LUPTON_V = Transformation(
    "g", ("g", "r"), (-0.0038, -0.5784), (0.2, 1.4), 0.0054, "Lupton (2005)"
)


def stars(**columns: Any) -> ReferenceStars:
    count = len(columns["ra"])
    motion = columns.get("motion")
    return ReferenceStars(
        np.array(columns["ra"]),
        np.array(columns["dec"]),
        {"r": np.array(columns.get("r", [15.0] * count))},
        {"r": np.full(count, 0.02)},
        None if motion is None else np.array(motion),
    )


@given(
    st.floats(0, 359.9),
    st.floats(-89.9, 89.9),
    st.floats(-5000, 5000),
    st.floats(-5000, 5000),
    st.floats(-20, 20),
)
def test_a_star_moves_as_astropy_says(
    ra: float, dec: float, east: float, north: float, years: float
) -> None:
    one = stars(ra=[ra], dec=[dec], motion=[[east, north]]).moved(years)
    before = SkyCoord(ra * u.deg, dec * u.deg)
    way = np.hypot(east, north) * abs(years) * u.mas
    now = SkyCoord(one.ra[0] * u.deg, one.dec[0] * u.deg)
    expected = before.directional_offset_by(
        np.arctan2(east * years, north * years) * u.rad, way
    )
    assert expected.separation(now) < 0.002 * u.arcsec


def test_a_star_without_a_known_motion_stays() -> None:
    one = stars(ra=[10.0], dec=[20.0], motion=[[np.nan, np.nan]]).moved(16.0)
    assert (one.ra[0], one.dec[0]) == pytest.approx((10.0, 20.0), abs=1e-12)


def test_a_fast_star_is_matched_where_it_was_that_night(tmp_path: Path) -> None:
    table = tmp_path / "gaia.csv"
    rows = [f"{10 + n / 100},20,15,0.01,0,0" for n in range(1, 9)]
    rows.append("10.0,20,14,0.01,0,2000")
    table.write_text("ra,dec,G,G_err,pmra,pmdec\n" + "\n".join(rows) + "\n")
    tables = SurveyTables(tmp_path)
    tables.load("GaiaDR3", batches_of(table, Survey("GaiaDR3")), "a")
    ra = np.array([10 + n / 100 for n in range(9)])
    dec = np.array([20 + 2.0 * 8 / 3600, *[20.0] * 8])
    image = Detections(ra, dec, np.full(9, -7.0), 10.0, 20.0, 2024.0)
    sky = cones_of(tmp_path, SURVEYS).around(cone_of(image), image.epoch)
    found = match_field(image, sky.stars, 2.0)
    assert len(found.pairs["GaiaDR3"]) == 9
    assert abs(found.pairs["GaiaDR3"].offset_north) < 0.01


@pytest.mark.parametrize(
    ("neighbour", "away", "blended"),
    [(15.0, 1.0, True), (17.5, 1.0, True), (19.0, 1.0, False), (15.0, 3.0, False)],
)
def test_a_neighbour_that_adds_a_twentieth_of_the_light_blends(
    neighbour: float, away: float, *, blended: bool
) -> None:
    one = stars(ra=[10.0, 10.0], dec=[0.0, away / 3600], r=[15.0, neighbour])
    assert one.blended(chord(2.0 / 3600))[0] == blended
    if neighbour != 15.0 and away < 2:
        assert one.blended(chord(2.0 / 3600))[1]


def test_known_variables_are_told_and_never_matched() -> None:
    ra = 10 + np.arange(12) / 100
    image = Detections(ra, np.full(12, 20.0), np.full(12, -7.0), 10.0, 20.0, 2020.0)
    survey = stars(ra=ra.tolist(), dec=[20.0] * 12)
    listed = stars(ra=[10.03, 55.0], dec=[20.0 + 0.5 / 3600, 0.0])
    found = match_field(image, {"APASS": survey, "VSX": listed}, 2.0, ["VSX"])
    assert np.flatnonzero(found.variable).tolist() == [3]
    assert set(found.pairs) == {"APASS"}


def test_the_worked_example_of_a_transformation() -> None:
    mag = {"g": np.array([16.0]), "r": np.array([15.4])}
    err = {"g": np.array([0.02]), "r": np.array([0.03])}
    assert LUPTON_V.magnitude(mag)[0] == pytest.approx(15.64916)
    expected = np.hypot((1 - 0.5784) * 0.02, 0.5784 * 0.03)
    assert LUPTON_V.error(mag, err)[0] == pytest.approx(expected)


@given(st.floats(-1, 3))
def test_no_magnitude_is_made_outside_the_range_of_colours(colour: float) -> None:
    mag = {"g": np.array([16.0 + colour]), "r": np.array([16.0])}
    inside = 0.2 <= mag["g"][0] - mag["r"][0] <= 1.4
    assert np.isfinite(LUPTON_V.magnitude(mag)[0]) == inside


@pytest.mark.parametrize(
    ("survey", "mags", "band", "expected"),
    [
        ("SDSS", {"g": 16.0, "r": 15.5, "i": 15.3}, "R", 15.5 - 0.2936 * 0.2 - 0.1439),
        ("PS1", {"g": 16.0, "r": 15.5, "i": 15.3}, "B", 16.0 + 0.212 + 0.278 + 0.0085),
        ("GaiaDR3", {"G": 15.0, "BP": 15.5, "RP": 14.5}, "V", 15.214),
        ("APASS", {"g": 16.0, "r": 15.5, "i": 15.3}, "I", 15.3 - 0.354 - 0.06),
    ],
)
def test_the_formulae_of_the_surveys_have_the_right_signs(
    survey: str, mags: dict[str, float], band: str, expected: float
) -> None:
    made_by = SURVEYS[survey].band(band).made_by
    assert made_by is not None
    arrays = {name: np.array([mag]) for name, mag in mags.items()}
    assert made_by.magnitude(arrays)[0] == pytest.approx(expected, abs=2e-3)


def test_every_transformation_has_a_source_a_scatter_and_a_range() -> None:
    made = [
        band.made_by
        for survey in SURVEYS.values()
        for band in survey.bands.values()
        if band.made_by is not None
    ]
    assert len(made) >= 19
    for formula in made:
        assert formula.source
        assert 0.005 <= formula.scatter < 0.1
        assert formula.valid[0] < formula.valid[1]


def test_a_measured_band_is_never_replaced() -> None:
    one = ReferenceStars(
        np.zeros(1),
        np.zeros(1),
        {name: np.array([16.0]) for name in "grV"},
        {name: np.array([0.1]) for name in "grV"},
    )
    assert transformed(one, {"V": LUPTON_V}) is one
