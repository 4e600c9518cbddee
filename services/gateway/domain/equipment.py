"""What an observer measures with: filters, telescope, camera."""

import math
from dataclasses import dataclass

from services.gateway.domain.fields import BAD, Fields, number
from services.gateway.domain.refusal import RefusalError
from shared.kernel.names import printable

__all__ = ["UNKNOWN", "Equipment", "equipment_form"]

_MOST_FILTERS = 30
_LONGEST_FILTER = 40
_LONGEST_CAMERA = 100
_LOWEST, _HIGHEST = -500.0, 9000.0
_LARGEST = 50.0


@dataclass(frozen=True)
class Equipment:
    """An observatory's instruments; what is not known is ``None`` or empty.

    Attributes
    ----------
    filters
        As the observer names them, such as ``Johnson V``, ``r'``, ``clear``.
    altitude
        Above the sea [m].
    aperture
        Diameter of the telescope [m].
    """

    filters: tuple[str, ...] = ()
    altitude: float | None = None
    aperture: float | None = None
    camera: str = ""


UNKNOWN = Equipment()
"""Nobody has told."""


def equipment_form(fields: Fields) -> Equipment:
    """Return the checked fields about an observer's instruments; all may be empty.

    Raises
    ------
    RefusalError
        A field means nothing.
    """
    names = [printable(one, _LONGEST_FILTER) for one in _listed(fields)]
    filters = tuple(dict.fromkeys(name for name in names if name))
    if len(filters) > _MOST_FILTERS:
        raise RefusalError(BAD, f"filters must be at most {_MOST_FILTERS}.")
    return Equipment(
        filters=filters,
        altitude=_within(fields, "altitude", _LOWEST, _HIGHEST),
        aperture=_within(fields, "aperture", 0.0, _LARGEST),
        camera=printable(fields.get("camera", ""), _LONGEST_CAMERA),
    )


def _listed(fields: Fields) -> list[str]:
    return fields.get("filters", "").replace(";", ",").split(",")


def _within(fields: Fields, name: str, low: float, high: float) -> float | None:
    if not fields.get(name, "").strip():
        return None
    value = number(fields, name)
    if not low <= value <= high or math.isnan(value):
        raise RefusalError(BAD, f"{name} must be {low:g} to {high:g} m.")
    return value
