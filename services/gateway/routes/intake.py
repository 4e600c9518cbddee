"""Reads forms, bounded before anything is in memory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from aiohttp import BodyPartReader, MultipartReader, web

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.route import ROUTE

__all__ = ["PLAIN", "Form", "read_form"]

PLAIN = web.RequestKey("plain", bool)
"""Whether the form asks for an answer to a script."""

_LONGEST_FIELD = 2000
_MOST_PARTS = 50
_OVERHEAD = 100_000
_FILES = {"sexCat", "catalogue", "packet"}


@dataclass(frozen=True)
class Form:
    """The text fields of a form, and the uploaded file if there is one."""

    fields: Mapping[str, str]
    content: bytes = b""
    file_name: str = ""


async def read_form(request: web.Request, limit: int) -> Form:
    """Return a form whose file has at most so many bytes.

    Raises
    ------
    RefusalError
        Too large, or no form at all.

    The request remembers whether the form asks for JSON: then a refusal is plain
    text, whatever else the client accepts.
    """
    if (request.content_length or 0) > limit + _OVERHEAD:
        raise _too_large(limit)
    try:
        form = await _form(request, limit)
    except (web.HTTPException, RefusalError):
        raise
    except Exception as fault:  # whatever a damaged body leads to
        raise RefusalError(400, "The form is damaged: send it again.") from fault
    layout = form.fields.get("outputFormat", "html").strip().lower()
    request[PLAIN] = layout == "json"
    return form


async def _form(request: web.Request, limit: int) -> Form:
    if request.content_type == "multipart/form-data":
        return await _multipart(await request.multipart(), limit)
    if request[ROUTE].takes_document:
        return Form({}, await _document(request, limit))
    if request.content_type == "application/json":
        return Form(_bounded_fields(_object(await request.read())))
    posted = await request.post()
    return Form(_bounded_fields({name: str(text) for name, text in posted.items()}))


async def _document(request: web.Request, limit: int) -> bytes:
    content = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        content += chunk
        if len(content) > limit:
            raise _too_large(limit)
    return bytes(content)


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


def _bounded_fields(given: Mapping[str, str]) -> dict[str, str]:
    fields = {name[:50]: text for name, text in given.items()}
    for name, text in fields.items():
        if len(text) > _LONGEST_FIELD:
            raise _too_long(name)
    return fields


async def _multipart(reader: MultipartReader, limit: int) -> Form:
    fields: dict[str, str] = {}
    content, file_name = b"", ""
    for _ in range(_MOST_PARTS):
        part = await reader.next()
        if part is None:
            return Form(fields, content, file_name)
        if not isinstance(part, BodyPartReader):
            break
        if part.name in _FILES:
            content = await _bounded(part, limit, _too_large(limit))
            file_name = _safe_name(part.filename)
        else:
            name = str(part.name)[:50]
            text = await _bounded(part, _LONGEST_FIELD, _too_long(name))
            fields[name] = text.decode("utf-8", errors="replace")
    raise RefusalError(400, "The form is damaged: send it again.")


def _safe_name(name: str | None) -> str:
    clean = (name or "catalogue").encode("utf-8", errors="replace").decode()
    return PurePosixPath(clean).name[:100]


async def _bounded(part: BodyPartReader, limit: int, fault: RefusalError) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(65536):
        content += chunk
        if len(content) > limit:
            raise fault
    return bytes(content)


def _too_long(name: str) -> RefusalError:
    return RefusalError(400, f"The field {name} is too long.")


def _too_large(limit: int) -> RefusalError:
    return RefusalError(413, f"The upload is larger than {limit / 1_000_000:.0f} MB.")
