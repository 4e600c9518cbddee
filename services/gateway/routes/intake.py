"""Reads forms, bounded before anything is in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from aiohttp import BodyPartReader, MultipartReader, web

from services.gateway.domain.refusal import RefusalError

__all__ = ["Form", "read_form"]

_LONGEST_FIELD = 2000
_MOST_FIELDS = 50
_OVERHEAD = 100_000
_FILE = "sexCat"


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
    """
    if (request.content_length or 0) > limit + _OVERHEAD:
        raise _too_large(limit)
    if request.content_type == "multipart/form-data":
        try:
            return await _multipart(await request.multipart(), limit)
        except (ValueError, AssertionError) as fault:
            raise RefusalError(400, "The form is damaged: send it again.") from fault
    posted = await request.post()
    return Form({name: str(text)[:_LONGEST_FIELD] for name, text in posted.items()})


async def _multipart(reader: MultipartReader, limit: int) -> Form:
    fields: dict[str, str] = {}
    content, file_name = b"", ""
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or len(fields) > _MOST_FIELDS:
            raise RefusalError(400, "The form is damaged: send it again.")
        if part.name == _FILE:
            content = await _bounded(part, limit, _too_large(limit))
            file_name = PurePosixPath(part.filename or "catalogue").name[:100]
        else:
            name = str(part.name)[:50]
            fault = RefusalError(400, f"The field {name} is too long.")
            text = await _bounded(part, _LONGEST_FIELD, fault)
            fields[name] = text.decode("utf-8", errors="replace")
    return Form(fields, content, file_name)


async def _bounded(part: BodyPartReader, limit: int, fault: RefusalError) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(65536):
        content += chunk
        if len(content) > limit:
            raise fault
    return bytes(content)


def _too_large(limit: int) -> RefusalError:
    return RefusalError(413, f"The upload is larger than {limit // 1_000_000} MB.")
