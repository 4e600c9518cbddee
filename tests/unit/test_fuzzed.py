"""Mutated files, packets, events and messages: read, or refused in one sentence.

Each mutation is a few edits of something good: what strangers' programs, broken disks
and people who mean harm make of it. Limits of time are the test runner's.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.alerts.domain.decision import Decision
from services.alerts.handlers.making import told
from services.alerts.reading import UnreadableError, read_packet
from services.alerts.store.inbox import Entry
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.read import read_catalogue
from shared.contracts.base import Event
from shared.messaging.rabbit_message import envelope_of
from tests.support.alerts import voevent
from tests.support.catalogues import ascii_head, fits_table
from tests.support.every_event import every_event

FOUR = ("MAG_AUTO", "MAGERR_AUTO", "ALPHA_J2000", "DELTA_J2000")
CATALOGUES = [ascii_head(), fits_table(FOUR), fits_table(FOUR, ldac=True)]
NOTICE = {
    "id": ["x"], "ra": 1.0, "dec": 2.0, "ra_dec_error": [1.0, 2.0, 3],
    "alert_type": "retraction", "mission": "a", "instrument": "b",
    "urls": {"a": "http://x"}, "alert_tense": "current",
}  # fmt: skip
PACKETS = [
    voevent("ivo://gaia.cam.uk/alerts#x", ra=1, dec=2),
    json.dumps(NOTICE).encode(),
]
TEXTS = (
    r"nan inf 1e400 1e308 -0 -1 # 0x1p3 1_0 ٣ 1D3 99999999999999999999 null [] {} true "
    r"\ud800 &#10; &lt; <!-- <![CDATA[ unit='rad' <C1>1e306</C1> NAXIS2__= TFORM1 '0E' "
    r"'1PD(9)' TSCAL1__=_1e400 EXTNAME_=_'LDAC_OBJECTS' XTENSION=_'TABLE' END \u202e"
)
WORDS = [one.replace("_", " ").encode() for one in TEXTS.split()]
WORDS += [b"\r", b"\t", b"\xff", b"\0", b"1_0", "\u202e".encode()]


@st.composite
def mutated(draw: st.DrawFn, whole: Sequence[bytes]) -> bytes:
    content = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(content)))
        word = draw(st.sampled_from(WORDS) | st.binary(min_size=1, max_size=4))
        match draw(st.sampled_from(["insert", "overwrite", "delete", "repeat", "cut"])):
            case "insert":
                content[place:place] = word
            case "overwrite":
                content[place : place + len(word)] = word
            case "delete":
                del content[place : place + draw(st.integers(1, 200))]
            case "repeat":
                content[place:place] = content[: draw(st.integers(1, 500))]
            case _:
                del content[place:]
    return bytes(content)


@given(mutated(CATALOGUES))
def test_a_mutated_catalogue_is_read_or_refused(content: bytes) -> None:
    try:
        assert len(read_catalogue(content).stars)
    except UnreadableFileError as fault:
        assert 0 < len(str(fault)) <= 100  # noqa: PT017


@given(mutated(PACKETS))
def test_a_mutated_packet_is_read_and_told_or_refused(raw: bytes) -> None:
    try:
        packet = read_packet(raw)
    except UnreadableError as fault:
        assert len(str(fault)) > 0  # noqa: PT017
        return
    now, decision = datetime.now(UTC), Decision("stored", "x")
    entry = Entry("0" * 64, raw, "x", now, 1, 1, decision, "r", None)
    assert told(entry, packet).ivorn == packet.ivorn


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.key)
@given(st.data())
def test_a_mutated_event_is_understood_or_refused(
    event: Event, data: st.DataObject
) -> None:
    body = data.draw(mutated([event.model_dump_json().encode()]))
    try:
        read = type(event).model_validate_json(body)
    except ValidationError:
        return
    assert type(event).model_validate_json(read.model_dump_json()) == read


ODD = st.none() | st.integers() | st.booleans() | st.text(max_size=40) | st.binary()


@given(ODD, ODD, ODD, ODD, st.binary(max_size=50))
def test_a_strangers_message_has_an_envelope(
    id_: object, correlation: object, attempt: object, kind: object, body: bytes
) -> None:
    message = SimpleNamespace(
        message_id=id_,
        correlation_id=correlation,
        headers={"cpcs-attempt": attempt},
        type=kind,
        routing_key=None,
        timestamp=None,
        body=body,
    )
    envelope = envelope_of(message)  # type: ignore[arg-type]
    assert envelope.body == body
    assert isinstance(envelope.attempt, int)
