"""What should make an observer look twice."""

from dataclasses import replace

import numpy as np
import pytest

from services.calibrator.domain.doubts import about_the_choice
from services.calibrator.domain.model import BandChoice, Field, FitLimits
from services.calibrator.domain.outcome import CalibrationImpossibleError
from services.calibrator.domain.selection import undivided
from services.calibrator.domain.solve import solve
from tests.unit.calibrator.fields import ZERO_POINT, field

AUTO, LIMITS = BandChoice(), FitLimits()
STARS = 40
ARCSEC = 1 / 3600


def with_target(*rows: tuple[float, float, float], radius: float = 4.0) -> Field:
    """Return a field with stars at its target: each offset [arcsec], mag, error."""
    plain = field(np.random.default_rng(5), STARS, target=False)
    north, mag, err = np.array(rows).T
    return replace(
        plain,
        ra=np.append(plain.ra, np.full(len(rows), plain.target_ra)),
        dec=np.append(plain.dec, plain.target_dec + north * ARCSEC),
        mag=np.append(plain.mag, mag),
        mag_err=np.append(plain.mag_err, err),
        radius=radius,
    )


def doubts(*rows: tuple[float, float, float]) -> tuple[str, ...]:
    return solve(with_target(*rows), AUTO, LIMITS).warnings


def test_a_target_like_any_other_is_not_doubted() -> None:
    middle = float(np.median(with_target((0, 0, 0)).mag[:STARS]))
    assert doubts((0.3, middle, 0.02)) == ()


def test_two_stars_at_the_target_are_told_and_their_order_is_nothing() -> None:
    rows = [(0.0, -3.0, 0.1), (0.0, -6.0, 0.01)]
    one, other = (solve(with_target(*it), AUTO, LIMITS) for it in (rows, rows[::-1]))
    assert one.magnitude.value == other.magnitude.value
    assert one.magnitude.error == 0.01
    assert one.warnings[-1].startswith("2 stars of the file are at the target")


def test_a_star_away_from_the_target_is_told() -> None:
    (told,) = doubts((3.0, -6.0, 0.01))
    assert told == "The star taken for the target lies 3.0 arcsec from its position."


def test_an_error_of_0_is_told() -> None:
    assert any("error of the target is 0" in told for told in doubts((0, -6.0, 0.0)))


def test_a_magnitude_no_telescope_reaches_is_refused() -> None:
    with pytest.raises(CalibrationImpossibleError, match="that is not real"):
        doubts((0, 40.0, 0.01))


def test_a_band_that_many_stars_fit_much_better_is_told() -> None:
    rng = np.random.default_rng(8)
    plain = field(rng, STARS * 3, target=False)
    (band,) = plain.bands
    step = np.where(plain.ra > np.median(plain.ra), 0.3, 0.0)
    loose = replace(band, band="i", mag=band.mag + rng.normal(0, 0.15, STARS * 3))
    stepped = replace(plain, mag=plain.mag + step, bands=[band, loose])
    tight, other = (
        solve(stepped, BandChoice(None, name), LIMITS).best for name in ("r", "i")
    )
    assert undivided([other, tight]) == (tight, other)
    assert undivided([tight, other]) == (tight, other)
    (told,) = about_the_choice(other, [other], [tight, other])
    assert told.startswith(f"APASS/r fits {tight.stars_used} of 120 stars to 0.0")
    assert list(about_the_choice(tight, [tight, other], [tight, other])) == []


def stepped(seed: int, part: float, step: float) -> tuple[Field, float]:
    """Return a field whose eastern part is fainter, and its target's magnitude."""
    noise = {"APASS/V": 0.02, "APASS/r": 0.117, "APASS/B": 0.2}
    plain = field(np.random.default_rng(seed), STARS * 4, noise=noise)
    fainter = plain.ra > np.quantile(plain.ra, 1 - part)
    fainter[0] = False  # the target
    truth = float(plain.mag[0]) + ZERO_POINT
    return replace(plain, mag=plain.mag + np.where(fainter, step, 0.0)), truth


@pytest.mark.parametrize("part", [0.2, 0.3, 0.4, 0.5])
@pytest.mark.parametrize("step", [-0.3, -0.15, 0.15, 0.2, 0.3, 0.5])
def test_no_step_in_the_image_is_silently_wrong(part: float, step: float) -> None:
    given, truth = stepped(21, part, step)
    solution = solve(given, AUTO, LIMITS)
    assert solution.best.matches.band == "V"
    off = abs(solution.magnitude.value - truth)
    assert off < 0.03 or solution.warnings


def test_an_even_image_is_not_doubted() -> None:
    for seed in range(20):
        given, _ = stepped(seed, 0.4, 0.0)
        assert solve(given, AUTO, LIMITS).warnings == ()
