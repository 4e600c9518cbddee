"""A light curve of many telescopes, with something plausible in every field."""

import math
from typing import Any

from shared.contracts.calibrator import LightCurveHomogenised
from shared.contracts.network import NetworkPoints, NetworkSetup, NetworkStars
from tests.support.builders import column

__all__ = ["homogenised"]


def homogenised(**changes: Any) -> LightCurveHomogenised:
    """One light curve of two points: one of them left out."""
    given = LightCurveHomogenised(
        alert_id=26316,
        band="r",
        survey="APASS",
        system="AB",
        colour_name="g-r",
        mean_colour=0.65,
        version=3,
        points=NetworkPoints(
            observation_id=column(61376, 61377),
            revision=column(1, 2),
            mjd=column(57400.5, 57401.5),
            setup=column(0, 0),
            mag=column(15.503, math.nan),
            total_err=column(0.012, math.nan),
            colour_err=column(0.004, math.nan),
            colour=column(0.1, math.nan),
            colour_from=column(1, 0),
            noisier=column(1.0, 4.5),
        ),
        setups=(
            NetworkSetup(
                observer_id=2,
                observer="A. Observer",
                filter="sloan r",
                part=0,
                frames=2,
                since=57400.5,
                until=57401.5,
                colour_term=0.05,
                colour_term_err=0.004,
                error_scale=1.2,
                noise_floor=0.006,
                lasting=0.002,
                wrong=0.03,
                offset=0.004,
                offset_err=0.006,
                mjd=column(57400.5, 57401.5),
                term=column(0.049, 0.052),
                term_err=column(0.01, 0.01),
                noise=column(0.006, 0.007),
            ),
        ),
        stars=NetworkStars(
            ra=column(295.0),
            dec=column(30.13),
            reference=column(14.5),
            mag=column(14.507),
            mag_err=column(0.004),
            colour=column(0.6),
            frames=column(2),
            ratio=column(1.1),
            varies=column(0),
            strays=column(0),
            suspect=column(0),
            survey_wrong=column(0.01),
        ),
        left_out={"61377": "5 of its 8 stars disagree with the network."},
        survey_scatter=0.01,
    )
    return given.model_copy(update=changes)
