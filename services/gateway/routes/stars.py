"""``reference_stars``: what a survey has around a position, as JSON."""

import re
from uuid import uuid4

import numpy as np
from aiohttp import web

from services.gateway.domain.fields import position
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.asking import ask
from shared.columns import unpack
from shared.contracts.catalog import ConeServed
from shared.contracts.gateway import ConeRequested

__all__ = ["listed", "reference_stars"]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_NOBODY = 0
_WIDEST = 1.5
_DEFAULT = 0.1


async def reference_stars(request: web.Request) -> web.Response:
    """List the stars of a survey in a cone; RA, Dec and radius in degrees."""
    ra, dec = position(request.query)
    event = ConeRequested(
        request_id=uuid4(),
        survey=_survey(request),
        ra=ra,
        dec=dec,
        radius=_radius(request),
    )
    job = await ask(request, event.request_id, _NOBODY, event)
    if job.state == "waiting":
        raise RefusalError(503, "The catalogues do not answer: try again in a minute.")
    served = ConeServed.model_validate(job.answer)
    return web.json_response(
        {
            "survey": served.survey,
            "truncated": served.truncated,
            "message": served.message,
            "ra": listed(served.star_ra),
            "dec": listed(served.star_dec),
            "bands": {
                band.band: {"mag": listed(band.mag), "err": listed(band.mag_err)}
                for band in served.bands
            },
        }
    )


def _survey(request: web.Request) -> str:
    name = request.query.get("survey", "").strip()
    if not _NAME.fullmatch(name):
        raise RefusalError(
            400, "survey must be the name of a catalogue, such as APASS."
        )
    return name


def _radius(request: web.Request) -> float:
    try:
        radius = float(request.query.get("radius", _DEFAULT))
    except ValueError:
        radius = 0.0
    if not 0 < radius <= _WIDEST:
        raise RefusalError(400, f"radius must be degrees, at most {_WIDEST}.")
    return radius


def listed(column: bytes) -> list[float | None]:
    """Return a column as JSON has it: ``None`` for what is not known."""
    numbers = unpack(column)
    return [
        value if known else None
        for value, known in zip(numbers.tolist(), np.isfinite(numbers), strict=True)
    ]
