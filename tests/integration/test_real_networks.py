"""Networks of real frames; skipped where they are not at hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from services.calibrator.domain.network.frames import (
    MeasuredFrame,
    Setup,
    TargetLight,
)
from services.calibrator.domain.network.light_curve import (
    Homogenised,
    homogenised,
    network_of,
)
from services.calibrator.store.measured import FrameStars
from shared.contracts.calibrator import CalibrationSolved
from tests.integration.test_real_fields import (
    APASS_G,
    APASS_R,
    DATA,
    NIGHTS,
    ey_uma,
    grb,
    grb_night,
)
from tests.support.pipeline import Pipeline

__all__ = ["ey_uma", "grb"]

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="the real catalogues are not beside this checkout"
)

EY_UMA = (135.5865, 49.8192)
TERM = 0.15
"""Colour term of the telescope that is made of every other frame."""
COLOUR = 0.25
"""g-r that EY UMa is given: its stars have 0.6 on average."""


def _measured(
    solved: CalibrationSolved, stars: FrameStars, setup: Setup, mjd: float
) -> MeasuredFrame:
    light = TargetLight(
        solved.magnitude.mag - solved.best.zero_point, solved.magnitude.mag_err
    )
    return MeasuredFrame(
        **vars(stars.stars),
        name=f"{mjd:.6f}",
        setup=setup,
        mjd=mjd,
        target=light,
    )


def _redder(frame: MeasuredFrame, term: float, mean: float) -> MeasuredFrame:
    """The frame as a telescope of a colour term would have measured it."""
    colour = np.where(np.isfinite(frame.colour), frame.colour, mean)
    mag = frame.target.mag - term * (COLOUR - mean)
    light = replace(frame.target, mag=mag)
    return replace(frame, mag=frame.mag - term * (colour - mean), target=light)


def _gap(done: Homogenised, of: Callable[[Homogenised], np.ndarray]) -> float:
    """The second telescope's points less the first's around them, the median [mag]."""
    table, mag = done.network.table, of(done)
    one, other = table.setup == 0, table.setup == 1
    order = np.argsort(table.mjd[one])
    between = np.interp(table.mjd[other], table.mjd[one][order], mag[one][order])
    return float(np.median(mag[other] - between))


async def _frames_of_ey_uma(ey_uma: Pipeline) -> list[MeasuredFrame]:
    frames = []
    for number, path in enumerate(sorted((DATA / "ey_uma").glob("*.cat"))):
        mjd = 57021.1875926 + 0.0012 * number
        solved = await ey_uma.upload(path.read_bytes(), *EY_UMA, 4.0, APASS_R, mjd=mjd)
        assert isinstance(solved, CalibrationSolved)
        kept = ey_uma.measured.kept[str(solved.frame.upload_id), "APASS"]
        frames.append(_measured(solved, kept, Setup(number % 2), mjd))
    return frames


async def test_halves_of_a_night_with_a_colour_term_between_them_agree(
    ey_uma: Pipeline,
) -> None:
    plain = await _frames_of_ey_uma(ey_uma)
    colours = np.concatenate([frame.colour for frame in plain])
    mean = float(np.nanmean(colours))
    frames = [
        _redder(one, TERM, mean) if one.setup == Setup(1) else one for one in plain
    ]
    network = network_of(frames)
    term = network.found.term
    assert term[1] - term[0] == pytest.approx(TERM, abs=0.03)
    done = homogenised({"r": network}, {})["r"]
    own = np.array(
        [
            one.target.mag + network.zero_point[place]
            for place, one in enumerate(network.table.frames)
        ]
    )
    before = _gap(done, lambda _: own)
    after = _gap(done, lambda one: one.light.mag)
    assert before == pytest.approx(-TERM * (COLOUR - mean), abs=0.012)
    assert abs(after) < abs(before) / 2


async def test_three_decam_nights_have_one_colour_term_and_agree(
    grb: Pipeline,
) -> None:
    frames = []
    for number, night in enumerate(NIGHTS):
        solved = await grb_night(grb, night, APASS_G)
        stars = grb.measured.kept[str(solved.frame.upload_id), "APASS"]
        frames.append(_measured(solved, stars, Setup(number), 59373.0 + number))
    network = network_of(frames)
    assert network.found.term == pytest.approx([0.056] * 3, abs=0.02)
    zero_points = dict(zip(NIGHTS.values(), network.zero_point, strict=True))
    for known, found in zero_points.items():
        assert found == pytest.approx(known, abs=0.03)
    apart = np.abs(network.residual[network.table.seen])
    assert 1.4826 * np.median(apart) < 0.01
    survey = 1.4826 * np.median(np.abs(network.found.star))
    assert survey > 0.03  # APASS
