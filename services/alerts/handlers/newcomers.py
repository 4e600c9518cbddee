"""Packets about nothing that is known: many are decided about at once."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import compress

from services.alerts.domain.decision import Decision, Known, decide
from services.alerts.domain.naming import target_name
from services.alerts.domain.packet import Packet
from services.alerts.domain.rules import Rules, Stream
from services.alerts.handlers.making import new_target, told
from services.alerts.handlers.register import Register
from services.alerts.reading import Read, UnreadableError
from services.alerts.store.archive import Archive, is_imported
from services.alerts.store.entry import Decided, Entry
from services.alerts.store.inbox import InboxStore
from services.alerts.store.targets import TargetStore
from shared.contracts.alerts import Alert, AlertCreated, PacketReceived
from shared.contracts.base import Event

__all__ = ["Newcomers"]


@dataclass(frozen=True)
class _Waiting:
    """A packet of a lot, by its place there."""

    place: int
    event: PacketReceived
    entry: Entry
    packet: Packet


@dataclass(frozen=True)
class _Case:
    """A packet that is decided about, and the target that it makes, if any."""

    of: _Waiting
    decision: Decision
    target: Alert | None = None

    def decided(self) -> Decided:
        number = None if self.target is None else self.target.id
        return Decided(self.of.entry, self.of.packet, self.decision, number)

    def said(self, entry: Entry) -> Sequence[Event]:
        about = told(entry, self.of.packet, self.of.event.request_id)
        target = self.target
        return [about] if target is None else [AlertCreated(alert=target), about]


class Newcomers:
    """Decides about the packets of a lot that are about nothing known.

    Each is decided as it would be alone; what a decision needs is looked up for all,
    and what follows is kept for all. The others of the lot are left as they are.
    """

    def __init__(
        self,
        *,
        inbox: InboxStore,
        targets: TargetStore,
        archive: Archive,
        register: Register,
        rules: Rules,
        read: Read,
    ) -> None:
        self._inbox = inbox
        self._targets = targets
        self._archive = archive
        self._register = register
        self._rules = rules
        self._read = read

    async def decided(
        self, lot: Sequence[PacketReceived]
    ) -> Mapping[int, Sequence[Event]]:
        """Return what to say of those that were decided about, by their place."""
        waiting = await self._waiting(lot)
        packets = [one.packet for one in waiting]
        new = await self._archive.newcomers(packets, self._rules)
        cases = await self._cases(list(compress(waiting, new)))
        kept = await self._with_targets(cases)
        entries = await self._register.enter([one.decided() for one in kept])
        return {
            one.of.place: one.said(entry)
            for one, entry in zip(kept, entries, strict=True)
        }

    async def _waiting(self, lot: Sequence[PacketReceived]) -> list[_Waiting]:
        """Return the packets that wait for a decision and can be read, each once."""
        entries = await self._inbox.entries([event.packet for event in lot])
        packets = await asyncio.to_thread(self._readable, list(entries.values()))
        found = []
        for place, event in enumerate(lot):
            packet = packets.pop(event.packet, None)
            if packet is not None:
                found.append(_Waiting(place, event, entries[event.packet], packet))
        return found

    def _readable(self, entries: Sequence[Entry]) -> dict[str, Packet]:
        packets = {}
        for entry in entries:
            if entry.decision is None:
                with suppress(UnreadableError):  # told of when it is decided alone
                    packets[entry.id] = self._read(entry.raw)
        return packets

    async def _cases(self, new: Sequence[_Waiting]) -> list[_Case]:
        """Decide about packets, one after the other."""
        made: Counter[str] = Counter()
        for name in {stream.name for one in new if (stream := self._stream(one))}:
            made[name] = await self._inbox.made_lately(name)
        cases = []
        for one in new:
            decision = decide(one.packet, self._rules, self._known(one, made))
            made[decision.stream] += decision.kind == "target"
            cases.append(_Case(one, decision))
        return cases

    def _stream(self, one: _Waiting) -> Stream | None:
        return self._rules.stream(one.packet)

    def _known(self, one: _Waiting, made: Mapping[str, int]) -> Known:
        """Return what is known where nothing is; imports may make any number."""
        stream = self._stream(one)
        if stream is None:
            return Known()
        name = target_name(one.packet, stream)
        lately = 0 if is_imported(one.entry) else made[stream.name]
        return Known(free_name=name, made_lately=lately)

    async def _with_targets(self, cases: Sequence[_Case]) -> list[_Case]:
        """Make the targets; a case whose name went to another meanwhile is left out."""
        makers = [one for one in cases if one.decision.kind == "target"]
        new = [
            new_target(
                one.of.entry,
                one.of.packet,
                one.decision,
                self._rules.version,
                tuple(f"ivo://{alias}" for alias in one.of.packet.aliases),
            )
            for one in makers
        ]
        made = await self._targets.create_many(new)
        targets = {
            one.of.place: target for one, target in zip(makers, made, strict=True)
        }
        whole = [replace(one, target=targets.get(one.of.place)) for one in cases]
        return [one for one in whole if one.target or one.decision.kind != "target"]
