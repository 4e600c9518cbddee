"""What is known of the filter helps to choose, and never forbids."""

from dataclasses import replace

import numpy as np
import pytest

from services.calibrator.domain.filters import bands_meant
from services.calibrator.domain.hints import Hints, evidence_of
from services.calibrator.domain.model import BandChoice, Field, FitLimits
from services.calibrator.domain.outcome import Solution
from services.calibrator.domain.solve import solve
from tests.unit.calibrator.fields import field

APART = {"APASS/r": 0.01, "APASS/V": 0.2}


def twins(seed: int = 4) -> Field:
    """Return a field whose V magnitudes are those in r, and 0.3 mag fainter."""
    rng = np.random.default_rng(seed)
    one = field(rng, 60, noise={"APASS/r": 0.03})
    (r,) = one.bands
    mag = r.mag + 0.3 + rng.normal(0, 0.002, len(r.mag))
    return replace(one, bands=[r, replace(r, band="V", mag=mag)])


def solved(bands: dict[str, float], hints: Hints, seed: int = 4) -> Solution:
    one = field(np.random.default_rng(seed), 60, noise=bands)
    return solve(one, BandChoice(), FitLimits(), hints=hints)


def chosen(one: Field, hints: Hints) -> str:
    return solve(one, BandChoice(), FitLimits(), hints=hints).best.matches.band


@pytest.mark.parametrize(
    ("name", "band", "other"),
    [
        ("V", "V", "B"),
        ("Johnson V", "V", "v"),
        ("Bessell-R", "R", "r"),
        ("SDSS r'", "r", "R"),
        ("rp", "r", "RP"),
        ("RP", "RP", "r"),
        ("APASS/V", "V", "R"),
        ("Rc", "R", "r"),
        ("Clear", "G", "V"),
        ("TG", "V", "g"),
    ],
)
def test_a_filter_means_a_band_more_than_another(
    name: str, band: str, other: str
) -> None:
    meant = bands_meant(name)
    assert meant[band] > meant.get(other, 0.0)


@pytest.mark.parametrize("name", ["", "Halpha", "filter 3", "GG495", "x" * 1000])
def test_a_filter_nobody_knows_means_nothing(name: str) -> None:
    assert bands_meant(name) == {}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("band", ["r", "V"])
def test_of_two_that_fit_alike_the_named_filter_is_chosen(seed: int, band: str) -> None:
    assert chosen(twins(seed), Hints(named=band)) == band
    assert chosen(twins(seed), Hints(owned=(f"SDSS/{band}", "I"))) == band


def test_a_hint_is_no_wall_and_a_surprise_is_told() -> None:
    for hints, told in (
        (Hints(named="V"), "The filter is said to be V, but the stars fit r."),
        (Hints(owned=("B", "V")), "r is none of the observatory's filters."),
    ):
        solution = solved(APART, hints)
        assert solution.best.matches.band == "r"
        assert told in solution.warnings


def test_other_frames_of_the_night_decide_what_is_open_and_no_more() -> None:
    night = [{"APASS/V": 0.0, "APASS/r": -2.0}] * 5
    assert chosen(twins(), Hints(night=night)) == "V"
    assert solved(APART, Hints(night=night)).best.matches.band == "r"


def test_forced_and_automatic_agree_whatever_helped() -> None:
    one = twins()
    hints = Hints(named="V")
    free = solve(one, BandChoice(), FitLimits(), hints=hints)
    forced = solve(one, BandChoice("APASS", "V"), FitLimits())
    assert free.magnitude == forced.magnitude


def test_a_rival_that_gives_another_magnitude_is_told() -> None:
    one = twins()
    told = " ".join(solve(one, BandChoice(), FitLimits()).warnings)
    assert "fits about as well as" in told
    assert "0.3" in told
    named = solve(one, BandChoice(), FitLimits(), hints=Hints(named="V"))
    assert "fits about as well as" not in " ".join(named.warnings)


def test_evidence_is_relative_to_the_best_and_bounded() -> None:
    fits = solved(APART, Hints()).ranking
    evidence = evidence_of(fits)
    assert max(evidence.values()) == evidence["APASS/r"] == 0
    assert evidence["APASS/V"] < -20
