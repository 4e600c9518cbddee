"""How often one address or one observer may ask, each gateway counting its own."""

import math
import time

from aiohttp import web
from limits import parse

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK

__all__ = ["failed_login", "paced"]

_TOO_MANY = 429


async def paced(request: web.Request, what: str, whose: str) -> None:
    """Count one more request.

    Raises
    ------
    RefusalError
        There were too many: it says when to come again.
    """
    desk = request.app[DESK]
    rate = parse(getattr(desk.settings, f"rate_of_{what}s"))
    if not await desk.pace.hit(rate, what, whose):
        window = await desk.pace.get_window_stats(rate, what, whose)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        raise RefusalError(
            _TOO_MANY, f"Too many requests: try again in {wait} s.", wait=wait
        )


async def failed_login(request: web.Request) -> None:
    """Count one more hashtag that nobody has.

    Raises
    ------
    RefusalError
        There were too many from this address.
    """
    await paced(request, "failed_login", request.remote or "")
