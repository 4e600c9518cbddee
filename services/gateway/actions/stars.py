"""Reference stars around a position, as catalog serves them."""

import re
from uuid import uuid4

from services.gateway.actions.jobs import ask
from services.gateway.domain.refusal import RefusalError
from services.gateway.web.desk import Desk
from shared.contracts.catalog import ConeServed
from shared.contracts.gateway import ConeRequested

__all__ = ["served_cone", "survey_name"]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_NOBODY = 0


async def served_cone(
    desk: Desk, survey: str, ra: float, dec: float, radius: float
) -> ConeServed:
    """Return the stars of a survey, or of the richest for ``any``, in a cone [deg].

    Raises
    ------
    RefusalError
        The catalogues do not answer.
    """
    event = ConeRequested(
        request_id=uuid4(), survey=survey, ra=ra, dec=dec, radius=radius
    )
    job = await ask(desk, event.request_id, _NOBODY, event)
    if not isinstance(job.answer, ConeServed):
        raise RefusalError(503, "The catalogues do not answer: try again in a minute.")
    return job.answer


def survey_name(text: str) -> str:
    """Return the name of a catalogue, or ``any``.

    Raises
    ------
    RefusalError
        It can be the name of none.
    """
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise RefusalError(
            400, "survey must be the name of a catalogue, such as APASS."
        )
    return name
