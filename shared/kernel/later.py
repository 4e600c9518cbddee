"""Modules imported at first use: a service starts without what it may never need."""

import importlib
from typing import Any

__all__ = ["later"]


class _Later:
    """Stands for a module; any attribute is that module's."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)


def later(name: str) -> Any:
    """Return what behaves like a module, which is imported when it is first used."""
    return _Later(name)
