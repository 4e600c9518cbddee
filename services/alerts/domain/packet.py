"""What a packet of an alert stream says, whichever format it came in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

__all__ = [
    "Citation",
    "Packet",
    "Position",
    "authority",
    "joined",
    "placed",
    "stem",
]

_FULL_CIRCLE, _POLE = 360.0, 90.0
_ARCSEC = 3600.0
_LOCAL = re.compile(r"[#?]")


@dataclass(frozen=True)
class Position:
    """A place on the sky (ICRS) [deg], with its error [arcsec] where it is told."""

    ra: float
    dec: float
    error: float | None = None


def placed(ra: float, dec: float, error: float | None) -> tuple[Position | None, str]:
    """Return a position [deg], error [arcsec], or why it cannot be used.

    An error of 0, below, or beyond the sphere is none that anybody measured: it is not
    told.
    """
    if not (0 <= ra <= _FULL_CIRCLE and -_POLE <= dec <= _POLE):
        return None, f"its position is impossible ({ra:g} {dec:g})"
    if ra == 0 and dec == 0:
        return None, "its position is a dummy (0 0)"
    known = error is not None and 0 < error <= _FULL_CIRCLE * _ARCSEC
    return Position(ra % _FULL_CIRCLE, dec, error if known else None), ""


@dataclass(frozen=True)
class Citation:
    """Another packet that this one is about: followup, supersedes or retraction."""

    ivorn: str
    kind: str


@dataclass(frozen=True)
class Packet:
    """One packet.

    Attributes
    ----------
    ivorn
        Its name, such as ``ivo://gaia.cam.uk/alerts#Gaia16byl``.
    role
        observation, prediction, utility or test.
    position
        Where it is; ``None`` where it is not told, or cannot be used.
    fault
        Why a position that is told cannot be used.
    params
        Its parameters, by name.
    ids
        Parameters that are identifiers (UCD ``meta.id``), in their order.
    aliases
        Further names of the object.
    inferred
        Name of the object that it infers to see.
    link
        A page about it.
    why
        What it says of the object's nature.
    others
        Further objects that it tells of, each as a packet of its own.
    """

    ivorn: str
    role: str
    position: Position | None = None
    fault: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    inferred: str = ""
    citations: tuple[Citation, ...] = ()
    link: str = ""
    why: str = ""
    others: tuple["Packet", ...] = ()

    @property
    def stem(self) -> str:
        """The part of its name that all packets of a stream share."""
        return stem(self.ivorn)

    @property
    def local(self) -> str:
        """The part of its name that is its own; empty where there is none."""
        parts = _LOCAL.split(self.ivorn, maxsplit=1)
        return parts[1] if len(parts) > 1 else ""

    def cites(self, *kinds: str) -> tuple[str, ...]:
        """Return the IVORNs that it cites in some ways, such as ``retraction``."""
        return tuple(one.ivorn for one in self.citations if one.kind in kinds)

    @property
    def authority(self) -> str:
        """Who is answerable for it, such as ``gaia.cam.uk``."""
        return authority(self.ivorn)


def joined(packets: Sequence[Packet]) -> Packet:
    """Return one packet that tells of all objects of some that have no others."""
    first, *others = packets
    return replace(first, others=tuple(others))


def stem(ivorn: str) -> str:
    """Return the part of a packet's name that all packets of its stream share."""
    return _LOCAL.split(ivorn, maxsplit=1)[0]


def authority(ivorn: str) -> str:
    """Return who is answerable for a packet of this name."""
    return ivorn.casefold().removeprefix("ivo://").partition("/")[0]
