"""Where a subscriber keeps points: each number once, in its highest revision.

What was heard and how far the stream was read are kept in one go, so a subscriber that
is killed goes on where it stopped and keeps nothing twice.
"""

import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Protocol

from cpcs.errors import CpcsError
from cpcs.happenings import Deleted, Point

__all__ = ["FileSink", "Sink", "SqliteSink", "sink_for"]

_COLUMNS = [one.name for one in fields(Point)]


class Sink(Protocol):
    """Keeps points, and how far the stream was read."""

    def offset(self) -> int | None:
        """Return the last offset that was kept; ``None`` before the first."""
        ...

    def keep(self, heard: Iterable[Point | Deleted], offset: int) -> None:
        """Keep what was heard up to an offset, all or nothing."""
        ...

    def close(self) -> None:
        """Give files back."""
        ...


class SqliteSink:
    """A table ``points`` in an SQLite file; deleted ones have ``deleted`` 1."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path)
        kinds = {"number": "INTEGER PRIMARY KEY", "revision": "INTEGER"}
        columns = ", ".join(f'"{name}" {kinds.get(name, "")}' for name in _COLUMNS)
        with self._base:
            self._base.execute(
                f"CREATE TABLE IF NOT EXISTS points ({columns}, deleted DEFAULT 0)"
            )
            self._base.execute(
                "CREATE TABLE IF NOT EXISTS stream (id PRIMARY KEY, offset INTEGER)"
            )

    def offset(self) -> int | None:
        """Return the last offset that was kept."""
        found = self._base.execute("SELECT offset FROM stream WHERE id = 1").fetchone()
        return None if found is None else int(found[0])

    def keep(self, heard: Iterable[Point | Deleted], offset: int) -> None:
        """Keep what was heard, in one transaction."""
        with self._base:
            for one in heard:
                self._put(one)
            self._base.execute("INSERT OR REPLACE INTO stream VALUES (1, ?)", (offset,))

    def _put(self, one: Point | Deleted) -> None:
        known = "SELECT revision FROM points WHERE number = ?"
        found = self._base.execute(known, (one.number,)).fetchone()
        if found is not None and found[0] >= one.revision:
            return
        if isinstance(one, Deleted):
            row: dict[str, Any] = {"number": one.number, "revision": one.revision}
            if found is None:
                self._insert(row | {"deleted": 1})
            else:
                change = "UPDATE points SET deleted = 1, revision = ? WHERE number = ?"
                self._base.execute(change, (one.revision, one.number))
        else:
            self._insert(asdict(one) | {"deleted": 0})

    def _insert(self, row: Mapping[str, Any]) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        self._base.execute(
            f"INSERT OR REPLACE INTO points ({names}) VALUES ({marks})",  # noqa: S608 - names are ours
            tuple(row.values()),
        )

    def close(self) -> None:
        """Close the file."""
        self._base.close()


class FileSink:
    """A file that is written anew: JSON lines, CSV or Parquet, with its offset beside.

    For some ten thousands of points; more are for SQLite or a database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state = path.with_name(f"{path.name}.state")
        self._rows: dict[int, dict[str, Any]] = {}
        self._gone: dict[int, int] = {}
        self._offset: int | None = None
        if self._state.exists():
            kept = json.loads(self._state.read_text("utf-8"))
            self._offset = kept["offset"]
            self._rows = {int(number): row for number, row in kept["rows"].items()}
            self._gone = {int(number): it for number, it in kept["gone"].items()}

    def offset(self) -> int | None:
        """Return the last offset that was kept."""
        return self._offset

    def keep(self, heard: Iterable[Point | Deleted], offset: int) -> None:
        """Keep what was heard: the state first, which the file is made from."""
        for one in heard:
            self._take(one)
        self._offset = offset
        kept = {"offset": offset, "rows": self._rows, "gone": self._gone}
        _replaced(self._state, json.dumps(kept).encode())
        _replaced(self._path, self._written())

    def _take(self, one: Point | Deleted) -> None:
        known = self._rows.get(one.number, {}).get("revision", 0)
        if one.revision <= max(known, self._gone.get(one.number, 0)):
            return
        if isinstance(one, Deleted):
            self._rows.pop(one.number, None)
            self._gone[one.number] = one.revision
        else:
            self._rows[one.number] = asdict(one)

    def _written(self) -> bytes:
        rows = [self._rows[number] for number in sorted(self._rows)]
        if self._path.suffix == ".parquet":
            return _parquet(rows)
        if self._path.suffix == ".csv":
            text = io.StringIO()
            writer = csv.DictWriter(text, _COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
            return text.getvalue().encode()
        return "".join(f"{json.dumps(row)}\n" for row in rows).encode()

    def close(self) -> None:
        """Nothing is open."""


def _replaced(path: Path, content: bytes) -> None:
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    new.replace(path)


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - who asks has it
    import pyarrow.parquet as pq  # noqa: PLC0415 - who asks has it

    content = io.BytesIO()
    columns = {name: [row[name] for row in rows] for name in _COLUMNS}
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


def sink_for(path: Path) -> Sink:
    """Return what keeps points in a file, by its suffix.

    Raises
    ------
    CpcsError
        No such kind of file.
    """
    if path.suffix in (".sqlite", ".db"):
        return SqliteSink(path)
    if path.suffix in (".jsonl", ".csv", ".parquet"):
        return FileSink(path)
    raise CpcsError(f"{path.suffix} is no sink: take .sqlite, .jsonl, .csv, .parquet.")
