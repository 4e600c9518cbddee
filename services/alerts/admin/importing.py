"""Imports of archives of packets, and of lists of names."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.progress import Progress

from services.alerts.domain.aliases import ListedObject, listed_objects
from services.alerts.settings import Settings
from services.alerts.store.archive import IMPORTED
from services.alerts.store.inbox import InboxStore
from services.alerts.store.targets import NameTakenError, TargetStore
from services.alerts.streams.arrivals import said_id
from services.alerts.streams.spool import packets_in
from shared.contracts.alerts import (
    Alert,
    AlertCreated,
    AlertRevised,
    PacketReceived,
)
from shared.messaging.rabbit import RabbitTransport
from shared.messaging.transport import Envelope, Transport
from shared.mongo import Database

__all__ = ["import_names", "import_packets"]

_BATCH = 500
_SAME_PLACE = 3.0


def _bar() -> Progress:
    return Progress(console=Console(file=sys.stderr), transient=True)


async def import_packets(settings: Settings, database: Database, path: Path) -> str:
    """Take all packets of an archive into the inbox; return what was done."""
    inbox = InboxStore(database)
    await inbox.prepare()
    transport = await RabbitTransport.connect(settings)
    count = new = 0
    try:
        with _bar() as progress:
            bar = progress.add_task(path.name, total=None)
            packets = packets_in(path, settings.largest_packet)
            for batch in _batches(packets):
                kept, waiting = await inbox.keep_many(batch, f"{IMPORTED}{path.name}")
                events = [PacketReceived(packet=packet) for packet in waiting]
                await asyncio.gather(
                    *(
                        transport.publish(Envelope.of(one, id=said_id(one.packet)))
                        for one in events
                    )
                )
                count, new = count + len(batch), new + kept
                progress.update(bar, completed=count)
    finally:
        await transport.close()
    return f"{count} packets read, {new} of them new"


def _batches(packets: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for packet in packets:
        batch.append(packet)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def import_names(
    settings: Settings, database: Database, path: Path, *, create: bool
) -> str:
    """Give targets the other names that a list has for them."""
    targets = TargetStore(database)
    await targets.prepare()
    lines = await asyncio.to_thread(path.read_text, "utf-8", "replace")
    objects = list(listed_objects(lines.splitlines()))
    named = made = 0
    transport = await RabbitTransport.connect(settings)
    try:
        with _bar() as progress:
            for one in progress.track(objects, description=path.name):
                event = await _named(targets, one, path.name, create=create)
                if event is not None:
                    await _say(transport, event)
                    made += isinstance(event, AlertCreated)
                    named += isinstance(event, AlertRevised)
    finally:
        await transport.close()
    return f"{len(objects)} objects read, {named} targets renamed, {made} made"


async def _say(transport: Transport, event: AlertCreated | AlertRevised) -> None:
    await transport.publish(Envelope.of(event, id=uuid4()))


async def _named(
    targets: TargetStore, one: ListedObject, source: str, *, create: bool
) -> AlertCreated | AlertRevised | None:
    """Return what changed by an object of a list; ``None`` if nothing did."""
    while True:
        alert = await _known(targets, one)
        if alert is None:
            return await _made(targets, one, source) if create else None
        names = [name for name in one.names if await targets.named(name) is None]
        classified = one.classification and not alert.classification
        if not names and not classified:
            return None
        try:
            revised = await targets.revise(
                alert,
                f"names from {source}",
                aliases=(*alert.aliases, *names),
                classification=alert.classification or one.classification,
            )
        except NameTakenError:
            continue
        if revised is not None:
            return AlertRevised(alert=revised)


async def _known(targets: TargetStore, one: ListedObject) -> Alert | None:
    for name in one.names:
        alert = await targets.named(name)
        if alert is not None:
            return alert
    return await targets.near(one.ra, one.dec, _SAME_PLACE)


async def _made(targets: TargetStore, one: ListedObject, source: str) -> AlertCreated:
    now = datetime.now(UTC)
    alert, _ = await targets.create(
        Alert(
            id=1,
            ivorn=one.names[0],
            ra=one.ra,
            dec=one.dec,
            published=now,
            aliases=one.names[1:],
            classification=one.classification,
            revision=1,
            change=f"from {source}",
            changed_at=now,
        )
    )
    return AlertCreated(alert=alert)
