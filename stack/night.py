"""The night of the demo: 94 images of the RR Lyrae star EY UMa, 2014-12-30.

Photometry and reference stars are test data of the package stellarphot (see
``requirements/night.txt``). Where the package cannot be had, the night is simulated.
"""

import io
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.table import Table
from astropy.time import Time, TimeDelta

from stack.sky import ascii_head, simulated_sky

__all__ = ["Image", "Night", "NightError", "real_night", "simulated_night"]

_ROOT = Path(__file__).parent.parent
_PIP = _ROOT / ".tools/bin/pip"
_PHOTOMETRY = "differential_photometry/tests/data/2014-12-29-ey-uma-9.fits"
_APASS = "tests/data/all_apass_ey_uma.ecsv"
_REFCAT2 = "tests/data/all_refcat2_ey_uma.ecsv"
_APASS_BANDS = {"B": "Bmag", "V": "Vmag", "g": "g'mag", "r": "r'mag", "i": "i'mag"}
_REFCAT2_BANDS = {
    band: f"{band}mag" for band in ("g", "r", "i", "z", "J", "H", "K", "G", "BP", "RP")
}
_RA, _DEC = 135.5865, 49.8192


class NightError(Exception):
    """The night cannot be trusted; the text says why."""


@dataclass(frozen=True)
class Image:
    """One image's catalogue: mid-exposure [d] (MJD, UTC) and exposure time [s]."""

    name: str
    mjd: float
    exposure_time: float
    catalogue: str


@dataclass(frozen=True)
class Night:
    """Images of one target, and reference stars of each survey around it."""

    target: str
    ra: float
    dec: float
    observatory: str
    images: Sequence[Image]
    surveys: dict[str, Table]


def real_night(folder: Path) -> Night | None:
    """Return the real night, downloaded into a folder once; ``None`` out of reach.

    Raises
    ------
    NightError
        What was downloaded is not what is pinned.
    """
    wheel = _fetched(folder)
    return None if wheel is None else _read(wheel)


def _fetched(folder: Path) -> Path | None:
    kept = sorted(folder.glob("stellarphot-*.whl"))
    command = [
        *(_PIP, "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--require-hashes", "--only-binary", ":all:"),
        *("--dest", folder, "-r", _ROOT / "requirements/night.txt"),
        *(("--no-index", "--find-links", folder) if kept else ()),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if "HASHES" in done.stderr:
        raise NightError("The night's package is not the pinned one: see its hash.")
    kept = sorted(folder.glob("stellarphot-*.whl"))
    return kept[-1] if kept and done.returncode == 0 else None


def _read(path: Path) -> Night:
    with zipfile.ZipFile(path) as wheel:
        return Night(
            target="ivo://EY_UMa",
            ra=_RA,
            dec=_DEC,
            observatory="Feder Observatory 0.4m",
            images=_images(_table(wheel, _PHOTOMETRY, "fits")),
            surveys={
                "APASS": _survey(
                    _table(wheel, _APASS, "ascii.ecsv"),
                    ("RAJ2000", "DEJ2000"),
                    _APASS_BANDS,
                ),
                "REFCAT2": _survey(
                    _table(wheel, _REFCAT2, "ascii.ecsv"),
                    ("RA_ICRS", "DE_ICRS"),
                    _REFCAT2_BANDS,
                ),
            },
        )


def _table(wheel: zipfile.ZipFile, name: str, layout: str) -> Table:
    return Table.read(io.BytesIO(wheel.read(f"stellarphot/{name}")), format=layout)


def _survey(rows: Table, position: tuple[str, str], bands: dict[str, str]) -> Table:
    table = Table({"ra": rows[position[0]], "dec": rows[position[1]]})
    for band, column in bands.items():
        table[band] = rows[column]
        table[f"{band}_err"] = rows[f"e_{column}"]
    return table


def _images(rows: Table) -> list[Image]:
    return [_image(rows[rows["file"] == name]) for name in sorted(set(rows["file"]))]


def _image(rows: Table) -> Image:
    exposure = float(rows["exposure"][0])
    middle = Time(rows["date-obs"][0], scale="utc") + TimeDelta(
        exposure / 2, format="sec"
    )
    columns = (
        np.asarray(rows[name], dtype=float)
        for name in ("mag_inst_R", "mag_error", "RA", "Dec")
    )
    name = Path(str(rows["file"][0]).strip()).with_suffix(".cat").name
    return Image(name, float(middle.mjd), exposure, ascii_head(*columns))


def simulated_night(images: int = 94, seed: int = 1) -> Night:
    """Return a night of a star that pulsates as an RR Lyrae star does."""
    rng = np.random.default_rng(seed)
    sky = simulated_sky(rng, _RA, _DEC, 0.15, 60)
    times = 57021.1876 + 0.0013 * np.arange(images)
    phase = np.mod((times - times[0]) / 0.549, 1.0)
    mags = 14.9 - 0.5 * np.exp(-phase * 6)
    return Night(
        target="ivo://Simulated_RR_Lyrae",
        ra=_RA,
        dec=_DEC,
        observatory="Simulated 0.4m",
        images=[
            Image(
                f"simulated-{n + 1:03d}.cat",
                float(mjd),
                90.0,
                sky.image(
                    rng, "r", 20.8 + rng.normal(0, 0.03), target=(_RA, _DEC, mag)
                ),
            )
            for n, (mjd, mag) in enumerate(zip(times, mags, strict=True))
        ],
        surveys={"SIMULATED": sky.survey(rng)},
    )
