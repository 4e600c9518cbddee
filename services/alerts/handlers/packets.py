"""What alerts does with packets of alert streams: decide, and carry it out."""

import asyncio
from collections.abc import Sequence
from functools import partial

from services.alerts.domain.decision import Decision, decide
from services.alerts.domain.naming import target_name
from services.alerts.domain.packet import Packet, authority
from services.alerts.domain.rules import Rules, Stream
from services.alerts.handlers.making import changes, moved, new_target, told
from services.alerts.handlers.newcomers import Newcomers
from services.alerts.handlers.refusal import refused
from services.alerts.handlers.register import Counted, Register
from services.alerts.reading import Read, UnreadableError, read_packet
from services.alerts.store.archive import Archive
from services.alerts.store.entry import Decided, Entry
from services.alerts.store.inbox import InboxStore
from services.alerts.store.targets import Change, TargetStore
from shared.blobs import BlobStore
from shared.contracts.alerts import (
    Alert,
    AlertCreated,
    AlertRevised,
    PacketDecided,
    PacketReceived,
)
from shared.contracts.base import Event
from shared.contracts.gateway import PacketSubmitted, PromotionRequested
from shared.kernel.sentence import MissingError, RefusedError

__all__ = ["PacketHandlers"]

_ANY_STREAM = Stream("by hand", "*")


