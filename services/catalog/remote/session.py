"""Asks over HTTP: with a name of our own, a time limit, and no answer of a failure."""

import re
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override

__all__ = ["AnswerTooLongError", "polite_session", "read_within"]

_PIECE = 65_536
_TOLD = 4_000
_FAILED = 400
_STATUS = re.compile(r"<INFO[^>]*QUERY_STATUS[^>]*>([^<]*)", re.IGNORECASE)


class AnswerTooLongError(Exception):
    """There is more in an answer than anybody needs."""


class _Timed(HTTPAdapter):
    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout

    @override
    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        answer = super().send(request, *args, **{**options, "timeout": self._timeout})
        if answer.status_code >= _FAILED:  # pyvo would take the stars of such a one
            told = f"{answer.status_code} {answer.reason}: {_said(answer)}"
            raise requests.HTTPError(told, response=answer)
        return answer


def _said(answer: requests.Response) -> str:
    """Return what a failed answer says, of a VOTable its status."""
    text = answer.raw.read1(_TOLD, decode_content=True).decode("utf-8", "replace")
    status = _STATUS.search(text)
    return (status[1] if status else text)[:200].strip()


def polite_session(agent: str, timeout: float) -> requests.Session:
    """Return a session whose every request tells who asks and waits so long [s]."""
    session = requests.Session()
    session.headers["User-Agent"] = agent
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Timed(timeout))
    return session


def read_within(answer: requests.Response, longest: int, seconds: float) -> bytes:
    """Return an answer's body.

    Raises
    ------
    AnswerTooLongError
        There are more bytes than ``longest``.
    TimeoutError
        It takes longer, however busily it comes.
    """
    end = time.monotonic() + seconds
    parts, size = [], 0
    while part := answer.raw.read1(_PIECE, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > longest:
            raise AnswerTooLongError(f"more than {longest} bytes")
        if time.monotonic() > end:
            raise TimeoutError(f"not whole within {seconds:g} s")
    return b"".join(parts)
