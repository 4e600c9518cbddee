"""Every command that the documents show is one that cpcs-server understands."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from operate.__main__ import commands

ROOT = Path(__file__).parents[2]
PAGES = (*sorted((ROOT / "docs").glob("**/*.md")), ROOT / "README.md")
SHOWN = re.compile(r"^ +\./cpcs-server (.*?)(?: +#.*)?$", re.MULTILINE)
LINES = sorted(
    {line for page in PAGES for line in SHOWN.findall(page.read_text("utf-8"))}
)
WHOLE: Any = typer.main.get_command(commands)


@pytest.mark.parametrize("line", LINES)
def test_a_command_in_the_documents_is_understood(line: str) -> None:
    command, words = WHOLE, shlex.split(line)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    context = command.make_context(line, words)
    assert context.command.help


def leaves(command: Any, path: str = "") -> list[str]:
    if not hasattr(command, "commands"):
        return [path.strip()]
    found = command.commands.items()
    return [one for name, it in found for one in leaves(it, f"{path} {name}")]


@pytest.mark.parametrize("path", leaves(WHOLE))
def test_every_command_is_in_the_documents(path: str) -> None:
    assert any(line.startswith(path) for line in LINES)
