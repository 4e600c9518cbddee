"""The API as programs use it: uploads, jobs, events, targets and observations."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, ClientTimeout, FormData

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.conftest import TARGET
from tests.support.server import image


@pytest.fixture
async def session(stack: Stack, observer: Visitor) -> AsyncIterator[ClientSession]:
    headers = {"Authorization": f"Bearer {observer.hashtag}"}
    async with ClientSession(
        f"{stack.url}/api/v1/", headers=headers, timeout=ClientTimeout(60)
    ) as opened:
        yield opened


def order(seed: int, **fields: str) -> FormData:
    frame = image(seed)
    data = FormData({"target": TARGET, "mjd": f"{frame.mjd:.6f}", **fields})
    data.add_field("catalogue", frame.catalogue.encode(), filename="night.cat")
    return data


async def told(answer: ClientResponse) -> Any:
    text = await answer.text()
    assert answer.ok, text
    return json.loads(text)


async def uploaded(session: ClientSession, seed: int, **fields: str) -> Any:
    wait = {"Prefer": "wait=30"}
    async with session.post("uploads", data=order(seed, **fields), headers=wait) as one:
        return await told(one)


async def events(answer: ClientResponse) -> AsyncIterator[tuple[str, str, Any]]:
    fields: dict[str, str] = {}
    async for line in answer.content:
        name, _, text = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = text
        elif "event" in fields:
            yield fields.get("id", ""), fields["event"], json.loads(fields["data"])
            fields = {}


async def test_an_upload_is_a_job_whose_stages_are_streamed(
    session: ClientSession,
) -> None:
    async with session.post("uploads", data=order(71)) as answer:
        assert answer.status == 202
        job = await told(answer)
        assert answer.headers["Location"].endswith(job["id"])
    async with session.get(job["events"]) as stream:
        seen = [content async for _, kind, content in events(stream) if kind == "job"]
    assert seen[-1]["state"] == "done"
    stages = [stage["stage"] for stage in seen[-1]["stages"]]
    assert stages[0] == "received"
    assert stages[-1] == "stored"
    assert {"parsed", "solved"} <= set(stages)
    assert seen[-1]["observation"]["survey"] == "APASS"


async def test_prefer_wait_answers_with_the_magnitude(session: ClientSession) -> None:
    job = await uploaded(session, 72, filter="APASS/r")
    point = job["observation"]
    assert point["mode"] == "FORCED"
    assert abs(point["mag"] - 14.0) < 0.1
    async with session.get(f"observations/{point['id']}") as answer:
        assert await told(answer) == point
    async with session.get(f"calibrations/{point['calibration']}") as answer:
        report = await told(answer)
    assert report["best"]["zero_point"] == point["zero_point"]
    assert len(report["stars"]["ra"]) == len(report["stars"]["residual"]) >= 5


async def test_an_idempotency_key_makes_the_same_upload_the_same_job(
    session: ClientSession,
) -> None:
    jobs = []
    for _ in range(2):
        headers = {"Prefer": "wait=30", "Idempotency-Key": "night-1"}
        async with session.post("uploads", data=order(73), headers=headers) as answer:
            jobs.append(await told(answer))
    assert jobs[0] == jobs[1]


async def test_a_deleted_observation_can_be_put_back(session: ClientSession) -> None:
    number = (await uploaded(session, 74))["observation"]["id"]
    async with session.delete(f"observations/{number}") as answer:
        assert "deleted" in (await told(answer))["message"]
    async with session.get(f"observations/{number}") as answer:
        assert answer.status == 404
    async with session.post(f"observations/{number}/restore") as answer:
        assert "back" in (await told(answer))["message"]
    async with session.get(f"observations/{number}") as answer:
        assert (await told(answer))["id"] == number


async def test_another_observer_can_neither_delete_nor_restore(
    session: ClientSession, stranger: Visitor
) -> None:
    number = (await uploaded(session, 75))["observation"]["id"]
    theirs = {"Authorization": f"Bearer {stranger.hashtag}"}
    for ask in (
        session.delete(f"observations/{number}", headers=theirs),
        session.post(f"observations/{number}/restore", headers=theirs),
    ):
        async with ask as answer:
            problem = await answer.json(content_type="application/problem+json")
        assert answer.status == 422
        assert problem["detail"].endswith("belongs to another observer.")


async def test_what_is_not_there_is_neither_deleted_nor_restored(
    session: ClientSession,
) -> None:
    for ask in (
        session.delete("observations/999999999"),
        session.post("observations/999999999/restore"),
    ):
        async with ask as answer:
            problem = await answer.json(content_type="application/problem+json")
        assert answer.status == 404
        assert problem["detail"] == "There is no observation 999999999."


async def test_new_points_are_streamed_and_replayed(session: ClientSession) -> None:
    name = TARGET.replace("/", "%2F").replace(" ", "%20")
    async with session.get(f"targets/{name}/events") as stream:
        await stream.content.readline()
        first = (await uploaded(session, 76))["observation"]["id"]
        async for number, kind, content in events(stream):
            if kind == "observation" and content["id"] == first:
                last = number
                break
    second = (await uploaded(session, 77))["observation"]["id"]
    headers = {"Last-Event-ID": last}
    async with session.get("events", headers=headers) as stream:
        async for _, kind, content in events(stream):
            if kind == "observation" and content["id"] == second:
                break
    assert second != first


async def test_targets_are_found_by_place(session: ClientSession) -> None:
    query = {"search": "0.02 30.0 5'"}
    async with session.get("targets", params=query) as answer:
        found = await told(answer)
    assert found["targets"][0]["name"] == TARGET
    assert found["read_as"].startswith("within 5 arcmin of 0.02000 +30.00000")


async def test_observations_are_paged_by_number(session: ClientSession) -> None:
    await uploaded(session, 78)
    await uploaded(session, 79)
    query = {"limit": "1", "target": TARGET}
    async with session.get("observations", params=query) as answer:
        first = await told(answer)
    async with session.get(first["next"]) as answer:
        second = await told(answer)
    assert second["observations"][0]["id"] < first["observations"][0]["id"]


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("targets/nothing", 404, "There is no target nothing."),
        ("observations?limit=0", 400, "limit: Input should be greater than"),
        ("jobs/11111111-1111-4111-8111-111111111111", 404, "There is no such job."),
        ("nowhere", 404, "Not Found."),
    ],
)
async def test_a_refusal_is_a_problem_in_detail(
    session: ClientSession, path: str, status: int, sentence: str
) -> None:
    async with session.get(path) as answer:
        problem = await answer.json(content_type="application/problem+json")
    assert (answer.status, problem["status"]) == (status, status)
    assert problem["detail"].startswith(sentence)
    assert "/help#" in problem["type"]


async def test_a_broken_order_names_the_field(session: ClientSession) -> None:
    async with session.post("uploads", data=order(80, mjd="2457735.2")) as answer:
        problem = await answer.json(content_type="application/problem+json")
    assert answer.status == 400
    assert "subtract 2400000.5" in problem["detail"]
