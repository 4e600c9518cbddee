"""A night sent over a server that is a function: goes on, never doubles."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from cpcs import Client, UnreachableError
from cpcs.config import Settings
from cpcs.headers import Exposure
from cpcs.night import Frame, paired
from cpcs.uploading import Outcome, send_night

POINT = {
    "id": 7, "target": "ivo://X", "mjd": 58000.5, "exposure_time": 0.0, "mag": 14.0,
    "mag_err": 0.01, "calib_err": 0.01, "total_err": 0.02, "limit": False,
    "depth": None, "faintest": None, "mag_for_colour": None,
    "mag_for_colour_err": None, "survey": "APASS", "band": "r", "system": "AB",
    "zero_point": 22.0, "zero_point_err": 0.01, "stars": 30, "mode": "AUTO",
    "observatory": "A", "observer": 2, "revision": 1, "calibration": "j",
    "separation": None, "ra_detected": None, "dec_detected": None, "comment": "",
}  # fmt: skip


def job(state: str, point: dict[str, Any] | None = None, told: str = "") -> Any:
    base = {"id": "j", "state": state, "message": told, "hint": "", "stages": []}
    return base | {"events": "", "observation": point, "calibration": None}


class Server:
    """Answers uploads in turn, and remembers their keys."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.keys: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.keys.append(request.headers["Idempotency-Key"])
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, json=answer)


def client(answer: Callable[[httpx.Request], httpx.Response]) -> Client:
    made = Client("http://server")
    transport = httpx.MockTransport(answer)
    made._http = httpx.Client(base_url="http://server", transport=transport)
    return made


@pytest.fixture
def frame(tmp_path: Path) -> Frame:
    path = tmp_path / "a.cat"
    path.write_text("stars")
    return Frame(path, None, Exposure(mjd=58000.5, how="MJD-AVG"))


def sent(server: Server, *frames: Frame) -> list[Outcome]:
    return list(send_night(client(server), frames, Settings()))


def test_what_was_stored_is_not_sent_again(frame: Frame) -> None:
    server = Server(job("done", POINT))
    assert [one.state for one in sent(server, frame)] == ["stored"]
    (again,) = sent(server, frame)
    assert (again.state, again.again, again.observation) == ("stored", True, 7)
    assert len(server.keys) == 1


def test_a_run_that_was_ended_goes_on_with_its_job(frame: Frame) -> None:
    broken = Server(job("waiting"), ValueError("the machine goes down"))
    with pytest.raises(ValueError, match="goes down"):
        sent(broken, frame)
    server = Server(job("done", POINT))
    assert [one.state for one in sent(server, frame)] == ["stored"]
    assert server.keys == []


def test_what_was_refused_is_asked_anew(frame: Frame) -> None:
    server = Server(job("refused", told="No survey."), job("done", POINT))
    (first,) = sent(server, frame)
    assert (first.state, first.told) == ("refused", "No survey.")
    (second,) = sent(server, frame)
    assert second.state == "stored"
    assert len(set(server.keys)) == 2


def test_another_time_is_another_upload(frame: Frame) -> None:
    server = Server(job("done", POINT), job("done", POINT))
    later = Frame(frame.catalogue, None, Exposure(mjd=58001.5, how="MJD-AVG"))
    assert not any(one.again for one in [*sent(server, frame), *sent(server, later)])
    assert len(set(server.keys)) == 2


def test_a_server_that_is_away_ends_the_night_at_once(
    frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("cpcs.client.time.sleep", waits.append)

    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody is there")

    night = [frame] * 40
    with pytest.raises(UnreachableError):
        list(send_night(client(away), night, Settings()))
    assert len(waits) < 40 * 5


def test_files_are_paired_by_their_stems(tmp_path: Path) -> None:
    for name in ("A1.cat", "a1.fits", "b.ldac.gz", "b.fit.fz", "c.fits", "d.jpg"):
        (tmp_path / name).write_bytes(b"")
    frames, left = paired([tmp_path], Settings())
    images = [(one.name, one.image and one.image.name) for one in frames]
    assert images == [
        ("A1.cat", "a1.fits"),
        ("b.ldac.gz", "b.fit.fz"),
        ("c.fits", "c.fits"),
    ]
    assert left == []


def test_a_journal_is_plain_lines(frame: Frame) -> None:
    sent(Server(job("done", POINT)), frame)
    path = frame.catalogue.parent / ".cpcs-journal.jsonl"
    states = [json.loads(line)["state"] for line in path.read_text().splitlines()]
    assert states[-1] == "stored"
