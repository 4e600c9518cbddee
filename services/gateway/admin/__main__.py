"""Observers and their uploads: see, rotate or revoke hashtags, calibrate anew."""

from typing import Annotated

import typer

from services.gateway.admin.recalibration import Selection, recalibrate_all
from services.gateway.domain.hashtags import new_hashtag
from services.gateway.settings import Settings
from services.gateway.store.hashtags import HashtagStore
from services.gateway.store.observers import ObserverStore
from shared.messaging.rabbit_connection import broker_fault
from shared.mongo import connect, store_fault
from shared.operating import OperatorError, carry_out, operate_by, operator_app
from shared.settings import settings_of

__all__ = ["commands", "operate"]

commands = operator_app(__doc__)
Observer = Annotated[int, typer.Argument(metavar="ID")]


async def operate(
    observers: ObserverStore, hashtags: HashtagStore, verb: str, number: int
) -> list[str]:
    """Carry out one command; return the lines to print.

    Parameters
    ----------
    observers, hashtags
        Where they are kept.
    verb
        ``list``, ``rotate`` or ``revoke``.
    number
        Whose hashtag is meant.
    """
    if verb == "list":
        return [f"{one.id:6} {one.name}" for one in await observers.all()]
    if await observers.find(number) is None:
        return [f"There is no observer {number}."]
    await hashtags.revoke(number)
    if verb == "revoke":
        return [f"Observer {number} has no hashtag any more."]
    fresh = new_hashtag()
    await hashtags.add(number, fresh)
    return [f"New hashtag of observer {number}: {fresh}"]


async def _operated(settings: Settings, verb: str, number: int) -> None:
    database = connect(settings, "gateway")
    observers = ObserverStore(database)
    hashtags = HashtagStore(database, settings.session_days)
    for line in await operate(observers, hashtags, verb, number):
        typer.echo(line)


def _do(verb: str, number: int) -> None:
    settings = settings_of(Settings)
    carry_out(settings, _operated(settings, verb, number), store_fault)


@commands.command("list")
def list_observers() -> None:
    """List the observers by number."""
    _do("list", 0)


@commands.command()
def rotate(number: Observer) -> None:
    """Print a new hashtag of an observer; the old one and its sessions end."""
    _do("rotate", number)


@commands.command()
def revoke(number: Observer) -> None:
    """Let an observer have no hashtag any more."""
    _do("revoke", number)


@commands.command()
def recalibrate(
    number: Annotated[int | None, typer.Option("--id", help="one observation")] = None,
    target: Annotated[str | None, typer.Option(help="those of a target")] = None,
    observer: Annotated[int | None, typer.Option(help="those of an observer")] = None,
    since: Annotated[float | None, typer.Option(help="observed from this MJD")] = None,
    until: Annotated[float | None, typer.Option(help="observed before it")] = None,
    every: Annotated[bool, typer.Option("--all", help="every observation")] = False,
) -> None:
    """Calibrate stored uploads anew, with today's code and catalogues."""
    which = Selection(number, target, observer, since, until)
    if not every and which == Selection():
        raise OperatorError(
            "Say which: --id, --target, --observer, --since, --until or --all"
        )
    carry_out(settings_of(Settings), _recalibrated(which), store_fault, broker_fault)


async def _recalibrated(which: Selection) -> None:
    async for line in recalibrate_all(which):
        typer.echo(line)


if __name__ == "__main__":
    operate_by(commands)
