"""What becomes of a packet, and why. Read this first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from services.alerts.domain.naming import target_name
from services.alerts.domain.packet import Packet, authority
from services.alerts.domain.rules import Rules, Stream

__all__ = ["Decision", "Kind", "Known", "KnownTarget", "decide"]

Kind = Literal[
    "target", "candidate", "alias", "update", "retraction", "stored", "quarantined"
]


@dataclass(frozen=True)
class KnownTarget:
    """A target that a packet may be about, and the error of its place [arcsec]."""

    id: int
    name: str
    error: float | None


@dataclass(frozen=True)
class Known:
    """What is known when a packet comes.

    Attributes
    ----------
    ended_by
        IVORN of an earlier packet that retracts or supersedes it, or retracts what
        it follows; empty if none.
    cited
        Target of the packets it cites, or of an earlier packet of its name.
    retracted
        Target that it may retract: founded by a packet of its own authority.
    near
        Target at the same place.
    named
        Target of the name it would get.
    made_lately
        Targets made of its stream in the last hour.
    """

    ended_by: str = ""
    cited: KnownTarget | None = None
    retracted: KnownTarget | None = None
    near: KnownTarget | None = None
    named: KnownTarget | None = None
    made_lately: int = 0


@dataclass(frozen=True)
class Decision:
    """What becomes of a packet: one sentence says why.

    ``name`` is of the target it makes or names, ``target`` the number of the target
    it is about; ``moves`` tells whether its place is better than the target's.
    """

    kind: Kind
    reason: str
    stream: str = ""
    name: str = ""
    target: int | None = None
    moves: bool = False


def decide(packet: Packet, rules: Rules, known: Known) -> Decision:
    """Return what becomes of a packet.

    Citations count before the role: retractions come with any role.
    """
    if packet.cites("retraction"):
        return _retraction(packet, rules, known)
    stream = rules.stream(packet)
    for check in _CHECKS:
        reason = check(packet, rules, known)
        if reason:
            return Decision("stored", reason, stream.name if stream else "")
    if stream is None:
        return Decision("stored", f"The stream {packet.stem[:60]} is not allowed.")
    return _of_object(packet, stream, known)


def _retraction(packet: Packet, rules: Rules, known: Known) -> Decision:
    stream = rules.stream(packet)
    name = stream.name if stream else ""
    first, target = packet.cites("retraction")[0], known.retracted
    if packet.role == "test":
        return Decision("stored", "It is a test of a retraction.", name)
    if target is not None:
        told = f"It retracts {target.name}."
        return Decision("retraction", told, name, target=target.id)
    if authority(first) != packet.authority:
        told = f"It retracts {first[:60]} of another authority: a person should look."
        return Decision("stored", told, name)
    told = f"It retracts {first[:60]}, which founded no target."
    return Decision("stored", told, name)


def _by_role(packet: Packet, rules: Rules, _: Known) -> str:
    role = packet.role
    return "" if role in rules.roles else f"Its role is {role[:20]}."


def _by_ending(_: Packet, __: Rules, known: Known) -> str:
    return known.ended_by and f"It was taken back by {known.ended_by[:60]}."


def _by_flag(packet: Packet, rules: Rules, _: Known) -> str:
    flag = rules.flag(packet)
    return flag and f"Its flag {flag[:40]} is set."


def _by_notice(packet: Packet, rules: Rules, _: Known) -> str:
    return "It is a notice about no object." if rules.is_notice(packet) else ""


def _by_dummy(packet: Packet, rules: Rules, _: Known) -> str:
    dummy = rules.dummy(packet)
    return dummy and f"Its position is of no object ({dummy[:40]})."


def _by_place(packet: Packet, _: Rules, __: Known) -> str:
    if packet.position is not None:
        return ""
    return f"No target: {packet.fault or 'it has no position'}."


_CHECKS: tuple[Callable[[Packet, Rules, Known], str], ...] = (
    _by_role,
    _by_ending,
    _by_notice,
    _by_flag,
    _by_dummy,
    _by_place,
)


def _of_object(packet: Packet, stream: Stream, known: Known) -> Decision:
    """Return what becomes of a packet that tells where an object is."""
    error = packet.position.error if packet.position else None
    if known.cited is not None:
        return _update(known.cited, "cites", error, stream)
    name = target_name(packet, stream)
    if error is not None and error > stream.limits.target_error:
        return _uncertain(error, name, stream)
    if known.named is not None and known.near in {None, known.named}:
        return _update(known.named, "is called like", error, stream)
    if known.near is not None:
        reason = f"It is at the place of {known.near.name}."
        return Decision("alias", reason, stream.name, name, known.near.id)
    return _new(name, stream, known)


def _uncertain(error: float, name: str, stream: Stream) -> Decision:
    if error > stream.limits.candidate_error:
        reason = f"Its position is uncertain by {error / 3600:.3g} deg."
        return Decision("stored", reason, stream.name)
    reason = f"A candidate: its position is uncertain by {error:.3g} arcsec."
    return Decision("candidate", reason, stream.name, name)


def _new(name: str, stream: Stream, known: Known) -> Decision:
    if known.made_lately >= stream.limits.targets_per_hour:
        told = f"{stream.name} made {known.made_lately} targets in an hour"
        return Decision("stored", f"{told}: too many.", stream.name, name)
    return Decision("target", f"A new object of {stream.name}.", stream.name, name)


def _update(
    target: KnownTarget, how: str, error: float | None, stream: Stream
) -> Decision:
    """Add a packet to a target; only a good place that is better moves it."""
    good = error is not None and 0 < error <= stream.limits.target_error
    better = target.error is None or (error is not None and error < target.error)
    told = f"It {how} {target.name}."
    return Decision(
        "update", told, stream.name, target=target.id, moves=good and better
    )
