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


async def test_all_processes_of_a_name_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two replicas: one in trouble is told, and the service is ready by the other."""
    ports = [free_port(), free_port()]

    async def found(host: str, port: int, **_: object) -> list[object]:
        assert (host, port) == ("catalog", 9100)
        return [(0, 0, 0, "", ("127.0.0.1", one)) for one in ports]

    async def well() -> list[str]:
        return []

    async def ill() -> list[str]:
        return ["its store is out of reach"]

    async with (
        healthy("one", ServiceSettings(data_dir=tmp_path, health_port=ports[0]), well),
        healthy("two", ServiceSettings(data_dir=tmp_path, health_port=ports[1]), ill),
    ):
        monkeypatch.setattr("shared.health._resolved", found)
        told = await readiness_at("http://catalog:9100")
    assert told.ready
    assert told.troubles == ("its store is out of reach",)
