"""Where a survey has nothing, it is not asked; its MOC says where that is."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import astropy.units as u
import pytest
from mocpy import MOC
from typing_extensions import override

from services.catalog.domain.cone import Cone
from services.catalog.domain.healpix import ORDER_OF_TILES, tiles_of
from tests.remote.room import DEC, RA, Room
from tests.support.tap import TapServer


class Coverage:
    """A service of MOCs: what it answers, and what it was asked."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.status = 200
        self.asked: list[str] = []
        self.url = ""


def coverage(folder: Path, ra: float, dec: float, order: int) -> bytes:
    """The MOC of a cone of two degrees."""
    moc = MOC.from_cone(ra * u.deg, dec * u.deg, radius=2 * u.deg, max_depth=order)
    moc.save(folder / "moc.fits", format="fits", overwrite=True)
    return (folder / "moc.fits").read_bytes()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Coverage]:
    found = Coverage(coverage(tmp_path, RA, DEC, 9))

    class Handler(BaseHTTPRequestHandler):
        @override
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.send_response(found.status)
            self.send_header("Content-Length", str(len(found.content)))
            self.end_headers()
            self.wfile.write(found.content)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{http.server_port}/moc"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield found
    http.shutdown()
    http.server_close()
    thread.join()


def test_outside_its_footprint_a_survey_is_not_asked(
    tmp_path: Path, server: TapServer, service: Coverage
) -> None:
    room = Room(tmp_path, server.url, footprints=service.url)
    assert len(room.cones.of_survey("APASS", Cone(RA, DEC, 0.2))) > 0
    inside = len(server.queries)
    assert inside > 0
    assert room.cones.around(Cone(RA + 90, -DEC, 0.1), 2020.0).stars == {}
    assert len(server.queries) == inside
    assert room.sky(RA + 90, -DEC, 0.1).lacking == ()
    assert service.asked == ["/moc/II/336/apass9?order=7"]
    again = Room(tmp_path, server.url, footprints=service.url)
    again.cones.of_survey("APASS", Cone(RA + 50, -DEC, 0.2))
    assert len(service.asked) == 1  # it is on disk


@pytest.mark.parametrize("order", [4, ORDER_OF_TILES, 10])
def test_the_tiles_of_a_footprint_are_those_it_touches(
    tmp_path: Path, server: TapServer, service: Coverage, order: int
) -> None:
    service.content = coverage(tmp_path, 0.3, 88.0, order)
    room = Room(tmp_path, server.url, footprints=service.url)
    table = room.table()
    covered = room.footprints.covers
    within = [int(tile) for tile in tiles_of(Cone(0.3, 88.0, 1.5))]
    assert all(covered("APASS", table, tile) for tile in within)
    far = [int(tile) for tile in tiles_of(Cone(0.3, 50.0, 1.5))]
    assert not any(covered("APASS", table, tile) for tile in far)


def test_a_table_without_a_footprint_is_everywhere_and_sinks_no_other(
    tmp_path: Path, server: TapServer, service: Coverage
) -> None:
    service.status = 404
    room = Room(tmp_path, server.url, footprints=service.url)
    for version in range(5):
        table = replace(room.table(), version=str(version))
        assert all(room.footprints.covers("APASS", table, tile) for tile in range(9))
    assert len(service.asked) == 5  # once each: the service is not at fault
    service.status = 200
    assert not room.footprints.covers("APASS", room.table(), 0)


@pytest.mark.parametrize("fault", ["500", "nonsense", "away"])
def test_a_footprint_nobody_tells_is_the_whole_sky(
    tmp_path: Path, server: TapServer, service: Coverage, fault: str
) -> None:
    service.status = 500 if fault == "500" else 200
    service.content = b"no MOC"
    url = "http://127.0.0.1:1" if fault == "away" else service.url
    room = Room(tmp_path, server.url, footprints=url)
    assert len(room.cones.of_survey("APASS", Cone(RA, DEC, 0.2))) > 0
    assert list((tmp_path / "footprints").glob("*")) == []
    for tile in range(20):
        assert room.footprints.covers("APASS", room.table(), tile)
    assert len(service.asked) <= 3  # then it is left alone
