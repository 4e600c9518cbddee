"""A map of the Earth with the observatories on it, in plate carrée."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ["land_path"]

_HALF_TURN = 180.0


def land_path(topology: Mapping[str, Any]) -> str:
    """Return the land as an SVG path, one unit a degree, north up, 0 at (180, 90).

    Parameters
    ----------
    topology
        TopoJSON with quantised arcs (github.com/topojson/topojson-specification).
    """
    arcs = [list(_decoded(arc, topology["transform"])) for arc in topology["arcs"]]
    shapes = topology["objects"]["land"]["geometries"]
    rings = (ring for shape in shapes for part in shape["arcs"] for ring in part)
    return "".join(_ring(ring, arcs) for ring in rings)


def _decoded(
    arc: Iterable[tuple[int, int]], transform: Mapping[str, Any]
) -> Iterator[tuple[float, float]]:
    (width, height), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield 180 + x * width + west, 90 - (y * height + south)


def _ring(numbers: Iterable[int], arcs: list[list[tuple[float, float]]]) -> str:
    """Return one closed line; a number below zero means an arc run backwards."""
    parts = (arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers)
    places = itertools.chain.from_iterable(parts)
    line, last = "", None
    for x, y in places:
        leaps = last is None or abs(x - last) > _HALF_TURN
        line += f"{'M' if leaps else 'L'}{x:.1f} {y:.1f}"
        last = x
    return f"{line}Z"
