"""The observers' command line and subscriber, against a running server."""

import asyncio
import json
from pathlib import Path

import pytest
from cpcs import AsyncClient, Client
from cpcs.calls import Upload

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.conftest import SHELL_TARGET
from tests.support.server import image
from tests.support.shell import Shell, night


async def test_a_night_is_sent_and_again_never_doubles(
    shell: Shell, observer: Visitor, tmp_path: Path
) -> None:
    frames = [image(number) for number in (301, 302, 303)]
    night(tmp_path, frames, SHELL_TARGET)
    cards = ("SIMPLE  =                    T", "IMAGETYP= 'FLAT    '", "END")
    header = "".join(card.ljust(80) for card in cards).ljust(2880)
    (tmp_path / "flat.fits").write_text(header, "ascii")
    told = await shell.run("upload", str(tmp_path))
    assert "MJD-OBS + half the exposure" in told
    assert "flat.fits: a flat field, no image of the sky" in told
    assert told.count("stored ") == 3
    again = json.loads(await shell.run("upload", str(tmp_path), "--json"))
    assert all(one["again"] for one in again)
    curve = json.loads(await shell.run("lc", "command line", "--json"))
    assert [one["mjd"] for one in curve] == pytest.approx(
        [frame.mjd for frame in frames], abs=1e-7
    )
    assert (
        "3 "
        in str(len(json.loads(await shell.run("jobs", str(tmp_path), "--json")))) + " "
    )
    number = str(curve[0]["id"])
    assert "is deleted" in await shell.run("rm", number)
    assert "is back" in await shell.run("rm", "--undo", number)


async def test_a_dry_run_stores_nothing(shell: Shell, tmp_path: Path) -> None:
    night(tmp_path, [image(310)], SHELL_TARGET)
    told = await shell.run("upload", str(tmp_path), "--dry-run")
    assert "tried image-310.cat" in told
    curve = json.loads(await shell.run("lc", SHELL_TARGET, "--json"))
    assert image(310).mjd not in [one["mjd"] for one in curve]


async def test_a_refused_frame_has_its_sentence_and_an_exit_code(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "few.cat").write_text("# 1 MAG_AUTO\n1.0\n")
    night(tmp_path, [image(311)], SHELL_TARGET)
    (tmp_path / "few.fits").write_bytes((tmp_path / "image-311.fits").read_bytes())
    told = await shell.run("upload", str(tmp_path), code=1)
    assert "refused few.cat" in told
    assert "stored image-311.cat" in told


async def test_what_is_wrong_is_a_sentence_and_a_code(
    shell: Shell, stack: Stack
) -> None:
    assert "does not answer" in await shell.run(
        "whoami", "--url", "http://127.0.0.1:9", code=3
    )
    assert "Log in" in await shell.run("whoami", "--hashtag", "wrong", code=4)
    assert "no target" in await shell.run("lc", "ivo://Nothing at all", code=1)
    await shell.run("upload", code=2)
    assert stack.url in await shell.run("doctor")


async def test_a_folder_is_watched_and_sorted(shell: Shell, tmp_path: Path) -> None:
    night(tmp_path, [image(320), image(321)], SHELL_TARGET)
    (tmp_path / "bad.cat").write_text("nonsense\n")
    told = await shell.run("watch", str(tmp_path), "--once", "--every", "0.5")
    assert told.count("stored ") == 2
    assert sorted(one.name for one in (tmp_path / "done").glob("*.cat")) == [
        "image-320.cat",
        "image-321.cat",
    ]
    reason = (tmp_path / "failed" / "bad.cat.txt").read_text("utf-8")
    assert "time" in reason
    assert (tmp_path / "done" / "image-320.fits").exists()


async def test_curves_are_drawn_and_saved(shell: Shell, tmp_path: Path) -> None:
    drawn = await shell.run("lc", SHELL_TARGET, "--plot")
    assert "● r" in drawn
    for name, start in (
        ("a.csv", b"id,"),
        ("a.ecsv", b"# %ECSV"),
        ("a.png", b"\x89PNG"),
    ):
        path = tmp_path / name
        await shell.run("lc", SHELL_TARGET, "--save", str(path))
        assert path.read_bytes().startswith(start)


async def test_targets_are_entered_and_found(shell: Shell) -> None:
    told = await shell.run("new", "ivo://Typed in", "200.5", "--", "-12.25")
    assert "ivo://Typed in is target" in told
    (found,) = json.loads(await shell.run("targets", "typed", "--json"))
    assert (found["ra"], found["dec"]) == (200.5, -12.25)


async def test_the_library_serves_programs(
    stack: Stack, observer: Visitor, shell: Shell
) -> None:
    frame = image(330)
    order = Upload(
        name=frame.name,
        content=frame.catalogue.encode(),
        mjd=frame.mjd,
        target=SHELL_TARGET,
        exposure_time=frame.exposure_time,
    )
    async with AsyncClient(stack.url, observer.hashtag) as client:
        job = await client.upload(order, key="one")
        assert job.observation is not None
        heard = client.events(SHELL_TARGET, last="")
        again = await client.upload(order, key="one")
        assert again.id == job.id
        await heard.aclose()
        curve = await client.lightcurve(SHELL_TARGET)
    table = curve.to_table()
    assert str(table["mag"].unit) == "mag"
    assert len(curve.to_timeseries()) == len(curve) == len(curve.to_dataframe())

    def listed() -> tuple[list[str], int]:
        with Client(stack.url, observer.hashtag) as client:
            names = [one.name for one in client.targets("command")]
            newest = max(one.id for one in client.observations())
            return names, sum(1 for _ in client.observations(above=newest - 1))

    assert await asyncio.to_thread(listed) == ([SHELL_TARGET], 1)
