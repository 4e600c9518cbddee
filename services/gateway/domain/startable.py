"""The matched stars in every survey and band, as the rows of a table."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.gateway.domain.panels import Star

__all__ = ["StarRow", "star_rows"]


@dataclass(frozen=True)
class StarRow:
    """One star: position (ICRS) [deg], all else [mag]; ``None`` is not known.

    ``place`` is its place among the stars of the chosen band, if it is one of them.
    """

    ra: float
    dec: float
    mag: float
    mag_err: float
    place: int | None
    reference: tuple[float | None, ...]


def star_rows(
    columns: Mapping[str, Sequence[float]],
    bands: Sequence[Sequence[float]],
    shown: Sequence[Star],
) -> list[StarRow]:
    """Return a row for each star.

    Parameters
    ----------
    columns
        ``ra``, ``dec``, ``mag`` and ``mag_err`` of the uploaded stars.
    bands
        Their reference magnitudes [mag], a column a band.
    shown
        The stars of the chosen band, by their places.
    """
    places = {(star.ra, star.dec): place for place, star in enumerate(shown)}
    known = [[_known(mag) for mag in band] for band in bands]
    return [
        StarRow(
            ra,
            dec,
            columns["mag"][n],
            columns["mag_err"][n],
            places.get((ra, dec)),
            tuple(band[n] for band in known),
        )
        for n, (ra, dec) in enumerate(zip(columns["ra"], columns["dec"], strict=True))
    ]


def _known(mag: float) -> float | None:
    return None if math.isnan(mag) else mag
