"""A target that somebody names."""

from aiohttp import web

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from shared.contracts.alerts import Alert

__all__ = ["known_target"]

_SCHEME = "ivo://"
_SHOWN = 50
_SEARCH = "Search for it in the list of alerts"


async def known_target(
    request: web.Request, name: str | int, to_do: str = "", hint: str = _SEARCH
) -> Alert:
    """Return a target by its number, or a name with or without ``ivo://``.

    Raises
    ------
    RefusalError
        There is none; ``to_do`` says what to do.
    """
    view = request.app[DESK].view
    alert = await view.alert(name)
    if alert is None and isinstance(name, str):
        alert = await view.alert(_SCHEME + name)
    if alert is None:
        told = f"There is no target {str(name)[:_SHOWN]}"
        raise RefusalError(404, f"{told}: {to_do}." if to_do else f"{told}.", hint)
    return alert
