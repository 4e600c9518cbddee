"""Asks over HTTP: with a name of our own, a time limit, and no answer of a failure."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override

__all__ = ["polite_session"]


class _Timed(HTTPAdapter):
    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout

    @override
    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        answer = super().send(request, *args, **{**options, "timeout": self._timeout})
        answer.raise_for_status()  # pyvo would take the stars of a failed answer
        return answer


def polite_session(agent: str, timeout: float) -> requests.Session:
    """Return a session whose every request tells who asks and waits so long [s]."""
    session = requests.Session()
    session.headers["User-Agent"] = agent
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Timed(timeout))
    return session
