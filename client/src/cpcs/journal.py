"""What was sent of a night: so that running again goes on, and never doubles."""

import hashlib
import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from cpcs.calls import Upload

__all__ = ["Entry", "Journal", "key_of"]

_NAME = ".cpcs-journal.jsonl"


@dataclass(frozen=True)
class Entry:
    """What became of one upload: ``sent``, ``stored``, ``tried`` or ``refused``.

    ``attempt`` counts how often it was refused and sent anew before.
    """

    key: str
    name: str
    target: str
    mjd: float
    job: str
    state: str
    told: str
    observation: int = 0
    attempt: int = 0


def key_of(url: str, order: Upload) -> str:
    """Return what is the same for the same upload to the same server."""
    way = {name: it for name, it in vars(order).items() if name != "content"}
    told = json.dumps([url, way], sort_keys=True).encode()
    return hashlib.sha256(told + hashlib.sha256(order.content).digest()).hexdigest()


class Journal:
    """The uploads of a folder, each written down as soon as it is known."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _NAME
        self._lock = threading.Lock()
        self._known: dict[str, Entry] = {}
        if self.path.exists():
            for line in self.path.read_text("utf-8").splitlines():
                self._take(line)

    def _take(self, line: str) -> None:
        try:
            entry = Entry(**json.loads(line))
        except (ValueError, TypeError):
            return  # a line that was cut off when the machine went down
        self._known[entry.key] = entry

    def of(self, key: str) -> Entry | None:
        """Return what is known of an upload."""
        return self._known.get(key)

    def entries(self) -> list[Entry]:
        """Return what is known of all uploads."""
        return list(self._known.values())

    def put(self, entry: Entry) -> None:
        """Write down what is known of an upload now."""
        line = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(line)
            self._known[entry.key] = entry
