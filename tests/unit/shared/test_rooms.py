"""Files that a killed process left are cleared away; those of living ones stay."""

import os
import time
from pathlib import Path

import pytest

from shared.blobs import clear_rooms


def test_only_what_is_old_and_ours_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    long_ago = time.time() - 7200
    for name, old in (("cpcs-left", True), ("cpcs-now", False), ("other", True)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "image.fits").write_bytes(b"SIMPLE")
        if old:
            os.utime(tmp_path / name, (long_ago, long_ago))
    clear_rooms()
    assert {one.name for one in tmp_path.iterdir()} == {"cpcs-now", "other"}
