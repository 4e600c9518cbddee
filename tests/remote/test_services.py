"""TAP services that fail, are slow or away, and what an upload notices of it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from services.catalog.domain.cone import Cone
from services.catalog.domain.healpix import cone_around, tile_at
from services.catalog.domain.survey import Survey
from services.catalog.remote.breaker import Breaker
from services.catalog.remote.source import FetchError
from services.catalog.remote.tap import TapClient
from tests.remote.room import APASS, DEC, RA, Room, stars
from tests.support.tap import TapServer

PLACE = Cone(RA, DEC, 0.2)


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
    assert room.sky(RA, DEC, 0.2).lacking == ()


def test_an_answer_in_tabs_holds_the_same_stars(
    tmp_path: Path, server: TapServer
) -> None:
    wanted = Room(tmp_path / "votable", server.url).cones.of_survey("APASS", PLACE)
    server.tabs = True
    cone = Room(tmp_path / "tabs", server.url).cones.of_survey("APASS", PLACE)
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
    assert room.sky(RA, DEC, 0.2).lacking == ("APASS",)
    asked = len(server.queries)
    assert stars(room.cones) == 0
    assert len(server.queries) == asked  # the breaker is open


def test_nobody_waits_for_a_slow_service_and_what_comes_later_is_kept(
    tmp_path: Path, server: TapServer
) -> None:
    server.faults = ["slow"] * 100
    room = Room(tmp_path, server.url, patience=0.2, timeout=30)
    assert stars(room.cones) == 0
    assert room.sky(RA, DEC, 0.2).lacking == ("APASS",)
    server.faults.clear()
    server.gate.set()
    patient = Room(tmp_path, server.url)
    patient.fetcher = room.fetcher
    done = threading.Event()
    while not done.wait(0.05):
        if room.sky(RA, DEC, 0.2).lacking == ():
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


def test_an_answer_that_the_service_cropped_is_not_the_whole(
    tmp_path: Path, server: TapServer
) -> None:
    server.most = 250
    room = Room(tmp_path, server.url)
    found = room.cones.around(Cone(RA, DEC, 0.1), 2020.0)
    assert found.cuts["APASS"] in {19.0, 17.0, 15.0}
    assert np.nanmax(found.stars["APASS"].mag["V"]) < found.cuts["APASS"]


def test_a_survey_with_a_slip_sinks_no_other(tmp_path: Path, server: TapServer) -> None:
    table = APASS["APASS"].remote
    assert table is not None
    bands = {"V": replace(table.bands["V"], mag="Vmagg")}
    slip = replace(table, bands=bands, cut_by="V", version="slip")
    surveys = APASS | {"Slip": Survey("Slip", remote=slip)}
    room = Room(tmp_path, server.url, surveys=surveys)
    with capture_logs() as lines:
        for shift in (0.0, 0.5, 1.0):
            found = room.cones.around(Cone(RA + shift, DEC, 0.1), 2020.0)
            assert len(found.stars["APASS"]) > 0
            assert found.lacking == ("Slip",)
    reasons = [line.get("reason", line) for line in lines]
    assert [one for one in reasons if "no column Vmagg" not in one] == []
    asked = sum("Vmagg" in query for query in server.queries)
    assert asked <= 8  # then it is left alone: three refusals, and what was under way


def test_a_dripping_answer_is_not_waited_for(tmp_path: Path, server: TapServer) -> None:
    server.faults = ["dripping"] * 100
    table = Room(tmp_path, server.url).table()
    client = TapClient(server.url, "cpcs/test", 0.3, 1000)
    with pytest.raises(FetchError, match=r"not whole within 0\.3 s") as caught:
        client.stars(table, Cone(RA, DEC, 0.1), None)
    assert caught.value.away


def test_of_a_wide_field_there_is_what_came(tmp_path: Path, server: TapServer) -> None:
    wide = Cone(RA, DEC, 0.5)
    whole = Room(tmp_path / "whole", server.url).cones.around(wide, 2020.0)
    tile = cone_around(int(tile_at(np.array([RA]), np.array([DEC]))[0]))
    server.broken = f"{tile.ra:.6f}, {tile.dec:.6f}"
    found = Room(tmp_path / "part", server.url).cones.around(wide, 2020.0)
    assert whole.lacking == ()
    assert found.lacking == ("APASS",)
    assert 0 < len(found.stars["APASS"]) < len(whole.stars["APASS"])


def test_a_fault_that_nobody_foresaw_is_logged(
    tmp_path: Path, server: TapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(tmp_path, server.url)
    monkeypatch.setattr(room.tiles, "keep", broken)
    with capture_logs() as lines:
        assert room.cones.around(Cone(RA, DEC, 0.1), 2020.0).lacking == ("APASS",)
    assert {line["event"] for line in lines} == {"tile.fault"}
    assert {str(line["exc_info"]) for line in lines} == {"the disk is full"}


def broken(*_: object) -> None:
    raise OSError("the disk is full")
