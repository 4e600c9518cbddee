"""Reads the rules of decision: ours, or the operator's own."""

import hashlib
import tomllib
from pathlib import Path

from services.alerts.domain.rules import Rules, rules_of
from shared.settings import SettingsError

__all__ = ["read_rules"]

_OURS = Path(__file__).with_name("rules.toml")


def read_rules(path: Path | None) -> Rules:
    """Return the rules in a TOML file; their version is of its content.

    Raises
    ------
    SettingsError
        The file is not there, or is not what it should be.
    """
    try:
        content = (path or _OURS).read_bytes()
        version = hashlib.sha256(content).hexdigest()[:12]
        return rules_of(tomllib.loads(content.decode()), version)
    except (OSError, ValueError) as fault:
        where = "our rules" if path is None else path
        raise SettingsError(f"{where}: {fault}") from fault
