"""kill -9 of a load: the old table serves, and the next load is whole."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from astropy.table import Table

from services.catalog.store.tables import SurveyTables
from tests.support.waiting import eventually


def stars(path: Path, count: int, seed: int) -> Path:
    rng = np.random.default_rng(seed)
    table = Table(
        {"ra": rng.uniform(0, 360, count), "dec": rng.uniform(-90, 90, count)}
    )
    table["V"], table["V_err"] = rng.uniform(8, 18, count), 0.02
    table.write(path)
    return path


async def test_a_killed_load_changes_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services.catalog.admin", "load", "X"]
    environment = {**os.environ, "CPCS_DATA_DIR": str(tmp_path)}
    first = stars(tmp_path / "first.parquet", 1000, 1)
    second = stars(tmp_path / "second.parquet", 2_000_000, 2)
    subprocess.run([*command, first], env=environment, check=True)  # noqa: ASYNC221, S603
    loading = subprocess.Popen([*command, second], env=environment)  # noqa: ASYNC220, S603

    async def begun() -> bool:
        folder = tmp_path / "surveys/X/loading"
        return folder.exists() and any(folder.iterdir())

    await eventually(begun)
    loading.kill()
    loading.wait()
    tables = SurveyTables(tmp_path)
    assert len(tables.rows("X")) == 1000
    assert loading.returncode == -9
    subprocess.run([*command, second], env=environment, check=True)  # noqa: ASYNC221, S603
    assert len(tables.rows("X")) == 2_001_000
    assert not (tmp_path / "surveys/X/loading").exists()
