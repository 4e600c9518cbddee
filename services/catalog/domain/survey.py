"""What a survey measured: its bands and their photometric systems."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Band", "Survey"]


@dataclass(frozen=True)
class Band:
    """One band of a survey.

    Attributes
    ----------
    system
        Photometric system of its magnitudes: Vega or AB.
    colour
        The two bands whose difference is the colour index for its colour term.
    floor
        Systematic error [mag] that no star's own error tells.
    """

    system: str = "unknown"
    colour: tuple[str, str] | None = None
    floor: float = 0.0


@dataclass(frozen=True)
class Survey:
    """One survey, as its definition tells."""

    name: str
    title: str = ""
    bands: Mapping[str, Band] = field(default_factory=dict)

    def band(self, name: str) -> Band:
        """Return a band; one without a definition has no known system."""
        return self.bands.get(name, Band())
