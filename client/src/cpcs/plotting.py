"""A light curve drawn in a terminal, or into a picture."""

from pathlib import Path
from typing import Any

from cpcs.errors import CpcsError
from cpcs.lightcurve import LightCurve

__all__ = ["drawn_text", "saved_picture"]

_HEIGHT = 20
_LABEL = 8
_MARKS = "●■◆▲○□◇△"
_LIMIT = "▽"


def drawn_text(curve: LightCurve, width: int) -> str:
    """Return a light curve as lines of text, bright above."""
    if not curve.points:
        return "No points."
    across, down = max(width - _LABEL - 2, 20), _HEIGHT
    mjd, mag = curve.column("mjd"), curve.column("mag")
    bands = list(dict.fromkeys(curve.column("band")))
    lines = [[" "] * across for _ in range(down)]
    for one in curve.points:
        x, y = _place(one["mjd"], mjd, across), _place(one["mag"], mag, down)
        mark = _MARKS[bands.index(one["band"]) % len(_MARKS)]
        lines[y][x] = _LIMIT if one["limit"] else mark
    bright, faint = min(mag), max(mag)
    labels = {0: f"{bright:.2f}", down - 1: f"{faint:.2f}"}
    rows = [
        f"{labels.get(n, ''):>{_LABEL}}│{''.join(line)}" for n, line in enumerate(lines)
    ]
    foot = f"{min(mjd):.2f}"
    foot += f"MJD {max(mjd):.2f}".rjust(across - len(foot))
    legend = "  ".join(
        f"{_MARKS[n % len(_MARKS)]} {band}" for n, band in enumerate(bands)
    )
    pad = " " * (_LABEL + 1)
    return "\n".join([*rows, f"{pad}{foot}", f"{pad}{legend}  {_LIMIT} limit"])


def _place(value: float, values: list[Any], room: int) -> int:
    low, high = min(values), max(values)
    return round((value - low) / (high - low) * (room - 1)) if high > low else room // 2


def saved_picture(curve: LightCurve, path: Path) -> None:
    """Save a light curve as PNG, PDF or SVG (extra ``plot``).

    Raises
    ------
    CpcsError
        The extra is not there.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    except ImportError as fault:
        raise CpcsError(
            "Pictures need matplotlib: pip install 'cpcs[plot]'."
        ) from fault
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for band in dict.fromkeys(curve.column("band")):
        own = [one for one in curve.points if one["band"] == band]
        seen = [one for one in own if not one["limit"]]
        limits = [one for one in own if one["limit"]]
        drawn = axes.errorbar(
            [one["mjd"] for one in seen],
            [one["mag"] for one in seen],
            [one["total_err"] for one in seen],
            fmt="o",
            markersize=4,
            label=band,
        )
        colour = drawn.lines[0].get_color()
        places = [one["mjd"] for one in limits], [one["mag"] for one in limits]
        axes.plot(*places, "v", color=colour, fillstyle="none")
    axes.invert_yaxis()
    axes.set(title=curve.name, xlabel="MJD [d]", ylabel="magnitude [mag]")
    if curve.points:
        axes.legend()
    figure.savefig(path, dpi=150)
