"""What something known is about already: whoever is about none of it is new."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.alerts.domain.naming import target_name
from services.alerts.domain.packet import Packet, Position
from services.alerts.domain.rules import Rules
from services.alerts.domain.targets import name_key
from shared.kernel.cells import angle, cell, cells_around

__all__ = ["Claim", "Taken", "claims_of"]

_ARCSEC = 3600.0
_WIDE = 1.0
"""[deg]"""


@dataclass(frozen=True)
class Claim:
    """What a packet may be about.

    Attributes
    ----------
    packets
        IVORNs: its own, and those that it cites.
    names
        Keys of the names that its target would have.
    place, reach
        Where it is, and within how much [deg] of it a target may be the same.
    """

    packets: frozenset[str]
    names: frozenset[str] = frozenset()
    place: Position | None = None
    reach: float = 0.0

    @property
    def is_wide(self) -> bool:
        """Whether it reaches so far that it is near something."""
        return self.reach > _WIDE

    def cells(self) -> list[int]:
        """Return the cells of the sky that it reaches into; none where it is wide."""
        place = self.place
        if place is None or self.is_wide:
            return []
        return cells_around(place.ra, place.dec, self.reach)


def claims_of(packet: Packet, rules: Rules) -> list[Claim]:
    """Return what a packet may be about, and each further object that it tells of."""
    return [_claim_of(one, rules) for one in (packet, *packet.others)]


def _claim_of(packet: Packet, rules: Rules) -> Claim:
    packets = frozenset([packet.ivorn, *(one.ivorn for one in packet.citations)])
    stream, place = rules.stream(packet), packet.position
    if stream is None or place is None:
        return Claim(packets)
    names = [target_name(packet, stream), *(f"ivo://{one}" for one in packet.aliases)]
    reach = stream.reach(place) / _ARCSEC
    return Claim(packets, frozenset(map(name_key, names)), place, reach)


class Taken:
    """Packets, names and places that somebody has."""

    def __init__(self) -> None:
        self._packets: set[str] = set()
        self._names: set[str] = set()
        self._places: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
        self._everywhere = False

    def take(
        self,
        packets: Iterable[str] = (),
        names: Iterable[str] = (),
        places: Iterable[tuple[float, float]] = (),
    ) -> None:
        """Note what somebody has: IVORNs, keys of names, places [deg]."""
        self._packets.update(packets)
        self._names.update(names)
        for ra, dec in places:
            self._places[cell(ra, dec)].append((ra, dec, 0.0))

    def give(self, claim: Claim) -> None:
        """Note that somebody may have all that a claim is about."""
        self.take(claim.packets, claim.names)
        self._everywhere = self._everywhere or claim.is_wide
        for one in claim.cells():
            place = claim.place
            if place is not None:
                self._places[one].append((place.ra, place.dec, claim.reach))

    def has_any_of(self, claim: Claim) -> bool:
        """Tell whether somebody has what a claim is about, or may have."""
        if self._packets & claim.packets or self._names & claim.names:
            return True
        place = claim.place
        if place is None:
            return False
        return (
            claim.is_wide
            or self._everywhere
            or any(
                angle(place.ra, place.dec, ra, dec) <= max(claim.reach, reach)
                for one in claim.cells()
                for ra, dec, reach in self._places.get(one, ())
            )
        )
