"""JSON notices of GCN (https://gcn.nasa.gov/docs/schema): those with a position."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from services.alerts.domain.packet import Citation, Packet, Position, joined, placed
from services.alerts.reading.fault import UnreadableError
from services.alerts.reading.mapping import Mapped, mapped
from shared.kernel.cells import arcsec_between
from shared.kernel.names import printable

__all__ = ["read_notice", "stub"]

_STUB = "cpcs_stub"

_TOO_DEEP = 40
_LONGEST_TEXT = 1000
_ROLES = {
    "test": "test",
    "injection": "test",
    "planned": "utility",
    "commanded": "utility",
}
_ARCSEC = 3600.0
_MOST_CORNERS = 20
_MOST_OBJECTS = 500


def read_notice(raw: bytes, mappings: Sequence[Mapped] = ()) -> Packet:
    """Return what a notice says; it gets an IVORN of its schema and its identifier.

    A message of a declared stream is read as its mapping says; an array is of several.

    Raises
    ------
    UnreadableError
        It is no JSON object, nor an array of some.
    """
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise UnreadableError("The packet is no JSON.") from fault
    parts = content if isinstance(content, list) else [content]
    objects = [one for one in parts[:_MOST_OBJECTS] if isinstance(one, dict)]
    if not objects or _depth(content) > _TOO_DEEP:
        raise UnreadableError("The packet is no JSON object of a notice.")
    packets = [found for one in objects for found in _packets(one, raw, mappings)]
    return joined(packets[:_MOST_OBJECTS])


def _packets(
    content: Mapping[str, Any], raw: bytes, mappings: Sequence[Mapped]
) -> list[Packet]:
    if _STUB in content:
        raise UnreadableError(_text(content[_STUB])[:100])
    declared = mapped(content, mappings)
    return declared or [_packet(one, raw) for one in _objects(content)]


def stub(reason: str) -> bytes:
    """Return what is kept in place of a message that was not taken: why not."""
    return json.dumps({_STUB: reason}).encode()


def _objects(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the notice, or one for each of the objects that it lists."""
    data = content.get("data")
    listed = data.get("targets") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return [content]
    objects = [one for one in listed if isinstance(one, dict)][:_MOST_OBJECTS]
    return [{**content, **one} for one in objects] or [content]


def _packet(content: Mapping[str, Any], raw: bytes) -> Packet:
    position, fault_text = _position(content)
    stem, name = _stem(content), _name(content) or _made_name(content, raw)
    kind = _text(content.get("alert_type")).casefold()
    cites = (Citation(f"{stem}#{name}", "retraction"),) if kind == "retraction" else ()
    revision = f"-{kind}" if kind and kind != "initial" else ""
    return Packet(
        ivorn=f"{stem}#{name}{revision}",
        role=_ROLES.get(str(content.get("alert_tense", "")).casefold(), "observation"),
        position=position,
        fault=fault_text,
        params={_text(key): _text(it) for key, it in content.items() if _plain(it)},
        ids=(name,) if name else (),
        citations=cites or _followed(stem, name, revision),
        link=_link(content),
    )


def _followed(stem: str, name: str, revision: str) -> tuple[Citation, ...]:
    return (Citation(f"{stem}#{name}", "followup"),) if revision else ()


def _depth(content: Any, level: int = 0) -> int:
    if level > _TOO_DEEP or not isinstance(content, dict | list):
        return level
    inside = content.values() if isinstance(content, dict) else content
    return max((_depth(one, level + 1) for one in inside), default=level)


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _stem(content: Mapping[str, Any]) -> str:
    """Return the stem of its IVORN: mission and instrument, else its schema's."""
    parts = [_text(content.get(key)) for key in ("mission", "instrument")]
    parts = [part for part in parts if part] or [_schema(content)]
    clean = ["".join(c if c.isalnum() else "_" for c in part) for part in parts]
    return "ivo://gcn.nasa.gov/" + "/".join(clean)


def _schema(content: Mapping[str, Any]) -> str:
    if "superevent_id" in content:
        return "igwn"
    schema = _text(content.get("$schema")).rpartition("/notices/")[2]
    return schema.removesuffix(".schema.json")[:60] or "notice"


def _name(content: Mapping[str, Any]) -> str:
    for key in ("event_name", "superevent_id", "id", "ref_ID"):
        value = content.get(key)
        first = value[0] if isinstance(value, list) and value else value
        if _text(first):
            return "_".join(_text(first).split())[:100]
    return ""


def _made_name(content: Mapping[str, Any], raw: bytes) -> str:
    """Return a name for a notice that has none, of its time and its content."""
    time = _text(content.get("trigger_time") or content.get("alert_datetime"))
    digits = "".join(c for c in time if c.isalnum())[:15]
    what = _text(content.get("instrument")) or _schema(content)
    mark = hashlib.sha256(raw).hexdigest()[:8]
    return "-".join(part for part in ("_".join(what.split()), digits, mark) if part)


def _text(value: Any) -> str:
    """Return a value as printable text; empty where it is a list or nothing."""
    if not _plain(value):
        return ""
    return printable(str(value), _LONGEST_TEXT)


def _position(content: Mapping[str, Any]) -> tuple[Position | None, str]:
    ra: Any = content.get("ra")
    dec: Any = content.get("dec")
    if ra is None or dec is None:
        return None, "it has no position"
    if not (_is_number(ra) and _is_number(dec)):
        return None, "its position is no pair of numbers in degrees"
    return placed(float(ra), float(dec), _error(content))


def _error(content: Mapping[str, Any]) -> float | None:
    error = content.get("ra_dec_error")
    axes: list[Any] = error[:2] if isinstance(error, list) else [error]
    known = [float(axis) for axis in axes if _is_number(axis)]
    if known and min(known) > 0:
        return max(known) * _ARCSEC
    corners = content.get("rectangular_error_corners")
    return _to_corners(content, corners) if isinstance(corners, list) else None


def _to_corners(content: Mapping[str, Any], corners: list[Any]) -> float | None:
    """Return how far the furthest corner of an error box is [arcsec]."""
    places = [
        (float(one[0]), float(one[1]))
        for one in corners[:_MOST_CORNERS]
        if isinstance(one, list) and len(one) > 1 and all(map(_is_number, one[:2]))
    ]
    ra, dec = float(content["ra"]), float(content["dec"])
    return max((arcsec_between(ra, dec, *place) for place in places), default=None)


def _is_number(value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _link(content: Mapping[str, Any]) -> str:
    links = content.get("urls")
    link = next(iter(links.values()), "") if isinstance(links, dict) else ""
    return _text(link) if isinstance(link, str) and link.startswith("http") else ""
