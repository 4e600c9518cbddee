"""Whether processes are ready, by the standard library alone: a container asks often.

``python -m shared.healthcheck NAME…`` exits 0 when every named process is: it asks
``CPCS_HEALTH_PORT`` on this machine, or the sockets in ``CPCS_DATA_DIR``.
"""

import os
import socket
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path

__all__ = ["is_ready"]

_PATIENCE = 5.0
_OK = 200


def is_ready(name: str) -> bool:
    """Ask a process of this machine whether it is ready."""
    asked = HTTPConnection("localhost", timeout=_PATIENCE)
    try:
        asked.sock = _connected(name)
        asked.request("GET", "/ready")
        return asked.getresponse().status == _OK
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def _connected(name: str) -> socket.socket:
    port = os.environ.get("CPCS_HEALTH_PORT")
    if port:
        return socket.create_connection(("127.0.0.1", int(port)), _PATIENCE)
    folder = Path(os.environ.get("CPCS_DATA_DIR", ".data"))
    own = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    own.settimeout(_PATIENCE)
    own.connect(str(folder / "run" / f"{name}.sock"))
    return own


if __name__ == "__main__":
    sys.exit(0 if all(map(is_ready, sys.argv[1:])) else 1)
