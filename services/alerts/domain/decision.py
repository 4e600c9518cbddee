"""What becomes of a packet, and why. Read this first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
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
    """A target that a packet may be about.

    Attributes
    ----------
    error
        Of its place [arcsec]; ``None`` where it is not told.
    away
        How far its place is from the packet's [arcsec].
    """

    id: int
    name: str
    error: float | None
    away: float = 0.0


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
    corrects
        Whether it supersedes a packet of that target, of its own authority.
    retracted
        Target that it may retract: founded by a packet of its own authority.
    near
        Target at the same place.
    named
        Target of the name it would get.
    free_name
        A name like it that no target has.
    made_lately
        Targets made of its stream in the last hour.
    """

    ended_by: str = ""
    cited: KnownTarget | None = None
    corrects: bool = False
    retracted: KnownTarget | None = None
    near: KnownTarget | None = None
    named: KnownTarget | None = None
    free_name: str = ""
    made_lately: int = 0


@dataclass(frozen=True)
class Decision:
    """What becomes of a packet: one sentence says why.

    ``name`` is of the target it makes or names, ``target`` the number of the target
    it is about; ``moves`` tells whether its place is to be the target's, and ``error``
    how well that is known [arcsec]; ``None``: nobody told.
    """

    kind: Kind
    reason: str
    stream: str = ""
    name: str = ""
    target: int | None = None
    moves: bool = False
    error: float | None = None


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


def _by_known_source(packet: Packet, rules: Rules, _: Known) -> str:
    known = rules.known_source(packet)
    return known and f"It is of a source long known ({known[-40:]})."


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
    _by_known_source,
    _by_place,
)


def _of_object(packet: Packet, stream: Stream, known: Known) -> Decision:
    """Return what becomes of a packet that tells where an object is."""
    error, name = stream.error_of(packet.position), target_name(packet, stream)
    if known.cited is not None:
        how = "supersedes a packet of" if known.corrects else "cites"
        return _update(known.cited, how, error, stream, corrects=known.corrects)
    if known.named is not None and known.near in {None, known.named}:
        if stream.agrees(known.named.away, error, known.named.error):
            return _update(known.named, "is called like", error, stream)
        return _clash(known.named, known.free_name or name, error, stream)
    if error is None or error > stream.limits.target_error:
        return _uncertain(error, name, stream)
    return _placed(name, error, stream, known)


def _placed(name: str, error: float, stream: Stream, known: Known) -> Decision:
    """Return what becomes of a good place under a name that no target has."""
    near = known.near
    if near is not None and stream.agrees(near.away, error, near.error):
        reason = f"It is at the place of {near.name}."
        return Decision("alias", reason, stream.name, name, near.id)
    return replace(_new(name, stream, known), error=error)


def _clash(
    other: KnownTarget, name: str, error: float | None, stream: Stream
) -> Decision:
    """Leave to a person what has the name of a target that is elsewhere."""
    found = _uncertain(error, name, stream)
    far = f"{other.away / 3600:.2g} deg"
    if found.kind == "stored":
        return found
    return replace(found, reason=f"A candidate: {other.name[:60]} is {far} from it.")


def _uncertain(error: float | None, name: str, stream: Stream) -> Decision:
    if error is None:
        reason = "A candidate: how well its position is known is not told."
        return Decision("candidate", reason, stream.name, name)
    if error > stream.limits.candidate_error:
        reason = f"Its position is uncertain by {error / 3600:.3g} deg."
        return Decision("stored", reason, stream.name)
    reason = f"A candidate: its position is uncertain by {error:.3g} arcsec."
    return Decision("candidate", reason, stream.name, name, error=error)


def _new(name: str, stream: Stream, known: Known) -> Decision:
    if known.made_lately >= stream.limits.targets_per_hour:
        told = f"{stream.name} made {known.made_lately} targets in an hour"
        return Decision("stored", f"{told}: too many.", stream.name, name)
    return Decision("target", f"A new object of {stream.name}.", stream.name, name)


def _update(
    target: KnownTarget,
    how: str,
    error: float | None,
    stream: Stream,
    *,
    corrects: bool = False,
) -> Decision:
    """Add a packet to a target, and move it if its place is to be trusted more.

    A correction corrects, whatever the errors. Else the smaller error that is told
    wins, where both places agree.
    """
    told = f"It {how} {target.name}."
    good = error is not None and error <= stream.limits.target_error
    better = target.error is None or (error is not None and error < target.error)
    agrees = stream.agrees(target.away, error, target.error)
    if not agrees and not corrects:
        told = f"{told[:-1]}, but is {target.away / 3600:.2g} deg from it."
    moves = corrects or (good and better and agrees)
    found = Decision("update", told, stream.name, target=target.id, moves=moves)
    return replace(found, error=error)
