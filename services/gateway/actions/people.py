"""Observers and their hashtags: registered, made, revoked, rotated, asked for."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from services.gateway.domain.equipment import equipment_form
from services.gateway.domain.fields import Fields, new_name, number, required
from services.gateway.domain.forms import new_user_form
from services.gateway.domain.hashtags import new_hashtag
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.roles import SCOPES
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk

__all__ = [
    "add_hashtag",
    "ask_for_hashtag",
    "equip",
    "register",
    "revoke_hashtag",
    "rotate_hashtag",
]

_LONGEST_LIFE = 3650


async def register(desk: Desk, fields: Fields) -> str:
    """Register an observer; return the new hashtag, which is nowhere else.

    Raises
    ------
    RefusalError
        A field means nothing, or somebody has that name already.
    """
    order = new_user_form(fields)
    known = await desk.stores.observers.called(order.name)
    if known is not None:
        raise RefusalError(
            409,
            f"obsName is taken by observer {known.id}.",
            "Give that observer a new hashtag instead, or choose another name",
        )
    hashtag = new_hashtag(order.prefix)
    added = await desk.stores.observers.add(
        name=order.name,
        longitude=order.longitude,
        latitude=order.latitude,
        allow_upload=order.allow_upload,
        equipment=order.equipment,
    )
    await desk.stores.hashtags.add(added.id, hashtag)
    return hashtag


async def add_hashtag(desk: Desk, observer: KnownObserver, fields: Fields) -> str:
    """Make another hashtag, of a scope and for some days; return it.

    Raises
    ------
    RefusalError
        It would do more, or last longer, than the one that asks for it.
    """
    scope = fields.get("scope", "read")
    if SCOPES.get(scope, observer.role + 1) > observer.role:
        raise RefusalError(403, "A new hashtag may do no more than yours.")
    hashtag, label = new_hashtag(fields.get("prefix", "")), new_name(fields, "label")
    expires = _end(observer, fields)
    await desk.stores.hashtags.add(
        observer.id, hashtag, scope=scope, label=label, expires=expires
    )
    return hashtag


def _end(observer: KnownObserver, fields: Fields) -> datetime | None:
    days = number(fields, "days", default="0")
    if not 0 <= days <= _LONGEST_LIFE:
        raise RefusalError(400, f"days must be at most {_LONGEST_LIFE}.")
    expires = datetime.now(UTC) + timedelta(days=int(days)) if int(days) else None
    if observer.until is not None and (expires is None or expires > observer.until):
        raise RefusalError(403, "A new hashtag may not outlive yours: give it days.")
    return expires


async def revoke_hashtag(desk: Desk, observer: KnownObserver, fields: Fields) -> None:
    """Revoke one of one's own hashtags; all logins end.

    Raises
    ------
    RefusalError
        There is none, or the one that asks may not do all that its owner may.
    """
    whole = await desk.stores.observers.find(observer.id)
    if whole is None or observer.role < whole.role:
        raise RefusalError(403, "Use a hashtag that may do all that you may.")
    if not await desk.stores.hashtags.revoke(observer.id, required(fields, "id")):
        raise RefusalError(404, "You have no such hashtag.")


async def rotate_hashtag(desk: Desk, fields: Fields) -> tuple[str, str]:
    """Give an observer a new hashtag; all the old ones end. Return name and hashtag.

    Raises
    ------
    RefusalError
        There is no such observer.
    """
    whose = int(number(fields, "observer"))
    found = await desk.stores.observers.find(whose)
    if found is None:
        raise RefusalError(404, f"There is no observer {whose}.")
    hashtag = new_hashtag()
    await desk.stores.hashtags.revoke(whose)
    await desk.stores.hashtags.add(whose, hashtag)
    return found.name, hashtag


async def ask_for_hashtag(desk: Desk, fields: Fields) -> None:
    """Ask the administrator for a hashtag."""
    names = ("obsName", "lon", "lat", "mail")
    wish = {name: new_name(fields, name) for name in names}
    number(wish, "lon")
    number(wish, "lat")
    told = asdict(equipment_form(fields))
    told["filters"] = ", ".join(told["filters"])
    wish |= {name: str(it) for name, it in told.items() if it not in {None, ""}}
    await desk.stores.hashtags.ask(wish)


async def equip(desk: Desk, observer: KnownObserver, fields: Fields) -> None:
    """Keep what an observer measures with, as they tell it."""
    await desk.stores.observers.equip(observer.id, equipment_form(fields))
