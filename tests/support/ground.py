"""A broker and a store that are given, in place of ones that tests start.

``CPCS_TEST_MONGO_URL`` and ``CPCS_TEST_AMQP_URL`` name a MongoDB replica set and a
RabbitMQ whose management interface is at ``CPCS_TEST_AMQP_API`` (``http://HOST:15672``).
Each data folder has databases and a virtual host of its own there, gone when the tests
end.
"""

import atexit
import base64
import hashlib
import os
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from pymongo import MongoClient

__all__ = ["GIVEN", "ground"]

GIVEN = "CPCS_TEST_MONGO_URL" in os.environ
_OWNERS = ("gateway", "calibrator", "catalog", "alerts", "blobs")


def ground(folder: Path) -> dict[str, str]:
    """Return what the services of a folder are told of a ground that is given."""
    if not GIVEN:
        return {}
    name = "t" + hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    mongo, amqp = os.environ["CPCS_TEST_MONGO_URL"], os.environ["CPCS_TEST_AMQP_URL"]
    if _asked("PUT", name) == _MADE:
        atexit.register(_gone, name, mongo)
    return {
        "CPCS_MONGO_URL": mongo,
        "CPCS_MONGO_PREFIX": name,
        "CPCS_AMQP_URL": f"{amqp.rstrip('/')}/{name}",
    }


_MADE = 201


def _asked(method: str, vhost: str) -> int:
    """Ask the broker to make a virtual host, or to forget it."""
    where = urlsplit(os.environ["CPCS_TEST_AMQP_API"])
    login = urlsplit(os.environ["CPCS_TEST_AMQP_URL"]).netloc.rpartition("@")[0]
    secret = base64.b64encode(login.encode()).decode()
    asked = HTTPConnection(where.hostname or "", where.port, timeout=30)
    asked.request(
        method, f"/api/vhosts/{vhost}", headers={"Authorization": f"Basic {secret}"}
    )
    status = asked.getresponse().status
    asked.close()
    return status


def _gone(name: str, mongo: str) -> None:
    _asked("DELETE", name)
    with MongoClient[dict[str, object]](mongo) as client:
        for owner in _OWNERS:
            client.drop_database(f"{name}_{owner}")
