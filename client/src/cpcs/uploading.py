"""Sends the frames of a night, several at a time, each once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from cpcs.calls import Upload
from cpcs.client import Client
from cpcs.config import Settings
from cpcs.errors import RefusedError
from cpcs.journal import Entry, Journal, key_of
from cpcs.models import JobShown, TargetShown
from cpcs.night import Frame

__all__ = ["Outcome", "send_frame", "send_night", "target_of"]

_AT_ONCE = 4
_WAIT = 30
_FINE = ("stored", "tried")
_NOT_FOUND, _AMBIGUOUS = 404, 409
_NO_TIME = "No time of mid-exposure: no image beside it, and no header that tells."


@dataclass(frozen=True)
class Outcome:
    """What became of a frame; ``again`` where an earlier run had sent it already."""

    frame: Frame
    state: str
    told: str
    job: str = ""
    observation: int = 0
    again: bool = False
    how: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether the frame is calibrated."""
        return self.state in _FINE


def target_of(client: Client, settings: Settings, frame: Frame) -> TargetShown | None:
    """Return the target of a frame: named, or by OBJECT; else ``None``: by its field.

    Raises
    ------
    RefusedError
        The named target does not exist.
    """
    if settings.target:
        return client.target(settings.target)
    if not frame.exposure.object:
        return None
    try:
        return client.target(frame.exposure.object)
    except RefusedError as fault:
        if fault.status not in (_NOT_FOUND, _AMBIGUOUS):
            raise
        return None


def send_night(
    client: Client,
    frames: Sequence[Frame],
    settings: Settings,
    *,
    dry_run: bool = False,
) -> Iterator[Outcome]:
    """Send frames and yield what becomes of each, as it ends."""
    journals = {folder: Journal(folder) for folder in _folders(frames)}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        jobs = [
            pool.submit(
                send_frame,
                client,
                frame,
                settings,
                journals[frame.catalogue.parent],
                dry_run=dry_run,
            )
            for frame in frames
        ]
        try:
            for one in as_completed(jobs):
                yield one.result()
        finally:  # where the server is away, the others need not find out one by one
            pool.shutdown(wait=False, cancel_futures=True)


def _folders(frames: Sequence[Frame]) -> set[Path]:
    return {frame.catalogue.parent for frame in frames}


def send_frame(
    client: Client,
    frame: Frame,
    settings: Settings,
    journal: Journal,
    *,
    dry_run: bool = False,
) -> Outcome:
    """Send one frame unless the journal says that it was; return what became of it."""
    try:
        target = target_of(client, settings, frame)
        order = frame.order(settings, target)
        if order is None:
            return Outcome(frame, "refused", _NO_TIME)
        order = Upload(**{**vars(order), "dry_run": dry_run})
        return _sent(client, frame.timed(target), order, journal)
    except RefusedError as fault:
        return Outcome(frame, "refused", str(fault))


def _sent(client: Client, frame: Frame, order: Upload, journal: Journal) -> Outcome:
    key = key_of(client.url, order)
    known = journal.of(key)
    if known is not None and known.state in _FINE:
        return _outcome(frame, known, again=True)
    attempt = 0
    if known is not None:
        attempt = known.attempt + (known.state == "refused")
    job = _under_way(client, known)
    if job is None:  # what was refused is asked anew: its old answer is not wanted
        job = client.upload(order, key=f"{key}:{attempt}", wait=_WAIT)
        journal.put(_entry(key, order, job, attempt))
    if job.state == "waiting":
        job = client.ended(job.id)
    entry = _entry(key, order, job, attempt)
    journal.put(entry)
    return _outcome(frame, entry)


def _under_way(client: Client, known: Entry | None) -> JobShown | None:
    """Return the job of an upload that was sent and not yet known to have ended."""
    if known is None or known.state != "sent":
        return None
    try:
        return client.job(known.job)
    except RefusedError as fault:
        if fault.status != _NOT_FOUND:
            raise
        return None


def _entry(key: str, order: Upload, job: JobShown, attempt: int) -> Entry:
    point = job.observation
    state, told, number = "sent", "not finished yet", 0
    if point is not None:
        state, number = ("stored", point.id) if point.id else ("tried", 0)
        mag = f"> {point.mag:.2f}" if point.limit else f"{point.mag:.3f}"
        error = "" if point.limit else f" ± {point.total_err:.3f}"
        told = f"{mag}{error} {point.survey}/{point.band}"
    elif job.state == "refused":
        state = "refused"
        told = f"{job.message} {job.hint}.".strip() if job.hint else job.message
    about = order.name, order.target, order.mjd, job.id
    return Entry(key, *about, state, told, number, attempt)


def _outcome(frame: Frame, entry: Entry, *, again: bool = False) -> Outcome:
    return Outcome(
        frame,
        entry.state,
        entry.told,
        entry.job,
        entry.observation,
        again,
        frame.exposure.how,
    )
