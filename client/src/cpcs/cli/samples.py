"""A sample of a night, for a first try."""

import time
from pathlib import Path
from typing import Annotated

import typer

from cpcs.cli.common import Hashtag, Profile, Url, opened, say
from cpcs.sample import drawn, photographed, written

__all__ = ["sample"]

_UNIX_EPOCH = 40587
_APART = 0.002
_OWN = 'target = "{name}"\ncomment = "simulated by cpcs sample"\n'


def sample(
    name: Annotated[str, typer.Argument(help="a target that the server knows")],
    folder: Annotated[Path, typer.Argument(help="where the files go")],
    frames: Annotated[int, typer.Option(help="how many")] = 1,
    image: Annotated[
        bool, typer.Option("--image", help="the images themselves, not star lists")
    ] = False,
    url: Url = "",
    hashtag: Hashtag = "",
    profile: Profile = "",
) -> None:
    """Draw star lists or images of a target's field, as a small telescope has them."""
    _, client = opened(url, hashtag, profile, folder)
    target = client.target(name)
    stars = client.reference_stars(target.ra, target.dec)
    now = time.time() / 86400 + _UNIX_EPOCH
    for number in range(1, frames + 1):
        made = drawn(target, stars, now - _APART * (frames - number + 1), number)
        if image:
            path = photographed(made, folder, f"sample-{number}", target)
            say.print(f"{path}, an image, is written.")
        else:
            path = written(made, folder, f"sample-{number}", target.name)
            say.print(f"{path} and the header of its image are written.")
    (folder / ".cpcs.toml").write_text(_OWN.format(name=target.name), "utf-8")
