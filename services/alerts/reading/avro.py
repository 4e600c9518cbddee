"""Avro containers, as ZTF and Rubin send their alerts: the schema is in the file."""

import io
import json
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from services.alerts.domain.packet import Packet, joined
from services.alerts.reading.fault import UnreadableError
from services.alerts.reading.mapping import Mapped, mapped
from shared.kernel.later import later

__all__ = ["MAGIC", "contained", "read_avro"]

fastavro = later("fastavro")

MAGIC = b"Obj\x01"
_MOST_RECORDS = 500
_PACKED = (b"deflate", b"snappy", b"bzip2", b"zstandard", b"xz", b"lz4")
_HEAD = 200_000
_NUMBERED = b"\x00"
_NUMBER = slice(1, 5)
_BODY = 5


def read_avro(raw: bytes, mappings: Sequence[Mapped]) -> Packet:
    """Return what the records of a container say.

    Raises
    ------
    UnreadableError
        It is damaged, packed, or of a stream that is not declared.
    """
    head = raw[:_HEAD]
    place = head.find(b"avro.codec")
    if place >= 0 and any(word in head[place : place + 40] for word in _PACKED):
        raise UnreadableError("The Avro packet is compressed: send it without a codec.")
    try:
        records = list(islice(fastavro.reader(io.BytesIO(raw)), _MOST_RECORDS))
    except Exception as fault:
        raise UnreadableError("The Avro packet is damaged.") from fault
    objects = [one for one in records if isinstance(one, Mapping)]
    packets = [found for one in objects for found in mapped(_bare(one), mappings)]
    if not packets:
        raise UnreadableError("The Avro packet is of no stream that is declared.")
    return joined(packets)


def contained(raw: bytes, schemas: Path) -> bytes:
    """Return a Kafka message that names its schema by number as a container.

    Such a message is a zero, the schema's number (4 bytes, big-endian) and the record
    (Confluent's wire format, docs.confluent.io/platform/current/schema-registry).
    Anything else, and a message whose schema ``NUMBER.avsc`` is not there, stays as it
    is.
    """
    path = schemas / f"{int.from_bytes(raw[_NUMBER], 'big')}.avsc"
    if not raw.startswith(_NUMBERED) or len(raw) < _BODY or not path.is_file():
        return raw
    schema = fastavro.parse_schema(json.loads(path.read_text("utf-8")))
    try:
        record = fastavro.schemaless_reader(io.BytesIO(raw[_BODY:]), schema)
    except Exception:  # noqa: BLE001 - kept as it is, and quarantined as no packet
        return raw
    held = io.BytesIO()
    fastavro.writer(held, schema, [record])
    return held.getvalue()


def _bare(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without its images."""
    return {name: it for name, it in record.items() if not name.startswith("cutout")}
