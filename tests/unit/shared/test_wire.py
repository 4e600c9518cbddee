"""Events as bytes."""

import json

import numpy as np
import pytest
from pydantic import ValidationError

from shared.columns import narrowed, pack, pack_as_it_is, unpack
from shared.contracts.base import Event
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.ingest import UploadParsed
from shared.messaging.wire import CONTENT_TYPE, content_type_of, decoded, encoded, told
from tests.support.every_event import every_event

PARSED = next(one for one in every_event() if isinstance(one, UploadParsed))


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.key)
def test_every_event_survives_its_bytes(event: Event) -> None:
    assert decoded(type(event), encoded(event)) == event


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.key)
def test_every_event_is_read_as_plain_json_too(event: Event) -> None:
    assert decoded(type(event), event.model_dump_json().encode()) == event


def test_columns_follow_the_json_as_they_are() -> None:
    body = encoded(PARSED)
    assert content_type_of(body) == CONTENT_TYPE
    assert PARSED.stars.ra in body or (narrowed(PARSED.stars.ra) or b"?") in body
    assert json.loads(told(body))["stars"]["ra"].startswith("@0:")


def test_an_event_without_columns_is_json() -> None:
    plain = next(one for one in every_event() if isinstance(one, UploadSubmitted))
    body = encoded(plain)
    assert content_type_of(body) == "application/json"
    assert json.loads(body) == json.loads(plain.model_dump_json())


@pytest.mark.parametrize("cut", [0, 3, 7, 9, 200, -1])
def test_bytes_that_were_cut_are_refused(cut: int) -> None:
    with pytest.raises(ValidationError):
        decoded(UploadParsed, encoded(PARSED)[:cut])


@pytest.mark.parametrize(
    "place", ["@0:800000", "@-8:8", "@x:8", "@", "@8", "@0:7", "@0:7:f4", "@0:8:f8"]
)
def test_a_column_beyond_the_message_is_refused(place: str) -> None:
    body = encoded(PARSED)
    length = len(told(body))
    content = json.loads(told(body))
    content["stars"]["ra"] = place
    spoilt = json.dumps(content).encode()
    with pytest.raises(ValidationError):
        decoded(
            UploadParsed,
            body[:5] + len(spoilt).to_bytes(4, "big") + spoilt + body[9 + length :],
        )


def test_a_plain_message_has_no_bytes_for_a_column() -> None:
    with pytest.raises(ValidationError):
        decoded(UploadParsed, told(encoded(PARSED)).encode())


def test_numbers_keep_their_last_bit() -> None:
    heard = decoded(UploadParsed, encoded(PARSED))
    assert np.array_equal(unpack(heard.stars.ra), unpack(PARSED.stars.ra))


@pytest.mark.parametrize(
    ("numbers", "bytes_each"),
    [
        ([1.5, np.nan, -np.inf, 16_777_216.0, -0.0], 4),
        ([0.1], 8),
        ([1e300, 1.0], 8),
        ([16_777_217.0], 8),
    ],
)
def test_float32_travels_only_where_it_tells_every_bit(
    numbers: list[float], bytes_each: int
) -> None:
    column = pack(numbers)
    stars = PARSED.stars.model_copy(update={"mag": column})
    body = encoded(PARSED.model_copy(update={"stars": stars}))
    assert decoded(UploadParsed, body).stars.mag == column
    word = json.loads(told(body))["stars"]["mag"]
    assert word.split(":")[1] == str(bytes_each * len(numbers))


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        (
            np.array([1.5, np.nan, 0.1], dtype=np.float32),
            [1.5, np.nan, np.float32(0.1)],
        ),
        (np.array([True, False]), [1.0, 0.0]),
    ],
)
def test_what_is_float32_already_travels_as_it_is(
    numbers: np.ndarray, told: list[float]
) -> None:
    column = pack_as_it_is(numbers)
    assert len(column) == 4 * len(numbers)
    assert np.array_equal(unpack(column), told, equal_nan=True)
    stars = PARSED.stars.model_copy(update={"mag": column})
    event = PARSED.model_copy(update={"stars": stars})
    for heard in (
        decoded(UploadParsed, encoded(event)),
        decoded(UploadParsed, event.model_dump_json().encode()),
    ):
        assert heard.stars.mag == pack(told)
