"""Tells webhooks what happened: signed, in order, at least once, by its id.

An address inside our own network is never asked, whatever name it hides behind: the
address that is connected to is the one that was looked at.
"""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp.connector import AddrInfoType
from pymongo.errors import PyMongoError

from services.gateway.domain.addresses import is_public
from services.gateway.domain.happening import Happening
from services.gateway.domain.signing import signatures
from services.gateway.store.webhooks import Webhook, WebhookStore
from shared.background import in_background
from shared.messaging.service import Publish

__all__ = ["Delivery"]

_log = structlog.get_logger()
_PATIENCE = ClientTimeout(total=10)
_IDLE = 1.0


def _public_socket(found: AddrInfoType) -> socket.socket:
    """Return a socket for an address, where it is everybody's.

    This is asked of each address just before it is connected to, whether a resolver
    gave it or it stood in the link itself.
    """
    family, kind, protocol, _, address = found
    if not is_public(str(address[0])):
        raise OSError(f"{address[0]} is not a public address")
    return socket.socket(family=family, type=kind, proto=protocol)


class Delivery:
    """Goes round the webhooks while the service runs."""

    def __init__(self, hooks: WebhookStore, *, private: bool) -> None:
        self._hooks = hooks
        self._private = private

    @asynccontextmanager
    async def running(self, _: Publish) -> AsyncIterator[None]:
        """Deliver while the block runs."""
        async with in_background(self._deliver()):
            yield

    async def _deliver(self) -> None:
        async with self._session() as session:
            while True:
                try:
                    hook = await self._hooks.due()
                    if hook is not None:
                        await self._tell(session, hook)
                except PyMongoError as fault:
                    _log.warning("webhooks.wait", reason=repr(fault))
                    hook = None
                if hook is None:
                    await asyncio.sleep(_IDLE)

    def _session(self) -> ClientSession:
        factory = None if self._private else _public_socket
        connector = TCPConnector(socket_factory=factory)
        return ClientSession(connector=connector, timeout=_PATIENCE)

    async def _tell(self, session: ClientSession, hook: Webhook) -> None:
        async for happening, at in self._hooks.news(hook):
            if not await self._told(session, hook, happening):
                await self._hooks.rest(hook, failed=True)
                return
            await self._hooks.heard(hook, happening.id, at)
        await self._hooks.rest(hook, failed=False)

    async def _told(
        self, session: ClientSession, hook: Webhook, happening: Happening
    ) -> bool:
        told = {"id": happening.id, "kind": happening.kind, "event": happening.content}
        body = json.dumps(told).encode()
        now = round(time.time())
        headers = {
            "Content-Type": "application/json",
            **signatures(hook.secret, happening.id, now, body),
        }
        try:
            async with session.post(
                hook.url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.ok and answer.status < 300  # noqa: PLR2004 - taken
        except (ClientError, OSError, TimeoutError, ValueError) as fault:
            _log.info("webhook.failed", hook=hook.id, reason=type(fault).__name__)
            return False
