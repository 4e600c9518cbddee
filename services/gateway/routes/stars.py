"""``reference_stars``: what a survey has around a position, as JSON."""

import asyncio
import io
import re
from uuid import uuid4

import aiohttp_jinja2
import numpy as np
from aiohttp import web
from astropy.table import Table

from services.gateway.domain.fields import position
from services.gateway.domain.finder import finder_discs
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.asking import ask
from services.gateway.routes.known import known_target
from shared.columns import unpack
from shared.contracts.catalog import ConeServed
from shared.contracts.gateway import ConeRequested

__all__ = ["finder_chart", "listed", "reference_stars", "served_cone", "survey_name"]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_NOBODY = 0
_WIDEST = 1.5
_DEFAULT = 0.1
_FINDER = 0.08
_LAYOUTS = {"csv": "ascii.csv", "ecsv": "ascii.ecsv"}


async def reference_stars(request: web.Request) -> web.Response:
    """List the stars of a survey in a cone; RA, Dec and radius in degrees."""
    ra, dec = position(request.query)
    layout = request.query.get("format", "json")
    if layout not in {"json", *_LAYOUTS}:
        raise RefusalError(400, "format must be json, csv or ecsv.")
    survey = survey_name(request.query.get("survey", ""))
    served = await served_cone(request, survey, ra, dec, _radius(request))
    if layout in _LAYOUTS:
        text = await asyncio.to_thread(_table, served, _LAYOUTS[layout])
        return web.Response(text=text, content_type="text/csv")
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


def _table(served: ConeServed, layout: str) -> str:
    """Return the stars as a table, with units."""
    table = Table({"ra": unpack(served.star_ra), "dec": unpack(served.star_dec)})
    for band in served.bands:
        table[band.band] = unpack(band.mag)
        table[f"{band.band}_err"] = unpack(band.mag_err)
    for name in table.colnames:
        table[name].unit = "deg" if name in {"ra", "dec"} else "mag"
    text = io.StringIO()
    table.write(text, format=layout)
    return text.getvalue()


async def served_cone(
    request: web.Request, survey: str, ra: float, dec: float, radius: float
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
    job = await ask(request, event.request_id, _NOBODY, event)
    if job.state == "waiting":
        raise RefusalError(503, "The catalogues do not answer: try again in a minute.")
    return ConeServed.model_validate(job.answer)


async def finder_chart(request: web.Request) -> web.Response:
    """Draw the reference stars around a target, north up and east to the left."""
    alert = await known_target(request, int(request.match_info["alert"]))
    survey = survey_name(request.query.get("survey", "any"))
    served = await served_cone(request, survey, alert.ra, alert.dec, _FINDER)
    content = {
        "name": alert.ivorn,
        "survey": served.survey,
        "truncated": served.truncated,
        "discs": finder_discs(_stars(served), (alert.ra, alert.dec), _FINDER),
        "bar": 260 / (60 * _FINDER),
    }
    drawn = aiohttp_jinja2.render_string("finder.svg", request, content)
    headers = {"Cache-Control": "max-age=3600"}
    return web.Response(text=drawn, content_type="image/svg+xml", headers=headers)


def _stars(served: ConeServed) -> list[tuple[float, float, float]]:
    """Return positions and the brightest magnitude of each star, NaN if none."""
    ra, dec = unpack(served.star_ra), unpack(served.star_dec)
    mags = [unpack(band.mag) for band in served.bands]
    light = np.fmin.reduce(mags) if mags else np.full(len(ra), np.nan)
    return list(zip(ra.tolist(), dec.tolist(), light.tolist(), strict=True))


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
