"""An image is measured from end to end, and what cannot be is told in a sentence."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.imager.domain.measure import Seen
from services.imager.domain.order import Order
from services.imager.report import files_of, told_of
from stack.exposure import Camera
from tests.support.images import CAMERA, frame
from tests.support.server import DEC, RA
from tests.unit.imager.looking import ORDER

TRUE = {
    "CTYPE1": "RA---TAN",
    "CTYPE2": "DEC--TAN",
    "CRVAL1": RA + 0.01,
    "CRVAL2": DEC - 0.012,
    "CRPIX1": 450.5,
    "CRPIX2": 400.5,
    "CD1_1": -0.7 / 3600 * np.cos(np.radians(40)),
    "CD1_2": 0.7 / 3600 * np.sin(np.radians(40)),
    "CD2_1": 0.7 / 3600 * np.sin(np.radians(40)),
    "CD2_2": 0.7 / 3600 * np.cos(np.radians(40)),
}


Look = Callable[..., Seen]


def test_an_image_is_solved_and_the_target_measured(look: Look) -> None:
    seen = look(frame(1, 15.0))
    assert seen.fault is None
    assert (seen.stage, seen.how) == ("target", "hinted")
    assert seen.solution is not None
    assert seen.forced is not None
    assert seen.solution.matched > 40
    assert seen.forced.snr > 50
    told = told_of(seen, ORDER)
    assert told["plate"]["scale"] == pytest.approx(0.7, rel=1e-3)
    assert told["plate"]["up"] == pytest.approx(40, abs=0.1)
    assert told["plate"]["parity"] == 1
    assert told["quality"]["stars"] > 40
    assert len(told["quality"]["growth"]) == 6
    assert told["notes"] == []


def test_the_star_at_the_targets_place_is_the_target(look: Look) -> None:
    seen = look(frame(2, 15.0))
    parts = files_of(seen, ORDER)
    ra, dec = np.frombuffer(parts["ra"]), np.frombuffer(parts["dec"])
    away = 3600 * np.hypot((ra - RA) * np.cos(np.radians(DEC)), dec - DEC)
    assert away.min() < 0.1


@pytest.mark.parametrize(
    ("cards", "how"),
    [
        (TRUE, "header"),
        ({**TRUE, "CRVAL1": RA + 0.3}, "hinted"),
        ({**TRUE, "CD1_1": 0.0, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 0.0}, "hinted"),
        ({**TRUE, "CRVAL1": str(RA + 0.01)}, "header"),
        ({**TRUE, "CTYPE1": ""}, "hinted"),
        ({**TRUE, "CTYPE1": "DEC---TAN"}, "hinted"),
        ({"PIXSCALE": 0.7}, "hinted"),
        ({"PIXSCALE": 3.0}, "blind"),
        ({"PIXSCALE": "unknown"}, "blind"),
        ({"PIXSCALE": "", "XPIXSZ": 3.76, "FOCALLEN": 1108.0}, "hinted"),
    ],
)
def test_a_header_is_believed_where_stars_confirm_it(
    cards: dict[str, Any], how: str, look: Look
) -> None:
    seen = look(frame(3, 15.0, **cards))
    assert seen.fault is None
    assert seen.how == how
    assert seen.solution is not None
    assert seen.solution.plate.scale == pytest.approx(0.7, rel=1e-3)


def test_wrong_positions_of_a_header_are_told(look: Look) -> None:
    seen = look(frame(4, 15.0, **{**TRUE, "CRVAL1": RA + 0.1}))
    assert seen.header_off == pytest.approx(
        0.09 * 3600 * np.cos(np.radians(DEC)), rel=0.05
    )
    assert "wrong by 4.7 arcmin: solved anew" in seen.notes[0]


@pytest.mark.parametrize("mirrored", [False, True])
def test_either_parity_is_solved(look: Look, *, mirrored: bool) -> None:
    camera = replace(CAMERA, mirrored=mirrored, turned=200.0)
    seen = look(frame(5, 15.0, camera=camera))
    assert seen.solution is not None
    assert seen.solution.plate.parity == (-1 if mirrored else 1)
    assert seen.solution.plate.up == pytest.approx(200, abs=0.1)


@pytest.mark.parametrize(
    ("content", "order", "stage", "told"),
    [
        (
            lambda: frame(6, off=(0.15, 0.0)),
            ORDER,
            "target",
            r"TT Tri lies \d+ arcsec beyond",
        ),
        (lambda: frame(7, 8.0), ORDER, "target", r"TT Tri is saturated \(\d+,\d+\)"),
        (
            lambda: frame(8),
            replace(ORDER, chart=(np.empty(0), np.empty(0)), lacking=("GAIA",)),
            "plate",
            "No survey has stars here yet",
        ),
        (
            lambda: frame(9),
            replace(ORDER, chart=(ORDER.chart[0] + 0.3, ORDER.chart[1] - 0.3)),
            "plate",
            r"No plate solution: \d+ stars found, 120 of APASS around",
        ),
        (
            lambda: frame(10, camera=Camera(width=100, height=100, scale=0.7)),
            ORDER,
            "plate",
            r"Only \d stars were found: a plate solution needs 6",
        ),
    ],
)
def test_what_cannot_be_measured_is_told(
    content: Callable[[], bytes], order: Order, stage: str, told: str, look: Look
) -> None:
    seen = look(content(), order)
    assert seen.fault is not None
    assert seen.stage == stage
    assert re.search(told, str(seen.fault))
    assert seen.fault.hint
    assert files_of(seen, order)["preview"].startswith(b"RIFF")
    assert told_of(seen, order)["quality"]["hfd"] > 1


def test_a_target_that_is_not_there_has_a_limit(look: Look) -> None:
    seen = look(frame(11, None))
    assert seen.forced is not None
    told = told_of(seen, ORDER)["forced"]
    assert told["snr"] < 3
    assert told["limit"] < -5
