"""Uploads: a night, a folder that fills, what became of them."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from cpcs.cli import SOME_REFUSED
from cpcs.cli.common import AsJson, Hashtag, Profile, Url, opened, out, say
from cpcs.client import Client
from cpcs.config import Settings
from cpcs.errors import CpcsError
from cpcs.journal import Journal
from cpcs.night import Frame, paired
from cpcs.uploading import Outcome, send_night, target_of
from cpcs.watching import Watch

__all__ = ["jobs", "rm", "upload", "watch"]

Files = Annotated[list[Path], typer.Argument(help="catalogues, images, folders")]
Target = Annotated[str, typer.Option(help="else by OBJECT, else by the field")]
Force = Annotated[str, typer.Option("--filter", help="SURVEY/BAND; no: the best")]
Used = Annotated[str, typer.Option(help="filter of the image, if headers lack it")]
Radius = Annotated[float | None, typer.Option(help="matching radius [arcsec]")]
Date = Annotated[str, typer.Option("--time", help="DATE-OBS is start, mid or end")]


def upload(
    files: Files,
    target: Target = "",
    force: Force = "",
    used_filter: Used = "",
    radius: Radius = None,
    date: Date = "",
    comment: Annotated[str, typer.Option(help="what others should know")] = "",
    dry_run: Annotated[bool, typer.Option(help="calibrate, store nothing")] = False,
    url: Url = "",
    hashtag: Hashtag = "",
    profile: Profile = "",
    json: AsJson = False,
) -> None:
    """Send a night: each catalogue once, with the time of the image beside it.

    Run it again after anything: it goes on where it stopped.
    """
    settings, client = opened(
        url,
        hashtag,
        profile,
        _folder(files),
        target=target,
        filter=force,
        used_filter=used_filter,
        match_radius=radius,
        time=date,
        comment=comment,
    )
    frames, left = paired(files, settings)
    if not frames:
        raise CpcsError("There is no catalogue among these files.")
    if not json:
        _announce(client, settings, frames, left)
    outcomes = _sent(client, settings, frames, dry_run=dry_run, quiet=json)
    if json:
        out([_shown(one) for one in outcomes])
    if not all(one.is_fine for one in outcomes):
        raise typer.Exit(SOME_REFUSED)


def _folder(files: Sequence[Path]) -> Path:
    first = files[0]
    return first if first.is_dir() else first.parent


def _announce(
    client: Client, settings: Settings, frames: Sequence[Frame], left: Sequence[Any]
) -> None:
    """Tell what will be sent, and how each time was found."""
    for path, why in left:
        say.print(f"[yellow]{path.name}[/]: {why}; left out")
    for frame in frames:
        target = target_of(client, settings, frame)
        exposure = frame.timed(target).exposure
        where = target.name if target else "the target in its field"
        if exposure.mjd is None:
            say.print(f"[red]{frame.name}[/]: no time of mid-exposure")
        else:
            time_ = f"MJD {exposure.mjd:.6f} ({exposure.how})"
            say.print(f"{frame.name}: {where}, {time_}, {exposure.seconds:g} s")


def _sent(
    client: Client,
    settings: Settings,
    frames: Sequence[Frame],
    *,
    dry_run: bool,
    quiet: bool,
) -> list[Outcome]:
    outcomes = []
    with Progress(console=say, transient=True, disable=quiet) as progress:
        bar = progress.add_task("Sending", total=len(frames))
        for one in send_night(client, frames, settings, dry_run=dry_run):
            outcomes.append(one)
            progress.advance(bar)
            if not quiet:
                say.print(_line(one))
    return outcomes


def _line(one: Outcome) -> str:
    colour = "green" if one.is_fine else "red"
    number = f" as observation {one.observation}" if one.observation else ""
    before = ", sent before" if one.again else ""
    return f"[{colour}]{one.state}[/] {one.frame.name}: {one.told}{number}{before}"


def _shown(one: Outcome) -> dict[str, Any]:
    names = ("state", "told", "job", "observation", "again", "how")
    told = {name: getattr(one, name) for name in names}
    return {"catalogue": str(one.frame.catalogue), **told}


def watch(
    folder: Annotated[Path, typer.Argument(help="where catalogues appear")],
    target: Target = "",
    force: Force = "",
    every: Annotated[float, typer.Option(help="look so often [s]")] = 2.0,
    once: Annotated[bool, typer.Option(help="end when nothing is left")] = False,
    url: Url = "",
    hashtag: Hashtag = "",
    profile: Profile = "",
) -> None:
    """Send what appears in a folder, and sort it into done/ and failed/."""
    settings, client = opened(
        url, hashtag, profile, folder, target=target, filter=force
    )
    eye = Watch(client, folder, settings, image_patience=0.0 if once else 60.0)
    say.print(f"Watching {folder}; Ctrl-C ends.")
    while True:
        for one in eye.look():
            say.print(_line(one))
        if once and not eye.waiting():
            return
        time.sleep(every)


def jobs(
    folder: Annotated[Path, typer.Argument(help="a night's folder")] = Path(),
    json: AsJson = False,
) -> None:
    """List what was sent of a folder, as its journal tells."""
    entries = Journal(folder).entries()
    if json:
        return out(entries)
    for one in entries:
        say.print(f"{one.state} {one.name}: {one.told} ({one.job})")
    return None


def rm(
    numbers: Annotated[list[int], typer.Argument(help="numbers of observations")],
    undo: Annotated[bool, typer.Option(help="put them back instead")] = False,
    url: Url = "",
    hashtag: Hashtag = "",
    profile: Profile = "",
) -> None:
    """Take observations of your own off their light curves."""
    _, client = opened(url, hashtag, profile)
    for number in numbers:
        done = client.restore(number) if undo else client.delete(number)
        say.print(done.message)
