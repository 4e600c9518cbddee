"""The command line, as a new user runs it, and a night's files."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stack.night import Image

__all__ = ["ROOT", "Shell", "night"]

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


def night(folder: Path, frames: Sequence[Image], name: str) -> None:
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
