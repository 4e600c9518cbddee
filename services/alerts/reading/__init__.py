"""Reads packets: VOEvent 1.1, 2.0 and the draft of 2.1, and JSON notices of GCN."""

from services.alerts.domain.packet import Packet
from services.alerts.reading.fault import UnreadableError
from services.alerts.reading.notice import read_notice
from services.alerts.reading.voevent import read_voevent
from services.alerts.reading.xml import guarded_root, local_name

__all__ = ["UnreadableError", "read_packet"]


def read_packet(raw: bytes) -> Packet:
    """Return what a packet says.

    Raises
    ------
    UnreadableError
        It is no packet that can be read; the text is one sentence.
    """
    if not raw.strip():
        raise UnreadableError("The packet is empty.")
    if raw.lstrip()[:1] == b"{":
        return read_notice(raw)
    root = guarded_root(raw)
    if local_name(root) != "VOEvent":
        raise UnreadableError(f"The packet is a {local_name(root)[:40]}, no VOEvent.")
    return read_voevent(root)
