"""A whole server for tests: free ports, a temporary folder, a simulated survey."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import numpy as np
from aiohttp import ClientSession, ClientTimeout

from stack.night import Image
from stack.running import SERVICES, Stack, running_stack
from stack.sky import Sky, simulated_sky
from stack.visitor import Visitor
from tests.support.ground import ground

__all__ = [
    "DEC",
    "RA",
    "SKY",
    "ZERO_POINT",
    "environment",
    "free_port",
    "image",
    "load",
    "server",
    "visitor",
]

RA, DEC = 0.02, 30.0
"""A field across 0h."""

ZERO_POINT = 22.5
SKY = simulated_sky(np.random.default_rng(11), RA, DEC, 0.12, 120)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Return what a stack of its own is told, whatever is said of another."""
    clean = {name: it for name, it in os.environ.items() if name[:5] != "CPCS_"}
    return {
        **clean,
        "CPCS_DATA_DIR": str(folder),
        "CPCS_HTTP_PORT": str(free_port()),
        "CPCS_TAP_SERVICES": "",
        "CPCS_FOOTPRINTS": "",
        **ground(folder),
        **changes,
    }


@asynccontextmanager
async def server(
    folder: Path, services: Sequence[str] = SERVICES, **changes: str
) -> AsyncIterator[Stack]:
    """Run a stack of its own."""
    async with running_stack(environment(folder, **changes), services) as stack:
        yield stack


async def load(stack: Stack, survey: str = "APASS", sky: Sky = SKY) -> None:
    """Load what a survey measured of the simulated sky."""
    path = stack.data_dir / f"{survey}.ecsv"
    sky.survey(np.random.default_rng(12)).write(path, format="ascii.ecsv")
    command = [sys.executable, "-m", "services.catalog.admin", "load", survey, path]
    loading = partial(subprocess.run, command, check=True, capture_output=True)
    await asyncio.to_thread(loading, env=dict(stack.environment))


@asynccontextmanager
async def visitor(stack: Stack, name: str = "") -> AsyncIterator[Visitor]:
    """Let somebody visit: the administrator, or a new observer of a name."""
    async with ClientSession(timeout=ClientTimeout(120)) as session:
        who = Visitor(session, stack.url, stack.admin_hashtag())
        if name:
            told = await who.post("newuser", obsName=name, lon="21.4", lat="52.1")
            who.hashtag = told.split(": ")[1]
        yield who


def image(seed: int, magnitude: float | None = 14.0, band: str = "r") -> Image:
    """An image of the field with the target at a magnitude, or without it."""
    target = None if magnitude is None else (RA, DEC, magnitude)
    rng = np.random.default_rng(seed)
    catalogue = SKY.image(rng, band, ZERO_POINT, target=target)
    return Image(f"image-{seed}.cat", 57700.0 + seed / 100, 90.0, catalogue)
