"""Lists of objects that the TNS and Gaia's alerts publish as CSV, as packets."""

import hashlib

from services.alerts.domain.aliases import ListedObject, listed_objects
from services.alerts.domain.packet import Packet, joined, placed
from services.alerts.reading.fault import UnreadableError

__all__ = ["is_list", "read_list"]

_HEAD = 2000
_STEM = "ivo://wis-tns.org/objects"
_MOST_OBJECTS = 5000
_KNOWN = (b"name", b"ra", b"dec")


def is_list(raw: bytes) -> bool:
    """Tell whether a packet begins as such a list does."""
    first = next((line for line in raw[:_HEAD].split(b"\n") if b"," in line), b"")
    folded = first.lower()
    return raw.lstrip()[:1] != b"<" and all(word in folded for word in _KNOWN)


def read_list(raw: bytes) -> Packet:
    """Return the objects of a list, the first with all others.

    Raises
    ------
    UnreadableError
        No object is in it.
    """
    lines = raw.decode("utf-8", "replace").splitlines()
    packets = [_packet(one) for one in listed_objects(lines)][:_MOST_OBJECTS]
    if not packets:
        raise UnreadableError("The list has no object with name, RA and Dec.")
    return joined(packets)


def _packet(one: ListedObject) -> Packet:
    first, *further = (name.removeprefix("ivo://") for name in one.names)
    place, fault = placed(one.ra, one.dec, None)
    mark = hashlib.sha256(repr(one).encode()).hexdigest()[:8]
    return Packet(
        ivorn=f"{_STEM}#{first}-{mark}",
        role="observation",
        position=place,
        fault=fault,
        ids=(first,),
        aliases=tuple(further),
        why=one.classification,
    )
