"""Decides about the archive of packets again."""

import sys
from uuid import uuid4

from rich.console import Console

from services.alerts.domain.decision import decide
from services.alerts.domain.rules import Rules
from services.alerts.reading import Read, UnreadableError, reader
from services.alerts.settings import Settings
from services.alerts.store.archive import Archive
from services.alerts.store.entry import Entry
from services.alerts.store.inbox import InboxStore
from services.alerts.store.targets import TargetStore
from shared.contracts.alerts import PacketReceived
from shared.messaging.rabbit import speaking
from shared.messaging.transport import Envelope
from shared.mongo import Database

__all__ = ["changes", "replay"]


async def changes(archive: Archive, rules: Rules, read: Read, entry: Entry) -> str:
    """Return how the decision about a packet would change; empty if it stays."""
    if entry.decision is None:
        return ""
    try:
        packet = read(entry.raw)
    except UnreadableError:
        return ""
    known = await archive.known(entry, packet, rules)
    after = decide(packet, rules, known)
    if after.kind == entry.decision.kind:
        return ""
    return f"{packet.ivorn}: {entry.decision.kind} -> {after.kind} ({after.reason})"


async def replay(
    settings: Settings, database: Database, rules: Rules, *, dry_run: bool
) -> str:
    """Show what rules would change; without ``dry_run`` let it be decided again.

    The running service decides, by its own rules: give it the new ones first.
    """
    inbox, targets = InboxStore(database), TargetStore(database)
    archive, say = Archive(inbox, targets), Console(file=sys.stdout, soft_wrap=True)
    read = reader(settings.mappings)
    changed = []
    async for entry in inbox.all():
        told = await changes(archive, rules, read, entry)
        if told:
            say.print(told, highlight=False, markup=False)
            changed.append(entry.id)
    if dry_run:
        return f"{len(changed)} decisions would change"
    await _decide_again(settings, inbox, changed)
    return f"{len(changed)} packets are being decided again"


async def _decide_again(
    settings: Settings, inbox: InboxStore, packets: list[str]
) -> None:
    async with speaking(settings) as transport:
        for packet in packets:
            await inbox.reopen(packet)
            event = PacketReceived(packet=packet)
            await transport.publish(Envelope.of(event, id=uuid4()))
