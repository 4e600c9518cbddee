"""What the archive of packets and targets knows about a packet that comes."""

from dataclasses import replace

from services.alerts.domain.decision import Known, KnownTarget
from services.alerts.domain.naming import target_name
from services.alerts.domain.packet import Packet, authority
from services.alerts.domain.rules import Rules
from services.alerts.store.inbox import Entry, InboxStore
from services.alerts.store.targets import TargetStore
from shared.contracts.alerts import Alert

__all__ = ["IMPORTED", "Archive"]

IMPORTED = "import "
"""How the source of a packet begins that an operator imported."""


class Archive:
    """Looks up what a decision needs."""

    def __init__(self, inbox: InboxStore, targets: TargetStore) -> None:
        self._inbox = inbox
        self._targets = targets

    async def known(self, entry: Entry, packet: Packet, rules: Rules) -> Known:
        """Return what is known of a packet, apart from what was made of it itself.

        What an operator imports may make as many targets as it likes.
        """
        own, stream, place = packet.authority, rules.stream(packet), packet.position
        follows = [one for one in packet.cites("followup") if authority(one) == own]
        ends = await self._inbox.ended_by(packet.ivorn, follows)
        ended = [one for one in ends if authority(one) == own]
        about = await self._targets.about(
            [packet.ivorn, *(one.ivorn for one in packet.citations)]
        )
        known = Known(
            ended_by=ended[0] if ended else "",
            cited=_known(about, entry.id),
            retracted=await self._retracted(packet),
        )
        if stream is None or place is None:
            return known
        near = await self._targets.near(place.ra, place.dec, stream.limits.same_place)
        named = await self._targets.named(target_name(packet, stream))
        imported = entry.source.startswith(IMPORTED)
        return replace(
            known,
            near=_known(near, entry.id),
            named=_known(named, entry.id),
            made_lately=0 if imported else await self._inbox.made_lately(stream.name),
        )

    async def _retracted(self, packet: Packet) -> KnownTarget | None:
        """Return the target that a packet may retract, if it retracts any."""
        own = packet.authority
        ended = [one for one in packet.cites("retraction") if authority(one) == own]
        alert = await self._targets.about(ended) if ended else None
        if alert is None or not alert.events or authority(alert.events[0]) != own:
            return None
        return KnownTarget(alert.id, alert.ivorn, alert.position_err)


def _known(alert: Alert | None, entry: str) -> KnownTarget | None:
    if alert is None:
        return None
    if alert.provenance is not None and alert.provenance.packet == entry:
        return None
    return KnownTarget(alert.id, alert.ivorn, alert.position_err)
