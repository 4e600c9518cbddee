"""The Transport messages of VTP: iamalive, authenticate, ack, nak."""

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from services.alerts.reading.xml import child_text, local_name

__all__ = ["Message", "message_of", "written"]

_NAMESPACE = "http://telescope-networks.org/schema/Transport/v1.1"


@dataclass(frozen=True)
class Message:
    """A Transport message: its role, who began it and, in a reply, who answers."""

    role: str
    origin: str
    response: str = ""
    filters: tuple[str, ...] = ()


def message_of(root: etree._Element) -> Message | None:
    """Return the message a document is; ``None`` where it is something else."""
    if local_name(root) != "Transport":
        return None
    filters = [
        one.get("value") or ""
        for one in root.iter()
        if local_name(one) == "Param" and one.get("name") == "xpath-filter"
    ]
    return Message(
        (root.get("role") or "").strip().casefold(),
        child_text(root, "Origin"),
        child_text(root, "Response"),
        tuple(one for one in filters if one),
    )


def written(message: Message) -> bytes:
    """Return a message as a document."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    response = (
        f"<Response>{escape(message.response)}</Response>" if message.response else ""
    )
    params = "".join(
        f'<Param name="xpath-filter" value={quoteattr(one)}/>'
        for one in message.filters
    )
    meta = f"<Meta>{params}</Meta>" if params else ""
    text = (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<trn:Transport xmlns:trn="{_NAMESPACE}" version="1.0" '
        f'role="{message.role}"><Origin>{escape(message.origin)}</Origin>'
        f"{response}<TimeStamp>{now}</TimeStamp>{meta}</trn:Transport>"
    )
    return text.encode()
