"""Reads the bodies of requests: bounded in size, in memory and in time."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import PurePosixPath

from aiohttp import BodyPartReader, MultipartReader, web

from services.gateway.domain.refusal import RefusalError
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import came_from
from services.gateway.web.room import Hold
from services.gateway.web.route import Route
from services.gateway.web.sent import SentFile

__all__ = ["LookAt", "bounded", "read_form"]

LookAt = Callable[[Mapping[str, str]], Awaitable[bool]]
"""Tells whether the fields that have come so far say who asks; refuses a wrong one."""

_Piece = Callable[[], Awaitable[bytes]]
"""Returns the next bytes, none at the end."""

_LONGEST_FIELD = 2000
_MOST_PARTS = 50
_OVERHEAD = 100_000
_FILES = {"sexCat", "catalogue", "packet"}


async def read_form(
    request: web.Request,
    route: Route,
    hold: Hold,
    look_at: LookAt,
    fields: dict[str, str],
) -> Form:
    """Return the form of a request.

    Parameters
    ----------
    request, route
        What is asked for, and how large its body may be.
    hold
        What the body takes of the room for bodies.
    look_at
        Asked while a file is read: who is not known may send it all the same, since
        the hashtag may stand behind it, but gets less room.
    fields
        Is given the text fields of a form with a file as they come.

    Raises
    ------
    RefusalError
        Too large, too slow, no form at all, or of somebody who may not send it.
    """
    desk = request.app[DESK]
    limit = route.limit or min(desk.settings.largest_file, desk.room.size)
    if (request.content_length or 0) > limit + _OVERHEAD:
        raise _too_large(limit)
    came = request.content
    async with desk.slow.watched(came_from(request), lambda: came.total_bytes):
        guarded = _Guarded(hold, look_at, desk.settings.upload_limit)
        return await _undamaged(_form(request, route, limit, guarded, fields))


async def _undamaged(form: Awaitable[Form]) -> Form:
    try:
        return await form
    except (web.HTTPException, RefusalError, TimeoutError):
        raise
    except Exception as fault:  # whatever a damaged body leads to
        raise RefusalError(400, "The form is damaged: send it again.") from fault


class _Guarded:
    """Reads files in pieces, each with room for it."""

    def __init__(self, hold: Hold, look_at: LookAt, lists: int) -> None:
        self._hold = hold
        self._lists = lists
        self._look_at = look_at

    async def ask(self, fields: Mapping[str, str]) -> None:
        """Find out who sends the body."""
        if await self._look_at(fields):
            self._hold.vouch()

    async def read(self, piece: _Piece, limit: int, fault: RefusalError) -> bytes:
        content = bytearray()
        while chunk := await piece():
            self._hold.grow(len(chunk))
            content += chunk
            if len(content) > limit:
                raise fault
        return bytes(content)

    async def file(
        self, piece: _Piece, limit: int, fields: Mapping[str, str], name: str = ""
    ) -> SentFile:
        """Read a file while it is found out, by the fields before it, who sends it."""
        try:
            async with asyncio.TaskGroup() as together:
                asking = together.create_task(self.ask(fields))
                return await self._file(piece, limit, SentFile(name), asking)
        except BaseExceptionGroup as faults:
            raise faults.exceptions[0] from None

    async def _file(
        self, piece: _Piece, limit: int, file: SentFile, asking: Awaitable[None]
    ) -> SentFile:
        while chunk := await piece():
            if not self._hold.may_grow(len(chunk)):
                await asking  # there is more room for who is known
            self._hold.grow(len(chunk))
            file.add(chunk)
            most = limit if file.may_be_image else min(limit, self._lists)
            if file.size > most:
                raise _too_large(most)
        return file


async def _form(
    request: web.Request,
    route: Route,
    limit: int,
    guarded: _Guarded,
    fields: dict[str, str],
) -> Form:
    if request.content_type == "multipart/form-data":
        return await _multipart(await request.multipart(), limit, guarded, fields)
    if route.takes_document:
        piece = request.content.readany
        return Form({}, await guarded.file(piece, limit, {}))
    await guarded.ask({})
    if request.content_type == "application/json":
        return Form(bounded(_object(await request.read())))
    posted = await request.post()
    return Form(bounded({name: str(text) for name, text in posted.items()}))


def _object(body: bytes) -> dict[str, str]:
    content = json.loads(body)
    if not isinstance(content, dict):
        raise RefusalError(400, "Send a JSON object.")
    switches = {True: "1", False: "0"}
    return {
        name: switches[it] if isinstance(it, bool) else str(it)
        for name, it in content.items()
        if it is not None
    }


def bounded(given: Mapping[str, str]) -> dict[str, str]:
    """Return the fields, none of them too long.

    Raises
    ------
    RefusalError
        One is.
    """
    fields = {name[:50]: text for name, text in given.items()}
    for name, text in fields.items():
        if len(text) > _LONGEST_FIELD:
            raise _too_long(name)
    return fields


async def _multipart(
    reader: MultipartReader, limit: int, guarded: _Guarded, fields: dict[str, str]
) -> Form:
    file: SentFile | None = None
    for _ in range(_MOST_PARTS):
        part = await reader.next()
        if part is None:
            return Form(fields, file)
        if not isinstance(part, BodyPartReader):
            break
        if part.name in _FILES:
            name = _safe_name(part.filename)
            file = await guarded.file(_pieces(part), limit, fields, name)
        else:
            await _take_field(part, guarded, fields)
    raise RefusalError(400, "The form is damaged: send it again.")


async def _take_field(
    part: BodyPartReader, guarded: _Guarded, fields: dict[str, str]
) -> None:
    name = str(part.name)[:50]
    text = await guarded.read(_pieces(part), _LONGEST_FIELD, _too_long(name))
    fields[name] = text.decode("utf-8", errors="replace")


def _pieces(part: BodyPartReader) -> _Piece:
    async def piece() -> bytes:
        return bytes(await part.read_chunk(65536))

    return piece


def _safe_name(name: str | None) -> str:
    clean = (name or "catalogue").encode("utf-8", errors="replace").decode()
    return PurePosixPath(clean).name[:100]


def _too_long(name: str) -> RefusalError:
    return RefusalError(400, f"The field {name} is too long.")


def _too_large(limit: int) -> RefusalError:
    return RefusalError(413, f"The upload is larger than {limit / 1_000_000:.0f} MB.")
