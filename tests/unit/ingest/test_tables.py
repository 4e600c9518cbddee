"""Star lists as programs other than SExtractor write them."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import Angle
from astropy.table import Table

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.names import canonical
from services.ingest.domain.read import Reading, read_catalogue

COUNT = 12
RNG = np.random.default_rng(3)
MAG = np.sort(RNG.uniform(-10, -5, COUNT))
ERR = np.geomspace(0.003, 0.1, COUNT)
RA = 120 + RNG.uniform(-0.1, 0.1, COUNT)
DEC = -20 + RNG.uniform(-0.1, 0.1, COUNT)
FLUX, SNR = 10 ** (-0.4 * MAG), 2.5 / np.log(10) / ERR
SIXTIES = [
    Angle(RA, "deg").to_string(unit="hourangle", sep=":", precision=4),
    Angle(DEC, "deg").to_string(unit="deg", sep=":", precision=3, alwayssign=True),
]


def written(layout: str, **columns: object) -> bytes:
    text = io.StringIO()
    Table(columns).write(text, format=layout)
    return text.getvalue().encode()


def votable(layout: str, **columns: object) -> bytes:
    content = io.BytesIO()
    Table(columns).write(content, format="votable", tabledata_format=layout)
    return content.getvalue()


def lines(head: str, *columns: object, sign: str) -> bytes:
    rows = zip(*columns, strict=True)
    return "\n".join([head, *(sign.join(map(str, row)) for row in rows)]).encode()


def astroimagej(images: int = 1) -> bytes:
    names = [f"{'T' if one == 0 else 'C'}{one + 1}" for one in range(COUNT)]
    head = [f"RA_{n}\tDEC_{n}\tSource-Sky_{n}\tSource_Error_{n}" for n in names]
    stars = zip(RA / 15, DEC, FLUX, FLUX / SNR, strict=True)
    row = "\t".join("\t".join(map(str, star)) for star in stars)
    rows = [f"image{one}.fits\t{row}" for one in range(images)]
    return "\n".join(["Label\t" + "\t".join(head), *rows, ""]).encode()


GOOD: dict[str, Callable[[], bytes]] = {
    "CSV": lambda: written("ascii.csv", ra=RA, dec=DEC, mag=MAG, mag_err=ERR),
    "a spreadsheet": lambda: lines(
        '"RA (deg)";"Dec (deg)";"Magnitude";"Mag Error"', RA, DEC, MAG, ERR, sign=";"
    ),
    "VizieR's names": lambda: written(
        "ascii.tab", RAJ2000=RA, DEJ2000=DEC, Inst_Mag=MAG, e_mag=ERR
    ),
    "blanks": lambda: written("ascii.basic", ra=RA, dec=DEC, mag=MAG, err=ERR),
    "names in a comment": lambda: written(
        "ascii.commented_header", ra=RA, dec=DEC, mag=MAG, err=ERR
    ),
    "ECSV": lambda: written(
        "ascii.ecsv", ra=RA * u.deg, dec=DEC * u.deg, mag=MAG * u.mag, mag_err=ERR
    ),
    "sixties": lambda: written(
        "ascii.csv", ra=SIXTIES[0], dec=SIXTIES[1], mag=MAG, err=ERR
    ),
    "flux": lambda: written(
        "ascii.csv", ra=RA, dec=DEC, flux=FLUX, flux_err=FLUX / SNR
    ),
    "ASTAP": lambda: lines(
        "x,y,hfd,snr,flux,ra[0..360],dec[0..360]",
        *(RA, DEC, ERR, SNR, FLUX, RA, DEC),
        sign=",",
    ),
    "AstroImageJ": astroimagej,
    "VOTable": lambda: votable(
        "tabledata", ra=RA * u.deg, dec=DEC * u.deg, mag=MAG, mag_err=ERR
    ),
    "a binary VOTable in radians": lambda: votable(
        "binary2",
        RA=np.radians(RA) * u.rad,
        DEC=np.radians(DEC) * u.rad,
        MAG=MAG,
        e_mag=ERR,
    ),
    "SExtractor's fluxes": lambda: (
        lines(
            "# 1 FLUX_AUTO a\n# 2 FLUXERR_AUTO b\n# 3 ALPHA_J2000 c\n# 4 DELTA_J2000 d",
            *(FLUX, FLUX / SNR, RA, DEC),
            sign=" ",
        )
        + b"\n"
    ),
}


def read(kind: str) -> Reading:
    return read_catalogue(GOOD[kind]())


@pytest.mark.parametrize("kind", GOOD)
def test_the_stars_are_those_that_were_written(kind: str) -> None:
    stars = read(kind).stars
    np.testing.assert_allclose(stars.ra, RA, atol=1e-6)
    np.testing.assert_allclose(stars.dec, DEC, atol=1e-6)
    np.testing.assert_allclose(stars.mag, MAG, atol=1e-6)
    np.testing.assert_allclose(stars.mag_err, ERR, rtol=1e-6)


def test_it_is_told_what_was_read_as_what() -> None:
    (told,) = read("a spreadsheet").warnings
    assert told == (
        "The columns Magnitude, Mag Error, RA (deg), Dec (deg) "
        "are read as magnitude, error, RA, Dec."
    )
    assert "Magnitudes are made of FLUX_AUTO." in read("flux").warnings


def test_stars_without_errors_are_read_and_told() -> None:
    head = "# star#\tlayer\tX\tY\tRMSE\tmag\tProfile\tRA\tDec"
    words = ["Gaussian"] * COUNT
    content = lines(head, RA, RA, RA, RA, ERR, MAG, words, RA, DEC, sign="\t")
    reading = read_catalogue(content)
    np.testing.assert_allclose(reading.stars.mag, MAG)
    np.testing.assert_array_equal(reading.stars.mag_err, 0)
    assert "No errors are given." in reading.warnings[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"#K IRAF = NOAO/IRAFV2.16\n 1 2 3 4\n", "IRAF photometry has pixels"),
        (b" NL   NX   NY  LOWBAD HIGHBAD\n 1 2 3\n", "DAOPHOT photometry has pixels"),
        (b"2456006.28990 -11.2790 0.0025 12.5\n" * 5, "light curve of one star"),
        (b"<!DOCTYPE html><html></html>", "web page or JSON"),
        (b'{"stars": []}', "web page or JSON"),
        (astroimagej(3), "has 3 images"),
        (b"ra,dec,mag,mag_err\n", "header but no stars"),
        (b"x,y,flux,flux_err\n1,2,3,4\n", "ALPHA_J2000, DELTA_J2000 are missing"),
        (b"ra,dec,mag,mag_err\n1,2,bright,4\n", "bright is no number"),
        (b"ra,dec,mag,mag_err\n1h,2,3,4\n", "1h is no angle for RA"),
        (b"<VOTABLE><RESOURCE/></VOTABLE>", "VOTable is damaged or has no table"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><VOTABLE/>', "VOTable has entities"),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, told: str) -> None:
    with pytest.raises(UnreadableFileError, match=told) as fault:
        read_catalogue(content)
    assert len(str(fault.value)) <= 100


def test_a_summary_above_the_stars_is_left_out_and_told() -> None:
    head = "# 1 MAG_AUTO a\n# 2 MAGERR_AUTO b\n# 3 ALPHA_J2000 c\n# 4 DELTA_J2000 d\n"
    rows = lines("2457 123 88", MAG, ERR, RA, DEC, sign=" ") + b"\n"
    reading = read_catalogue(head.encode() + rows)
    assert len(reading.stars) == COUNT
    assert reading.warnings == ("Line 5 is no star: it is left out.",)


@pytest.mark.parametrize("name", ["MAG_APER", "MAG_AUTO-RAW", "ALPHAWIN_J2000"])
def test_a_name_of_sextractor_stays_its_own(name: str) -> None:
    assert canonical(name) == name
