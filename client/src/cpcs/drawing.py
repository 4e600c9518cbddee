"""A sample image: known stars on a camera, as a FITS file, without any library."""

import array
import math
import random
import sys
from collections.abc import Mapping, Sequence

__all__ = ["Star", "image_of"]

Star = tuple[float, float, float]
"""RA, Dec [deg] and magnitude."""

_SIDE = 640
_SCALE = 1.3
_SIGMA = 1.35
_SKY, _READ_NOISE, _GAIN = 400.0, 8.0, 1.5
_ELECTRONS = 25.5
_FULL = 60_000
_REACH = 8
_ZERO = 32768
_BLOCK = 2880
_TURNED = math.radians(20.0)


def image_of(
    stars: Sequence[Star],
    centre: tuple[float, float],
    noise: random.Random,
    cards: Mapping[str, str],
) -> bytes:
    """Return a FITS image of stars, 14 arcmin wide, with its sky and its noise.

    Parameters
    ----------
    stars
        Round the centre.
    centre
        RA and Dec [deg].
    noise
        Where chance comes from.
    cards
        Of the header, as they are written.
    """
    light = [_SKY] * (_SIDE * _SIDE)
    for ra, dec, mag in stars:
        _add(light, _pixel(ra, dec, centre), 10 ** (0.4 * (_ELECTRONS - mag)))
    pixels = array.array("h", (_counted(electrons, noise) for electrons in light))
    if sys.byteorder == "little":
        pixels.byteswap()
    told = {
        "SIMPLE": "T",
        "BITPIX": "16",
        "NAXIS": "2",
        "NAXIS1": f"{_SIDE}",
        "NAXIS2": f"{_SIDE}",
        "BZERO": f"{_ZERO}",
        "BSCALE": "1",
        "PIXSCALE": f"{_SCALE}",
        "EGAIN": f"{_GAIN}",
        **cards,
    }
    lines = [f"{name:8}= {text:>20}".ljust(80) for name, text in told.items()]
    return _whole("".join([*lines, "END".ljust(80)]).encode(), b" ") + _whole(
        pixels.tobytes(), b"\0"
    )


def _pixel(ra: float, dec: float, centre: tuple[float, float]) -> tuple[float, float]:
    """Return where a star falls: east is left, the camera a little turned."""
    east = (ra - centre[0] + 180) % 360 - 180
    x = -east * math.cos(math.radians(dec)) * 3600 / _SCALE
    y = (dec - centre[1]) * 3600 / _SCALE
    cos, sin = math.cos(_TURNED), math.sin(_TURNED)
    return _SIDE / 2 + x * cos - y * sin, _SIDE / 2 + x * sin + y * cos


def _add(light: list[float], place: tuple[float, float], electrons: float) -> None:
    x, y = place
    for row in _near(y):
        down = math.exp(-((row - y) ** 2) / 2 / _SIGMA**2)
        for column in _near(x):
            across = math.exp(-((column - x) ** 2) / 2 / _SIGMA**2)
            share = across * down / (2 * math.pi * _SIGMA**2)
            light[row * _SIDE + column] += electrons * share


def _near(place: float) -> range:
    return range(max(0, round(place) - _REACH), min(_SIDE, round(place) + _REACH + 1))


def _counted(electrons: float, noise: random.Random) -> int:
    """Return what a pixel of 16 bits says of so many electrons."""
    seen = noise.gauss(electrons, math.hypot(math.sqrt(electrons), _READ_NOISE))
    return max(0, min(round(seen / _GAIN), _FULL)) - _ZERO


def _whole(content: bytes, filling: bytes) -> bytes:
    return content.ljust(-(-len(content) // _BLOCK) * _BLOCK, filling)
