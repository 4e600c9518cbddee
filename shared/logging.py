"""Structured logs: one line an event, with the correlation id bound to it."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["configure_logging", "correlation"]

_SECRETS = frozenset({"hashtag", "hashtags", "password", "token", "cookie"})


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
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if layout == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_secrets,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(service=service)


@contextmanager
def correlation(correlation_id: str, **details: str) -> Iterator[None]:
    """Bind a correlation id to every line logged inside the block."""
    with structlog.contextvars.bound_contextvars(
        correlation_id=correlation_id, **details
    ):
        yield


def _without_secrets(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    return {name: "…" if name in _SECRETS else value for name, value in line.items()}
