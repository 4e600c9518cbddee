"""Streams that are declared: JSON and Avro of brokers, lists of the TNS and of Gaia."""

import io
import json
from pathlib import Path
from typing import Any

import fastavro
import pytest

from services.alerts.domain.packet import Packet
from services.alerts.reading import UnreadableError, read_packet, reader
from services.alerts.reading.avro import contained
from services.alerts.reading.notice import stub

ZTF = {
    "type": "record",
    "name": "alert",
    "fields": [
        {"name": "objectId", "type": "string"},
        {
            "name": "candidate",
            "type": {
                "type": "record",
                "name": "candidate",
                "fields": [
                    {"name": "ra", "type": "double"},
                    {"name": "dec", "type": "double"},
                ],
            },
        },
        {"name": "cutoutScience", "type": ["null", "bytes"]},
    ],
}
ALERT = {
    "objectId": "ZTF31abcdefg",
    "candidate": {"ra": 201.25, "dec": -11.5},
    "cutoutScience": b"\x1f\x8b" * 500,
}
TNS = {
    "objname": "2031abc",
    "name_prefix": "SN",
    "radeg": 200.0001,
    "decdeg": 30.0001,
    "object_type": {"id": 3, "name": "SN Ia"},
    "internal_names": "SRV31xyz, ZTF31qqq",
}


def said(packet: Packet) -> tuple[str, float, float, str]:
    assert packet.position is not None
    return packet.ids[0], packet.position.ra, packet.position.dec, packet.why


def read(content: dict[str, Any]) -> Packet:
    return read_packet(json.dumps(content).encode())


def container(schema: dict[str, Any] = ZTF, codec: str = "null") -> bytes:
    held = io.BytesIO()
    fastavro.writer(held, fastavro.parse_schema(schema), [ALERT], codec=codec)
    return held.getvalue()


@pytest.mark.parametrize("wrapped", [{"data": TNS}, {"data": {"reply": TNS}}])
def test_an_answer_of_the_tns(wrapped: dict[str, Any]) -> None:
    packet = read(wrapped)
    assert said(packet) == ("SN2031abc", 200.0001, 30.0001, "SN_Ia")
    assert packet.aliases == ("SRV31xyz", "ZTF31qqq")
    assert packet.link == "https://www.wis-tns.org/object/2031abc"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {"oid": "ZTF31a", "meanra": 1.5, "meandec": -2.5, "class_name": "SN"},
            ("ZTF31a", 1.5, -2.5, "SN"),
        ),
        (
            {"i:objectId": "ZTF31b", "i:ra": 10.5, "i:dec": 20.5},
            ("ZTF31b", 10.5, 20.5, ""),
        ),
        (
            {"objectId": "ZTF31c", "ramean": "10.5", "decmean": "20.5"},
            ("ZTF31c", 10.5, 20.5, ""),
        ),
        (
            {"diaObjectId": 314159, "ra": 10.5, "decl": 20.5},
            ("LSST314159", 10.5, 20.5, ""),
        ),
        (
            {"diaSource": {"diaObjectId": 2718, "ra": 3.5, "dec": 4.5}},
            ("LSST2718", 3.5, 4.5, ""),
        ),
    ],
)
def test_the_json_of_brokers(
    content: dict[str, Any], expected: tuple[str, float, float, str]
) -> None:
    assert said(read(content)) == expected


def test_a_list_of_objects_is_read_whole() -> None:
    second = {**TNS, "objname": "2031abd", "radeg": 151.5, "decdeg": -0.51}
    packet = read({"data": [TNS, second]})
    assert [said(one)[0] for one in (packet, *packet.others)] == [
        "SN2031abc",
        "SN2031abd",
    ]


FINK = [
    {"i:objectId": "ZTF31b", "i:ra": 10.5, "i:dec": 20.5},
    {"i:objectId": "ZTF31c", "i:ra": 11.5, "i:dec": 21.5},
]
ALERCE = {
    "total": 2,
    "items": [
        {"oid": "ZTF31b", "meanra": 10.5, "meandec": 20.5},
        {"oid": "ZTF31c", "meanra": 11.5, "meandec": 21.5},
    ],
}


@pytest.mark.parametrize("content", [FINK, ALERCE], ids=["an array", "pages"])
def test_what_an_api_lists_is_read_whole(content: Any) -> None:
    packet = read_packet(json.dumps(content).encode())
    assert [said(one)[:3] for one in (packet, *packet.others)] == [
        ("ZTF31b", 10.5, 20.5),
        ("ZTF31c", 11.5, 21.5),
    ]


