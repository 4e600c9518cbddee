"""Where a subscriber keeps points: each number once, in its highest revision.

What was heard and how far the stream was read are kept in one go, so a subscriber that
is killed goes on where it stopped and keeps nothing twice.
"""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Protocol

from cpcs.errors import CpcsError
from cpcs.happenings import Deleted, Point

__all__ = ["FileSink", "Sink", "SqlSink", "sink_for"]

_COLUMNS = [one.name for one in fields(Point)]
_NUMBERS = ("mjd", "exposure_time", "mag", "total_err")
_KINDS = {
    name: "DOUBLE PRECISION" if name in _NUMBERS else "TEXT" for name in _COLUMNS
} | {"number": "BIGINT PRIMARY KEY", "revision": "INTEGER", "is_limit": "INTEGER"}


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


class SqlSink:
    """A table ``points`` in a database; deleted points have ``deleted`` 1.

    SQLite and PostgreSQL understand the same words, but for the mark of a parameter.
    """

    def __init__(self, base: Any, mark: str) -> None:
        self._base, self._mark = base, mark
        columns = ", ".join(f"{name} {kind}" for name, kind in _KINDS.items())
        with self._transaction() as does:
            does(f"CREATE TABLE IF NOT EXISTS points ({columns}, deleted INTEGER)")
            does(
                "CREATE TABLE IF NOT EXISTS stream (id INTEGER PRIMARY KEY, at BIGINT)"
            )

    @contextmanager
    def _transaction(self) -> Iterator[Callable[..., Any]]:
        cursor = self._base.cursor()
        try:
            yield cursor.execute
        except BaseException:
            self._base.rollback()
            raise
        else:
            self._base.commit()
        finally:
            cursor.close()

    def offset(self) -> int | None:
        """Return the last offset that was kept."""
        cursor = self._base.cursor()
        cursor.execute("SELECT at FROM stream WHERE id = 1")
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else int(found[0])

    def keep(self, heard: Iterable[Point | Deleted], offset: int) -> None:
        """Keep what was heard, in one transaction."""
        with self._transaction() as does:
            for one in heard:
                row = asdict(one) | {"deleted": int(isinstance(one, Deleted))}
                does(*self._put("points", "number", row))
            does(*self._put("stream", "id", {"id": 1, "at": offset}))

    def _put(
        self, table: str, key: str, row: Mapping[str, Any]
    ) -> tuple[str, tuple[Any, ...]]:
        """Return what puts a row: in place of an older revision, never of a newer."""
        marks = ", ".join(self._mark for _ in row)
        changes = ", ".join(f"{name} = excluded.{name}" for name in row if name != key)
        newer = "WHERE points.revision < excluded.revision" if table == "points" else ""
        wish = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 - our own names
        wish += f" ON CONFLICT ({key}) DO UPDATE SET {changes} {newer}"
        return wish, tuple(_plain(value) for value in row.values())

    def close(self) -> None:
        """Close the connection."""
        self._base.close()


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _postgres(address: str) -> SqlSink:
    """Return a sink in PostgreSQL (extra ``postgresql``).

    Raises
    ------
    CpcsError
        The extra is not there.
    """
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError as fault:
        told = "PostgreSQL needs psycopg: pip install 'cpcs[postgresql]'."
        raise CpcsError(told) from fault
    return SqlSink(psycopg.connect(address), "%s")


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


def sink_for(place: Path | str) -> Sink:
    """Return what keeps points in a file, by its suffix, or at ``postgresql://…``.

    Raises
    ------
    CpcsError
        No such kind of file.
    """
    if str(place).startswith("postgresql:"):
        return _postgres(str(place))
    path = Path(place)
    if path.suffix in (".sqlite", ".db"):
        return SqlSink(sqlite3.connect(path), "?")
    if path.suffix in (".jsonl", ".csv", ".parquet"):
        return FileSink(path)
    raise CpcsError(f"{path.suffix} is no sink: take .sqlite, .jsonl, .csv, .parquet.")
