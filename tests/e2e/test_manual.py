"""The manual's own script and commands, with another host in their addresses."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.conftest import TARGET
from tests.support.server import image

SCRIPT = r"""
object="TT Tri"
upload=0
for fil in *.cat
do
    core=`cut -f 1 -d '.' <<< $fil`

    HJD=`gethead HELJD ${core}.fts`
    fpath=`pwd`
    id=$object
    exp=`gethead EXPTIME ${core}.fts | cut -f 1 -d '.'`
    filename=$fil

    MJD=`echo "$HJD-2400000.5" | bc -l`

    curl -F matchDist=2 \
    -F MJD=$MJD \
    -F expTime=$exp \
    -F EventID="ivo://$id" \
    -F sexCat="@$fpath/$filename" \
    -F forceFilter=no \
    -F "hashtag=HASHTAG" \
    -F outputFormat=json \
    -F noPlot=1 \
    -F dryRun=$upload "URL/followup/cgi/upload"

    echo ""
done
"""
DELETE = 'curl -F followupid=$id -F hashtag="HASHTAG" URL/followup/cgi/delpoint'

GETHEAD = """#!/bin/sh
[ "$1" = HELJD ] && echo 2457741.5123 || echo 90.5
"""
BC = """#!/bin/sh
awk '{ split($0, part, "-"); printf "%.7f\\n", part[1] - part[2] }'
"""


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A folder with a night's catalogues, and stand-ins for the observer's tools."""
    for seed in (31, 32):
        (tmp_path / f"frame{seed}.cat").write_text(image(seed).catalogue)
    for name, text in (("gethead", GETHEAD), ("bc", BC)):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(text)
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    return tmp_path


async def shell(script: str, folder: Path, **variables: str) -> str:
    path = f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    running = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=folder, env={"PATH": path, **variables},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    printed, _ = await running.communicate()
    return printed.decode()


def for_this_server(script: str, stack: Stack, who: Visitor) -> str:
    return script.replace("HASHTAG", who.hashtag).replace("URL", stack.url)


async def test_the_manual_s_script_uploads_a_night(
    stack: Stack, observer: Visitor, night: Path
) -> None:
    printed = await shell(for_this_server(SCRIPT, stack, observer), night)
    answers = [json.loads(line) for line in printed.splitlines() if line.strip()]
    assert len(answers) == 2
    curve = await observer.light_curve(TARGET)
    for answer in answers:
        place = curve["id"].index(answer["followup_id"])
        assert curve["mjd"][place] == pytest.approx(57741.0123)
        assert curve["mag"][place] == answer["mag"]


async def test_the_manual_s_command_deletes_a_point(
    stack: Stack, observer: Visitor, night: Path
) -> None:
    answer = await observer.upload(TARGET, image(33))
    number = answer["followup_id"]
    command = for_this_server(DELETE, stack, observer)
    printed = await shell(command, night, id=str(number))
    assert f"Observation {number} is deleted." in printed
    assert number not in (await observer.light_curve(TARGET))["id"]


async def test_an_upload_without_a_format_is_answered_by_a_page(
    stack: Stack, observer: Visitor, night: Path
) -> None:
    command = (
        'curl -s -w "%{http_code}" -F MJD=57741.5 -F EventID="ivo://TT Tri" '
        "-F sexCat=@frame31.cat -F hashtag=HASHTAG URL/cgi/upload"
    )
    printed = await shell(for_this_server(command, stack, observer), night)
    assert printed.endswith("200")
    assert "Zero-point (ZP)" in printed
    assert "APASS/r" in printed


async def test_a_failed_upload_is_one_short_line_of_text(
    stack: Stack, observer: Visitor, night: Path
) -> None:
    script = SCRIPT.replace("TT Tri", "Nothing").replace("MJD=`", "MJD=57741 #`")
    printed = await shell(for_this_server(script, stack, observer), night)
    assert printed.splitlines()[0] == (
        "There is no target ivo://Nothing: add it first at newevent."
    )
