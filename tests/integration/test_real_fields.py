"""Real catalogues with known answers; skipped where they are not at hand."""

import csv
from pathlib import Path

import numpy as np
import pytest

from services.catalog.domain.survey import Survey
from services.catalog.loading.star_file import batches_of
from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.values import BandChoice
from tests.support.pipeline import Pipeline

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="the real catalogues are not beside this checkout"
)

NIGHTS = {"20210608": 28.798, "20210609": 28.744, "20210610": 28.548}
APASS_G = BandChoice(survey="APASS", band="g")
APASS_R = BandChoice(survey="APASS", band="r")


def pipeline(folder: Path, *surveys: tuple[str, str]) -> Pipeline:
    made = Pipeline(folder)
    for survey, name in surveys:
        made.tables.load(survey, batches_of(DATA / name, Survey(survey)), name)
    return made


@pytest.fixture(scope="module")
def grb(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    folder = tmp_path_factory.mktemp("grb")
    return pipeline(folder, ("APASS", "grb210605a/grb210605a_ref_APASS.csv"))


@pytest.fixture(scope="module")
def ey_uma(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return pipeline(
        tmp_path_factory.mktemp("ey_uma"),
        ("APASS", "ey_uma/ey_uma_ref_APASS.csv"),
        ("REFCAT2", "ey_uma/ey_uma_ref_REFCAT2.csv"),
    )


async def grb_night(
    grb: Pipeline, night: str, choice: BandChoice | None = None
) -> CalibrationSolved:
    content = (DATA / f"grb210605a/grb210605a_{night}_g.cat").read_bytes()
    solved = await grb.upload(content, 24.2, -48.9, choice=choice)
    assert isinstance(solved, CalibrationSolved)
    return solved


@pytest.mark.parametrize("night", NIGHTS)
async def test_a_decam_night_chooses_apass_g_with_the_known_zero_point(
    grb: Pipeline, night: str
) -> None:
    solved = await grb_night(grb, night)
    assert (solved.best.survey, solved.best.band) == ("APASS", "g")
    assert solved.best.zero_point == pytest.approx(NIGHTS[night], abs=0.02)
    forced = await grb_night(grb, night, APASS_G)
    assert forced.best.zero_point == solved.best.zero_point
    assert forced.mode == "FORCED"


async def test_the_light_curve_of_ey_uma_is_the_stars_real_one(
    ey_uma: Pipeline,
) -> None:
    differences = []
    with (DATA / "ey_uma/baseline_lightcurve_APASS_r.csv").open() as file:
        known = list(csv.DictReader(file))
    images = sorted((DATA / "ey_uma").glob("*.cat"))
    for path, row in zip(images, known, strict=True):
        solved = await ey_uma.upload(path.read_bytes(), 135.5865, 49.8192, 4.0, APASS_R)
        assert isinstance(solved, CalibrationSolved)
        differences.append(solved.magnitude.mag - float(row["target_r"]))
    assert abs(np.median(differences)) < 0.005
    assert np.std(differences) < 0.01


async def test_ey_uma_in_r_is_recognised_as_r(ey_uma: Pipeline) -> None:
    for path in sorted((DATA / "ey_uma").glob("*.cat"))[::10]:
        solved = await ey_uma.upload(path.read_bytes(), 135.5865, 49.8192, 4.0)
        assert isinstance(solved, CalibrationSolved)
        assert solved.best.band == "r"


async def test_a_catalogue_as_published_by_others_is_read(grb: Pipeline) -> None:
    content = (DATA / "grb210605a/raw_decam_20210608.cat").read_bytes()
    solved = await grb.upload(content, 24.2, -48.9)
    assert isinstance(solved, CalibrationSolved)
    assert solved.best.zero_point == pytest.approx(28.798, abs=0.02)
    assert "X_WORLD" in solved.warnings[0]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("amandamacinnis_cat.txt", "Columns MAG_AUTO, MAGERR_AUTO are missing."),
        (
            "simonrw_iKon1.cat",  # read by its FLUX_ISOCOR, and of another field
            "Failed to match catalogues to data: the target is not in this field.",
        ),
        (
            "oracdr_test_catalog.fits",  # read by its MAG_APER, and of another field
            "Failed to match catalogues to data: the target is not in this field.",
        ),
    ],
)
async def test_what_is_no_usable_catalogue_is_told_so(
    grb: Pipeline, name: str, sentence: str
) -> None:
    content = (DATA / "sextractor" / name).read_bytes()
    rejected = await grb.upload(content, 24.2, -48.9)
    assert getattr(rejected, "message", "") == sentence


async def test_a_night_of_one_filter_chooses_one_band(ey_uma: Pipeline) -> None:
    with (DATA / "ey_uma/manifest.csv").open() as manifest:
        frames = list(csv.DictReader(manifest))[:40]
    chosen = set()
    for one in frames:
        content = (DATA / "ey_uma" / one["file"]).read_bytes()
        time = float(one["mjd_mid"])
        solved = await ey_uma.upload(content, 135.5865, 49.8192, 4.0, mjd=time)
        assert isinstance(solved, CalibrationSolved)
        chosen.add((solved.best.survey, solved.best.band))
    assert chosen == {("APASS", "r")}
