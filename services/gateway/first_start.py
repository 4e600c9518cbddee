"""Lets the administrator in at the first start."""

import os
from contextlib import suppress
from pathlib import Path

from services.gateway.domain.hashtags import new_hashtag
from services.gateway.settings import Settings
from services.gateway.store.hashtags import HashtagStore
from services.gateway.store.observers import ADMINISTRATOR, ObserverStore

__all__ = ["let_in"]


async def let_in(
    settings: Settings, observers: ObserverStore, hashtags: HashtagStore
) -> None:
    """Let the administrator in: by the given hashtag, else by one made once."""
    number = ADMINISTRATOR
    given = settings.admin_hashtag
    if given is not None:
        if await hashtags.known(given.get_secret_value()) is None:
            await hashtags.revoke(number)
            await hashtags.add(number, given.get_secret_value())
    elif await observers.find(number) is None:
        path = settings.data_dir / "admin-hashtag"
        if not path.exists():
            _write_secret(path, new_hashtag("admin"))
        await hashtags.add(number, path.read_text("ascii").strip())
    await observers.make_admin()


def _write_secret(path: Path, secret: str) -> None:
    """Write a file only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret + "\n")
    with suppress(FileExistsError):
        os.link(part, path)
    part.unlink()
