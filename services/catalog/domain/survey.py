"""What a survey measured: its bands and their photometric systems."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.catalog.domain.remote import RemoteTable
from services.catalog.domain.transformation import Transformation

__all__ = ["ANY_SURVEY", "Band", "Survey"]

ANY_SURVEY = "any"
"""Who asks for this survey is served by the richest there."""


@dataclass(frozen=True)
class Band:
    """One band of a survey.

    Attributes
    ----------
    system
        Photometric system of its magnitudes: Vega or AB.
    colour
        The two bands whose difference is the colour index for its colour term.
    made_by
        How its magnitudes follow from other bands; ``None`` where they are measured.
    """

    system: str = "unknown"
    colour: tuple[str, str] | None = None
    made_by: Transformation | None = None


@dataclass(frozen=True)
class Survey:
    """One survey, as its definition tells.

    Attributes
    ----------
    epoch
        Of the positions of stars with a proper motion [Julian year].
    lists_variables
        Its stars are variables: good for a veto, for nothing else.
    preference
        Its place among surveys that fit as well: the lowest is taken.
    remote
        Where its stars are fetched from, where they are not loaded.
    """

    name: str
    title: str = ""
    bands: Mapping[str, Band] = field(default_factory=dict)
    epoch: float = 2000.0
    lists_variables: bool = False
    preference: int = 99
    remote: RemoteTable | None = None

    def band(self, name: str) -> Band:
        """Return a band; one without a definition has no known system."""
        return self.bands.get(name, Band())
