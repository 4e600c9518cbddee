"""The observers' command line and subscriber, against a running server."""

import asyncio
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

import aio_pika
import aiormq
import pytest
from cpcs import AsyncClient, Client
from cpcs.calls import Upload
from cpcs.sse import Happening

from stack.night import Image
from stack.running import Stack
from stack.visitor import Visitor
from tests.support.server import DEC, RA, image
from tests.support.waiting import eventually

TARGET = "ivo://Command line"
ROOT = Path(__file__).parents[2]


@dataclass
class Shell:
    """Runs ``cpcs`` as a new user would."""

    environment: dict[str, str]

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "cpcs", *words]

    async def run(self, *words: str, code: int = 0) -> str:
        running = await asyncio.create_subprocess_exec(
            *self.command(*words),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await running.communicate()
        assert running.returncode == code, told.decode()
        return told.decode()


@pytest.fixture(scope="module")
async def shell(
    stack: Stack, observer: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> Shell:
    await observer.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
    home = tmp_path_factory.mktemp("home")
    environment = {
        **{name: it for name, it in os.environ.items() if name[:5] != "CPCS_"},
        "PYTHONPATH": str(ROOT / "client" / "src"),
        "CPCS_CONFIG_HOME": str(home),
        "CPCS_NO_KEYRING": "1",
        "COLUMNS": "120",
        "HOME": str(home),
    }
    made = Shell(environment)
    told = await made.run("login", stack.url, "--hashtag", observer.hashtag)
    assert "You are Ostrowik 0.6m, K.Rybicki" in told
    return made


def night(folder: Path, frames: Sequence[Image], name: str = TARGET) -> None:
    """Write catalogues, and images of which only the header matters."""
    for frame in frames:
        catalogue = folder / frame.name
        catalogue.write_text(frame.catalogue)
        start = frame.mjd - frame.exposure_time / 2 / 86400
        cards = {
            "SIMPLE": "T",
            "OBJECT": f"'{name.removeprefix('ivo://')}'",
            "MJD-OBS": f"{start:.9f}",
            "EXPTIME": str(frame.exposure_time),
        }
        lines = [f"{key:8}= {text:>20}".ljust(80) for key, text in cards.items()]
        text = "".join([*lines, "END".ljust(80)]).ljust(2880)
        catalogue.with_suffix(".fits").write_text(text)


async def test_a_night_is_sent_and_again_never_doubles(
    shell: Shell, observer: Visitor, tmp_path: Path
) -> None:
    frames = [image(number) for number in (301, 302, 303)]
    night(tmp_path, frames)
    (tmp_path / "flat.fits").write_bytes(b"SIMPLE")
    told = await shell.run("upload", str(tmp_path))
    assert "MJD-OBS + half the exposure" in told
    assert "flat.fits: an image without its catalogue" in told
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
    night(tmp_path, [image(310)])
    told = await shell.run("upload", str(tmp_path), "--dry-run")
    assert "tried image-310.cat" in told
    curve = json.loads(await shell.run("lc", TARGET, "--json"))
    assert image(310).mjd not in [one["mjd"] for one in curve]


async def test_a_refused_frame_has_its_sentence_and_an_exit_code(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "few.cat").write_text("# 1 MAG_AUTO\n1.0\n")
    night(tmp_path, [image(311)])
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
    night(tmp_path, [image(320), image(321)])
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
    drawn = await shell.run("lc", TARGET, "--plot")
    assert "● r" in drawn
    for name, start in (
        ("a.csv", b"id,"),
        ("a.ecsv", b"# %ECSV"),
        ("a.png", b"\x89PNG"),
    ):
        path = tmp_path / name
        await shell.run("lc", TARGET, "--save", str(path))
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
        target=TARGET,
        exposure_time=frame.exposure_time,
    )
    async with AsyncClient(stack.url, observer.hashtag) as client:
        job = await client.upload(order, key="one")
        assert job.observation is not None
        heard = client.events(TARGET, last="")
        again = await client.upload(order, key="one")
        assert again.id == job.id
        await heard.aclose()
        curve = await client.lightcurve(TARGET)
    table = curve.to_table()
    assert str(table["mag"].unit) == "mag"
    assert len(curve.to_timeseries()) == len(curve) == len(curve.to_dataframe())

    def listed() -> tuple[list[str], int]:
        with Client(stack.url, observer.hashtag) as client:
            names = [one.name for one in client.targets("command")]
            newest = max(one.id for one in client.observations())
            return names, sum(1 for _ in client.observations(above=newest - 1))

    assert await asyncio.to_thread(listed) == ([TARGET], 1)


async def test_a_subscriber_that_is_killed_goes_on_where_it_stopped(
    stack: Stack, observer: Visitor, shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "points.sqlite"
    broker = stack.environment["CPCS_AMQP_URL"]
    command = shell.command("subscribe", "--broker", broker, "--into", str(path))

    def kept() -> dict[int, int]:
        if not path.exists():
            return {}
        with sqlite3.connect(path) as base:
            wanted = "SELECT number, revision FROM points WHERE NOT deleted"
            try:
                return dict(base.execute(wanted).fetchall())
            except sqlite3.OperationalError:
                return {}

    async def caught_up() -> bool:
        curve = json.loads(await shell.run("lc", TARGET, "--json"))
        return {one["id"] for one in curve} <= set(kept())

    for number in (340, 341):
        running = await asyncio.create_subprocess_exec(*command, env=shell.environment)
        added = await observer.upload(TARGET, image(number))
        await eventually(caught_up)
        running.kill()
        await running.wait()
        await observer.post("delpoint", followupid=str(added["followup_id"]))
    running = await asyncio.create_subprocess_exec(*command, env=shell.environment)

    async def deletion_is_heard() -> bool:
        return added["followup_id"] not in kept()

    await eventually(deletion_is_heard)
    await eventually(caught_up)
    running.kill()
    await running.wait()


async def test_a_subscribers_account_may_read_points_and_nothing_else(
    stack: Stack, observer: Visitor, shell: Shell, tmp_path: Path
) -> None:
    making = await asyncio.create_subprocess_exec(
        "stack/subscriber.sh",
        "reader",
        env=dict(stack.environment),
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await making.communicate()
    assert making.returncode == 0
    account = told.decode().strip()
    broker = stack.environment["CPCS_AMQP_URL"].replace("guest:guest", account)
    await observer.upload(TARGET, image(350))
    path = tmp_path / "points.jsonl"
    command = shell.command("subscribe", "--broker", broker, "--into", str(path))
    running = await asyncio.create_subprocess_exec(*command, env=shell.environment)

    async def heard() -> bool:
        return path.exists() and TARGET in path.read_text("utf-8")

    await eventually(heard)
    running.kill()
    await running.wait()
    for forbidden in (publish, declare, bind, read_another):
        connection = await aio_pika.connect(broker)
        async with connection:
            channel = await connection.channel()
            with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
                await forbidden(channel)


async def publish(channel: aio_pika.abc.AbstractChannel) -> None:
    exchange = await channel.get_exchange("cpcs", ensure=False)
    await exchange.publish(aio_pika.Message(b"{}"), "observation.recorded.v1")


async def declare(channel: aio_pika.abc.AbstractChannel) -> None:
    await channel.declare_queue("mine")


async def bind(channel: aio_pika.abc.AbstractChannel) -> None:
    queue = await channel.get_queue("cpcs.observations", ensure=False)
    await queue.bind("cpcs", "#")


async def read_another(channel: aio_pika.abc.AbstractChannel) -> None:
    queue = await channel.get_queue("gateway.observation.recorded.v1", ensure=False)
    await queue.get(no_ack=True)


@pytest.mark.parametrize("example", ["points.py", "points.mjs", "points.sh"])
async def test_the_examples_print_points(
    stack: Stack, observer: Visitor, shell: Shell, tmp_path: Path, example: str
) -> None:
    path = ROOT / "client" / "examples" / example
    place = tmp_path / example
    place.write_bytes(path.read_bytes())
    (tmp_path / "node_modules").symlink_to(ROOT / ".npm" / "node_modules")
    program = {"py": sys.executable, "mjs": "node", "sh": "sh"}[example.split(".")[1]]
    if program == "sh" and shutil.which("amqp-consume") is None:
        pytest.skip("amqp-tools are not here")
    running = await asyncio.create_subprocess_exec(
        program,
        str(place),
        stack.environment["CPCS_AMQP_URL"],
        env=shell.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert running.stdout is not None
    told = b""
    number = 400
    while TARGET.encode() not in told:  # what comes before it listens is not heard
        await observer.upload(TARGET, image(number))
        number += 1
        with suppress(TimeoutError):
            told += await asyncio.wait_for(running.stdout.read(65536), 2)
        assert not running.stdout.at_eof(), told.decode()
    running.kill()
    await running.wait()
    assert b"APASS" in told


async def test_events_are_followed_live_and_from_the_past(
    stack: Stack, observer: Visitor, shell: Shell
) -> None:
    async with AsyncClient(stack.url, observer.hashtag) as client:
        stream = client.events(TARGET)
        waiting = asyncio.ensure_future(anext(stream))
        ids, number = [], 360
        while not waiting.done():  # what comes before it listens is not heard
            added = await observer.upload(TARGET, image(number))
            ids.append(added["followup_id"])
            number += 1
            await asyncio.wait({waiting}, timeout=3)
        first = waiting.result()
        await stream.aclose()
        assert first.kind == "observation"
        assert first.content["id"] in ids
        await observer.post("delpoint", followupid=str(ids[-1]))
        after = client.events(TARGET, last=first.id)
        told = [one async for one in _until(after, "deletion", ids[-1])]
    assert told[-1].content == {"id": ids[-1]}


async def _until(
    stream: AsyncGenerator[Happening, None], kind: str, number: int
) -> AsyncGenerator[Happening, None]:
    async with aclosing(stream) as heard:
        async for one in heard:
            yield one
            if one.kind == kind and one.content["id"] == number:
                return
