"""One palette: what is drawn here, styled by the stylesheet and by the browser."""

import re
from pathlib import Path

from services.gateway.domain.palette import BANDS, COLOURS, place

STYLE = Path("services/gateway/static/style.css")


def test_the_stylesheet_has_the_same_colours() -> None:
    rules = re.findall(r"\.band(\d) { color: (#\w+); }", STYLE.read_text())
    assert rules == [(str(number), colour) for number, colour in enumerate(COLOURS)]


def test_the_bands_of_one_survey_differ() -> None:
    for bands in ("ugriz", "grizy", "BVgri", "BVRI", ("G", "BP", "RP"), "JHK"):
        assert len({place(band) for band in bands}) == len(bands)


def test_a_band_nobody_thought_of_has_a_colour() -> None:
    assert place("narrow") < len(COLOURS)
    assert place(BANDS[0]) == 0
