"""The rules by which packets become targets: data, not code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from services.alerts.domain.packet import Packet, Position

__all__ = ["Limits", "NameRule", "Rules", "RulesError", "Stream", "rules_of"]


_ERRORS = 1.5
_REAL = re.compile(r"0*[1-9]\w*")


class RulesError(ValueError):
    """A file of rules cannot be used; the text is one sentence."""


@dataclass(frozen=True)
class Limits:
    """Errors of positions [arcsec], and targets an hour.

    ``usual_error`` is that of a stream's positions where a packet does not tell it.
    """

    target_error: float = 10.0
    candidate_error: float = 480.0
    same_place: float = 3.0
    targets_per_hour: int = 10_000
    usual_error: float | None = None


@dataclass(frozen=True)
class NameRule:
    """Makes a target's name of a part of a packet, where its pattern fits."""

    source: str
    pattern: re.Pattern[str]
    name: str

    def apply(self, packet: Packet) -> str:
        """Return the name; empty where the pattern does not fit."""
        parts = {
            "local": packet.local,
            "stem": packet.stem,
            "mission": mission_name(packet),
        }
        text = parts.get(self.source, packet.params.get(self.source, ""))
        found = self.pattern.search(text)
        return self.name.format(*found.groups()) if found else ""


@dataclass(frozen=True)
class Stream:
    """A stream of packets that may make targets."""

    name: str
    ivorn: str
    names: tuple[NameRule, ...] = ()
    limits: Limits = Limits()

    def error_of(self, position: Position | None) -> float | None:
        """Return how well a position is known [arcsec]: as told, or as usual.

        An error of 0 is none: who writes it does not tell.
        """
        if position is None or not position.error:
            return self.limits.usual_error
        return position.error

    def reach(self, position: Position) -> float:
        """Return within how much of a position a target may be the same [arcsec]."""
        known = (self.error_of(position) or 0.0) + self.limits.target_error
        return self.limits.same_place + _ERRORS * known

    def agrees(self, away: float, one: float | None, other: float | None) -> bool:
        """Tell whether two positions so far apart [arcsec] may be of one object.

        ``one`` and ``other`` are their errors, of one sigma or of 90 %, as the streams
        have them; one that is not known counts as the largest of a target.
        """
        known = [self.limits.target_error if it is None else it for it in (one, other)]
        return away <= self.limits.same_place + _ERRORS * sum(known)

    def sends(self, packet: Packet) -> bool:
        """Tell whether a packet is of this stream."""
        return fnmatchcase(packet.stem.casefold(), self.ivorn.casefold())


@dataclass(frozen=True)
class Rules:
    """All rules, and a version that changes with them.

    Attributes
    ----------
    roles
        Roles of packets that may make targets.
    flags
        Patterns of parameters that say, when true, that it is no event.
    known_sources
        Parameters and patterns of values that say it is a source long known.
    unusable
        Parameters and patterns of values that say the position is of no object.
    notices
        Patterns of local parts of IVORNs of packets that are of no object.
    streams
        The first that fits counts.
    """

    version: str
    roles: frozenset[str]
    flags: tuple[str, ...]
    unusable: tuple[tuple[str, str], ...]
    known_sources: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    streams: tuple[Stream, ...]

    def stream(self, packet: Packet) -> Stream | None:
        """Return the stream of a packet, if it is allowed."""
        return next((one for one in self.streams if one.sends(packet)), None)

    def flag(self, packet: Packet) -> str:
        """Return a parameter that says it is no event; empty if none does."""
        for name, value in packet.params.items():
            if value.casefold() == "true" and _fits(name, self.flags):
                return name
        return ""

    def dummy(self, packet: Packet) -> str:
        """Return a value that says the position is of no object; empty if none."""
        return _matching(packet, self.unusable)

    def known_source(self, packet: Packet) -> str:
        """Return what says that a packet is of a known source; empty if nothing."""
        return _matching(packet, self.known_sources)

    def is_notice(self, packet: Packet) -> bool:
        """Tell whether a packet is about no object."""
        return _fits(packet.local, self.notices)


def _matching(packet: Packet, patterns: Sequence[tuple[str, str]]) -> str:
    for param, pattern in patterns:
        if fnmatchcase(packet.params.get(param, ""), pattern):
            return packet.params[param]
    return ""


def mission_name(packet: Packet) -> str:
    """Return mission and trigger number, as ``SWIFT-558756``; empty without one."""
    trigger = packet.params.get("TrigID", "")
    mission = packet.stem.rpartition("/")[2]
    return f"{mission} {trigger}" if _REAL.fullmatch(trigger) else ""


def _fits(text: str, patterns: Sequence[str]) -> bool:
    folded = text.casefold()
    return any(fnmatchcase(folded, pattern.casefold()) for pattern in patterns)


def rules_of(content: Mapping[str, Any], version: str) -> Rules:
    """Return the rules that a TOML document holds.

    Raises
    ------
    RulesError
        A part is missing, or is not what it should be.
    """
    try:
        packets = content["packets"]
        limits = _limits(Limits(), content["limits"])
        return Rules(
            version=version,
            roles=frozenset(packets["roles"]),
            flags=tuple(packets["flags"]),
            unusable=_patterns(packets["unusable"]),
            known_sources=_patterns(packets.get("known_sources", ())),
            notices=tuple(packets["notices"]),
            streams=tuple(_stream(one, limits) for one in content["stream"]),
        )
    except (KeyError, TypeError, ValueError, re.error) as fault:
        raise RulesError(f"The rules cannot be used: {fault!r}.") from fault


def _patterns(given: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((one["param"], one["value"]) for one in given)


def _limits(base: Limits, changes: Mapping[str, Any]) -> Limits:
    known = {one.name for one in fields(Limits)}
    given = {name: it for name, it in changes.items() if name in known}
    return Limits(**{**{name: getattr(base, name) for name in known}, **given})


def _stream(content: Mapping[str, Any], limits: Limits) -> Stream:
    return Stream(
        name=content["name"],
        ivorn=content["ivorn"],
        names=tuple(
            NameRule(one["from"], re.compile(one["pattern"]), one["name"])
            for one in content.get("names", ())
        ),
        limits=_limits(limits, content),
    )
