"""Packets of every version are read; hostile ones are refused at once."""

import time
from pathlib import Path
from typing import Any

import pytest

from services.alerts.domain.packet import Citation, Packet, Position
from services.alerts.reading import UnreadableError, read_packet
from tests.support.alerts import voevent

SHARED = Path(__file__).parents[3].parent / "shared/data/voevents"
IVORN = "ivo://example.org/stream#one"
_OLD = b"VOEvent/v1.1"


def close(value: float) -> Any:
    """A number that need not be equal to the last digit."""
    return pytest.approx(value)


def test_a_packet_is_read() -> None:
    raw = voevent(
        IVORN,
        params='<Param name="id" ucd="meta.id"><Value> 00123 </Value></Param>'
        '<Group name="g"><Param name="Test" value="false"/></Group>'
        '<Reference uri="https://example.org/one"/>',
        citations='<EventIVORN cite="followup">ivo://example.org/stream#zero'
        "</EventIVORN>",
    )
    assert read_packet(raw) == Packet(
        ivorn=IVORN,
        role="observation",
        position=Position(120.5, -12.25, close(0.36)),
        params={"id": "00123", "Test": "false"},
        ids=("00123",),
        citations=(Citation("ivo://example.org/stream#zero", "followup"),),
        link="https://example.org/one",
    )


def test_what_names_the_packet_does_not_name_the_event() -> None:
    raw = voevent(
        "ivo://org.svom/fsc#sb25120806_eclairs",
        params='<Param name="Packet_Type" ucd="meta.id" value="202"/>'
        '<Param name="Pkt_Ser_Num" ucd="meta.id" value="1"/>'
        '<Param name="Burst_Id" ucd="meta.id" value="sb25120806"/>',
    )
    assert read_packet(raw).ids == ("sb25120806",)


@pytest.mark.parametrize("version", ["1.1", "2.0", "2.1"])
def test_every_version_is_read(version: str) -> None:
    packet = read_packet(voevent(IVORN, version=version))
    assert packet.position is not None
    assert (packet.stem, packet.local) == ("ivo://example.org/stream", "one")
    assert packet.authority == "example.org"


def test_without_a_namespace_and_with_the_draft_s_query_it_is_read() -> None:
    raw = b'<VOEvent ivorn="ivo://example.org/stream?one" version="2.1"/>'
    packet = read_packet(raw)
    assert (packet.local, packet.role, packet.position) == ("one", "observation", None)


def test_the_draft_s_ellipse_and_unit_are_read() -> None:
    raw = voevent(IVORN, error=None).replace(
        b"</Value2>",
        b'</Value2><Error2><C1 pos_unit="arcsec">3</C1>'
        b'<C2 pos_unit="arcmin">0.1</C2></Error2>',
    )
    place = read_packet(raw).position
    assert place is not None
    assert place.error == pytest.approx(6.0)


@pytest.mark.parametrize("error", [0.0, -1.0])
def test_an_error_of_0_or_less_is_not_told(error: float) -> None:
    place = read_packet(voevent(IVORN, error=error)).position
    assert place is not None
    assert place.error is None


def test_axes_in_another_order_are_read_by_their_names() -> None:
    raw = voevent(IVORN, ra=24.5, dec=80.25)
    swapped = raw.replace(b"1>RA<", b"1>Dec<").replace(b"2>Dec<", b"2>RA<")
    place = read_packet(swapped).position
    assert place is not None
    assert (place.ra, place.dec) == (80.25, 24.5)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (voevent(IVORN, ra=None), "no position"),
        (voevent(IVORN, ra=400), "impossible"),
        (voevent(IVORN, dec=-91), "impossible"),
        (voevent(IVORN, ra=float("nan")), "no pair of numbers"),
        (voevent(IVORN, ra=0.0, dec=0.0), "dummy"),
        (voevent(IVORN, frame="UTC-GAL-GEO"), "not equatorial"),
        (voevent(IVORN, frame="UTC-FK4-GEO"), "not equatorial"),
        (voevent(IVORN, frame="somewhere"), "not known"),
        (voevent(IVORN).replace(b"<C1>120.5</C1>", b"<C1/>"), "no pair of numbers"),
        (voevent(IVORN).replace(b'unit="deg"', b'unit="hours"'), "no pair of numbers"),
    ],
)
def test_a_position_that_cannot_be_used_has_its_reason(raw: bytes, fault: str) -> None:
    packet = read_packet(raw)
    assert packet.position is None
    assert fault in packet.fault


ENTITIES = "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(10)
)
HOSTILE = {
    "empty": b"",
    "blank": b" \n ",
    "garbage": bytes(range(256)) * 4,
    "truncated": voevent(IVORN)[:200],
    "foreign": b"<html><body/></html>",
    "nameless": b'<VOEvent role="observation"/>',
    "no ivorn": b'<VOEvent ivorn="http://example.org"/>',
    "latin-1": voevent(IVORN).replace(b"example.org/stream", b"caf\xe9"),
    "bomb": f"<!DOCTYPE b [{ENTITIES}]><VOEvent>&a9;</VOEvent>".encode(),
    "entity": b'<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/hostname">]><VOEvent '
    b'ivorn="ivo://x">&x;</VOEvent>',
    "utf-16 document type": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE b '
    '[<!ENTITY x "y">]><VOEvent ivorn="ivo://x">&x;</VOEvent>'.encode("utf-16"),
    "deep": b"<a>" * 100_000,
    "deep JSON": b'{"a":' * 100_000,
    "JSON list": b'{"a": [1, 2',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_packet_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(UnreadableError) as fault:
        read_packet(HOSTILE[name])
    assert str(fault.value).endswith(".")
    assert len(str(fault.value)) <= 120


def test_no_hostile_packet_takes_long() -> None:
    start = time.process_time()
    for raw in HOSTILE.values():
        with pytest.raises(UnreadableError):
            read_packet(raw)
    assert time.process_time() - start < 1


@pytest.mark.skipif(not SHARED.exists(), reason="the real packets are not here")
def test_real_packets_agree_with_voevent_parse() -> None:
    voeventparse = pytest.importorskip("voeventparse")
    checked = 0
    for path in sorted(SHARED.glob("*/*.xml")):
        raw = path.read_bytes()
        packet = read_packet(raw)
        tree = voeventparse.loads(raw) if _OLD not in raw else None
        if tree is None or packet.position is None:
            continue
        place = voeventparse.get_event_position(tree)
        assert packet.position.ra == place.ra
        assert packet.position.dec == place.dec
        told = place.err * 3600 or None  # 0 is how these streams write "not told"
        assert packet.position.error == pytest.approx(told)
        assert packet.ivorn == tree.attrib["ivorn"]
        checked += 1
    assert checked > 60
