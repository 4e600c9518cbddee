"""How often one address or one observer may ask.

Each gateway counts its own requests: they bound what it does itself. Wrong hashtags are
counted by all gateways together, else who guesses would have as many tries as there are
gateways.
"""

import asyncio
import math
import time

from aiohttp import web
from limits import parse
from limits.aio.strategies import MovingWindowRateLimiter

from services.gateway.domain.refusal import RefusalError
from services.gateway.web.keys import DESK
from services.gateway.web.paths import came_from

__all__ = ["failed_login", "paced", "slowed"]

_TOO_MANY = 429
_GUESS = "failed_login"
_FREE_TRIES = 3
_LONGEST_WAIT = 8.0


async def paced(request: web.Request, what: str, whose: str) -> None:
    """Count one more request.

    Raises
    ------
    RefusalError
        There were too many: it says when to come again.
    """
    desk = request.app[DESK]
    await _counted(desk.pace, getattr(desk.settings, f"rate_of_{what}s"), what, whose)


async def _counted(
    limiter: MovingWindowRateLimiter, allowed: str, what: str, whose: str
) -> None:
    rate = parse(allowed)
    if not await limiter.hit(rate, what, whose):
        window = await limiter.get_window_stats(rate, what, whose)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        raise RefusalError(
            _TOO_MANY, f"Too many requests: try again in {wait} s.", wait=wait
        )


async def slowed(request: web.Request) -> None:
    """Let an address wait that has sent wrong hashtags lately: twice as long each time.

    A right hashtag waits too, else one could tell it from a wrong one.
    """
    desk = request.app[DESK]
    rate = parse(desk.settings.rate_of_failed_logins)
    window = await desk.guesses.get_window_stats(rate, _GUESS, came_from(request))
    tries = rate.amount - window.remaining - _FREE_TRIES
    if tries > 0:
        await asyncio.sleep(min(_LONGEST_WAIT, 0.125 * 2.0**tries))


async def failed_login(request: web.Request) -> None:
    """Count one more hashtag that nobody has.

    Raises
    ------
    RefusalError
        There were too many from this address.
    """
    desk = request.app[DESK]
    allowed = desk.settings.rate_of_failed_logins
    await _counted(desk.guesses, allowed, _GUESS, came_from(request))
