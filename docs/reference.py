"""Pages of the site that are made: the API, the events, the command line."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
import yaml

__all__ = ["written"]

_METHODS = ("get", "post", "delete", "put")


def written(root: Path) -> dict[str, str]:
    """Return the made pages by the names of their files."""
    documents = {
        name: yaml.safe_load((root / "docs" / f"{name}.yaml").read_text("utf-8"))
        for name in ("openapi", "asyncapi")
    }
    return {
        "http.md": "\n".join(_http(documents["openapi"])),
        "events.md": "\n".join(_events(documents["asyncapi"])),
        "cli.md": "\n".join(_command_line()),
    }


def _http(document: Mapping[str, Any]) -> Iterator[str]:
    yield "# The HTTP API\n\nMade from `docs/openapi.yaml`.\n"
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method not in methods:
                continue
            operation = methods[method]
            yield f"## `{method.upper()} {path}`\n"
            yield f"{operation.get('summary', operation['operationId'])}\n"
            rows = [_row(one) for one in operation.get("parameters", ())]
            if rows:
                yield "| parameter | in | means |\n|---|---|---|"
                yield "\n".join(rows) + "\n"


def _row(parameter: Mapping[str, Any]) -> str:
    about = parameter.get("description") or parameter["schema"].get("description", "")
    told = about.replace("|", "\\|").replace("\n", " ")
    return f"| `{parameter['name']}` | {parameter['in']} | {told} |"


def _events(document: Mapping[str, Any]) -> Iterator[str]:
    yield "# Events on the broker\n\nMade from `docs/asyncapi.yaml`.\n"
    for message in document["components"]["messages"].values():
        yield f"## `{message['name']}`\n\n{message.get('summary', '')}\n"


def _command_line() -> Iterator[str]:
    from cpcs.cli.commands import app  # noqa: PLC0415 - found by the site's settings

    yield "# The command line\n"
    group = typer.main.get_command(app)
    yield f"{group.help}\n"
    context = group.make_context("cpcs", [], resilient_parsing=True)
    commands = getattr(group, "commands", {})
    for name in sorted(commands):
        command = commands[name]
        usage = " ".join(command.collect_usage_pieces(context))
        yield f"## `cpcs {name}`\n\n{command.help}\n\n`cpcs {name} {usage}`\n"
        rows = [_option(one) for one in command.params]
        yield "| option | means |\n|---|---|\n" + "\n".join(rows) + "\n"


def _option(parameter: Any) -> str:
    names = ", ".join(f"`{name}`" for name in parameter.opts) or f"`{parameter.name}`"
    return f"| {names} | {getattr(parameter, 'help', '') or ''} |"
