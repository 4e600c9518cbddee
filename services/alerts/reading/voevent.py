"""VOEvent 1.1, 2.0 and the draft of 2.1: what a packet says, as it is, by paths.

A packet need not be valid by its schema: many that matter are not.
"""

import math
import re

from lxml import etree

from services.alerts.domain.packet import Citation, Packet, Position, placed
from services.alerts.reading.fault import UnreadableError
from services.alerts.reading.xml import child_text, local_name, within
from shared.kernel.names import printable

__all__ = ["position_of", "read_voevent"]

_COORDS = ("WhereWhen", "ObsDataLocation", "ObservationLocation", "AstroCoords")
_EQUATORIAL = ("FK5", "ICRS", "J2000")
_OTHER_FRAMES = ("FK4", "GAL", "ECL", "B1950", "HPC", "HGS")
_DEGREES = {"deg": 1.0, "degree": 1.0, "degrees": 1.0, "rad": 180 / math.pi}
_ARCSEC = {"deg": 3600.0, "arcmin": 60.0, "arcsec": 1.0, "rad": 3600 * 180 / math.pi}
_OF_PACKETS = {"Packet_Type", "Pkt_Ser_Num", "Notice_Level"}
_LONGEST_TEXT = 1000
_LONGEST_IVORN = 256
_MOST_CITED = 50
_MOST_PARAMS = 2000


def read_voevent(root: etree._Element) -> Packet:
    """Return what a VOEvent says.

    Raises
    ------
    UnreadableError
        It has no IVORN.
    """
    ivorn = (root.get("ivorn") or "").strip()
    if not ivorn.casefold().startswith("ivo://"):
        raise UnreadableError("The packet has no IVORN.")
    if len(ivorn) > _LONGEST_IVORN or ivorn != printable(ivorn, _LONGEST_IVORN):
        raise UnreadableError(
            f"The packet's IVORN is not at most {_LONGEST_IVORN} plain characters."
        )
    position, fault = position_of(root)
    elements = _params(root)
    return Packet(
        ivorn=ivorn,
        role=printable(root.get("role") or "observation", 40).casefold(),
        position=position,
        fault=fault,
        params={name: value for name, _, value in elements},
        ids=tuple(
            value for name, ucd, value in elements if value and _names(name, ucd)
        ),
        inferred=printable(child_text(root, "Why", "Inference", "Name"), 200),
        citations=tuple(_citations(root)),
        link=_link(root),
        why=printable(child_text(root, "Why", "Description"), _LONGEST_TEXT),
    )


def _params(root: etree._Element) -> list[tuple[str, str, str]]:
    """Return name, UCD and value of every parameter, those in groups too."""
    found: list[tuple[str, str, str]] = []
    for what in within(root, "What"):
        for element in what.iter():
            if local_name(element) == "Param" and len(found) < _MOST_PARAMS:
                given = element.get("value")
                text = given if given is not None else child_text(element, "Value")
                name, ucd = element.get("name") or "", element.get("ucd") or ""
                value = printable(text, _LONGEST_TEXT)
                found.append((printable(name, 200), ucd.strip()[:200], value))
    return found


def _names(name: str, ucd: str) -> bool:
    """Tell whether a parameter identifies the event, and not its kind of packet."""
    kind = ucd.split(";", maxsplit=1)[0].casefold()
    return kind == "meta.id" and name not in _OF_PACKETS


def _citations(root: etree._Element) -> list[Citation]:
    found = []
    for element in within(root, "Citations"):
        for child in element.iterchildren():
            if local_name(child) in {"EventIVORN", "EventID"}:
                kind = printable(child.get("cite") or "followup", 40).casefold()
                ivorn = printable(child.text or "", _LONGEST_IVORN)
                found.append(Citation(ivorn, kind))
    return [one for one in found if one.ivorn][:_MOST_CITED]


def _link(root: etree._Element) -> str:
    places = (("What",), ("How",), ("Why",), ())
    for place in places:
        for parent in within(root, *place):
            for element in within(parent, "Reference"):
                uri = (element.get("uri") or "").strip()
                if uri.startswith(("http://", "https://")):
                    return uri[:_LONGEST_TEXT]
    return ""


def position_of(root: etree._Element) -> tuple[Position | None, str]:
    """Return where an event is, and why its position cannot be used if so."""
    for coords in within(root, *_COORDS):
        frame = (coords.get("coord_system_id") or _frame(root)).upper()
        for place in (*within(coords, "Position2D"), *within(coords, "Position3D")):
            return _position(place, frame)
    return None, "it has no position"


def _frame(root: etree._Element) -> str:
    systems = within(root, *_COORDS[:-1], "AstroCoordSystem")
    return (systems[0].get("id") or "") if systems else ""


def _position(place: etree._Element, frame: str) -> tuple[Position | None, str]:
    if any(word in frame for word in _OTHER_FRAMES):
        return None, f"its position is not equatorial ({frame[:20]})"
    if frame and not any(word in frame for word in _EQUATORIAL):
        return None, f"the frame of its position is not known ({frame[:20]})"
    unit = _first_word(place.get("unit") or "deg") or "deg"
    kind = "Value2" if within(place, "Value2") else "Value3"
    axes = ("C2", "C1") if _is_swapped(place) else ("C1", "C2")
    ra, dec = (_number(child_text(place, kind, axis)) for axis in axes)
    per_degree = _DEGREES.get(unit)
    if ra is None or dec is None or per_degree is None:
        return None, "its position is no pair of numbers in degrees"
    error = _error(place, unit)
    return placed(ra * per_degree, dec * per_degree, error)


def _is_swapped(place: etree._Element) -> bool:
    """Tell whether the names of the axes say that declination comes first."""
    return child_text(place, "Name1").strip().casefold().startswith("dec")


def _error(place: etree._Element, unit: str) -> float | None:
    """Return the error of a position [arcsec]; the larger axis of an ellipse."""
    elements = [
        *within(place, "Error2Radius"),
        *within(place, "Error2", "C1"),
        *within(place, "Error2", "C2"),
    ]
    errors = []
    for element in elements:
        value = _number((element.text or "").strip())
        own = _first_word(element.get("pos_unit") or unit)
        if value is not None:
            errors.append(value * _ARCSEC.get(own, 3600.0))
    return max(errors) if errors else None


def _first_word(unit: str) -> str:
    return re.split(r"[-\s]", unit.strip().casefold())[0]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None
