"""Where the server is: by the environment, else by what ``make up`` wrote."""

import os
from pathlib import Path

__all__ = ["find_server"]

_FOLDER = "CPCS_DATA_DIR"
_HERE = Path(__file__).parent.parent


def find_server() -> None:
    """Let the environment say where broker, store and data folder are.

    What it says already stays: a folder's file is for what it leaves open.
    """
    folder = _data_folder()
    os.environ.setdefault(_FOLDER, str(folder))
    try:
        lines = (folder / "environment").read_text("utf-8").splitlines()
    except (FileNotFoundError, PermissionError):
        return
    for name, _, value in (line.partition("=") for line in lines):
        os.environ.setdefault(name, value)


def _data_folder() -> Path:
    """Return the folder that is named, else that of this place, else the project's."""
    if named := os.environ.get(_FOLDER):
        return Path(named)
    here = Path(".data")
    return here if here.exists() else _HERE / ".data"
