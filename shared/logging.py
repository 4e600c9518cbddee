"""Structured logs: one line an event, with the correlation id bound to it.

What libraries say by the standard library's logging comes out the same way.
"""

import logging
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["configure_logging", "correlation"]

_SECRETS = frozenset(
    {"hashtag", "hashtags", "password", "secret", "token", "cookie", "authorization"}
)
_LOGIN = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")
"""Name and password in an address."""


def configure_logging(service: str, level: str, layout: str) -> None:
    """Send structured lines to standard error.

    Parameters
    ----------
    service
        Name that every line carries.
    level
        Least level that is shown, such as ``INFO``.
    layout
        ``json`` for machines, ``console`` for people.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    before = (
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    )
    after = (structlog.processors.format_exc_info, _without_secrets, _renderer(layout))
    structlog.configure(
        processors=[*before, *after],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    _configure_libraries(before, after, least)
    structlog.contextvars.bind_contextvars(service=service)


def _renderer(layout: str) -> Processor:
    if layout == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


def _configure_libraries(
    before: Sequence[Processor], after: Sequence[Processor], least: int
) -> None:
    """Let lines of the standard library's logging come out as ours do."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *after,
            ],
        )
    )
    logging.basicConfig(
        handlers=[handler], level=max(least, logging.WARNING), force=True
    )


@contextmanager
def correlation(correlation_id: str, **details: str) -> Iterator[None]:
    """Bind a correlation id to every line logged inside the block."""
    with structlog.contextvars.bound_contextvars(
        correlation_id=correlation_id, **details
    ):
        yield


def _without_secrets(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    return {
        name: "…" if name in _SECRETS else _without_login(value)
        for name, value in line.items()
    }


def _without_login(value: object) -> object:
    return _LOGIN.sub("…", value) if isinstance(value, str) and "@" in value else value
