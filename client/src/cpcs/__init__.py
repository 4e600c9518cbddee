"""Client of the photometric calibration server: library, command line, subscriber.

>>> from cpcs import Client
>>> with Client("https://cpcs.example.org") as client:  # doctest: +SKIP
...     table = client.lightcurve("Gaia16aye")
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cpcs.aio import AsyncClient
    from cpcs.client import Client
    from cpcs.errors import CpcsError, RefusedError, UnreachableError
    from cpcs.lightcurve import LightCurve

__all__ = [
    "AsyncClient",
    "Client",
    "CpcsError",
    "LightCurve",
    "RefusedError",
    "UnreachableError",
    "__version__",
]

__version__ = "0.1.0"

_HOMES = {
    "AsyncClient": "cpcs.aio",
    "Client": "cpcs.client",
    "CpcsError": "cpcs.errors",
    "LightCurve": "cpcs.lightcurve",
    "RefusedError": "cpcs.errors",
    "UnreachableError": "cpcs.errors",
}


def __getattr__(name: str) -> Any:
    """Import a name at its first use: ``import cpcs`` alone takes no time."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cpcs' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
