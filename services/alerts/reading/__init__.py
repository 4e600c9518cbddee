"""Reads packets: VOEvent, notices of GCN, lists, and the JSON and Avro of brokers."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from services.alerts.domain.packet import Packet
from services.alerts.reading.avro import MAGIC, read_avro
from services.alerts.reading.fault import UnreadableError
from services.alerts.reading.listed import is_list, read_list
from services.alerts.reading.mapping import Mapped, mappings_in, ours
from services.alerts.reading.notice import read_notice
from services.alerts.reading.voevent import read_voevent
from services.alerts.reading.xml import guarded_root, local_name

_JSON = (b"{", b"[")

__all__ = ["Read", "UnreadableError", "read_packet", "reader"]

Read = Callable[[bytes], Packet]


def reader(further: Path | None) -> Read:
    """Return what reads packets, those of the streams of a folder too.

    Raises
    ------
    UnreadableError
        A file of the folder is no mapping.
    """
    declared = ours() if further is None else (*mappings_in(further), *ours())
    return partial(read_packet, mappings=declared)


def read_packet(raw: bytes, mappings: Sequence[Mapped] | None = None) -> Packet:
    """Return what a packet says; ``mappings`` declare streams, ours by default.

    Raises
    ------
    UnreadableError
        It is no packet that can be read; the text is one sentence.
    """
    if not raw.strip():
        raise UnreadableError("The packet is empty.")
    declared = ours() if mappings is None else mappings
    if raw.startswith(MAGIC):
        return read_avro(raw, declared)
    if raw.lstrip()[:1] in _JSON:
        return read_notice(raw, declared)
    if is_list(raw):
        return read_list(raw)
    root = guarded_root(raw)
    if local_name(root) != "VOEvent":
        raise UnreadableError(f"The packet is a {local_name(root)[:40]}, no VOEvent.")
    return read_voevent(root)
