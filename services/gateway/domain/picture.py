"""A chart as a PNG picture, for scripts."""

import io
from typing import Any

from services.gateway.domain.chart import Chart, Mark
from services.gateway.domain.palette import COLOURS
from shared.kernel.later import later

__all__ = ["as_png"]

image, draw = later("PIL.Image"), later("PIL.ImageDraw")

_INK, _PAPER = "#1b1f24", "#ffffff"
_LOOKS = {"used": COLOURS[0], "rejected": COLOURS[1]}
_SHARP = 2
_SIZE = 3.5


def as_png(chart: Chart) -> bytes:
    """Return a chart as PNG, twice as many pixels as it is wide."""
    size = (chart.width * _SHARP, chart.height * _SHARP)
    picture = image.new("RGB", size, _PAPER)
    pen = draw.Draw(picture)
    _draw_frame(pen, chart)
    for mark in chart.marks:
        _draw_mark(pen, mark)
    content = io.BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()


def _draw_frame(pen: Any, chart: Chart) -> None:
    left, top = chart.margin, chart.margin / 2
    right, bottom = chart.width - chart.margin, chart.height - chart.margin
    pen.rectangle(_scaled(left, top, right, bottom), outline=_INK, width=_SHARP)
    for place, label in chart.x.ticks:
        pen.line(_scaled(place, bottom, place, bottom + 5), fill=_INK, width=_SHARP)
        _write(pen, place, bottom + 14, label, "mm")
    for place, label in chart.y.ticks:
        pen.line(_scaled(left - 5, place, left, place), fill=_INK, width=_SHARP)
        _write(pen, left - 8, place, label, "rm")
    _write(pen, chart.width / 2, chart.height - 14, chart.x.label, "mm")
    _write(pen, left, top - 12, chart.y.label, "lm")


def _draw_mark(pen: Any, mark: Mark) -> None:
    box = _scaled(mark.x - _SIZE, mark.y - _SIZE, mark.x + _SIZE, mark.y + _SIZE)
    colour = _LOOKS.get(mark.look.split()[0], _INK)
    filled = None if mark.look == "rejected" else colour
    pen.ellipse(box, fill=filled, outline=colour, width=_SHARP)


def _write(pen: Any, x: float, y: float, text: str, anchor: str) -> None:
    place = (x * _SHARP, y * _SHARP)
    pen.text(place, text, fill=_INK, font_size=12 * _SHARP, anchor=anchor)


def _scaled(*places: float) -> list[float]:
    return [place * _SHARP for place in places]
