"""What a decided packet makes of a target, and what is told of it."""

import base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.alerts.domain.decision import Decision
from services.alerts.domain.packet import Packet, stem
from services.alerts.store.entry import Entry
from services.alerts.store.new_target import NewTarget
from shared.contracts.alerts import Alert, PacketDecided, Provenance
from shared.kernel.cells import arcsec_between

__all__ = ["changes", "moved", "new_target", "told"]


def new_target(
    entry: Entry,
    packet: Packet,
    decision: Decision,
    rules: str,
    aliases: tuple[str, ...],
) -> NewTarget:
    """Return the target that a packet makes; ``aliases`` are names that are free."""
    place = packet.position
    if place is None:
        raise ValueError("a target needs a position")
    return NewTarget(
        ivorn=decision.name,
        ra=place.ra,
        dec=place.dec,
        position_err=decision.error,
        url=packet.link,
        aliases=aliases,
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
    if decision.moves and place is not None and _is_news(alert, packet, decision):
        change |= {"ra": place.ra, "dec": place.dec, "position_err": decision.error}
    return change


def _is_news(alert: Alert, packet: Packet, decision: Decision) -> bool:
    """Tell whether a place has not been the target's before, or is better known now."""
    error, now = decision.error, alert.position_err
    better = error is not None and (now is None or error < now)
    return packet.ivorn not in alert.events or better


def moved(alert: Alert, change: Mapping[str, Any]) -> float:
    """Return how far a change moves a target [arcsec]."""
    if "ra" not in change:
        return 0.0
    return arcsec_between(alert.ra, alert.dec, change["ra"], change["dec"])


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
