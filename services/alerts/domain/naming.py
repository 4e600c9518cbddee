"""What the target of a packet is called."""

import re

from services.alerts.domain.packet import Packet
from services.alerts.domain.rules import Stream, mission_name

__all__ = ["target_name"]

_ODD = re.compile(r"[^A-Za-z0-9 ._+-]+")
_EMPTY = re.compile(r"\s*(-\d+|\+?0*|unknown|none|n/a)\s*", re.IGNORECASE)
_LONGEST = 80


def target_name(packet: Packet, stream: Stream) -> str:
    """Return a target's IVORN, such as ``ivo://Gaia16byl``.

    In this order: by the stream's own rules, the packet's identifier, the object it
    infers, mission and trigger number, its own name.
    """
    names = [
        *(rule.apply(packet) for rule in stream.names),
        *packet.ids[:1],
        packet.inferred,
        mission_name(packet),
        packet.local,
        packet.stem.rpartition("/")[2],
    ]
    clean = (_clean(name) for name in names)
    return "ivo://" + next((name for name in clean if name), "unnamed")


def _clean(name: str) -> str:
    if _EMPTY.fullmatch(name):
        return ""
    plain = " ".join(_ODD.sub("_", name).split()).replace(" ", "-").strip("_.-")
    return plain[:_LONGEST]
