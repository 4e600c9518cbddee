"""Reads what a request of the API asks for, and writes what it is answered."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from services.gateway.domain.refusal import RefusalError

__all__ = ["answer", "asked"]

M = TypeVar("M", bound=BaseModel)


def asked(request: web.Request, model: type[M]) -> M:
    """Return the query of a request.

    Raises
    ------
    RefusalError
        A parameter means nothing: the sentence names the first.
    """
    try:
        return model.model_validate(dict(request.query))
    except ValidationError as fault:
        first = fault.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "query"
        raise RefusalError(400, f"{name}: {first['msg']}.") from fault


def answer(
    model: BaseModel, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Return a model as JSON."""
    return web.Response(
        text=model.model_dump_json(),
        status=status,
        headers=headers,
        content_type="application/json",
    )
