from dataclasses import astuple
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.table import MaskedColumn, Table
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.admin import commands
from services.catalog.domain.cone import Cone
from services.catalog.domain.healpix import shared_cone
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Band, Survey
from services.catalog.domain.table import cut_cone, merged, rows_of
from services.catalog.loading.star_columns import StarFileError
from services.catalog.loading.star_file import batches_of
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tables import SurveyTables
from shared.kernel.sphere import separation, unit_vectors
from shared.operating import operated
from tests.support.cones import cones_of


def sphere(count: int, seed: int = 0) -> ReferenceStars:
    rng = np.random.default_rng(seed)
    ra = rng.uniform(0, 360, count)
    dec = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    mag = rng.uniform(8, 20, count)
    return ReferenceStars(ra, dec, {"V": mag}, {"V": np.full(count, 0.02)})


SPHERE = sphere(20_000)
ROWS = merged([rows_of(SPHERE)])
COORDINATES = SkyCoord(SPHERE.ra, SPHERE.dec, unit="deg")


@given(
    st.floats(0, 359.999),
    st.one_of(st.sampled_from([-90.0, 90.0, 0.0]), st.floats(-90, 90)),
    st.floats(0.01, 5.0),
)
def test_a_cone_holds_what_astropys_search_finds(
    ra: float, dec: float, radius: float
) -> None:
    cone, _ = cut_cone([ROWS], Cone(ra, dec, radius))
    away = COORDINATES.separation(SkyCoord(ra, dec, unit="deg"))
    assert set(cone.ra) == set(SPHERE.ra[away <= radius * u.deg])


@given(st.floats(0, 359.999), st.floats(-90, 90), st.floats(0.01, 1.5))
def test_a_shared_cone_covers_the_cone(ra: float, dec: float, radius: float) -> None:
    around_ra, around_dec, reach = astuple(shared_cone(Cone(ra, dec, radius)))
    away = separation(ra, dec, unit_vectors(around_ra, around_dec))
    assert away + radius <= reach + 1e-9
    assert reach <= radius + 0.3


def test_neighbouring_cones_share_their_stars(tmp_path: Path) -> None:
    tables = SurveyTables(tmp_path)
    tables.add("APASS", SPHERE, "a")
    cones = cones_of(tmp_path)
    one = cones.around(Cone(135.0, 49.0, 0.2), 2020.0).stars["APASS"]
    other = cones.around(Cone(135.001, 49.001, 0.201), 2020.0).stars["APASS"]
    assert one is other


def test_stars_of_a_second_file_are_added_and_the_same_file_is_not(
    tmp_path: Path,
) -> None:
    tables = SurveyTables(tmp_path)
    assert tables.add("APASS", sphere(100, 1), "a") == 100
    assert tables.add("APASS", sphere(50, 2), "b") == 150
    assert tables.add("APASS", sphere(50, 2), "b") == 150
    assert len(list((tmp_path / "surveys/APASS").glob("[!.]*"))) == 2


def test_a_running_reader_sees_stars_loaded_later(tmp_path: Path) -> None:
    reader, operator = cones_of(tmp_path), SurveyTables(tmp_path)
    assert reader.around(Cone(10, 20, 0.1), 2020.0).stars == {}
    operator.add("APASS", sphere(100, 1), "a")
    before = len(reader.of_survey("APASS", Cone(10, 20, 180)))
    operator.add("APASS", sphere(50, 2), "b")
    assert (before, len(reader.of_survey("APASS", Cone(10, 20, 180)))) == (100, 150)


def test_bands_of_two_files_are_joined_with_nan_between(tmp_path: Path) -> None:
    one = ReferenceStars(
        np.array([1.0]),
        np.array([2.0]),
        {"V": np.array([15.0])},
        {"V": np.array([0.1])},
    )
    other = ReferenceStars(
        np.array([1.1]),
        np.array([2.0]),
        {"r": np.array([14.0])},
        {"r": np.array([0.2])},
    )
    tables = SurveyTables(tmp_path)
    tables.add("APASS", one, "a")
    tables.add("APASS", other, "b")
    cone = cones_of(tmp_path).of_survey("APASS", Cone(1.0, 2.0, 1.0))
    order = np.argsort(cone.ra)
    np.testing.assert_array_equal(cone.mag["V"][order], [15.0, np.nan])
    np.testing.assert_array_equal(cone.mag["r"][order], [np.nan, 14.0])


