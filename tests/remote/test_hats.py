"""Cones out of a HATS archive: the same stars as out of any other source."""

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from astropy.table import Table

from services.catalog.domain.cone import Cone
from services.catalog.domain.healpix import shared_cone
from services.catalog.domain.quality import Condition
from services.catalog.domain.survey import Survey
from services.catalog.remote.hats import HatsArchive
from services.catalog.remote.source import FetchError
from shared.kernel.sphere import separation, unit_vectors
from tests.remote.room import APASS, Room
from tests.support.hats import write_archive
from tests.support.tap import random_sky


def survey(archive: str) -> dict[str, Survey]:
    """APASS, but out of an archive, and without what is not good."""
    apass = APASS["APASS"]
    assert apass.remote is not None
    where = (Condition("good", among=(1,)),)
    remote = replace(apass.remote, table="", hats=archive, where=where)
    return {"APASS": replace(apass, remote=remote)}


def sky(count: int, ra: float, dec: float, size: float) -> Table:
    stars = random_sky(count, ra, dec, size)
    stars["good"] = np.arange(count) % 3 != 0
    return stars


@pytest.mark.parametrize("index", ["_healpix_29", ""])
@pytest.mark.parametrize(("ra", "dec"), [(0.01, 5.0), (77.0, 89.9), (200.0, -40.0)])
def test_cones_out_of_an_archive_are_whole(
    tmp_path: Path, ra: float, dec: float, index: str
) -> None:
    stars = sky(3000, ra, dec, 0.5 if abs(dec) < 80 else 0.09)
    archive = str(tmp_path / "archive")
    write_archive(tmp_path / "archive", stars, 6, index=index)
    room = Room(tmp_path, surveys=survey(archive), archive=archive)
    cone = room.cones.of_survey("APASS", Cone(ra, dec, 0.3))
    away = separation(stars["ra"], stars["dec"], unit_vectors(ra, dec))
    wanted = stars[(away <= 0.3) & stars["good"]]
    assert len(cone) == len(wanted) > 100
    np.testing.assert_allclose(
        np.sort(cone.mag["V"]), np.sort(wanted["Vmag"]), rtol=1e-6
    )


def test_outside_the_archive_there_are_no_stars_and_that_is_kept(
    tmp_path: Path,
) -> None:
    archive = str(tmp_path / "archive")
    write_archive(tmp_path / "archive", sky(300, 10.0, 5.0, 0.3), 6)
    room = Room(tmp_path, surveys=survey(archive), archive=archive)
    whole = shared_cone(Cone(100.0, -30.0, 0.1))
    assert len(room.cones.of_survey("APASS", whole)) == 0
    assert room.sky(100.0, -30.0, 0.05).lacking == ()


def test_a_crowded_tile_of_an_archive_is_cut(tmp_path: Path) -> None:
    archive = str(tmp_path / "archive")
    write_archive(tmp_path / "archive", sky(4000, 10.0, 5.0, 0.6), 5)
    room = Room(tmp_path, surveys=survey(archive), archive=archive, most=1400)
    found = room.cones.of_survey("APASS", Cone(10.0, 5.0, 0.2))
    assert room.sky(10.0, 5.0, 0.2).cuts["APASS"] in {19.0, 17.0, 15.0}
    assert len(found) > 0


async def test_an_archive_behind_an_address_is_read_alike(tmp_path: Path) -> None:
    stars = sky(2000, 40.0, 5.0, 0.5)
    write_archive(tmp_path / "archive", stars, 6)
    agents = set()

    async def heard(request: web.Request, _: web.StreamResponse) -> None:
        agents.add(request.headers["User-Agent"])

    app = web.Application()
    app.router.add_static("/archive", tmp_path / "archive")
    app.on_response_prepare.append(heard)
    async with TestServer(app) as server:
        address = str(server.make_url("/archive"))
        room = Room(tmp_path, surveys=survey(address), archive=address)
        cone = await asyncio.to_thread(
            room.cones.of_survey, "APASS", Cone(40.0, 5.0, 0.3)
        )
    away = separation(stars["ra"], stars["dec"], unit_vectors(40.0, 5.0))
    assert len(cone) == int(((away <= 0.3) & stars["good"]).sum()) > 100
    assert agents == {"cpcs/test"}


@pytest.mark.parametrize("archive", ["", "http://127.0.0.1:1/archive"])
def test_an_archive_that_is_away_is_told_and_sinks_nothing(
    tmp_path: Path, archive: str
) -> None:
    archive = archive or str(tmp_path / "nothing")
    defined = survey(archive)
    table = defined["APASS"].remote
    assert table is not None
    with pytest.raises(FetchError):
        HatsArchive(archive, "cpcs/test", 2, 100).stars(
            table, Cone(1.0, 2.0, 0.1), None
        )
    room = Room(tmp_path, surveys=defined, archive=archive)
    assert room.cones.around(Cone(1.0, 2.0, 0.1), 2020.0).stars == {}
    assert room.sky(1.0, 2.0, 0.1).lacking == ("APASS",)
