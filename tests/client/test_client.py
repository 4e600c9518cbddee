"""Calls over a server that is a function: retries, refusals, pages."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from cpcs import Client, CpcsError, RefusedError, UnreachableError
from cpcs.calls import Upload
from cpcs.sse import Happening, Lines

Answer = Callable[[httpx.Request], httpx.Response]
JOB: dict[str, Any] = {
    "id": "j1", "state": "done", "message": "", "hint": "", "stages": [], "events": "e",
    "observation": None, "calibration": None,
}  # fmt: skip


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return for how long the client waited, without waiting."""
    told: list[float] = []
    monkeypatch.setattr("cpcs.client.time.sleep", told.append)
    return told


def client(answer: Answer) -> Client:
    made = Client("http://server", "s3cret")
    made._http = httpx.Client(
        base_url="http://server",
        headers=made._http.headers,
        transport=httpx.MockTransport(answer),
    )
    return made


def in_turn(*answers: httpx.Response | Exception) -> Answer:
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        one = left.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    return answer


ORDER = Upload(name="a.cat", content=b"stars", mjd=58000.5, target="ivo://X")


def test_retry_after_is_honoured(waits: list[float]) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "7"})
    away = httpx.Response(503, headers={"Retry-After": "60"})
    made = client(in_turn(busy, away, httpx.Response(200, json=JOB)))
    assert made.upload(ORDER, key="k").id == "j1"
    assert waits == [7.0, 60.0]


def test_an_upload_with_a_key_is_sent_again_and_one_without_is_not(
    waits: list[float],
) -> None:
    lost = httpx.ReadError("gone")
    made = client(in_turn(lost, httpx.Response(200, json=JOB)))
    assert made.upload(ORDER, key="k").state == "done"
    assert len(waits) == 1
    with pytest.raises(UnreachableError, match="does not answer"):
        client(in_turn(lost)).upload(ORDER)


def test_what_is_sent_carries_the_hashtag_and_the_key() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        seen.append(request)
        return httpx.Response(202, json=JOB | {"state": "waiting"})

    client(answer).upload(ORDER, key="k1", wait=30)
    (request,) = seen
    assert request.headers["Authorization"] == "Bearer s3cret"
    assert request.headers["Idempotency-Key"] == "k1"
    assert request.headers["Prefer"] == "wait=30"
    assert b'filename="a.cat"' in request.content
    assert b"58000.5" in request.content


def test_a_refusal_is_the_servers_sentence() -> None:
    problem = {"detail": "MJD looks like a JD.", "hint": "Subtract", "job": None}
    with pytest.raises(
        RefusedError, match=r"MJD looks like a JD\. Subtract\."
    ) as fault:
        client(in_turn(httpx.Response(400, json=problem))).upload(ORDER)
    assert fault.value.status == 400
    assert "s3cret" not in str(fault.value)


def test_another_kind_of_server_is_told() -> None:
    with pytest.raises(CpcsError, match="does not speak like"):
        client(in_turn(httpx.Response(200, text="<html>"))).whoami()


def test_all_targets_come_page_by_page() -> None:
    def target(number: int) -> dict[str, Any]:
        return {
            "id": number, "name": f"ivo://T{number}", "ra": 1.0, "dec": 2.0, "url": "",
            "published": "2026-11-27T00:00:00Z", "position_err": None, "aliases": [],
            "events": [], "classification": "", "status": "active", "observations": 0,
            "page": "p", "light_curve": "l",
        }  # fmt: skip

    def answer(request: httpx.Request) -> httpx.Response:
        before = int(request.url.params.get("before", 5))
        listed = [target(n) for n in range(before - 1, max(before - 3, 0), -1)]
        more = "more" if before > 3 else None
        page = {"targets": listed, "read_as": "", "next": more}
        return httpx.Response(200, json=page)

    assert [one.id for one in client(answer).targets()] == [4, 3, 2, 1]


def told(lines: list[str]) -> Iterator[Happening]:
    taken = Lines()
    return (one for line in lines if (one := taken.take(line)) is not None)


def test_events_are_put_together_from_lines() -> None:
    lines = [": hello", "", "id: 7", "event: observation", 'data: {"id":', "data: 3}"]
    (one,) = told([*lines, "", ": still here", ""])
    assert one == Happening("7", "observation", {"id": 3})
    assert json.dumps(one.content) == '{"id": 3}'
