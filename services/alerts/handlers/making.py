"""What a decided packet makes of a target, and what is told of it."""

import base64
from typing import Any
from uuid import UUID

from services.alerts.domain.decision import Decision
from services.alerts.domain.packet import Packet, stem
from services.alerts.store.inbox import Entry
from services.alerts.store.new_target import NewTarget
from shared.contracts.alerts import Alert, PacketDecided, Provenance

__all__ = ["changes", "new_target", "told"]


def new_target(
    entry: Entry, packet: Packet, decision: Decision, rules: str
) -> NewTarget:
    """Return the target that a packet makes."""
    place = packet.position
    if place is None:
        raise ValueError("a target needs a position")
    return NewTarget(
        ivorn=decision.name,
        ra=place.ra,
        dec=place.dec,
        position_err=place.error,
        url=packet.link,
        classification=packet.why[:200],
        events=(packet.ivorn, *_earlier(packet)),
        provenance=Provenance(packet=entry.id, stream=decision.stream, rules=rules),
        change=f"from {packet.ivorn}",
    )


def _earlier(packet: Packet) -> tuple[str, ...]:
    """Return the packets of the same stream that it follows: they are about it too."""
    return tuple(one for one in packet.cites("followup") if stem(one) == packet.stem)


def changes(
    alert: Alert, packet: Packet, decision: Decision, *, free: bool
) -> dict[str, Any]:
    """Return what a packet changes of a target; nothing where it has done so before.

    ``free`` tells whether no target has the decision's name.
    """
    change: dict[str, Any] = {}
    if packet.ivorn not in alert.events:
        change["events"] = (*alert.events, packet.ivorn)
    if decision.kind == "retraction" and alert.status == "active":
        change["status"] = "retracted"
    if decision.kind == "alias" and free:
        change["aliases"] = (*alert.aliases, decision.name)
    place = packet.position
    if decision.moves and place is not None and place.error != alert.position_err:
        change |= {"ra": place.ra, "dec": place.dec, "position_err": place.error}
    return change


def told(
    entry: Entry, packet: Packet | None, request: UUID | None = None
) -> PacketDecided:
    """Return the event that tells what became of a packet."""
    if entry.decision is None:
        raise ValueError(f"packet {entry.id} waits for a decision")
    place = packet.position if packet else None
    return PacketDecided(
        packet=entry.id,
        number=entry.number,
        revision=entry.revision,
        ivorn=packet.ivorn if packet else "",
        source=entry.source,
        received=entry.received,
        stream=entry.decision.stream,
        role=packet.role if packet else "",
        kind=entry.decision.kind,
        reason=entry.decision.reason,
        rules=entry.rules,
        alert_id=entry.alert_id,
        ra=place.ra if place else None,
        dec=place.dec if place else None,
        position_err=place.error if place else None,
        content=base64.b64encode(entry.raw).decode("ascii"),
        request_id=request,
    )
