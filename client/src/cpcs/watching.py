"""Watches a folder: sends what is complete, and sorts it by what became of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cpcs.client import Client
from cpcs.config import Settings
from cpcs.errors import UnreachableError
from cpcs.journal import Journal
from cpcs.night import Frame, framed, is_catalogue
from cpcs.uploading import Outcome, send_frame

__all__ = ["Watch"]

_FINE, _FAILED = "done", "failed"


@dataclass
class Watch:
    """Looks at a folder again and again: works on network drives too.

    Attributes
    ----------
    settled
        A file is complete when it has not changed for so long [s].
    image_patience
        How long [s] a catalogue without a time waits for its image.
    """

    client: Client
    folder: Path
    settings: Settings
    settled: float = 4.0
    image_patience: float = 60.0
    _seen: dict[Path, tuple[int, int, float]] = field(default_factory=dict)

    def look(self, now: float | None = None) -> Iterator[Outcome]:
        """Look once; send what is complete and yield what became of it."""
        moment = time.monotonic() if now is None else now
        for path in sorted(self.folder.iterdir()):
            if not path.is_file() or not is_catalogue(path):
                continue
            age = self._age(path, moment)
            if age < self.settled:
                continue
            frame = framed(path, None, self.settings)
            untimed = frame.exposure.mjd is None and frame.exposure.solar is None
            if untimed and age < self.image_patience:
                continue
            yield from self._send(frame)

    def waiting(self) -> bool:
        """Tell whether catalogues are still there that were not sent."""
        return any(one.is_file() and is_catalogue(one) for one in self.folder.iterdir())

    def _age(self, path: Path, now: float) -> float:
        """Return for how long [s] a file has been as it is; an empty one never is."""
        state = path.stat()
        size, changed, since = self._seen.get(path, (-1, -1, now))
        if (state.st_size, state.st_mtime_ns) != (size, changed) or not state.st_size:
            since = now
        self._seen[path] = (state.st_size, state.st_mtime_ns, since)
        return now - since if state.st_size else -1.0

    def _send(self, frame: Frame) -> Iterator[Outcome]:
        try:
            outcome = send_frame(
                self.client, frame, self.settings, Journal(self.folder)
            )
        except UnreachableError:
            return  # the server is away: the file stays, and is sent at a later look
        self._sort(outcome)
        yield outcome

    def _sort(self, outcome: Outcome) -> None:
        place = self.folder / (_FINE if outcome.is_fine else _FAILED)
        place.mkdir(exist_ok=True)
        for path in (outcome.frame.catalogue, outcome.frame.image):
            if path is not None and path.parent == self.folder and path.exists():
                path.replace(place / path.name)
                self._seen.pop(path, None)
        reason = place / f"{outcome.frame.name}.txt"
        reason.write_text(f"{outcome.told}\n", "utf-8")