class PacketHandlers:
    """Decides about packets, one after the other where one may be about another."""

    def __init__(
        self,
        *,
        inbox: InboxStore,
        targets: TargetStore,
        archive: Archive,
        blobs: BlobStore,
        rules: Rules,
        counted: Counted,
        read: Read = read_packet,
    ) -> None:
        self._inbox = inbox
        self._targets = targets
        self._archive = archive
        self._blobs = blobs
        self._rules = rules
        self._read = read
        self._register = Register(inbox, rules.version, counted)
        self._newcomers = Newcomers(
            inbox=inbox,
            targets=targets,
            archive=archive,
            register=self._register,
            rules=rules,
            read=read,
        )
        self._turn = asyncio.Lock()

    async def on_packet_submitted(self, event: PacketSubmitted) -> Sequence[Event]:
        """Take a packet that came over HTTP into the inbox."""
        raw = await self._blobs.get(event.blob)
        (kept,) = await self._inbox.keep([(raw, f"HTTP, {event.observer.name}")])
        return [PacketReceived(packet=kept.id, request_id=event.request_id)]

    async def newcomers(
        self, lot: Sequence[PacketReceived]
    ) -> Sequence[Sequence[Event] | None]:
        """Decide about those packets of a lot that are about nothing known.

        What is to be said of each; ``None`` for those that must be decided alone.
        """
        async with self._turn:
            new = await self._newcomers.decided(lot)
        return [new.get(place) for place in range(len(lot))]

    async def on_packet_received(self, event: PacketReceived) -> Sequence[Event]:
        """Decide what becomes of a packet in the inbox."""
        async with self._turn:
            return await self._decided(event)

    async def on_promotion_requested(
        self, event: PromotionRequested
    ) -> Sequence[Event]:
        """Make a target of a packet, whatever the rules say."""
        async with self._turn:
            try:
                alert, decided = await self._promoted(event)
            except RefusedError as fault:
                return [refused(event, fault)]
        return [AlertCreated(alert=alert, request_id=event.request_id), decided]

    async def _promoted(self, event: PromotionRequested) -> tuple[Alert, PacketDecided]:
        entry = await self._inbox.find(event.packet)
        if entry is None:
            raise MissingError("There is no such packet.")
        packet = self._read_or_refused(entry.raw)
        if packet.position is None:
            raise RefusedError(f"No target: {packet.fault or 'it has no position'}.")
        if ended := await self._archive.ended_by(packet):
            raise RefusedError(f"It was taken back by {ended[:60]}.")
        stream = self._rules.stream(packet) or _ANY_STREAM
        reason = f"Made a target by {event.observer.name}."
        given = entry.decision.name if entry.decision else ""
        name = given or target_name(packet, stream)
        error = stream.error_of(packet.position)
        decision = Decision("target", reason, stream.name, name, error=error)
        made, new = await self._created(entry, packet, decision)
        if not new and (made.provenance is None or made.provenance.packet != entry.id):
            raise RefusedError(f"{made.ivorn[:60]} exists already.")
        entry = await self._kept(entry, packet, decision, made.id)
        return made, told(entry, packet)

    def _read_or_refused(self, raw: bytes) -> Packet:
        try:
            return self._read(raw)
        except UnreadableError as fault:
            raise RefusedError(str(fault)) from fault

    async def _decided(self, event: PacketReceived) -> Sequence[Event]:
        entry = await self._inbox.find(event.packet)
        if entry is None:
            raise LookupError(f"packet {event.packet} is not in the inbox")
        try:
            packet = await asyncio.to_thread(self._read, entry.raw)
        except UnreadableError as fault:
            decision = Decision("quarantined", str(fault))
            entry = await self._kept(entry, None, decision, None)
            return [told(entry, None, event.request_id)]
        if entry.decision is not None:
            alerts = await self._said_again(entry, packet)
        else:
            decision, alerts, target = await self._of_one(entry, packet)
            for other in packet.others:
                _, further, _ = await self._of_one(entry, other)
                alerts = [*alerts, *further]
            entry = await self._kept(entry, packet, decision, target)
        taken_back = await self._taken_back(packet)
        return [*alerts, *taken_back, told(entry, packet, event.request_id)]

    async def _of_one(
        self, entry: Entry, packet: Packet
    ) -> tuple[Decision, Sequence[Event], int | None]:
        """Decide about one object, carry it out, and return what to say of it."""
        known = await self._archive.known(entry, packet, self._rules)
        decision = decide(packet, self._rules, known)
        alerts, target = await self._carried_out(entry, packet, decision)
        return decision, alerts, target

    async def _taken_back(self, packet: Packet) -> Sequence[Event]:
        """Take the candidates that a packet retracts off the list of candidates.

        Those that it took off before are said again.
        """
        own = [
            one
            for one in packet.cites("retraction")
            if authority(one) == packet.authority
        ]
        said: list[Event] = []
        reason = f"It was taken back by {packet.ivorn[:60]}."
        for entry in await self._inbox.candidates(own, reason):
            first = await asyncio.to_thread(self._read, entry.raw)
            stream = entry.decision.stream if entry.decision else ""
            ended = Decision("stored", reason, stream)
            said.append(told(await self._kept(entry, first, ended, None), first))
        return said

    async def _kept(
        self,
        entry: Entry,
        packet: Packet | None,
        decision: Decision,
        target: int | None,
    ) -> Entry:
        if entry.decision == decision:
            return entry
        (kept,) = await self._register.enter([Decided(entry, packet, decision, target)])
        return kept

    async def _said_again(self, entry: Entry, packet: Packet) -> Sequence[Event]:
        """Return what was said of the targets of a packet that was decided already."""
        names = [one.ivorn for one in (packet, *packet.others)]
        alerts = {one.id: one for one in await self._targets.all_about(names)}
        if entry.alert_id is not None:
            alert = await self._targets.find(entry.alert_id)
            alerts |= {} if alert is None else {alert.id: alert}
        return [AlertCreated(alert=one) for one in alerts.values()]

    async def _carried_out(
        self, entry: Entry, packet: Packet, decision: Decision
    ) -> tuple[Sequence[Event], int | None]:
        """Return what to say of the target, and its number."""
        if decision.kind == "target":
            alert, _ = await self._created(entry, packet, decision)
            return [AlertCreated(alert=alert)], alert.id
        if decision.target is None:
            return [], None
        wanted = partial(self._change, packet, decision)
        try:
            revised = await self._targets.change(decision.target, wanted)
        except RefusedError:  # the target that was known is not there any more
            return [], decision.target
        return [AlertRevised(alert=revised)], decision.target

    async def _created(
        self, entry: Entry, packet: Packet, decision: Decision
    ) -> tuple[Alert, bool]:
        """Return the target of a packet, and whether it is new."""
        free = await self._targets.free(f"ivo://{one}" for one in packet.aliases)
        new = new_target(entry, packet, decision, self._rules.version, free)
        return await self._targets.create(new)

    async def _change(
        self, packet: Packet, decision: Decision, alert: Alert
    ) -> Change | None:
        """Return what a packet says that is not with its target yet."""
        taken = await self._targets.named(decision.name) is not None
        fields = changes(alert, packet, decision, free=not taken)
        if not fields:
            return None
        reason = f"{decision.kind} by {packet.ivorn}"
        if away := moved(alert, fields):
            reason += f", moved by {away:.1f} arcsec: {decision.reason}"
        return Change(reason, fields)
