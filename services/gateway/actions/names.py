"""The place of a name that the world knows, where the operator allows to ask for it."""

import re

from services.gateway.domain.fields import Fields
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.writing import bare
from services.gateway.web.desk import Desk

__all__ = ["with_place"]

_PLACE = re.compile(r"^%J\s+(\d+\.\d+)\s+([-+]?\d+\.\d+)", re.MULTILINE)
"""The line of Sesame's plain answer that has a position (ICRS) [deg]."""


async def with_place(desk: Desk, fields: Fields) -> Fields:
    """Return the fields of a new target; an empty place is that of its name.

    Raises
    ------
    RefusalError
        Nobody knows the name, or the resolver does not answer.
    """
    name = bare(fields.get("EventID", "").strip())
    given = fields.get("ra", "").strip() or fields.get("dec", "").strip()
    if given or not name or desk.sesame is None:
        return fields
    told = await desk.sesame(name)
    if not told:
        sentence = "ra and dec are empty, and Sesame does not answer: give them."
        raise RefusalError(503, sentence)
    found = _PLACE.search(told)
    if found is None:
        raise RefusalError(404, "ra and dec are empty, and Sesame knows no such name.")
    return {**fields, "ra": found[1], "dec": found[2]}
