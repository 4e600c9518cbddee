"""Queries by what comes first and what comes after."""

from typing import Any

__all__ = ["between"]


def between(field: str, first: object, after: object) -> dict[str, Any]:
    """Return a query for a field that is at least ``first`` and below ``after``.

    Either may be ``None`` or empty: then there is no limit on that side.
    """
    limits = {"$gte": first, "$lt": after}
    given = {name: it for name, it in limits.items() if it not in {None, ""}}
    return {field: given} if given else {}
