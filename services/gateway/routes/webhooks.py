"""An observer's webhooks: added and dropped."""

import ipaddress
import secrets
from urllib.parse import urlsplit

from aiohttp import web

from services.gateway.domain.fields import required
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted
from services.gateway.routes.respond import page, root

__all__ = ["add_webhook", "drop_webhook"]


async def add_webhook(request: web.Request) -> web.Response:
    """Have an address told of every new point; its secret is shown only now."""
    observer, form = await admitted(request)
    desk, secret = request.app[DESK], secrets.token_hex(16)
    url = _checked(required(form.fields, "url"), private=desk.settings.webhooks_inside)
    if not await desk.webhooks.add(observer.id, url, secret):
        raise RefusalError(400, "That is enough webhooks: drop one first.")
    return await page(request, "webhook.html", url=url, secret=secret)


def _checked(url: str, *, private: bool) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as fault:
        raise RefusalError(400, "url is no address.") from fault
    if parts.scheme not in {"http", "https"} or not host or parts.username:
        raise RefusalError(400, "url must begin with http:// or https://.")
    try:
        inside = not ipaddress.ip_address(host).is_global
    except ValueError:
        inside = host == "localhost"
    if inside and not private:
        raise RefusalError(400, "url must be a public address.")
    return url


async def drop_webhook(request: web.Request) -> web.StreamResponse:
    """Tell one of your addresses no more."""
    observer, form = await admitted(request)
    desk = request.app[DESK]
    if not await desk.webhooks.drop(observer.id, required(form.fields, "id")):
        raise RefusalError(404, "You have no such webhook.")
    raise web.HTTPSeeOther(f"{root(request)}/account")
