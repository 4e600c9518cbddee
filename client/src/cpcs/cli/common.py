"""What all commands share: options, the client, how things are printed."""

import json
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cpcs.client import Client
from cpcs.config import Settings, found_settings
from cpcs.errors import CpcsError

__all__ = ["AsJson", "Hashtag", "Profile", "Url", "client_of", "opened", "out", "say"]

Url = Annotated[str, typer.Option(help="address of the server (CPCS_URL)")]
Hashtag = Annotated[str, typer.Option(help="who asks (CPCS_HASHTAG)")]
Profile = Annotated[str, typer.Option(help="which of your logins (CPCS_PROFILE)")]
AsJson = Annotated[bool, typer.Option("--json", help="answer in JSON, for scripts")]

say = Console(highlight=False, soft_wrap=True)


def opened(
    url: str = "",
    hashtag: str = "",
    profile: str = "",
    folder: Path | None = None,
    **flags: Any,
) -> tuple[Settings, Client]:
    """Return the settings for a folder, and a client for their server."""
    settings = found_settings(
        folder or Path.cwd(), url=url, hashtag=hashtag, profile=profile, **flags
    )
    return settings, client_of(settings)


def client_of(settings: Settings) -> Client:
    """Return a client.

    Raises
    ------
    CpcsError
        Nobody said which server.
    """
    if not settings.url:
        raise CpcsError("Which server? Run cpcs login URL, or set CPCS_URL.")
    warned = Console(stderr=True, highlight=False)
    return Client(settings.url, settings.hashtag, told=warned.print)


def out(content: Any) -> None:
    """Print what a script reads."""
    typer.echo(json.dumps(_plain(content), ensure_ascii=False, indent=1))


def _plain(content: Any) -> Any:
    if is_dataclass(content) and not isinstance(content, type):
        return _plain(asdict(content))
    if isinstance(content, dict):
        return {name: _plain(it) for name, it in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(it) for it in content]
    return content.isoformat() if isinstance(content, datetime) else content
