"""A cone on the sky, and a tile of it."""

from dataclasses import dataclass

from services.catalog.domain.stars import ReferenceStars

__all__ = ["Cone", "Tile"]


@dataclass(frozen=True)
class Cone:
    """All directions within a radius of one: position (ICRS) and radius [deg]."""

    ra: float
    dec: float
    radius: float


@dataclass(frozen=True)
class Tile:
    """The stars of a tile; fainter ones than ``cut`` [mag] were left out, if set."""

    stars: ReferenceStars
    cut: float | None
