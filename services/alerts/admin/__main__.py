"""Targets, observations and alert streams, for the operator.

``announce``
    says every target, observation and packet again, so that a lost view can be
    rebuilt (the same state always under the same message id); to the gateway alone, or
    with ``--everybody`` also to subscribers and the public stream, as after the
    broker's folder was lost;
``restore ID``
    puts a deleted observation back;
``import PATH``
    takes the packets of a tar archive or a folder into the inbox, or, from a CSV file
    of Gaia's alerts or of the TNS, the names of targets that are known here
    (``--create`` makes targets of the others too);
``rules replay [--rules FILE] [--dry-run]``
    decides about every packet again, by present or by other rules, and shows what
    that changes. Nothing is ever deleted by it.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5

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
from shared.messaging.topology import queue_name
from shared.messaging.transport import Envelope
from shared.mongo import Database, connect
from shared.settings import first_mistake, settings_of

__all__ = ["main"]


async def _restored(database: Database, number: int) -> AsyncIterator[Event]:
    point = await ObservationStore(database).restore(number, uuid4())
    if point is not None:
        yield point


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


async def _carry_out(order: argparse.Namespace) -> str:
    settings = settings_of(Settings)
    database = connect(settings, "alerts")
    match order.verb:
        case "announce":
            read = reader(settings.mappings)
            events = announcements(database, _tell_unsaid, read)
            only = None if order.everybody else "gateway"
            said = await _say(settings, events, only)
            heard = "everybody" if order.everybody else "the gateway alone"
            return f"{said} events said, to {heard}"
        case "restore":
            count = await _say(settings, _restored(database, order.id))
            return f"{count} events said"
        case "rules":
            rules = read_rules(order.rules or settings.rules)
            return await replay(settings, database, rules, dry_run=order.dry_run)
        case _ if order.path.suffix.casefold() == ".csv":
            return await import_names(
                settings, database, order.path, create=order.create
            )
        case _:
            return await import_packets(settings, database, order.path)


def _order(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="alerts.admin",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("announce").add_argument("--everybody", action="store_true")
    verbs.add_parser("restore").add_argument("id", type=int, metavar="ID")
    importing = verbs.add_parser("import")
    importing.add_argument("path", type=Path, metavar="PATH")
    importing.add_argument("--create", action="store_true")
    rules = verbs.add_parser("rules").add_subparsers(dest="act", required=True)
    again = rules.add_parser("replay")
    again.add_argument("--rules", type=Path, metavar="FILE")
    again.add_argument("--dry-run", action="store_true")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> None:
    """Run the operator's command."""
    try:
        print(asyncio.run(_carry_out(_order(words))))  # noqa: T201 - the answer
    except (OSError, UnreadableError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main(sys.argv[1:])
