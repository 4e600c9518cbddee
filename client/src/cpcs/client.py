"""The client for programs that do one thing after another."""

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from cpcs import calls, models
from cpcs.calls import Call, Upload
from cpcs.lightcurve import LightCurve
from cpcs.sse import Happening, Lines, events_path
from cpcs.wire import answered, headers_of, pause, refusal, request_of, silent

__all__ = ["Client"]

T = TypeVar("T")
_PATIENCE = httpx.Timeout(90.0, connect=10.0)


class Client:
    """One server, and who asks it.

    Parameters
    ----------
    url
        Address of the server, such as ``https://cpcs.example.org``.
    hashtag
        Who asks; empty for what everybody may see.
    told
        Is given a sentence whenever a call is to be sent again.
    """

    def __init__(
        self,
        url: str,
        hashtag: str = "",
        *,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.url = url.rstrip("/")
        self._told = told
        headers = headers_of(hashtag)
        self._http = httpx.Client(
            base_url=self.url, headers=headers, timeout=_PATIENCE, follow_redirects=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _: type[BaseException] | None,
        __: BaseException | None,
        ___: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def send(self, call: Call[T]) -> T:
        """Send a call, again where the server asks to or is away for a moment.

        Raises
        ------
        RefusedError, UnreachableError
            The server says no, or nothing.
        """
        attempt = 0
        while True:
            answer, fault = self._tried(call)
            again = pause(answer, attempt, call)
            if again is None:
                break
            self._told(f"{self.url} asks to come again in {again:.0f} s.")
            time.sleep(again)
            attempt += 1
        if answer is None:
            raise silent(self.url, fault or TimeoutError()) from fault
        return answered(call, answer)

    def _tried(self, call: Call[Any]) -> tuple[httpx.Response | None, Exception | None]:
        try:
            return self._http.request(call.method, call.path, **request_of(call)), None
        except httpx.TransportError as fault:
            return None, fault

    def whoami(self) -> models.MeShown:
        """Return who the hashtag belongs to."""
        return self.send(calls.whoami())

    def target(self, name: str) -> models.TargetShown:
        """Return a target by its name, written as people do."""
        return self.send(calls.target(name))

    def new_target(
        self, name: str, ra: float, dec: float, *, url: str = "", move: bool = False
    ) -> models.TargetShown:
        """Enter a target: position (ICRS) [deg]."""
        return self.send(calls.new_target(name, ra, dec, url=url, move=move))

    def targets(
        self, search: str = "", *, observed: bool = False, since: str | None = None
    ) -> Iterator[models.TargetShown]:
        """Yield all targets, the newest first; ``since`` is a date as 2026-11-27."""
        before: int | None = None
        while True:
            page = self.send(
                calls.targets(
                    search, observed=observed, since=since, limit=500, before=before
                )
            )
            yield from page.targets
            if page.next is None:
                return
            before = page.targets[-1].id

    def observations(self, *, above: int = 0) -> Iterator[models.ObservationShown]:
        """Yield all observations with numbers above one, the newest first."""
        before: int | None = None
        while True:
            page = self.send(calls.observations(before=before))
            for one in page.observations:
                if one.id <= above:
                    return
                yield one
            if page.next is None:
                return
            before = page.observations[-1].id

    def lightcurve(self, name: str, **only: Any) -> LightCurve:
        """Return a light curve; ``band``, ``observer``, ``since``, ``until`` choose."""
        return LightCurve.of(name, self.send(calls.lightcurve(name, **only)))

    def network(self, name: str) -> models.NetworkShown:
        """Return a light curve as one network of telescopes, band by band."""
        return self.send(calls.network(name))

    def lightcurve_file(self, name: str, layout: str) -> str:
        """Return a light curve as a text file: csv, ecsv, vot or tex."""
        return str(self.send(calls.lightcurve(name, layout)))

    def upload(self, order: Upload, *, key: str = "", wait: int = 0) -> models.JobShown:
        """Send a star list; return its job, ended where it did within ``wait`` [s]."""
        return self.send(calls.upload(order, key, wait))

    def job(self, number: str) -> models.JobShown:
        """Return how far a job has come."""
        return self.send(calls.job(number))

    def ended(self, number: str, patience: float = 600.0) -> models.JobShown:
        """Return a job once it has ended, or as it is after so long [s]."""
        end = time.monotonic() + patience
        while (job := self.job(number)).state == "waiting" and time.monotonic() < end:
            time.sleep(0.5)
        return job

    def again(
        self,
        upload: str,
        *,
        filter: str = "",
        match_radius: float | None = None,
        keep: bool = False,
    ) -> models.JobShown:
        """Calibrate an upload of one's own again: a dry run, or with ``keep``."""
        call = calls.again(upload, filter=filter, match_radius=match_radius, keep=keep)
        return self.send(call)

    def delete(self, number: int) -> models.Deletion:
        """Take an observation of one's own off its light curve."""
        return self.send(calls.delete(number))

    def restore(self, number: int) -> models.Deletion:
        """Put a deleted observation of one's own back."""
        return self.send(calls.restore(number))

    def surveys(self) -> list[models.BandShown]:
        """Return the surveys and bands in use."""
        return self.send(calls.surveys()).surveys

    def reference_stars(
        self, ra: float, dec: float, radius: float = 0.1
    ) -> dict[str, Any]:
        """Return the stars of the richest survey in a cone [deg]."""
        return self.send(calls.reference_stars(ra, dec, radius))

    def status(self) -> dict[str, Any]:
        """Return whether every service of the server is ready."""
        return self.send(calls.status())

    def events(self, target: str = "", *, last: str = "") -> Iterator[Happening]:
        """Yield what happens to a target, or to all; a lost connection is made again.

        ``last`` is the id of the last one known: the server replays what came after,
        for a day.
        """
        while True:
            headers = {"Last-Event-ID": last} if last else {}
            lines = Lines()
            try:
                with self._http.stream(
                    "GET", events_path(target), headers=headers, timeout=_PATIENCE
                ) as answer:
                    if answer.is_error:
                        answer.read()
                        raise refusal(answer)
                    for line in answer.iter_lines():
                        if (one := lines.take(line)) is not None:
                            last = one.id or last
                            yield one
            except httpx.TransportError:
                self._told(f"{self.url} is away: listening again.")
            time.sleep(1.0)
