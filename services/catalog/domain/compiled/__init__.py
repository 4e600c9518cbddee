"""The search for the nearest stars in C, where ``stack/compile.sh`` built it."""

from services.catalog.domain import closest as twin
from services.catalog.domain.compiled.scan import built

__all__ = ["IS_BUILT", "closest"]

_compiled = built()

IS_BUILT = _compiled is not None
closest = _compiled or twin.closest
