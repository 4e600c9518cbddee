"""``python -m stack.store``: the stack's own store, with the password it was given.

The store lets nobody in who is not known, so that its one user is made beforehand, by
a store that listens for that moment alone. Where ``CPCS_STORE_PASSWORD`` is not set,
anybody on this machine may come in.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure

__all__ = ["USER"]

USER = "cpcs"
_START_TIME = 60_000
_STOP_TIME = 30.0
_EXISTS = 51003


def _main(environment: Mapping[str, str]) -> None:
    folder = Path(environment["CPCS_DATA_DIR"])
    command = [
        shutil.which("secantusd-py", path=environment["PATH"]) or "secantusd-py",
        *("--host", "127.0.0.1", "--port", environment["CPCS_STORE_PORT"]),
        *("--storage-path", str(folder / "store")),
        *("--sync-on-commit", "--log-level", "WARNING"),
    ]
    password = environment.get("CPCS_STORE_PASSWORD")
    if password:
        _let_in(command, folder / "store-user", password, environment)
        command.append("--auth")
    os.execv(command[0], command)  # noqa: S606 - a program of this project's own


def _let_in(
    command: list[str], mark: Path, password: str, environment: Mapping[str, str]
) -> None:
    """Make the user, unless this password was made known before."""
    digest = hashlib.sha256(password.encode()).hexdigest()
    if mark.exists() and mark.read_text("ascii") == digest:
        return
    open_to_all = subprocess.Popen(command)
    try:
        _make_user(int(environment["CPCS_STORE_PORT"]), password)
    finally:
        open_to_all.terminate()
        open_to_all.wait(_STOP_TIME)
    mark.write_text(digest, "ascii")


def _make_user(port: int, password: str) -> None:
    with MongoClient[dict[str, object]](
        f"mongodb://127.0.0.1:{port}/?retryWrites=false",
        serverSelectionTimeoutMS=_START_TIME,
    ) as client:
        try:
            client.admin.command("createUser", USER, pwd=password, roles=["root"])
        except OperationFailure as fault:
            if fault.code != _EXISTS:
                raise
            client.admin.command("updateUser", USER, pwd=password, roles=["root"])


if __name__ == "__main__":
    _main(os.environ)
