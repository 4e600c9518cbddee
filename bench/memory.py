"""How much memory a process has."""

from contextlib import suppress
from pathlib import Path

__all__ = ["proportional"]


def proportional(pid: int) -> float:
    """Return a process's proportional memory [MB]; 0 of one that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1000
    return 0.0
