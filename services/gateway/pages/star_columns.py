"""The matched stars of a calibration, out of its columns."""

import math

from services.gateway.domain.panels import Star
from services.gateway.domain.startable import StarRow, star_rows
from shared.columns import unpack
from shared.contracts.calibration import StarResiduals
from shared.contracts.catalog import ShownStars

__all__ = ["band_names", "rows_of", "stars_of"]

_OUTLIER = 1
_REASONS = {
    1: "outlier",
    2: "known variable",
    3: "blended",
    4: "the target",
    5: "flagged in the file",
    6: "extended",
}


def stars_of(stars: StarResiduals) -> list[Star]:
    """Return the stars of the chosen band, bright ones first."""
    count = len(unpack(stars.mag))
    used = unpack(stars.used).tolist()
    reasons = unpack(stars.reason).tolist() or [_OUTLIER] * count
    colours = unpack(stars.colour).tolist() or [math.nan] * count
    runs = unpack(stars.run).tolist() or [0.0] * count
    columns = (
        unpack(column).tolist()
        for column in (
            stars.ra,
            stars.dec,
            stars.mag,
            stars.mag_err,
            stars.reference_mag,
            stars.residual,
        )
    )
    told = [
        "" if kept else _REASONS[int(r)] for kept, r in zip(used, reasons, strict=True)
    ]
    rows = zip(*columns, colours, told, runs, strict=True)
    return sorted((Star(*row) for row in rows), key=lambda star: star.mag)


def band_names(stars: ShownStars | None) -> list[str]:
    """Return the survey and band of each column of reference magnitudes."""
    return [f"{one.survey}/{one.band}" for one in stars.bands] if stars else []


def rows_of(stars: ShownStars | None, chosen: list[Star]) -> list[StarRow]:
    """Return a row for each star, in every band; ``chosen`` is the chosen band's."""
    if stars is None:
        return []
    columns = {
        name: unpack(column).tolist()
        for name, column in stars
        if isinstance(column, bytes)
    }
    bands = [unpack(band.mag).tolist() for band in stars.bands]
    return star_rows(columns, bands, chosen)
