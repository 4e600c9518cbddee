"""The search for the nearest stars in C, where ``stack/compile.sh`` built it."""

from services.catalog.domain.compiled.scan import built

__all__ = ["closest"]

closest = built()
"""``None`` where it was not built: then numpy searches."""
