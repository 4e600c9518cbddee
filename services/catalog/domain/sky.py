"""What the surveys know of a part of the sky."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.catalog.domain.stars import ReferenceStars

__all__ = ["Sky"]


@dataclass(frozen=True)
class Sky:
    """Reference stars, and what is not among them.

    Attributes
    ----------
    stars
        By survey.
    lacking
        Surveys that did not answer about all of it.
    cuts
        By survey that is crowded there: fainter stars [mag] were left out.
    """

    stars: Mapping[str, ReferenceStars] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    cuts: Mapping[str, float] = field(default_factory=dict)
