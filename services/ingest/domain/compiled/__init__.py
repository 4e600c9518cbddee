"""Rows of numbers in C, where ``stack/compile.sh`` built it."""

from services.ingest.domain.compiled.rows import built

__all__ = ["columns_of"]

columns_of = built()
"""``None`` where it was not built: then every row is read as any may be."""