@pytest.mark.parametrize("raw", [b"[]", b"[1, 2]", b"[[]]", b"[" * 5000])
def test_an_array_of_no_objects_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableError, match="no JSON"):
        read_packet(raw)


def test_the_next_message_about_an_object_is_another_packet() -> None:
    assert read({"data": TNS}).ivorn != read({"data": {**TNS, "radeg": 201.0}}).ivorn


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ({"radeg": 400.0}, "impossible"),
        ({"decdeg": "-91"}, "impossible"),
        ({"radeg": "none"}, "no position"),
    ],
)
def test_a_place_that_is_none_founds_nothing(place: dict[str, Any], fault: str) -> None:
    packet = read({"data": {**TNS, **place}})
    assert packet.position is None
    assert fault in packet.fault


def test_an_avro_container_without_its_images() -> None:
    assert said(read_packet(container())) == ("ZTF31abcdefg", 201.25, -11.5, "")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (container(codec="deflate"), "compressed"),
        (container()[:-20], "damaged"),
        (b"Obj\x01" + b"\xff" * 200, "damaged"),
        (container({**ZTF, "fields": ZTF["fields"][:1]}), "no stream"),
    ],
)
def test_other_avro_is_refused_in_a_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableError, match=sentence):
        read_packet(raw)


def test_a_message_with_the_number_of_its_schema_becomes_a_container(
    tmp_path: Path,
) -> None:
    (tmp_path / "703.avsc").write_text(json.dumps(ZTF))
    body = io.BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(ZTF), ALERT)
    message = b"\x00" + (703).to_bytes(4, "big") + body.getvalue()
    assert said(read_packet(contained(message, tmp_path)))[0] == "ZTF31abcdefg"
    unknown = b"\x00" + (704).to_bytes(4, "big") + body.getvalue()
    assert contained(unknown, tmp_path) == unknown
    assert contained(message[:30], tmp_path) == message[:30]
    assert contained(b"{}", tmp_path) == b"{}"


TNS_DAILY = b"""2031-01-01 00:00:00
"objid","name_prefix","name","ra","declination","type","internal_names"
"1","SN","2031abc","200.0001","30.0001","SN Ia","SRV31xyz"
"2","AT","2031abd","151.5","-0.51","",""
"""
TNS_SEARCH = b""""ID","Name","RA","DEC","Obj. Type","Disc. Internal Name"
"1","SN 2031abc","13:20:00.024","+30:00:00.36","SN Ia","SRV31xyz"
"2","AT 2031abd","10:06:00.0","-00:30:36.0","",""
"""


@pytest.mark.parametrize("raw", [TNS_DAILY, TNS_SEARCH])
def test_both_lists_of_the_tns(raw: bytes) -> None:
    first = read_packet(raw)
    (second,) = first.others
    name, ra, dec, kind = said(first)
    assert (name, kind) == ("SN2031abc", "SN Ia")
    assert (ra, dec) == pytest.approx((200.0001, 30.0001), abs=1e-6)
    assert first.aliases == ("SRV31xyz",)
    assert said(second)[0] == "AT2031abd"
    assert said(second)[1:3] == pytest.approx((151.5, -0.51), abs=1e-6)


def test_a_list_without_objects_is_refused() -> None:
    with pytest.raises(UnreadableError, match="no object"):
        read_packet(b"name,ra,dec\n,,\n")


OWN = """
stem = "ivo://obs.example/found"
has = ["found.star"]
list = "found"
id = "star"
ra = "place.ra"
dec = "place.dec"
error = "place.err"
error_unit = 3600.0
"""


def test_an_operator_declares_a_stream(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    message = b'{"found": [{"star": "S1", "place": {"ra": 1, "dec": 2, "err": 0.001}}]}'
    packet = reader(tmp_path)(message)
    assert said(packet) == ("S1", 1.0, 2.0, "")
    assert packet.position is not None
    assert packet.position.error == pytest.approx(3.6)
    assert packet.ivorn.startswith("ivo://obs.example/found#S1-")


@pytest.mark.parametrize("text", ["stem = ", 'stem = "x"', OWN + 'other = "x"'])
def test_a_mapping_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(UnreadableError, match=r"own\.toml is no mapping"):
        reader(tmp_path)


def test_a_stub_is_quarantined_with_its_reason() -> None:
    with pytest.raises(UnreadableError, match="5 bytes is too large"):
        read_packet(stub("Message topic/0/7 of 5 bytes is too large."))
