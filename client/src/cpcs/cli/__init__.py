"""The command line ``cpcs``; exit codes are told by ``cpcs --help``."""

import sys

from cpcs.errors import CpcsError, RefusedError, UnreachableError

__all__ = ["ALL_FINE", "NOT_ALLOWED", "SOME_REFUSED", "UNREACHABLE", "main"]

ALL_FINE, SOME_REFUSED, UNREACHABLE, NOT_ALLOWED = 0, 1, 3, 4
_WHO = (401, 403)


def main() -> None:
    """Run the command line; a refusal is a sentence and an exit code."""
    from cpcs.cli.commands import app  # noqa: PLC0415 - `import cpcs.cli` is quick

    try:
        app()
    except UnreachableError as fault:
        sys.exit(_said(fault, UNREACHABLE))
    except RefusedError as fault:
        sys.exit(_said(fault, NOT_ALLOWED if fault.status in _WHO else SOME_REFUSED))
    except CpcsError as fault:
        sys.exit(_said(fault, SOME_REFUSED))
    except KeyboardInterrupt:
        sys.exit(130)


def _said(fault: CpcsError, code: int) -> int:
    print(f"cpcs: {fault}", file=sys.stderr)  # noqa: T201 - this is a program's voice
    return code
