"""A sample frame: the stars that a server knows, as a small telescope measures them."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpcs.drawing import Star, image_of
from cpcs.errors import CpcsError
from cpcs.models import TargetShown

__all__ = ["Sample", "drawn", "photographed", "written"]

_ZERO_POINT, _FAINTEST = 22.0, 17.5
_FEWEST = 8
_COLUMNS = ("MAG_AUTO", "MAGERR_AUTO", "ALPHA_J2000", "DELTA_J2000", "FLAGS")
_JITTER = 0.15 / 3600
_FLOOR = 0.004


@dataclass(frozen=True)
class Sample:
    """A star list, its stars, and the time [d] (MJD) and length [s] of its exposure."""

    catalogue: str
    stars: tuple[Star, ...]
    mjd: float
    seconds: float


def drawn(
    target: TargetShown, stars: Mapping[str, Any], mjd: float, seed: int
) -> Sample:
    """Draw what an image of a target's field would give.

    Parameters
    ----------
    target
        It is measured as well, between its neighbours in brightness.
    stars
        The server's reference stars: ``ra``, ``dec`` [deg] and ``bands``.
    mjd
        Mid-exposure [d], UTC.
    seed
        Of the noise.

    Raises
    ------
    CpcsError
        The server knows too few stars there.
    """
    noise = random.Random(seed)
    known = [
        (ra, dec, mag)
        for mag, ra, dec in zip(
            _mags(stars["bands"]), stars["ra"], stars["dec"], strict=True
        )
        if mag is not None and mag < _FAINTEST
    ]
    if len(known) < _FEWEST:
        raise CpcsError(
            f"The server knows only {len(known)} stars around {target.name}."
        )
    middling = sorted(mag for *_, mag in known)[len(known) // 2]
    known.append((target.ra, target.dec, middling))
    head = "".join(f"# {n:3d} {name}\n" for n, name in enumerate(_COLUMNS, 1))
    rows = "".join(_row(noise, mag, ra, dec) for ra, dec, mag in known)
    return Sample(head + rows, tuple(known), mjd, 60.0)


def _mags(bands: Mapping[str, Mapping[str, Sequence[float | None]]]) -> list[Any]:
    """Return the magnitudes in a red band, or in whichever there is."""
    wanted = next((name for name in ("r", "R", "G", "V") if name in bands), None)
    chosen = bands[wanted] if wanted else next(iter(bands.values()), {"mag": []})
    return list(chosen["mag"])


def _row(noise: random.Random, mag: float, ra: float, dec: float) -> str:
    error = math.hypot(_FLOOR, 0.05 * 10 ** (0.35 * (mag - _FAINTEST)))
    measured = mag - _ZERO_POINT + noise.gauss(0.0, error)
    east = noise.gauss(0.0, _JITTER) / math.cos(math.radians(dec))
    place = (ra + east) % 360, dec + noise.gauss(0.0, _JITTER)
    return f"{measured:9.4f} {error:7.4f} {place[0]:11.7f} {place[1]:11.7f} 0\n"


def written(sample: Sample, folder: Path, name: str, target: str) -> Path:
    """Write a sample as a star list, and beside it the header of its image."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.cat"
    path.write_text(sample.catalogue, "utf-8")
    empty = {"SIMPLE": "T", "BITPIX": "8", "NAXIS": "0"}
    cards = {**empty, **_cards(sample, target)}
    lines = [f"{key:8}= {text:>20}".ljust(80) for key, text in cards.items()]
    header = "".join([*lines, "END".ljust(80)])
    path.with_suffix(".fits").write_text(header.ljust(2880), "ascii")
    return path


def photographed(sample: Sample, folder: Path, name: str, target: TargetShown) -> Path:
    """Write a sample as the image itself, to be measured by the server."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.fits"
    centre, noise = (target.ra, target.dec), random.Random(name)
    cards = _cards(sample, target.name)
    path.write_bytes(image_of(sample.stars, centre, noise, cards))
    return path


def _cards(sample: Sample, target: str) -> dict[str, str]:
    return {
        "OBJECT": f"'{target.removeprefix('ivo://')}'",
        "MJD-AVG": f"{sample.mjd:.8f}",
        "EXPTIME": f"{sample.seconds}",
        "FILTER": "'r'",
    }
