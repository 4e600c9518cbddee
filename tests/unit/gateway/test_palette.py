"""One palette: what is drawn here, styled by the stylesheet and by the browser."""

import re
from pathlib import Path

from services.catalog.store.definitions import read_definitions
from services.gateway.domain.palette import BANDS, look, place

STYLE = Path("services/gateway/static/style/plot.css")
PAPERS = {"light": 1.0, "dark": 0.0084}
"""Relative luminance of what is drawn on, light and dark: ``--card``."""


def test_the_stylesheet_has_the_same_colours() -> None:
    rules = re.findall(r"\.band(\d+) { color: (#\w+); }", STYLE.read_text())
    colours = [one.colour for one in BANDS.values()] + [look("narrow").colour]
    assert rules == [(str(number), colour) for number, colour in enumerate(colours)]


def test_no_two_bands_are_alike() -> None:
    assert len(set(BANDS.values())) == len(BANDS)


def test_the_bands_of_every_survey_have_a_look_of_their_own() -> None:
    for survey in read_definitions().values():
        names = list(survey.bands)
        assert set(names) <= set(BANDS)
        colours = {look(name).colour for name in names}
        plates = {"B1", "B2", "R1", "R2"}
        assert len(colours) == len(names) or set(names) & plates


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_is_seen_on_light_and_on_dark_paper() -> None:
    for band in BANDS.values():
        own = luminance(band.colour)
        for paper in PAPERS.values():
            brighter, darker = max(own, paper), min(own, paper)
            assert (brighter + 0.05) / (darker + 0.05) > 2.8


def test_a_band_nobody_thought_of_has_a_look() -> None:
    assert look("narrow").shape == "circle"
    assert place("narrow") == len(BANDS)
