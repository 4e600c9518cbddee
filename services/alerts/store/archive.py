"""What the archive of packets and targets knows about a packet that comes."""

from collections.abc import Sequence
from dataclasses import replace

from services.alerts.domain.decision import Known, KnownTarget
from services.alerts.domain.naming import target_name
from services.alerts.domain.packet import Packet, Position, authority
from services.alerts.domain.rules import Rules, Stream
from services.alerts.domain.taken import Taken, claims_of
from services.alerts.store.entry import Entry
from services.alerts.store.inbox import InboxStore
from services.alerts.store.targets import TargetStore
from shared.contracts.alerts import Alert
from shared.kernel.cells import arcsec_between

__all__ = ["IMPORTED", "Archive", "is_imported"]

IMPORTED = "import "
"""How the source of a packet begins that an operator imported."""


def is_imported(entry: Entry) -> bool:
    """Tell whether an operator imported a packet."""
    return entry.source.startswith(IMPORTED)


class Archive:
    """Looks up what a decision needs."""

    def __init__(self, inbox: InboxStore, targets: TargetStore) -> None:
        self._inbox = inbox
        self._targets = targets

    async def known(self, entry: Entry, packet: Packet, rules: Rules) -> Known:
        """Return what is known of a packet, apart from what was made of it itself.

        What an operator imports may make as many targets as it likes.
        """
        stream, place = rules.stream(packet), packet.position
        about = await self._targets.about(
            [packet.ivorn, *(one.ivorn for one in packet.citations)]
        )
        known = Known(
            ended_by=await self.ended_by(packet),
            cited=_known(about, entry.id, place),
            corrects=await self._corrects(packet, about),
            retracted=await self._retracted(packet),
        )
        if stream is None or place is None:
            return known
        reach = stream.reach(place)
        near = await self._targets.near(place.ra, place.dec, reach)
        name = target_name(packet, stream)
        named = await self._targets.named(name)
        return replace(
            known,
            near=_known(near, entry.id, place),
            named=_known(named, entry.id, place),
            free_name=name if named is None else await self._free(name),
            made_lately=await self._made_lately(entry, stream),
        )

    async def newcomers(self, packets: Sequence[Packet], rules: Rules) -> list[bool]:
        """Tell of each packet whether it is about nothing known, here or before it.

        It takes nothing back, and tells of one object. An empty ``Known`` is what
        ``known`` would find, apart from its name and how many its stream made.
        """
        claims = [claims_of(packet, rules) for packet in packets]
        every, taken = [one for own in claims for one in own], Taken()
        await self._targets.note_taken(every, taken)
        named = {name for claim in every for name in claim.packets}
        taken.take(packets=await self._inbox.ended_among(named))
        new = []
        for packet, own in zip(packets, claims, strict=True):
            is_one = not packet.others and not packet.cites("retraction")
            new.append(is_one and not taken.has_any_of(own[0]))
            for claim in own:
                taken.give(claim)
        return new

    async def ended_by(self, packet: Packet) -> str:
        """Return the packet of its authority that takes one back; empty if none."""
        own = packet.authority
        follows = [one for one in packet.cites("followup") if authority(one) == own]
        ends = await self._inbox.ended_by(packet.ivorn, follows)
        return next((one for one in ends if authority(one) == own), "")

    async def _made_lately(self, entry: Entry, stream: Stream) -> int:
        if is_imported(entry):
            return 0
        return await self._inbox.made_lately(stream.name)

    async def _free(self, name: str) -> str:
        """Return the first name like one that no target has."""
        number = 2
        while await self._targets.named(f"{name}-{number}") is not None:
            number += 1
        return f"{name}-{number}"

    async def _corrects(self, packet: Packet, about: Alert | None) -> bool:
        """Tell whether a packet supersedes one of a target, of its own authority."""
        own = packet.authority
        ended = [one for one in packet.cites("supersedes") if authority(one) == own]
        return about is not None and not set(ended).isdisjoint(about.events)

    async def _retracted(self, packet: Packet) -> KnownTarget | None:
        """Return the target that a packet may retract, if it retracts any."""
        own = packet.authority
        ended = [one for one in packet.cites("retraction") if authority(one) == own]
        alert = await self._targets.about(ended) if ended else None
        if alert is None or not alert.events or authority(alert.events[0]) != own:
            return None
        return KnownTarget(alert.id, alert.ivorn, alert.position_err)


def _known(
    alert: Alert | None, entry: str, place: Position | None
) -> KnownTarget | None:
    if alert is None:
        return None
    if alert.provenance is not None and alert.provenance.packet == entry:
        return None
    away = 0.0
    if place is not None:
        away = arcsec_between(alert.ra, alert.dec, place.ra, place.dec)
    return KnownTarget(alert.id, alert.ivorn, alert.position_err, away)
