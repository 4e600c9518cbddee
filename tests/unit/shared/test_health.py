"""A process says how it is, on a socket or on a port."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from shared.health import healthy, readiness, readiness_at
from shared.settings import ServiceSettings
from tests.support.server import free_port


async def checked(**environment: str) -> int:
    """Return how the container's own check ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-S", "-m", "shared.healthcheck", "catalog"),
        env={**os.environ, **environment},
    )
    return await process.wait()


@pytest.mark.parametrize("troubles", [[], ["its store is out of reach"]])
async def test_on_a_socket_in_the_data_folder(
    tmp_path: Path, troubles: list[str]
) -> None:
    async def found() -> list[str]:
        return troubles

    async with healthy("catalog", ServiceSettings(data_dir=tmp_path), found):
        told = await readiness("catalog", tmp_path)
        assert (told.ready, list(told.troubles)) == (not troubles, troubles)
        assert await checked(CPCS_DATA_DIR=str(tmp_path)) == bool(troubles)
    assert await checked(CPCS_DATA_DIR=str(tmp_path)) == 1


@pytest.mark.parametrize("troubles", [[], ["its store is out of reach"]])
async def test_on_a_port_of_its_own(tmp_path: Path, troubles: list[str]) -> None:
    async def found() -> list[str]:
        return troubles

    port = free_port()
    settings = ServiceSettings(data_dir=tmp_path, health_port=port)
    async with healthy("catalog", settings, found, lambda: ["a table is old"]):
        told = await readiness_at(f"http://127.0.0.1:{port}")
        assert told.ready is not bool(troubles)
        assert told.troubles == (*troubles, "a table is old")
        assert await checked(CPCS_HEALTH_PORT=str(port)) == bool(troubles)
        assert not (tmp_path / "run").exists()
    told = await readiness_at(f"http://127.0.0.1:{port}")
    assert told.troubles == (f"it does not answer at http://127.0.0.1:{port}",)
