"""Who one is, and whether everything works."""

from pathlib import Path
from typing import Annotated

import typer

from cpcs import __version__
from cpcs.cli.common import AsJson, Hashtag, Profile, Url, client_of, opened, out, say
from cpcs.config import Settings, forget, keep_profile
from cpcs.errors import CpcsError

__all__ = ["doctor", "login", "logout", "whoami"]


def login(
    url: Annotated[str, typer.Argument(help="address of the server")],
    hashtag: Hashtag = "",
    profile: Annotated[str, typer.Option(help="a name for this login")] = "default",
) -> None:
    """Keep a server and your hashtag, once for each person and observatory."""
    secret = hashtag or typer.prompt("Hashtag", hide_input=True)
    settings = Settings(url=url.rstrip("/"), hashtag=secret.strip())
    with client_of(settings) as client:
        me = client.whoami()
    where = keep_profile(profile, {"url": settings.url}, settings.hashtag)
    say.print(f"You are {me.name}. The hashtag is in {where}.")


def logout(profile: Profile = "default") -> None:
    """Forget the hashtag of a login."""
    forget(profile)
    say.print(f"The hashtag of {profile} is forgotten.")


def whoami(
    url: Url = "", hashtag: Hashtag = "", profile: Profile = "", json: AsJson = False
) -> None:
    """Tell who you are to the server, and what you may."""
    settings, client = opened(url, hashtag, profile)
    me = client.whoami()
    if json:
        return out(me)
    until = f", until {me.until:%Y-%m-%d}" if me.until else ""
    return say.print(f"{me.name} at {settings.url}: may {', '.join(me.may)}{until}.")


def doctor(url: Url = "", hashtag: Hashtag = "", profile: Profile = "") -> None:
    """Look at everything that uploads need, and say what is wrong."""
    settings, client = opened(url, hashtag, profile, Path.cwd())
    say.print(f"cpcs {__version__}, server {settings.url}, profile {settings.profile}")
    services = client.status()["services"]
    for name, ready in services.items():
        say.print(f"  {name}: {'ready' if ready else '[red]not ready[/]'}")
    if not settings.hashtag:
        raise CpcsError("You have no hashtag here: run cpcs login URL.")
    me = client.whoami()
    say.print(f"  you are {me.name}, and may {', '.join(me.may)}")
    bands = client.surveys()
    say.print(f"  {len({one.survey for one in bands})} surveys in use")
    if not all(services.values()):
        raise CpcsError("Not every service is ready: what you send waits, not lost.")
