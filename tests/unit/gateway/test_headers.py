"""What a FITS header tells of an exposure."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits
from astropy.time import Time

from services.gateway.domain.headers import observed


def file(**cards: object) -> bytes:
    hdu = fits.PrimaryHDU()
    for name, value in cards.items():
        hdu.header[name.replace("_", "-")] = value
    content = io.BytesIO()
    hdu.writeto(content)
    return content.getvalue()


MIDDLE = Time("2020-03-01T22:00:30").mjd


@pytest.mark.parametrize(
    "cards",
    [
        {"DATE_OBS": "2020-03-01T22:00:00", "EXPTIME": 60.0},
        {"MJD_AVG": MIDDLE, "MJD_OBS": 1.0, "EXPTIME": 60.0},
        {"MJD_OBS": MIDDLE - 30 / 86400, "EXPOSURE": 60.0},
        {"JD": MIDDLE + 2400000.5, "EXPTIME": 60.0},
        {"DATE_OBS": "2020-03-01", "TIME_OBS": "22:00:00", "EXPTIME": 60.0},
        {"DATE_AVG": "2020-03-01T22:00:30", "EXPTIME": 60.0},
    ],
)
def test_the_time_is_mid_exposure(cards: dict[str, object]) -> None:
    told = observed(file(**cards)).fields
    assert float(told["MJD"]) == pytest.approx(MIDDLE, abs=1e-7)
    assert float(told["expTime"]) == 60.0


GOLDEN = json.loads(
    (Path(__file__).parents[2] / "scripts" / "golden_headers.json").read_text("utf-8")
)
"""The browser's script is held to the same ones."""


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda one: one["about"])
def test_golden_headers_are_read(golden: dict[str, Any]) -> None:
    cards = [("SIMPLE", "T"), *golden["cards"].items()]
    text = "".join(f"{name:<8}= {value:>20}".ljust(80) for name, value in cards)
    told = observed((text + "END".ljust(80)).encode()).fields
    assert float(told.get("expTime", 0)) == golden.get("exposure", 0)
    if "mjd" in golden:
        assert float(told["MJD"]) == pytest.approx(golden["mjd"], abs=1e-7)
    else:
        assert "MJD" not in told


@pytest.mark.parametrize(
    "content", [b"", b"# 1 NUMBER", file(), file(DATE_OBS="01/03/20")]
)
def test_a_file_that_tells_nothing_tells_nothing(content: bytes) -> None:
    assert observed(content).fields == {}


def test_a_time_that_may_be_either_is_told_of() -> None:
    told = observed(file(JD=MIDDLE + 2400000.5, EXPTIME=60.0))
    assert "taken for mid-exposure" in told.notes[0]
    assert observed(file(MJD_OBS=MIDDLE, JD=2450000.5, EXPTIME=60.0)).notes == ()


def test_a_time_at_the_sun_is_none_and_is_told_of() -> None:
    told = observed(file(HJD=MIDDLE + 2400000.5, EXPTIME=60.0))
    assert "MJD" not in told.fields
    assert "as at the Sun" in told.notes[0]


def test_a_keyword_in_a_comment_is_none() -> None:
    hdu = fits.PrimaryHDU()
    hdu.header.add_history("processed: MJD-OBS = 58000.5, FILTER = 'R'")
    content = io.BytesIO()
    hdu.writeto(content)
    assert observed(content.getvalue()).fields == {}
