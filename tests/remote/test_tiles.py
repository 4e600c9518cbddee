"""Stars fetched from a TAP service that speaks the real protocol, and misbehaves."""

from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from services.catalog.domain.cone import Cone
from services.catalog.store.definitions import read_definitions
from shared.kernel.sphere import separation, unit_vectors
from tests.remote.room import APASS, DEC, RA, SKY, Room, stars
from tests.support.tap import TapServer, random_sky, served

PLACE = Cone(RA, DEC, 0.2)


def test_a_cone_is_fetched_kept_and_never_asked_for_again(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, server.url)
    cone = room.cones.of_survey("APASS", PLACE)
    away = np.hypot((SKY["ra"] - RA) * np.cos(np.radians(DEC)), SKY["dec"] - DEC)
    assert abs(len(cone) - int((away < 0.2).sum())) <= 1
    assert set(cone.mag) == {"B", "V", "g", "r", "i"}
    assert np.isnan(cone.mag_err["V"]).any()  # an error of exactly 0 is not known
    assert server.agents == {"cpcs/test"}
    asked = len(server.queries)
    assert asked >= 1
    assert len(room.cones.of_survey("APASS", PLACE)) == len(cone)
    assert len(Room(tmp_path, server.url).cones.of_survey("APASS", PLACE)) == len(cone)
    assert len(server.queries) == asked


def test_bands_are_made_and_names_with_quotes_survive(
    tmp_path: Path, server: TapServer
) -> None:
    found = Room(tmp_path, server.url).cones.around(PLACE, 2020.0).stars["APASS"]
    assert {"R", "I", "g", "r"} <= set(found.mag)
    assert all('"g\'mag" AS' in query for query in server.queries)


def test_a_wide_cone_takes_what_is_here_and_fetches_nothing(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, server.url)
    assert len(room.cones.of_survey("APASS", Cone(RA, DEC, 1.0))) == 0
    assert len(room.cones.named("any", Cone(RA, DEC, 1.0))[1]) == 0
    assert server.queries == []
    near = room.cones.named("any", PLACE)
    assert near[0] == "APASS"
    asked = len(server.queries)
    assert len(room.cones.of_survey("APASS", Cone(RA, DEC, 1.0))) >= len(near[1]) > 0
    assert len(server.queries) == asked


def test_a_place_without_stars_is_remembered(tmp_path: Path, server: TapServer) -> None:
    room = Room(tmp_path, server.url)
    assert len(room.cones.of_survey("APASS", Cone(10.0, -60.0, 0.1))) == 0
    asked = len(server.queries)
    assert len(room.cones.of_survey("APASS", Cone(10.0, -60.0, 0.1))) == 0
    assert len(server.queries) == asked
    assert room.sky(10.0, -60.0, 0.1).lacking == ()


def test_outside_its_declinations_a_survey_is_not_asked(
    tmp_path: Path, server: TapServer
) -> None:
    surveys = {"PS1": read_definitions()["PS1"]}
    room = Room(tmp_path, server.url, surveys=surveys)
    assert room.cones.around(Cone(10.0, -60.0, 0.1), 2020.0).stars == {}
    assert server.queries == []
    assert room.sky(10.0, -60.0, 0.1).lacking == ()


def test_a_crowded_field_is_cut_and_the_cut_is_told(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, server.url, most=260)
    found = room.cones.around(PLACE, 2020.0).stars["APASS"]
    cuts = room.sky(RA, DEC, 0.2).cuts
    assert cuts["APASS"] in {19.0, 17.0, 15.0}
    assert np.nanmax(found.mag["V"]) < cuts["APASS"]


def test_another_definition_or_an_old_tile_is_fetched_again(
    tmp_path: Path, server: TapServer
) -> None:
    Room(tmp_path, server.url).cones.of_survey("APASS", Cone(RA, DEC, 0.1))
    asked = len(server.queries)
    old = Room(tmp_path, server.url, days=-1.0)
    assert len(old.cones.of_survey("APASS", Cone(RA, DEC, 0.1))) > 0
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
    assert not files[0].exists()  # it will be fetched again
    files[1].write_bytes(b"")
    asked = len(server.queries)
    torn = again.cones.around(PLACE, 2020.0)
    assert torn.lacking == ("APASS",)  # what is found torn while it is read
    assert again.cones.around(PLACE, 2020.0).lacking == ()
    assert len(server.queries) == asked + 2
    small = Room(tmp_path, server.url, most_bytes=1)
    small.cones.of_survey("APASS", Cone(RA + 1, DEC, 0.05))
    assert len(list((tmp_path / "tiles").glob("*/*.npz"))) == 1


@pytest.mark.parametrize(("ra", "dec"), [(0.01, 5.0), (77.0, 89.9), (200.0, -89.95)])
def test_cones_across_0h_and_at_the_poles_are_whole(
    tmp_path: Path, ra: float, dec: float
) -> None:
    sky = random_sky(3000, ra, dec, 0.5 if abs(dec) < 80 else 0.09)
    with served(sky) as server:
        room = Room(tmp_path, server.url)
        cone = room.cones.of_survey("APASS", Cone(ra, dec, 0.3))
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
        cone = Room(tmp_path, running.url, surveys=surveys).cones.of_survey(
            "GaiaSP", PLACE
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


def test_a_file_that_is_renamed_while_tiles_are_counted_is_no_fault(
    tmp_path: Path, server: TapServer
) -> None:
    room = Room(tmp_path, server.url)
    room.cones.of_survey("APASS", PLACE)
    (folder,) = (tmp_path / "tiles").iterdir()
    for name in ("gone.part", "gone.npz"):  # seen in the folder, and not there
        (folder / name).symlink_to(tmp_path / "renamed")
    again = Room(tmp_path, server.url)
    with capture_logs() as lines:
        stars = again.cones.of_survey("APASS", Cone(RA + 1.5, DEC, 0.2))
    assert len(stars) > 0
    assert lines == []
