"""TAP services that fail, are slow or away, and what an upload notices of it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from services.catalog.remote.breaker import Breaker
from tests.remote.room import APASS, DEC, RA, Room, stars
from tests.support.tap import TapServer


def test_the_same_cone_asked_at_once_is_one_flight(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, server.url)
    with ThreadPoolExecutor(8) as threads:
        counts = set(threads.map(lambda _: stars(room.cones), range(8)))
    assert len(counts) == 1
    assert len(set(server.queries)) == len(server.queries)


def test_flights_that_land_at_once_hold_nobody_up(tmp_path: Path) -> None:
    room = Room(tmp_path)  # it knows no service: every flight fails at once
    table = APASS["APASS"].remote
    assert table is not None
    for tile in range(200):
        assert not room.fetcher.fetch("APASS", table, tile).result(timeout=5)


@pytest.mark.parametrize("fault", ["500", "error", "truncated", "nonsense", "lacking"])
def test_a_fault_is_tried_again(tmp_path: Path, server: TapServer, fault: str) -> None:
    server.faults = [fault]
    room = Room(tmp_path, server.url)
    assert stars(room.cones) > 0
    assert room.cones.lacking(RA, DEC, 0.2) == []


def test_an_answer_in_tabs_holds_the_same_stars(
    tmp_path: Path, server: TapServer
) -> None:
    wanted = Room(tmp_path / "votable", server.url).cones.cone("APASS", RA, DEC, 0.2)
    server.tabs = True
    cone = Room(tmp_path / "tabs", server.url).cones.cone("APASS", RA, DEC, 0.2)
    np.testing.assert_array_equal(cone.ra, wanted.ra)
    np.testing.assert_array_equal(cone.mag["g"], wanted.mag["g"])
    np.testing.assert_array_equal(cone.mag_err["V"], wanted.mag_err["V"])


def test_a_service_that_fails_is_replaced_by_its_mirror(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, "http://127.0.0.1:1/tap", server.url)
    assert stars(room.cones) > 0


def test_a_service_that_is_away_is_told_and_then_left_alone(
    tmp_path: Path, server: TapServer
) -> None:
    server.faults = ["500"] * 1000
    room = Room(tmp_path, server.url)
    assert stars(room.cones) == 0
    assert room.cones.lacking(RA, DEC, 0.2) == ["APASS"]
    asked = len(server.queries)
    assert stars(room.cones) == 0
    assert len(server.queries) == asked  # the breaker is open


def test_nobody_waits_for_a_slow_service_and_what_comes_later_is_kept(
    tmp_path: Path, server: TapServer
) -> None:
    server.faults = ["slow"] * 100
    room = Room(tmp_path, server.url, patience=0.2, timeout=30)
    assert stars(room.cones) == 0
    assert room.cones.lacking(RA, DEC, 0.2) == ["APASS"]
    server.faults.clear()
    server.gate.set()
    patient = Room(tmp_path, server.url)
    patient.fetcher = room.fetcher
    done = threading.Event()
    while not done.wait(0.05):
        if room.cones.lacking(RA, DEC, 0.2) == []:
            done.set()
    assert stars(room.cones) > 0


def test_a_breaker_opens_waits_longer_each_time_and_closes() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    pauses = []
    for _ in range(3):
        for _ in range(3):
            breaker.failed()
        start = now[0]
        while not breaker.closed():
            now[0] += 1
        pauses.append(now[0] - start)
        breaker.failed()
    assert pauses[0] == 30
    assert pauses[1] > pauses[0]
    breaker.worked()
    breaker.failed()
    assert breaker.closed()
