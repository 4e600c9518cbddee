"""The client for programs that do many things at once."""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from cpcs import calls, models
from cpcs.calls import Call, Upload
from cpcs.lightcurve import LightCurve
from cpcs.sse import Happening, Lines, events_path
from cpcs.wire import answered, headers_of, pause, refusal, request_of, silent

__all__ = ["AsyncClient"]

T = TypeVar("T")
_PATIENCE = httpx.Timeout(90.0, connect=10.0)


class AsyncClient:
    """One server, and who asks it; as ``Client``, to be awaited."""

    def __init__(self, url: str, hashtag: str = "") -> None:
        self.url = url.rstrip("/")
        headers = headers_of(hashtag)
        self._http = httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=_PATIENCE, follow_redirects=True
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _: type[BaseException] | None,
        __: BaseException | None,
        ___: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def send(self, call: Call[T]) -> T:
        """Send any call of ``cpcs.calls``, again where the server asks to.

        Raises
        ------
        RefusedError, UnreachableError
            The server says no, or nothing.
        """
        attempt = 0
        while True:
            answer, fault = await self._tried(call)
            again = pause(answer, attempt, call)
            if again is None:
                break
            await asyncio.sleep(again)
            attempt += 1
        if answer is None:
            raise silent(self.url, fault or TimeoutError()) from fault
        return answered(call, answer)

    async def _tried(
        self, call: Call[Any]
    ) -> tuple[httpx.Response | None, Exception | None]:
        asked = request_of(call)
        try:
            return await self._http.request(call.method, call.path, **asked), None
        except httpx.TransportError as fault:
            return None, fault

    async def target(self, name: str) -> models.TargetShown:
        """Return a target by its name, written as people do."""
        return await self.send(calls.target(name))

    async def lightcurve(self, name: str, **only: Any) -> LightCurve:
        """Return a light curve; ``band``, ``observer``, ``since``, ``until`` choose."""
        return LightCurve.of(name, await self.send(calls.lightcurve(name, **only)))

    async def network(self, name: str) -> models.NetworkShown:
        """Return a light curve as one network of telescopes, band by band."""
        return await self.send(calls.network(name))

    async def upload(
        self, order: Upload, *, key: str = "", wait: int = 30
    ) -> models.JobShown:
        """Send a star list; return its job, ended where it did within ``wait`` [s]."""
        return await self.send(calls.upload(order, key, wait))

    async def job(self, number: str) -> models.JobShown:
        """Return how far a job has come."""
        return await self.send(calls.job(number))

    async def events(
        self, target: str = "", *, last: str = ""
    ) -> AsyncGenerator[Happening, None]:
        """Yield what happens to a target or to all; a lost connection is made again."""
        while True:
            headers = {"Last-Event-ID": last} if last else {}
            lines = Lines()
            try:
                async with self._http.stream(
                    "GET", events_path(target), headers=headers, timeout=_PATIENCE
                ) as answer:
                    if answer.is_error:
                        await answer.aread()
                        raise refusal(answer)
                    async for line in answer.aiter_lines():
                        if (one := lines.take(line)) is not None:
                            last = one.id or last
                            yield one
            except httpx.TransportError:
                pass  # it is listened to again, from where it stopped
            await asyncio.sleep(1.0)
