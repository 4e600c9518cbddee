"""The solver on real lists and real surveys; skipped where they are not at hand."""

from pathlib import Path

import numpy as np
import pytest

from services.catalog.domain.survey import Survey
from services.catalog.loading.star_file import batches_of
from services.imager.domain.plate.plane import ComplexArray, onto_plane
from services.imager.domain.plate.solve import solved
from services.imager.domain.plate.stars import Charted, Detected
from services.imager.domain.plate.vote import Scales
from services.ingest.domain.read import read_catalogue
from shared.kernel.arrays import FloatArray

DATA = Path(__file__).parents[3] / "shared" / "data"
TRIALS = 40
SIDE = 2000

pytestmark = [
    pytest.mark.skipif(
        not DATA.exists(), reason="the real catalogues are not beside this checkout"
    ),
    pytest.mark.timeout(400),
]


def survey(name: str, path: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return positions [deg] and brightness of a survey's stars, brightest first."""
    stars = max(batches_of(DATA / path, Survey(name)), key=len)
    order = np.argsort(stars.brightness, kind="stable")
    return stars.ra[order], stars.dec[order], stars.brightness[order]


def cropped(
    placed: ComplexArray, rng: np.random.Generator, scale: float
) -> tuple[Detected, complex]:
    """Return the stars [px] in a turned, perhaps mirrored square, and the target."""
    off = complex(*rng.uniform(-0.3, 0.3, 2)) * SIDE
    turn = np.exp(1j * rng.uniform(0, 2 * np.pi))
    away = placed / scale * turn
    target = 0j
    if rng.random() < 0.5:
        away = away.conj()
    away, target = away + off, target + off
    inside = (np.abs(away.real) < SIDE / 2) & (np.abs(away.imag) < SIDE / 2)
    middle = complex(SIDE - 1, SIDE - 1) / 2
    return Detected(away[inside] + middle, SIDE, SIDE), target + middle


def outcomes(
    catalogue: str, reference: tuple[str, str], width: float, reach: float
) -> list[bool | None]:
    """Return of each trial whether it was right; ``None``: not solved.

    Parameters
    ----------
    catalogue, reference
        A list of stars, and a survey with its file.
    width
        Of the image [arcmin].
    reach
        How far from the middle of the list targets are chosen [deg].
    """
    stars = read_catalogue((DATA / catalogue).read_bytes()).stars
    ra, dec, _ = survey(*reference)
    order = np.argsort(stars.mag)
    scale = width * 60 / SIDE
    told: list[bool | None] = []
    for trial in range(TRIALS):
        rng = np.random.default_rng(trial)
        at = (
            float(np.median(stars.ra)) + rng.uniform(-reach, reach),
            float(np.median(stars.dec)) + rng.uniform(-reach, reach),
        )
        placed = onto_plane(stars.ra[order], stars.dec[order], at)
        image, target = cropped(placed[np.isfinite(placed)], rng, scale)
        chart = onto_plane(ra, dec, at)
        near = Charted(chart[np.abs(chart) < 1.5 * width * 60][:4000])
        claimed = scale * rng.uniform(1 / 1.2, 1.2)
        found = solved(image, near, Scales(claimed / 1.21, claimed * 1.21))
        if found is None:
            told.append(None)
        else:
            apart = abs(found.plate.pixel_of(0j) - target) * scale
            told.append(bool(apart < max(3 * found.rms, 1.0)))
    return told


@pytest.mark.parametrize(("width", "fewest"), [(10, 0.6), (20, 0.97), (40, 0.95)])
def test_decam_s_lists_are_solved_with_apass(width: float, fewest: float) -> None:
    told = outcomes(
        "grb210605a/grb210605a_20210608_g.cat",
        ("APASS", "grb210605a/grb210605a_ref_APASS.csv"),
        width,
        0.1,
    )
    assert False not in told
    assert told.count(True) >= fewest * TRIALS


@pytest.mark.parametrize("name", ["APASS", "REFCAT2"])
def test_a_night_s_chosen_stars_are_enough(name: str) -> None:
    told = outcomes(
        "ey_uma/ey-uma-010R.cat", (name, f"ey_uma/ey_uma_ref_{name}.csv"), 30, 0.02
    )
    assert False not in told
    assert told.count(True) >= 0.85 * TRIALS
