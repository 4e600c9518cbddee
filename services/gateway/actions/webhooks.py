"""An observer's webhooks: added and dropped."""

import secrets
from urllib.parse import urlsplit

from services.gateway.domain.addresses import is_public
from services.gateway.domain.fields import Fields, required
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk

__all__ = ["add_webhook", "drop_webhook"]


async def add_webhook(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> tuple[str, str]:
    """Have an address told of every new point; return it, and its secret.

    Raises
    ------
    RefusalError
        It is no public address, or there are enough.
    """
    private, secret = desk.settings.webhooks_inside, secrets.token_hex(16)
    url = _checked(required(fields, "url"), private=private)
    if not await desk.stores.webhooks.add(observer.id, url, secret):
        raise RefusalError(400, "That is enough webhooks: drop one first.")
    return url, secret


def _checked(url: str, *, private: bool) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as fault:
        raise RefusalError(400, "url is no address.") from fault
    if parts.scheme not in {"http", "https"} or not host or parts.username:
        raise RefusalError(400, "url must begin with http:// or https://.")
    if not private and not is_public(host):
        raise RefusalError(400, "url must be a public address.")
    return url


async def drop_webhook(desk: Desk, observer: KnownObserver, fields: Fields) -> None:
    """Tell one of one's addresses no more.

    Raises
    ------
    RefusalError
        There is no such webhook of theirs.
    """
    if not await desk.stores.webhooks.drop(observer.id, required(fields, "id")):
        raise RefusalError(404, "You have no such webhook.")