@pytest.mark.parametrize("ending", ["csv", "ecsv", "fits", "vot", "parquet"])
def test_a_star_file_is_read_in_every_format(tmp_path: Path, ending: str) -> None:
    table = Table({"ra": [10.0, -350.0], "dec": [1.0, -1.0]})
    table["V"] = MaskedColumn([15.0, 99.99], mask=[False, False])
    table["V_err"] = [0.02, 0.0]
    table["r"] = MaskedColumn([14.0, 14.5], mask=[False, True])
    table["name"] = ["a", "b"]
    path = tmp_path / f"stars.{ending}"
    layout = {"csv": "ascii.csv", "ecsv": "ascii.ecsv", "vot": "votable"}
    if ending == "parquet":
        columns = {name: table[name].tolist() for name in table.colnames}
        pyarrow.parquet.write_table(pyarrow.table(columns), path)
    else:
        table.write(path, format=layout.get(ending, ending))
    *_, stars = batches_of(path, Survey("X", bands={"r": Band()}))
    np.testing.assert_allclose(stars.ra, [10.0, 10.0])
    np.testing.assert_allclose(stars.mag["V"], [15.0, np.nan])
    np.testing.assert_allclose(stars.mag_err["V"], [0.02, np.nan])
    np.testing.assert_allclose(stars.mag["r"], [14.0, np.nan])
    assert np.isnan(stars.mag_err["r"]).all()


def test_a_star_file_without_positions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stars.csv"
    path.write_text("x,y,V,V_err\n1,2,15,0.1\n")
    with pytest.raises(StarFileError, match="no columns ra and dec"):
        list(batches_of(path, Survey("X", bands={"V": Band()})))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("RA,pm\n", "no band columns"),
        ("ra,dec,V,V_err\n10:20:30,-5:00:00,15,0.1\n", "cannot be read"),
        ("ra,dec,V,V_err\n400,5,15,0.1\n", "no star with ra and dec"),
        ("ra,dec,pmra,pmra_err\n10,5,15,0.1\n", "no band columns"),
    ],
)
def test_a_star_file_that_makes_no_sense_is_told_so(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "stars.csv"
    path.write_text(text)
    with pytest.raises(StarFileError, match=sentence):
        list(batches_of(path, Survey("X", bands={"V": Band()})))


def test_a_star_file_without_bands_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stars.csv"
    path.write_text("ra,dec,name\n1,2,Vega\n")
    with pytest.raises(StarFileError, match="no band columns"):
        list(batches_of(path, Survey("X", bands={"V": Band()})))


def test_the_operator_is_told_in_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CPCS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CPCS_SHARE_TABLES", "0")
    with pytest.raises(SystemExit) as ended:
        operated(commands, ["load", "APASS", str(tmp_path / "nothing.csv")])
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"{tmp_path}/nothing.csv does not exist.\n"


def test_every_definition_names_bands_for_its_colours() -> None:
    surveys = read_definitions()
    assert {"APASS", "SDSS", "PS1", "REFCAT2", "GaiaDR3", "2MASS"} <= set(surveys)
    for survey in surveys.values():
        for band in survey.bands.values():
            assert band.system in {"Vega", "AB"}
            assert band.colour is not None
            assert set(band.colour) <= set(survey.bands)


def test_a_further_definition_needs_no_code(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'name = "Mine"\ntitle = "My own"\n[bands]\nV = { system = "Vega" }\n'
    )
    assert read_definitions(tmp_path)["Mine"].band("V").system == "Vega"


def test_a_crowded_cone_keeps_its_brightest_and_tells_the_cut() -> None:
    whole, none = cut_cone([ROWS], Cone(20.0, 10.0, 9.0))
    assert np.isnan(none)
    for most in (1, 7, len(whole) // 2):
        few, cut = cut_cone([ROWS], Cone(20.0, 10.0, 9.0), most)
        assert len(few) == most
        assert cut == pytest.approx(np.sort(whole.brightness)[most - 1])


def test_a_file_without_good_stars_leaves_no_table(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CPCS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CPCS_SHARE_TABLES", "0")
    galaxies = tmp_path / "galaxies.csv"
    names = "RA_ICRS,DE_ICRS,class,mode,clean,rmag,e_rmag"
    galaxies.write_text(f"{names}\n1,2,3,1,1,15,0.01\n")
    with pytest.raises(SystemExit):
        operated(commands, ["load", "SDSS", str(galaxies)])
    assert "holds no good star of SDSS" in capsys.readouterr().err
    assert SurveyTables(tmp_path).surveys() == []
    assert cones_of(tmp_path).around(Cone(1.0, 2.0, 0.1), 2020.0).stars == {}


def test_numbers_of_a_csv_may_change_their_looks_far_below(tmp_path: Path) -> None:
    path = tmp_path / "stars.csv"
    rows = ["1,2,15,"] * 60_000 + ["1.5,2,15.25,0.02"]
    path.write_text("# by hand\nra, dec, V, V_err\n" + "\n".join(rows) + "\n")
    stars = list(batches_of(path, Survey("X", bands={"V": Band()})))
    assert stars[-1].mag["V"][-1] == 15.25
    assert stars[-1].mag_err["V"][-1] == 0.02
    assert sum(map(len, stars)) == 60_001
