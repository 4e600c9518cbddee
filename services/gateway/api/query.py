"""Reads the query of a request of the API, and writes its answer."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from services.gateway.domain.refusal import RefusalError
from services.gateway.web.form import Form

__all__ = ["answer", "query_of"]

M = TypeVar("M", bound=BaseModel)


def query_of(form: Form, model: type[M]) -> M:
    """Return the query of a request.

    Raises
    ------
    RefusalError
        A parameter means nothing: the sentence names the first.
    """
    try:
        return model.model_validate(dict(form.fields))
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
