"""The documentation site: it builds without a warning, and what it shows works."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.running import Stack
from stack.visitor import Visitor

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "site"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = ("console", "python")
TOLD = ("text", "bash", "toml")
"""What is no command of this site: installing, the operator's, a file's content."""
PAGES = [
    "tutorials/first-upload", "tutorials/subscribe", "howto/night", "howto/image",
    "howto/watch", "howto/lightcurve", "howto/scripts",
]  # fmt: skip


def blocks(page: str) -> Iterator[tuple[str, str]]:
    text = (SITE / f"{page}.md").read_text("utf-8")
    yield from ((kind, code) for kind, code in BLOCK.findall(text))


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html"]
    done = subprocess.run(  # noqa: S603 - the project's own site
        [*command, "-d", tmp_path / "trees", SITE, tmp_path / "html"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "html" / "reference" / "cli.html").read_text("utf-8")
    assert 'id="cpcs-upload"' in made


def test_every_block_of_the_site_is_run_or_told() -> None:
    pages = {path.relative_to(SITE).with_suffix("").as_posix() for path in own_pages()}
    run = {page for page in pages if any(kind in RUN for kind, _ in blocks(page))}
    assert run == set(PAGES)
    kinds = {kind for page in pages for kind, _ in blocks(page)}
    assert kinds <= {*RUN, *TOLD}


def own_pages() -> list[Path]:
    folders = ("tutorials", "howto")
    return [path for folder in folders for path in (SITE / folder).glob("*.md")]


def test_make_has_what_the_site_tells_operators() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    told = [code for kind, code in blocks("tutorials/own-server") if kind == "bash"]
    assert told
    for line in "".join(told).splitlines():
        assert f"\n{line.removeprefix('make ')}:" in makefile


@pytest.fixture(scope="module")
def environment(
    stack: Stack, observer: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    home = tmp_path_factory.mktemp("reader")
    tools = home / "bin"
    tools.mkdir()
    cpcs = tools / "cpcs"
    cpcs.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cpcs "$@"\n')
    cpcs.chmod(0o755)
    return {
        **{name: it for name, it in os.environ.items() if name[:5] != "CPCS_"},
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "client" / "src"),
        "CPCS_CONFIG_HOME": str(home),
        "CPCS_NO_KEYRING": "1",
        "HOME": str(home),
    }


@pytest.mark.parametrize("page", PAGES)
async def test_the_blocks_of_a_page_work_in_their_order(
    stack: Stack,
    observer: Visitor,
    environment: dict[str, str],
    tmp_path: Path,
    page: str,
) -> None:
    begin = [code for kind, code in blocks(PAGES[0]) if kind == "console"][:2]
    steps = [("console", code) for code in begin] if page != PAGES[0] else []
    if page in ("tutorials/subscribe", "howto/lightcurve"):
        sample = "$ cpcs sample ivo://Sample night\n$ cpcs upload night\n"
        steps.append(("console", sample))
    for kind, code in [*steps, *blocks(page)]:
        if kind in RUN:
            text = code.replace("https://cpcs.example.org", stack.url)
            text = text.replace("YOUR_HASHTAG", observer.hashtag)
            broker = stack.environment["CPCS_AMQP_URL"]
            text = re.sub(r'amqp://NAME:SECRET@[^"\s]*', broker, text)
            await run(kind, text, environment, tmp_path)


async def run(kind: str, code: str, environment: dict[str, str], folder: Path) -> None:
    if kind == "console":
        lines = [line[2:] for line in code.splitlines() if line.startswith("$ ")]
        command = ["sh", "-ec", "\n".join(lines)]
    else:
        command = [sys.executable, "-c", code]
    running = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await running.communicate()
    assert running.returncode == 0, f"{code}\n{told.decode()}"
