"""A calibration as a PNG picture, for scripts: its fit, and every other one."""

import io
from collections.abc import Sequence
from typing import Any

from services.gateway.domain.chart import Chart, Mark
from services.gateway.domain.multiples import Multiple
from services.gateway.domain.palette import COLOURS
from shared.kernel.later import later

__all__ = ["as_png"]

image, draw = later("PIL.Image"), later("PIL.ImageDraw")

_INK, _PAPER, _GREY, _RED = "#1b1f24", "#ffffff", "#8a929b", "#b3261e"
_LOOKS = {"used": COLOURS[0], "rejected": _GREY, "target": _RED}
_SHARP = 2
_SIZE = 3.5
_TITLE = 34
_CELL = (180, 140)


def as_png(title: str, chart: Chart, multiples: Sequence[Multiple] = ()) -> bytes:
    """Return a chart, its title and small pictures of the fits, twice as sharp."""
    columns = chart.width // _CELL[0]
    rows = -(-len(multiples) // columns)
    height = _TITLE + chart.height + rows * _CELL[1]
    picture = image.new("RGB", (chart.width * _SHARP, height * _SHARP), _PAPER)
    pen = _Pen(draw.Draw(picture), 0, _TITLE)
    pen.write(chart.width / 2, -14, title, "mm", 16)
    _draw_chart(pen, chart)
    for place, one in enumerate(multiples):
        down, across = divmod(place, columns)
        top = _TITLE + chart.height + down * _CELL[1]
        corner = _Pen(pen.on, across * _CELL[0] + 15, top + 22)
        _draw_multiple(corner, one, best=place == 0)
    content = io.BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()


class _Pen:
    """Draws at places counted from a corner [px]."""

    def __init__(self, on: Any, left: float, top: float) -> None:
        self.on, self._left, self._top = on, left, top

    def at(self, *places: float) -> list[float]:
        corner = (self._left, self._top)
        return [(one + corner[n % 2]) * _SHARP for n, one in enumerate(places)]

    def line(self, *places: float, colour: str = _INK) -> None:
        self.on.line(self.at(*places), fill=colour, width=_SHARP)

    def write(self, x: float, y: float, text: str, anchor: str, size: int = 12) -> None:
        place = tuple(self.at(x, y))
        self.on.text(place, text, fill=_INK, font_size=size * _SHARP, anchor=anchor)


def _draw_chart(pen: _Pen, chart: Chart) -> None:
    left, top = chart.margin, chart.margin / 2
    right, bottom = chart.width - chart.margin, chart.height - chart.margin
    pen.on.rectangle(pen.at(left, top, right, bottom), outline=_INK, width=_SHARP)
    for place, label in chart.x.ticks:
        pen.line(place, bottom, place, bottom + 5)
        pen.write(place, bottom + 14, label, "mm")
    for place, label in chart.y.ticks:
        pen.line(left - 5, place, left, place)
        pen.write(left - 8, place, label, "rm")
    pen.write(chart.width / 2, chart.height - 14, chart.x.label, "mm")
    pen.write(left, top - 12, chart.y.label, "lm")
    _draw_inside(pen, chart)


def _draw_multiple(pen: _Pen, one: Multiple, *, best: bool) -> None:
    frame = pen.at(0, 0, one.chart.width, one.chart.height)
    outline = _RED if best else _GREY
    pen.on.rectangle(frame, outline=outline, width=_SHARP * (2 if best else 1))
    text = f"{one.fit.name}  {one.fit.scatter:.3f}  ({one.fit.stars})"
    pen.write(0, -8, text, "lm", 11)
    _draw_inside(pen, one.chart)


def _draw_inside(pen: _Pen, chart: Chart) -> None:
    for rule in chart.rules:
        pen.line(rule.x1, rule.y1, rule.x2, rule.y2, colour=_RED)
    for mark in chart.marks:
        _draw_mark(pen, mark)


def _draw_mark(pen: _Pen, mark: Mark) -> None:
    look = (mark.look.split() or ["used"])[0]
    colour = _LOOKS.get(look, _INK)
    if mark.high > mark.low:
        pen.line(mark.x, mark.low, mark.x, mark.high, colour=colour)
    size = 2 * _SIZE if look == "target" else _SIZE if mark.title else 1.5
    if look == "target":
        pen.line(mark.x - size, mark.y, mark.x + size, mark.y, colour=colour)
        pen.line(mark.x, mark.y - size, mark.x, mark.y + size, colour=colour)
        return
    box = pen.at(mark.x - size, mark.y - size, mark.x + size, mark.y + size)
    filled = None if look == "rejected" else colour
    pen.on.ellipse(box, fill=filled, outline=colour, width=_SHARP)
