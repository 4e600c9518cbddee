"""``/api/v1/targets/…/period``: the period that folds a light curve best."""

import asyncio

from aiohttp import web

from services.gateway.api.models import PeriodFound
from services.gateway.api.orders import PeriodQuery
from services.gateway.api.query import answer, query_of
from services.gateway.api.targets import named_target
from services.gateway.domain.period import FewPointsError, found_period
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from shared.contracts.alerts import Alert

__all__ = ["period"]

_MOST = 5000


async def period(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Find the period of a light curve, limits left out; of the latest 5,000 points."""
    query, alert = query_of(form, PeriodQuery), await named_target(request)
    desk = request.app[DESK]
    async with desk.searching.taken():
        return answer(await _found(desk, alert, (query.shortest, query.longest)))


async def _found(desk: Desk, alert: Alert, asked: tuple[float, float]) -> PeriodFound:
    drawn = await desk.stores.curves.drawn(alert.id)
    names = ("mjd", "mag", "err", "survey", "band", "observer", "mag_err")
    rows = list(zip(*(drawn[name] for name in names), strict=True))
    kept = [row for row in rows if row[-1] >= 0][-_MOST:]
    mjd, mag, err, *parts, _ = zip(*kept, strict=True) if kept else [()] * len(names)
    labels = ["/".join(map(str, each)) for each in zip(*parts, strict=True)]
    within = (asked[0], asked[1] or None)
    try:
        found = await asyncio.to_thread(found_period, mjd, mag, err, labels, within)
    except FewPointsError as fault:
        sentence = "There are too few points to find a period in."
        raise RefusalError(422, sentence) from fault
    return PeriodFound(**vars(found), points=len(kept))
