"""The commands: each is a few lines around the library."""

import typer

from cpcs.cli.account import doctor, login, logout, whoami
from cpcs.cli.curves import lc, surveys
from cpcs.cli.samples import sample
from cpcs.cli.sending import jobs, rm, upload, watch
from cpcs.cli.streams import subscribe
from cpcs.cli.targets import new, targets

__all__ = ["app"]

_HELP = """Client of the photometric calibration server.

Exit codes: 0 all is fine; 1 something was refused; 2 the command is not understood;
3 the server does not answer; 4 the hashtag may not do this.
"""

app = typer.Typer(help=_HELP, no_args_is_help=True, pretty_exceptions_enable=False)
for command in (
    login,
    logout,
    whoami,
    doctor,
    targets,
    new,
    sample,
    upload,
    watch,
    jobs,
    rm,
    lc,
    surveys,
    subscribe,
):
    app.command()(command)
