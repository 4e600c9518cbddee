"""Mid-exposure out of headers: as the server and its pages read them."""

import gzip
import json
from pathlib import Path

import pytest
from cpcs.headers import cards_of, exposure_of
from cpcs.solar import Solar

GOLDEN = json.loads(Path("tests/scripts/golden_headers.json").read_text("utf-8"))
SOLAR = [
    (57735.7678, 294.9927, 30.1314, 57735.76516603, 57735.76595029),
    (58909.917, 0.02, -45.0, 58909.91265142, 58909.91342262),
    (60500.25, 180.0, 66.5, 60500.24726189, 60500.24807085),
    (59215.0, 83.6, 22.0, 59215.00544555, 59215.00627678),
]
"""By astropy's light_travel_time: MJD UTC, RA, Dec, HJD UTC and BJD TDB as MJD."""


def fits(*headers: dict[str, str], data: bytes = b"") -> bytes:
    """Return a FITS file of some headers, the data behind the first."""
    content = b""
    for place, cards in enumerate(headers):
        lines = [f"{name:8}= {text:>20}".ljust(80) for name, text in cards.items()]
        block = "".join([*lines, "END".ljust(80)]).encode()
        content += block.ljust(-(-len(block) // 2880) * 2880)
        if place == 0:
            content += data.ljust(-(-len(data) // 2880) * 2880, b"\0")
    return content


@pytest.mark.parametrize("case", GOLDEN, ids=[one["about"] for one in GOLDEN])
def test_the_golden_headers_mean_the_same_here(
    case: dict[str, object], tmp_path: Path
) -> None:
    cards = {"SIMPLE": "T", **case["cards"]}  # type: ignore[dict-item]
    path = tmp_path / "image.fits"
    path.write_bytes(fits(cards))
    told = exposure_of(cards_of(path))
    if "mjd" in case:
        assert told.mjd == pytest.approx(case["mjd"], abs=1e-7)
    else:
        assert told.mjd is None
    assert told.seconds == case.get("exposure", 0)


def test_the_mean_of_begin_and_end_goes_before_the_start() -> None:
    cards = {"MJD-OBS": "58000.0", "MJD-BEG": "58000.0", "MJD-END": "58000.01"}
    told = exposure_of(cards | {"EXPTIME": "600"})
    assert told.mjd == pytest.approx(58000.005)
    assert told.how == "mean of MJD-BEG and MJD-END"


@pytest.mark.parametrize(
    ("date_is", "mjd"), [("start", 58000.5005), ("mid", 58000.5), ("end", 58000.4995)]
)
def test_a_profile_says_what_a_date_is(date_is: str, mjd: float) -> None:
    cards = {"DATE-OBS": "2017-09-04T12:00:00", "EXPTIME": "86.4"}
    assert exposure_of(cards, date_is).mjd == pytest.approx(mjd, abs=1e-8)


def test_a_profile_names_the_card() -> None:
    cards = {"DATE-OBS": "2017-09-04T12:00:00", "TIME-MID": "2017-09-04T13:00:00"}
    told = exposure_of(cards, "mid", "TIME-MID")
    assert told.mjd == pytest.approx(58000 + 13 / 24)
    assert told.how == "TIME-MID"


def test_later_headers_are_read_packed_or_not(tmp_path: Path) -> None:
    first = {
        "SIMPLE": "T",
        "BITPIX": "16",
        "NAXIS": "2",
        "NAXIS1": "40",
        "NAXIS2": "50",
    }
    second = {"XTENSION": "'IMAGE   '", "MJD-AVG": "58000.25", "OBJECT": "'M 31'"}
    content = fits(first, second, data=bytes(4000))
    plain, packed = tmp_path / "a.fits", tmp_path / "a.fits.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    for path in (plain, packed):
        told = exposure_of(cards_of(path))
        assert (told.mjd, told.object) == (58000.25, "M 31")


@pytest.mark.parametrize("content", [b"", b"SIMPLE", b"\x89PNG", bytes(5000)])
def test_what_is_no_fits_file_has_no_cards(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.fits"
    path.write_bytes(content)
    assert cards_of(path) == {}


def test_times_at_the_sun_are_times_at_the_telescope_again() -> None:
    for mjd, ra, dec, hjd, bjd in SOLAR:
        helio = Solar("HJD", hjd, tdb=False).at_telescope(ra, dec)
        bary = Solar("BJD_TDB", bjd, tdb=True).at_telescope(ra, dec)
        assert 86400 * abs(helio - mjd) < 1
        assert 86400 * abs(bary - mjd) < 5


def test_a_heliocentric_date_alone_is_no_time_yet() -> None:
    told = exposure_of({"HJD": "2457736.26516603", "EXPTIME": "60"})
    assert told.mjd is None
    assert told.solar is not None
    assert (told.solar.name, told.solar.tdb) == ("HJD", False)
    assert told.solar.mjd == pytest.approx(57735.76516603)
