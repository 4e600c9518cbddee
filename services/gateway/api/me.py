"""``/api/v1/me``: who a hashtag belongs to."""

from aiohttp import web

from services.gateway.api.models import MeShown
from services.gateway.api.query import answer
from services.gateway.domain.roles import SCOPES
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form

__all__ = ["me"]


async def me(request: web.Request, observer: KnownObserver, form: Form) -> web.Response:
    """Show who asks, and what the hashtag allows."""
    may = [name for name, role in SCOPES.items() if role <= observer.role]
    return answer(
        MeShown(
            id=observer.id,
            name=observer.name,
            longitude=observer.longitude,
            latitude=observer.latitude,
            may=may,
            until=observer.until,
        )
    )
