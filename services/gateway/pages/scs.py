"""IVOA Simple Cone Search 1.03 (2008): reference stars for VO tools."""

import math
import re

import aiohttp_jinja2
import numpy as np
from aiohttp import web

from services.gateway.actions.stars import served_cone, survey_name
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from shared.columns import unpack
from shared.contracts.catalog import ConeServed

__all__ = ["cone_search"]

_WIDEST = 1.5
_MOST = 1_000_000
_COUNT = re.compile(r"[0-9]{1,9}")
_POLE, _FULL_CIRCLE = 90.0, 360.0


async def cone_search(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Search a cone by RA, DEC and SR in degrees; the answer is a VOTable."""
    desk = request.app[DESK]
    query = {name.upper(): text for name, text in form.fields.items()}
    try:
        ra, dec, radius = (_angle(query, name) for name in ("RA", "DEC", "SR"))
        _check(ra, dec, radius)
        survey, most = survey_name(query.get("SURVEY", "any")), _most(query)
        served = await served_cone(desk, survey, ra, dec, max(radius, 1e-6))
    except (RefusalError, ValueError) as fault:
        return _answer(request, {"error": str(fault)})
    rows = [] if radius == 0 else _rows(served)[:most]
    return _answer(
        request,
        {
            "error": "",
            "survey": served.survey,
            "truncated": served.truncated or most < len(unpack(served.star_ra)),
            "bands": [band.band for band in served.bands],
            "rows": rows,
        },
    )


def _angle(query: dict[str, str], name: str) -> float:
    try:
        value = float(query[name])
    except (KeyError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} must be decimal degrees.")
    return value


def _most(query: dict[str, str]) -> int:
    text = query.get("MAXREC", str(_MOST))
    if not _COUNT.fullmatch(text):
        raise ValueError("MAXREC must be the most rows to return.")
    return int(text)


def _check(ra: float, dec: float, radius: float) -> None:
    if not 0 <= ra < _FULL_CIRCLE or abs(dec) > _POLE:
        raise ValueError("RA must be within 0 and 360 degrees, DEC within -90 and 90.")
    if not 0 <= radius <= _WIDEST:
        raise ValueError(f"SR must be at most {_WIDEST} degrees.")


def _rows(served: ConeServed) -> list[list[str]]:
    ra, dec = unpack(served.star_ra), unpack(served.star_dec)
    names = [
        f"{served.survey} J{a:010.6f}{d:+010.6f}" for a, d in zip(ra, dec, strict=True)
    ]
    columns = [_written(ra), _written(dec)]
    for band in served.bands:
        columns += [_written(unpack(band.mag)), _written(unpack(band.mag_err))]
    return [list(row) for row in zip(names, *columns, strict=True)]


def _written(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[str]:
    return ["NaN" if math.isnan(value) else repr(value) for value in column.tolist()]


def _answer(request: web.Request, content: dict[str, object]) -> web.Response:
    text = aiohttp_jinja2.render_string("scs.xml", request, content)
    answer = web.Response(text=text, content_type="application/x-votable+xml")
    answer.enable_compression()
    return answer
