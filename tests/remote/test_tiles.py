"""Stars fetched from a TAP service that speaks the real protocol, and misbehaves."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from services.catalog.domain.sphere import separation, unit_vectors
from services.catalog.domain.survey import Survey
from services.catalog.remote.breaker import Breaker
from services.catalog.remote.fetcher import Fetcher
from services.catalog.remote.tap import TapClient
from services.catalog.store.cones import ConeStore
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tiles import TileStore
from tests.support.cones import cones_of
from tests.support.tap import TapServer, random_sky, served

RA, DEC = 150.0, 20.0
APASS = {"APASS": read_definitions()["APASS"]}
SKY = random_sky(4000, RA, DEC, 1.5)


@pytest.fixture
def server() -> Iterator[TapServer]:
    with served(SKY) as running:
        yield running


class Room:
    """A catalog that fetches, over a folder."""

    def __init__(
        self,
        folder: Path,
        *urls: str,
        timeout: float = 5,
        most: int = 100_000,
        patience: float = 20,
        surveys: dict[str, Survey] | None = None,
        days: float = 100,
        most_bytes: int = 10**9,
    ) -> None:
        self.tiles = TileStore(folder, days, most_bytes)
        clients = [TapClient(url, "cpcs/test", timeout, most) for url in urls]
        self.fetcher = Fetcher(clients, 4, self.tiles.keep, lambda _: None)
        self.cones = cones_of(
            folder,
            surveys or APASS,
            tiles=self.tiles,
            fetcher=self.fetcher,
            patience=patience,
        )


def stars(cones: ConeStore, radius: float = 0.2) -> int:
    found = cones.around(RA, DEC, radius, 2020.0)
    return len(found["APASS"]) if "APASS" in found else 0


def test_a_cone_is_fetched_kept_and_never_asked_for_again(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, server.url)
    cone = room.cones.cone("APASS", RA, DEC, 0.2)
    away = np.hypot((SKY["ra"] - RA) * np.cos(np.radians(DEC)), SKY["dec"] - DEC)
    assert abs(len(cone) - int((away < 0.2).sum())) <= 1
    assert set(cone.mag) == {"B", "V", "g", "r", "i"}
    assert np.isnan(cone.mag_err["V"]).any()  # an error of exactly 0 is not known
    assert server.agents == {"cpcs/test"}
    asked = len(server.queries)
    assert asked >= 1
    assert len(room.cones.cone("APASS", RA, DEC, 0.2)) == len(cone)
    assert len(Room(tmp_path, server.url).cones.cone("APASS", RA, DEC, 0.2)) == len(
        cone
    )
    assert len(server.queries) == asked


def test_bands_are_made_and_names_with_quotes_survive(
    tmp_path: Path, server: TapServer
) -> None:
    found = Room(tmp_path, server.url).cones.around(RA, DEC, 0.2, 2020.0)["APASS"]
    assert {"R", "I", "g", "r"} <= set(found.mag)
    assert all('"g\'mag" AS' in query for query in server.queries)


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


def test_a_wide_cone_takes_what_is_here_and_fetches_nothing(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, server.url)
    assert len(room.cones.cone("APASS", RA, DEC, 1.0)) == 0
    assert len(room.cones.named_cone("any", RA, DEC, 1.0)[1]) == 0
    assert server.queries == []
    near = room.cones.named_cone("any", RA, DEC, 0.2)
    assert near[0] == "APASS"
    asked = len(server.queries)
    assert len(room.cones.cone("APASS", RA, DEC, 1.0)) >= len(near[1]) > 0
    assert len(server.queries) == asked


@pytest.mark.parametrize("fault", ["500", "error", "truncated", "nonsense", "lacking"])
def test_a_fault_is_tried_again(tmp_path: Path, server: TapServer, fault: str) -> None:
    server.faults = [fault]
    room = Room(tmp_path, server.url)
    assert stars(room.cones) > 0
    assert room.cones.lacking(RA, DEC, 0.2) == []


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


def test_a_place_without_stars_is_remembered(tmp_path: Path, server: TapServer) -> None:
    room = Room(tmp_path, server.url)
    assert len(room.cones.cone("APASS", 10.0, -60.0, 0.1)) == 0
    asked = len(server.queries)
    assert len(room.cones.cone("APASS", 10.0, -60.0, 0.1)) == 0
    assert len(server.queries) == asked
    assert room.cones.lacking(10.0, -60.0, 0.1) == []


def test_outside_its_declinations_a_survey_is_not_asked(
    tmp_path: Path, server: TapServer
) -> None:
    surveys = {"PS1": read_definitions()["PS1"]}
    room = Room(tmp_path, server.url, surveys=surveys)
    assert room.cones.around(10.0, -60.0, 0.1, 2020.0) == {}
    assert server.queries == []
    assert room.cones.lacking(10.0, -60.0, 0.1) == []


def test_a_crowded_field_is_cut_and_the_cut_is_told(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, server.url, most=260)
    found = room.cones.around(RA, DEC, 0.2, 2020.0)["APASS"]
    cuts = room.cones.cuts(RA, DEC, 0.2)
    assert cuts["APASS"] in {19.0, 17.0, 15.0}
    assert np.nanmax(found.mag["V"]) < cuts["APASS"]


def test_another_definition_or_an_old_tile_is_fetched_again(
    tmp_path: Path, server: TapServer
) -> None:
    Room(tmp_path, server.url).cones.cone("APASS", RA, DEC, 0.1)
    asked = len(server.queries)
    old = Room(tmp_path, server.url, days=-1.0)
    assert len(old.cones.cone("APASS", RA, DEC, 0.1)) > 0
    flights = list(old.fetcher._flights.values())
    for flight in flights:
        flight.result(20)
    assert len(server.queries) == 2 * asked


def test_torn_tiles_are_not_served_and_the_least_used_go(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, server.url)
    stars(room.cones)
    files = sorted((tmp_path / "tiles").glob("*/*.npz"))
    files[0].write_bytes(files[0].read_bytes()[:100])
    again = Room(tmp_path, server.url)
    table = APASS["APASS"].remote
    assert table is not None
    assert again.tiles.read("APASS", table, int(files[0].stem)) is None
    small = Room(tmp_path, server.url, most_bytes=1)
    small.cones.cone("APASS", RA + 1, DEC, 0.05)
    assert len(list((tmp_path / "tiles").glob("*/*.npz"))) == 1


@pytest.mark.parametrize(("ra", "dec"), [(0.01, 5.0), (77.0, 89.9), (200.0, -89.95)])
def test_cones_across_0h_and_at_the_poles_are_whole(
    tmp_path: Path, ra: float, dec: float
) -> None:
    sky = random_sky(3000, ra, dec, 0.5 if abs(dec) < 80 else 0.09)
    with served(sky) as server:
        room = Room(tmp_path, server.url)
        cone = room.cones.cone("APASS", ra, dec, 0.3)
        away = separation(sky["ra"], sky["dec"], unit_vectors(ra, dec))
        assert len(cone) == int((away <= 0.3).sum())


def test_columns_that_differ_by_case_only_and_fluxes_are_told_apart(
    tmp_path: Path,
) -> None:
    sky = random_sky(400, RA, DEC, 0.3)
    sky["RA_ICRS"], sky["DE_ICRS"] = sky["ra"], sky["dec"]
    rng = np.random.default_rng(8)
    for band in "UBVRIugriz":
        sky[f"{band}mag"] = rng.uniform(12, 18, 400)
        sky[f"F{band}"] = 100.0
        sky[f"e_F{band}"] = rng.choice([1.0, 10.0], 400)  # good, or too faint
        sky[f"{band}Flag"] = rng.choice([0, 1], 400)
    with served(sky) as running:
        surveys = {"GaiaSP": read_definitions()["GaiaSP"]}
        cone = Room(tmp_path, running.url, surveys=surveys).cones.cone(
            "GaiaSP", RA, DEC, 0.2
        )
    place = {
        (ra, dec): n
        for n, (ra, dec) in enumerate(zip(sky["ra"], sky["dec"], strict=True))
    }
    row = sky[[place[star] for star in zip(cone.ra, cone.dec, strict=True)]]
    for band in "Uu":
        good = (row[f"{band}Flag"] == 1) & (row[f"e_F{band}"] == 1.0)
        np.testing.assert_allclose(
            cone.mag[band][good], row[f"{band}mag"][good], rtol=1e-6
        )
        assert np.isnan(cone.mag[band][~good]).all()
        np.testing.assert_allclose(cone.mag_err[band][good], 0.0108574, rtol=1e-4)


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
