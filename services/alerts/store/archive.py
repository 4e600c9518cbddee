"""What the archive of packets and targets knows about a packet that comes."""

from typing import TYPE_CHECKING

from services.alerts.domain.decision import Known, KnownTarget
from services.alerts.domain.naming import target_name
from services.alerts.domain.packet import Packet, authority

if TYPE_CHECKING:
    from services.alerts.domain.rules import Rules
    from services.alerts.store.inbox import Entry, InboxStore
    from services.alerts.store.targets import TargetStore
    from shared.contracts.alerts import Alert

__all__ = ["IMPORTED", "Archive"]

IMPORTED = "import "
"""How the source of a packet begins that an operator imported."""


class Archive:
    """Looks up what a decision needs."""

    def __init__(self, inbox: "InboxStore", targets: "TargetStore") -> None:
        self._inbox = inbox
        self._targets = targets

    async def known(self, entry: "Entry", packet: Packet, rules: "Rules") -> Known:
        """Return what is known of a packet, apart from what was made of it itself.

        What an operator imports may make as many targets as it likes.
        """
        ended = await self._inbox.ended_by(packet.ivorn)
        own = [one for one in ended if authority(one) == packet.authority]
        cited = [packet.ivorn, *(one.ivorn for one in packet.citations)]
        about = await self._targets.about(cited)
        stream, place = rules.stream(packet), packet.position
        if stream is None or place is None:
            return Known(own[0] if own else "", _known(about, entry.id))
        near = await self._targets.near(place.ra, place.dec, stream.limits.same_place)
        named = await self._targets.named(target_name(packet, stream))
        return Known(
            ended_by=own[0] if own else "",
            cited=_known(about, entry.id),
            near=_known(near, entry.id),
            named=_known(named, entry.id),
            made_lately=0
            if entry.source.startswith(IMPORTED)
            else await self._inbox.made_lately(stream.name),
        )


def _known(alert: "Alert | None", entry: str) -> KnownTarget | None:
    if alert is None:
        return None
    if alert.provenance is not None and alert.provenance.packet == entry:
        return None
    return KnownTarget(alert.id, alert.ivorn, alert.position_err)
