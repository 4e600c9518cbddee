"""``reference_stars``: what a survey has around a position, as JSON."""

import asyncio
import io

import aiohttp_jinja2
import numpy as np
from aiohttp import web

from services.gateway.actions.stars import served_cone, survey_name
from services.gateway.actions.targets import known_target
from services.gateway.domain.fields import position
from services.gateway.domain.finder import finder_discs
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.writing import bare
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from shared.columns import listed, unpack
from shared.contracts.catalog import ConeServed
from shared.kernel.later import later

__all__ = ["finder_chart", "reference_stars"]

tables = later("astropy.table")
_WIDEST = 1.5
_DEFAULT = 0.1
_FINDER = 0.08
_LAYOUTS = {"csv": "ascii.csv", "ecsv": "ascii.ecsv"}


async def reference_stars(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """List the stars of a survey in a cone; RA, Dec and radius in degrees."""
    ra, dec = position(form.fields)
    layout = form.fields.get("format", "json")
    if layout not in {"json", *_LAYOUTS}:
        raise RefusalError(400, "format must be json, csv or ecsv.")
    survey = survey_name(form.fields.get("survey", ""))
    desk, radius = request.app[DESK], _radius(form)
    served = await served_cone(desk, survey, ra, dec, radius)
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
    table = tables.Table({"ra": unpack(served.star_ra), "dec": unpack(served.star_dec)})
    for band in served.bands:
        table[band.band] = unpack(band.mag)
        table[f"{band.band}_err"] = unpack(band.mag_err)
    for name in table.colnames:
        table[name].unit = "deg" if name in {"ra", "dec"} else "mag"
    text = io.StringIO()
    table.write(text, format=layout)
    return text.getvalue()


async def finder_chart(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Draw the reference stars around a target, north up and east to the left."""
    desk = request.app[DESK]
    alert = await known_target(desk, int(request.match_info["alert"]))
    survey = survey_name(form.fields.get("survey", "any"))
    served = await served_cone(desk, survey, alert.ra, alert.dec, _FINDER)
    content = {
        "name": bare(alert.ivorn),
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


def _radius(form: Form) -> float:
    try:
        radius = float(form.fields.get("radius", _DEFAULT))
    except ValueError:
        radius = 0.0
    if not 0 < radius <= _WIDEST:
        raise RefusalError(400, f"radius must be degrees, at most {_WIDEST}.")
    return radius
