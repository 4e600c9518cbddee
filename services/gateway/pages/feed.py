"""An Atom feed (RFC 4287) of a target's observations."""

from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from aiohttp import web

from services.gateway.actions.targets import known_target
from services.gateway.domain.fields import one_name
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import address
from shared.contracts.alerts import Alert, ObservationRecorded

__all__ = ["target_feed"]

_NEWEST = 50


async def target_feed(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return an Atom feed of a target's newest observations."""
    desk, name = request.app[DESK], one_name(request.match_info["name"])
    alert = await known_target(desk, name)
    points = await desk.stores.points.page(_NEWEST, alert_id=alert.id)
    feed = _feed(alert, points, address(request))
    body = tostring(feed, encoding="utf-8", xml_declaration=True)
    return web.Response(body=body, content_type="application/atom+xml")


def _feed(alert: Alert, points: list[ObservationRecorded], here: str) -> Element:
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    page = f"{here}/light_curve?alert_id={alert.id}"
    latest = points[0].recorded_at if points else alert.published
    _put(feed, page, f"Photometry of {alert.ivorn}", latest)
    for point in points:
        entry = SubElement(feed, "entry")
        sign = ">" if point.magnitude.mag_err < 0 else ""
        told = f"{sign}{point.magnitude.headline:.3f} mag, {point.zero_point.band}"
        link = f"{here}/calibration/{point.frame.upload_id}"
        _put(entry, link, f"{told}, MJD {point.frame.mjd:.5f}", point.recorded_at)
        author = SubElement(entry, "author")
        SubElement(author, "name").text = point.frame.observer.name
    return feed


def _put(parent: Element, link: str, title: str, updated: datetime) -> None:
    SubElement(parent, "id").text = link
    SubElement(parent, "link", href=link)
    SubElement(parent, "title").text = title
    SubElement(parent, "updated").text = updated.isoformat()
