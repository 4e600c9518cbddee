"""How a call becomes a request and an answer becomes a model or a refusal."""

import random
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx

from cpcs.calls import Call
from cpcs.errors import CpcsError, RefusedError, UnreachableError

__all__ = [
    "ATTEMPTS",
    "answered",
    "headers_of",
    "pause",
    "refusal",
    "request_of",
    "silent",
]

T = TypeVar("T")
ATTEMPTS, _QUICK_ATTEMPTS = 6, 3
_COME_AGAIN = {429, 503}
_LONGEST_PAUSE = 120.0
_ERROR = 400


def headers_of(hashtag: str) -> dict[str, str]:
    """Return what every request carries."""
    told = {"User-Agent": "cpcs/0.1"}
    return told | ({"Authorization": f"Bearer {hashtag}"} if hashtag else {})


def request_of(call: Call[Any]) -> dict[str, Any]:
    """Return a call as httpx takes it."""
    headers = {"Idempotency-Key": call.key} if call.key else {}
    headers |= {"Prefer": f"wait={call.wait}"} if call.wait else {}
    asked: dict[str, Any] = {"params": dict(call.query), "headers": headers}
    if call.body is not None:
        asked["json"] = dict(call.body)
    if call.form is not None:
        asked["data"] = {name: str(text) for name, text in call.form.items()}
    if call.file is not None:
        asked["files"] = {"catalogue": call.file}
    return asked


def pause(answer: httpx.Response | None, attempt: int, call: Call[Any]) -> float | None:
    """Return for how long [s] to wait before a call is sent again; ``None``: don't.

    The server's ``Retry-After`` is honoured; where nothing came back a call is sent
    again only if that does no harm, ever later.
    """
    if answer is None:
        tries = ATTEMPTS if call.key else _QUICK_ATTEMPTS if _harmless(call) else 1
        return None if attempt >= tries - 1 else 2.0**attempt + random.random()
    if attempt >= ATTEMPTS - 1:
        return None
    if answer.status_code not in _COME_AGAIN:
        return None
    told = answer.headers.get("Retry-After", "")
    return min(float(told), _LONGEST_PAUSE) if told.isdigit() else 2.0**attempt


def _harmless(call: Call[Any]) -> bool:
    return call.method in ("GET", "DELETE")


def answered(call: Call[T], answer: httpx.Response) -> T:
    """Return what an answer says.

    Raises
    ------
    RefusedError
        The server says no, and why.
    CpcsError
        It is no server of this kind.
    """
    if answer.status_code >= _ERROR:
        raise refusal(answer)
    try:
        return call.reads(answer.text if call.as_text else answer.json())
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        told = f"{answer.url.host} does not speak like a calibration server."
        raise CpcsError(told) from fault


def refusal(answer: httpx.Response) -> RefusedError:
    """Return why the server says no."""
    try:
        told: Mapping[str, Any] = answer.json()
        sentence = str(told["detail"])
    except (ValueError, KeyError, TypeError):
        told, sentence = {}, answer.text.strip()[:200] or answer.reason_phrase
    hint, job = str(told.get("hint") or ""), told.get("job")
    return RefusedError(answer.status_code, sentence, hint, job)


def silent(url: str, fault: Exception) -> UnreachableError:
    """Return that a server does not answer."""
    return UnreachableError(f"{url} does not answer ({type(fault).__name__}).")
