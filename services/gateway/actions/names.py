"""The place of a name that the world knows, where the operator allows to ask for it."""

import re
from urllib.parse import quote

from aiohttp import ClientError, ClientSession, ClientTimeout

from services.gateway.domain.fields import Fields
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.writing import bare
from services.gateway.web.desk import Desk

__all__ = ["with_place"]

_PATIENCE = ClientTimeout(total=10)
_LONGEST = 20_000
_PLACE = re.compile(r"^%J\s+(\d+\.\d+)\s+([-+]?\d+\.\d+)", re.MULTILINE)


async def with_place(desk: Desk, fields: Fields) -> Fields:
    """Return the fields of a new target; an empty place is that of its name.

    Sesame's plain answer is read (``-oI``): the line of its position begins with
    ``%J`` (https://cds.unistra.fr/cgi-bin/Sesame).

    Raises
    ------
    RefusalError
        Nobody knows the name, or Sesame does not answer.
    """
    name = bare(fields.get("EventID", "").strip())
    given = fields.get("ra", "").strip() or fields.get("dec", "").strip()
    if given or not name or not desk.settings.sesame:
        return fields
    found = _PLACE.search(await _asked(f"{desk.settings.sesame}?{quote(name)}"))
    if found is None:
        raise RefusalError(404, "ra and dec are empty, and Sesame knows no such name.")
    return {**fields, "ra": found[1], "dec": found[2]}


async def _asked(address: str) -> str:
    try:
        async with (
            ClientSession(timeout=_PATIENCE) as session,
            session.get(address) as answer,
        ):
            answer.raise_for_status()
            return (await answer.content.read(_LONGEST)).decode("utf-8", "replace")
    except (TimeoutError, ClientError) as fault:
        sentence = "ra and dec are empty, and Sesame does not answer: give them."
        raise RefusalError(503, sentence) from fault
