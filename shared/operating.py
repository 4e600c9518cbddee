"""The operator's commands: one grammar, exit codes, and a sentence where one fails.

Exit codes: 0 done, 1 refused or something is wrong, 2 not understood, 3 out of reach.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import typer
from pymongo.errors import OperationFailure, PyMongoError

from shared.logging import configure_logging
from shared.settings import ServiceSettings

__all__ = [
    "REFUSED",
    "UNREACHABLE",
    "Look",
    "OperatorError",
    "UnreachableError",
    "carry_out",
    "operate_by",
    "operated",
    "operator_app",
]

REFUSED, UNREACHABLE = 1, 3
_START = "Start the server with 'make up', or set CPCS_AMQP_URL and CPCS_MONGO_URL."

Look = Callable[[ServiceSettings], Awaitable[str]]
"""Returns why something cannot be used, in a sentence; nothing where it can."""


class OperatorError(Exception):
    """What was asked for cannot be done; the text says why and what to do."""

    code = REFUSED


class UnreachableError(OperatorError):
    """Broker or store cannot be reached."""

    code = UNREACHABLE


def operator_app(about: str) -> typer.Typer:
    """Return an empty set of commands."""
    return typer.Typer(
        help=about,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def operate_by(app: typer.Typer, name: str | None = None) -> None:
    """Carry out what the operator typed on the command line, and log nothing."""
    configure_logging("operator", "CRITICAL", "console")
    operated(app, sys.argv[1:], name)


def operated(app: typer.Typer, words: Sequence[str], name: str | None = None) -> None:
    """Carry out what the operator typed.

    Raises
    ------
    SystemExit
        It failed; the sentence is on standard error.
    """
    try:
        app(args=list(words), prog_name=name)
    except SystemExit as end:
        if end.code:
            raise
    except OperatorError as fault:
        sys.stderr.write(f"{fault}\n")
        raise SystemExit(fault.code) from fault
    except OSError as fault:  # aio_pika's are such, too
        sys.stderr.write(f"{fault.filename or 'The broker'}: {_why(fault)}\n")
        raise SystemExit(REFUSED) from fault
    except PyMongoError as fault:
        sys.stderr.write(f"The store does not answer any more: {_short(fault)}\n")
        raise SystemExit(UNREACHABLE) from fault


def _why(fault: OSError) -> str:
    return fault.strerror or str(fault) or type(fault).__name__


def _short(fault: PyMongoError) -> str:
    detail = fault.details if isinstance(fault, OperationFailure) else None
    return str((detail or {}).get("errmsg", str(fault).split(",")[0]))


def carry_out(
    settings: ServiceSettings, work: Coroutine[Any, Any, None], *needs: Look
) -> None:
    """Do something, once what it needs is known to answer.

    Raises
    ------
    UnreachableError
        Something of it cannot be used.
    """
    asyncio.run(_carried_out(settings, work, needs))


async def _carried_out(
    settings: ServiceSettings, work: Coroutine[Any, Any, None], needs: Sequence[Look]
) -> None:
    try:
        for look in needs:
            if fault := await look(settings):
                raise UnreachableError(f"{fault} {_START}")
        await work
    finally:
        work.close()
