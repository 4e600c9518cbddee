"""Turns the server's JSON into models; what a newer server adds is passed over."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

__all__ = ["read"]

T = TypeVar("T")


def read(model: type[T]) -> Callable[[Any], T]:
    """Return what reads JSON as a model."""
    return lambda content: _made(model, content)


def _made(model: type[T], content: Any) -> T:
    hints = get_type_hints(model)
    known = {one.name for one in fields(model)}  # type: ignore[arg-type]
    given = {name: it for name, it in content.items() if name in known}
    return model(**{name: _value(hints[name], it) for name, it in given.items()})


def _value(hint: Any, content: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if content is None:
        return None
    if origin in (Union, UnionType):
        return _value(next(one for one in inner if one is not type(None)), content)
    if origin is list:
        return [_value(inner[0], one) for one in content]
    return _plain(hint, content)


def _plain(hint: Any, content: Any) -> Any:
    if hint is datetime:
        return datetime.fromisoformat(content)
    if isinstance(hint, type) and is_dataclass(hint):
        return _made(hint, content)
    return content
