"""Who asks which server: flags, environment, a night's folder, profiles.

A flag goes before the environment (``CPCS_URL``, ``CPCS_HASHTAG``), that before
``.cpcs.toml`` in the night's folder or one above, that before the profile.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cpcs.errors import CpcsError

__all__ = ["Settings", "forget", "found_settings", "home", "keep_profile", "profiles"]

_OWN_FILE = ".cpcs.toml"
_SERVICE = "cpcs"
_ENVIRONMENT = {"url": "CPCS_URL", "hashtag": "CPCS_HASHTAG", "profile": "CPCS_PROFILE"}
_KNOWN = (
    "url", "hashtag", "profile", "target", "filter", "used_filter", "match_radius",
    "time", "time_keyword", "comment",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What a command works with.

    Attributes
    ----------
    time
        What a header's plain date is: ``start`` of the exposure, ``mid`` or ``end``.
    time_keyword
        The card that has the time, where the usual ones mislead.
    """

    url: str = ""
    hashtag: str = ""
    profile: str = "default"
    target: str = ""
    filter: str = "no"
    used_filter: str = ""
    match_radius: float = 2.0
    time: str = "start"
    time_keyword: str = ""
    comment: str = ""


def home() -> Path:
    """Return the folder of the profiles."""
    base = os.environ.get("CPCS_CONFIG_HOME") or os.environ.get("XDG_CONFIG_HOME")
    if base is None and os.name == "nt":
        base = os.environ.get("APPDATA")
    return Path(base) / "cpcs" if base else Path.home() / ".config" / "cpcs"


def found_settings(folder: Path, **flags: Any) -> Settings:
    """Return the settings for work in a folder.

    Raises
    ------
    CpcsError
        A file of settings cannot be read.
    """
    given = {name: it for name, it in flags.items() if it not in (None, "")}
    around = {
        name: os.environ[key]
        for name, key in _ENVIRONMENT.items()
        if os.environ.get(key)
    }
    own = _own_file(folder)
    name = str((own | around | given).get("profile", "default"))
    settings = profiles().get(name, {})
    told = {**settings, **own, **around, **given, "profile": name}
    known = {key: it for key, it in told.items() if key in _KNOWN}
    if "match_radius" in known:
        known["match_radius"] = float(known["match_radius"])
    made = replace(Settings(), **known)
    return made if made.hashtag else replace(made, hashtag=_secret(name))


def _own_file(folder: Path) -> dict[str, Any]:
    for place in (folder, *folder.resolve().parents):
        path = place / _OWN_FILE
        if path.is_file():
            return _read(path)
    return {}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise CpcsError(f"{path} cannot be read: {fault}") from fault


def profiles() -> dict[str, dict[str, Any]]:
    """Return what is kept of each profile, by its name."""
    path = home() / "profiles.toml"
    return _read(path) if path.is_file() else {}


def keep_profile(name: str, about: Mapping[str, Any], hashtag: str) -> str:
    """Keep a profile and its hashtag; return where the hashtag is."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = profiles()
    kept = known | {name: {**known.get(name, {}), **about}}
    _write(folder / "profiles.toml", _toml(kept))
    ring = _keyring()
    if ring is not None:
        ring.set_password(_SERVICE, name, hashtag)
        return "the keyring"
    _write(folder / f"{name}.hashtag", hashtag)
    return str(folder / f"{name}.hashtag")


def forget(name: str) -> None:
    """Forget a profile's hashtag."""
    ring = _keyring()
    if ring is not None and ring.get_password(_SERVICE, name):
        ring.delete_password(_SERVICE, name)
    (home() / f"{name}.hashtag").unlink(missing_ok=True)


def _secret(name: str) -> str:
    path = home() / f"{name}.hashtag"
    if path.is_file():
        return path.read_text("utf-8").strip()
    ring = _keyring()
    return (ring.get_password(_SERVICE, name) or "") if ring is not None else ""


def _keyring() -> Any:
    """Return the system's keyring, if the extra is there and one works."""
    if os.environ.get("CPCS_NO_KEYRING"):
        return None
    try:
        import keyring  # noqa: PLC0415 - an extra
        from keyring.backends import fail  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return None if isinstance(keyring.get_keyring(), fail.Keyring) else keyring


def _write(path: Path, text: str) -> None:
    """Write a file that nobody else may read, in one go."""
    new = path.with_suffix(f"{path.suffix}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(text, "utf-8")
    new.replace(path)


def _toml(tables: Mapping[str, Mapping[str, Any]]) -> str:
    lines = []
    for name, table in tables.items():
        lines.append(f"[{json.dumps(name)}]")
        lines += [f"{key} = {json.dumps(it)}" for key, it in table.items()]
    return "\n".join([*lines, ""])
