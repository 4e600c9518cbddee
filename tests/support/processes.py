"""The processes of a stack that a test started, and of no other."""

import os
import signal
from pathlib import Path

from stack.running import Stack

__all__ = ["BROKER", "children", "find", "kill", "left_behind"]

BROKER = "beam.smp -W"
"""The broker's words. Every minute RabbitMQ starts a second beam.smp, without -W,
that sees to the name server and ends."""


def _table() -> dict[int, tuple[int, str]]:
    """Parent and command line of every process."""
    table = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
                command = (folder / "cmdline").read_text().replace("\0", " ")
            except (FileNotFoundError, ProcessLookupError):
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            table[int(folder.name)] = (parent, command)
    return table


def _descends(table: dict[int, tuple[int, str]], process: int, runner: int) -> bool:
    while process in table:
        if process == runner:
            return True
        process = table[process][0]
    return False


def find(stack: Stack, words: str) -> list[int]:
    """Return the stack's processes whose command line begins with a program's words."""
    table = _table()
    return [
        process
        for process, (_, command) in table.items()
        if words in command
        and "keep.sh" not in command
        and _descends(table, process, stack.runner)
    ]


def kill(stack: Stack, words: str, sign: signal.Signals = signal.SIGKILL) -> int:
    """Send a signal to the stack's processes of these words; return how many."""
    found = find(stack, words)
    for process in found:
        os.kill(process, sign)
    return len(found)


def children(stack: Stack, words: str) -> list[int]:
    """Return the children of the stack's processes of these words."""
    parents = find(stack, words)
    return [child for child, (parent, _) in _table().items() if parent in parents]


def left_behind(data_dir: Path) -> list[str]:
    """Return the command lines that still name a data folder."""
    return [command for _, command in _table().values() if str(data_dir) in command]
