"""Imports of archives of packets, and of lists of names."""

import asyncio
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.progress import Progress

from services.alerts.domain.aliases import ListedObject, listed_objects
from services.alerts.settings import Settings
from services.alerts.store.archive import IMPORTED
from services.alerts.store.inbox import InboxStore
from services.alerts.store.new_target import NewTarget
from services.alerts.store.targets import Change, TargetStore
from services.alerts.streams.arrivals import said_id
from services.alerts.streams.spool import packets_in
from shared.contracts.alerts import (
    Alert,
    AlertCreated,
    AlertRevised,
    PacketReceived,
)
from shared.kernel.cells import arcsec_between
from shared.messaging.rabbit import speaking
from shared.messaging.transport import Envelope, Transport
from shared.mongo import Database

__all__ = ["import_names", "import_packets", "named"]

_BATCH = 500
_SAME_PLACE = 3.0
_SAME_NAME = 60.0


def _bar() -> Progress:
    return Progress(console=Console(file=sys.stderr), transient=True)


async def import_packets(settings: Settings, database: Database, path: Path) -> str:
    """Take all packets of an archive into the inbox; return what was done."""
    inbox = InboxStore(database)
    await inbox.prepare()
    count = new = 0
    async with speaking(settings) as transport:
        with _bar() as progress:
            bar = progress.add_task(path.name, total=None)
            source = f"{IMPORTED}{path.name}"
            packets = packets_in(path, settings.largest_packet)
            for batch in _batches(packets):
                kept = await inbox.keep([(raw, source) for raw in batch])
                events = [PacketReceived(packet=one.id) for one in kept if one.waits]
                said = [Envelope.of(one, id=said_id(one.packet)) for one in events]
                await asyncio.gather(*map(transport.publish, said))
                count += len(batch)
                new += sum(one.is_new for one in kept)
                progress.update(bar, completed=count)
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
    if not objects:
        return f"{path.name} has no row with a name, RA and Dec: nothing was imported"
    renamed = made = 0
    async with speaking(settings) as transport:
        with _bar() as progress:
            for one in progress.track(objects, description=path.name):
                event = await named(targets, one, path.name, create=create)
                if event is not None:
                    await _say(transport, event)
                    made += isinstance(event, AlertCreated)
                    renamed += isinstance(event, AlertRevised)
    return f"{len(objects)} objects read, {renamed} targets renamed, {made} made"


async def _say(transport: Transport, event: AlertCreated | AlertRevised) -> None:
    await transport.publish(Envelope.of(event, id=uuid4()))


async def named(
    targets: TargetStore, one: ListedObject, source: str, *, create: bool
) -> AlertCreated | AlertRevised | None:
    """Return what changed by an object of a list; ``None`` if nothing did."""
    before = await _known(targets, one)
    if before is None:
        return await _made(targets, one, source) if create else None
    after = await targets.change(before.id, partial(_other_names, targets, one, source))
    return None if after == before else AlertRevised(alert=after)


async def _other_names(
    targets: TargetStore, one: ListedObject, source: str, alert: Alert
) -> Change | None:
    names = await targets.free(one.names)
    if not names and (alert.classification or not one.classification):
        return None
    fields = {
        "aliases": (*alert.aliases, *names),
        "classification": alert.classification or one.classification,
    }
    return Change(f"names from {source}", fields)


async def _known(targets: TargetStore, one: ListedObject) -> Alert | None:
    for name in one.names:
        alert = await targets.named(name)
        if alert is not None and _together(alert, one):
            return alert
    return await targets.near(one.ra, one.dec, _SAME_PLACE)


def _together(alert: Alert, one: ListedObject) -> bool:
    """Tell whether a target is where a list has the object of its name."""
    away = arcsec_between(alert.ra, alert.dec, one.ra, one.dec)
    return away <= max(_SAME_NAME, alert.position_err or 0.0)


async def _made(
    targets: TargetStore, one: ListedObject, source: str
) -> AlertCreated | None:
    """Return the new target; ``None`` if its names are those of one elsewhere."""
    names = await targets.free(one.names)
    if not names:
        print(f"{one.names[0]} is a target elsewhere: left out", file=sys.stderr)  # noqa: T201 - for the operator
        return None
    new = NewTarget(
        ivorn=names[0],
        ra=one.ra,
        dec=one.dec,
        aliases=names[1:],
        classification=one.classification,
        change=f"from {source}",
    )
    alert, _ = await targets.create(new)
    return AlertCreated(alert=alert)
