"""Targets, observations and alert streams."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Annotated
from uuid import NAMESPACE_URL, uuid4, uuid5

import typer
from pydantic import ValidationError

from services.alerts.admin.announcing import announcements
from services.alerts.admin.importing import import_names, import_packets
from services.alerts.admin.replay import replay
from services.alerts.reading import UnreadableError, reader
from services.alerts.rulebook import read_rules
from services.alerts.settings import Settings
from services.alerts.store.observations import ObservationStore
from shared.contracts.base import Event
from shared.messaging.rabbit import speaking
from shared.messaging.rabbit_connection import broker_fault
from shared.messaging.topology import queue_name
from shared.messaging.transport import Envelope
from shared.mongo import Database, connect, store_fault
from shared.operating import OperatorError, carry_out, operate_by, operator_app
from shared.settings import first_mistake, settings_of

__all__ = ["commands"]

commands = operator_app(__doc__)
rules = operator_app("Rules by which packets become targets.")
commands.add_typer(rules, name="rules")
Work = Callable[[Settings, Database], Awaitable[str]]


async def _restored(database: Database, number: int) -> AsyncIterator[Event]:
    observations = ObservationStore(database)
    if await observations.find(number) is None:
        raise OperatorError(f"There is no observation {number}.")
    yield await observations.restore(number, uuid4())


async def _say(
    settings: Settings, events: AsyncIterator[Event], only: str | None = None
) -> int:
    """Say events to all, or only to one service: subscribers know them already."""
    count = 0
    async with speaking(settings) as transport:
        async for event in events:
            name = f"cpcs:{event.key}:{event.model_dump_json()}"
            envelope = Envelope.of(event, id=uuid5(NAMESPACE_URL, name))
            if only is None:
                await transport.publish(envelope)
            else:
                await transport.hand(envelope, queue_name(only, type(event)))
            count += 1
    return count


def _tell_unsaid(what: str, fault: ValidationError) -> None:
    print(f"{what} cannot be said: {first_mistake(fault)}", file=sys.stderr)  # noqa: T201 - for the operator


def _do(work: Work) -> None:
    settings = settings_of(Settings)

    async def told() -> None:
        database = connect(settings, "alerts")
        try:
            typer.echo(await work(settings, database))
        except (OSError, UnreadableError) as fault:
            raise OperatorError(str(fault)) from fault

    carry_out(settings, told(), store_fault, broker_fault)


@commands.command()
def announce(
    everybody: Annotated[
        bool, typer.Option("--everybody", help="to subscribers and the stream too")
    ] = False,
) -> None:
    """Say all targets, observations and packets again: a lost view is rebuilt."""

    async def work(settings: Settings, database: Database) -> str:
        events = announcements(database, _tell_unsaid, reader(settings.mappings))
        said = await _say(settings, events, None if everybody else "gateway")
        heard = "everybody" if everybody else "the gateway alone"
        return f"{said} events said, to {heard}"

    _do(work)


@commands.command()
def restore(number: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Put a deleted observation back."""

    async def work(settings: Settings, database: Database) -> str:
        count = await _say(settings, _restored(database, number))
        return f"{count} events said"

    _do(work)


@commands.command("import")
def import_archive(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    create: Annotated[
        bool, typer.Option("--create", help="make targets of unknown names too")
    ] = False,
) -> None:
    """Take packets from a tar archive or folder, or names from a CSV file.

    The CSV is one of Gaia's alerts or of the TNS.
    """

    async def work(settings: Settings, database: Database) -> str:
        if path.suffix.casefold() == ".csv":
            return await import_names(settings, database, path, create=create)
        return await import_packets(settings, database, path)

    _do(work)


@rules.command("replay")
def replay_rules(
    file: Annotated[
        Path | None, typer.Option("--rules", metavar="FILE", help="other rules")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="only tell what would change")
    ] = False,
) -> None:
    """Decide about every packet again; nothing is ever deleted by it."""

    async def work(settings: Settings, database: Database) -> str:
        read = await asyncio.to_thread(read_rules, file or settings.rules)
        return await replay(settings, database, read, dry_run=dry_run)

    _do(work)


if __name__ == "__main__":
    operate_by(commands)
