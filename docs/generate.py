"""Generates what the contracts say by themselves: ``python -m docs.generate``.

``docs/asyncapi.yaml``, ``docs/openapi.yaml``, ``docs/access.md`` (who may do what) and
the flow diagram in ``docs/architecture.md``. A test compares them with what is
committed.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic.json_schema import models_json_schema

from services.gateway.api.describe import describe
from services.gateway.api.table import API
from services.gateway.domain.roles import Role
from services.gateway.site import ROUTES
from shared.contracts.base import Event
from shared.messaging.topology import (
    EXCHANGE,
    HEARD_BY,
    PUBLIC_STREAM,
    PUBLIC_STREAM_BINDING,
    binding_key,
    queue_name,
    speaker,
)

__all__ = ["access", "asyncapi", "generated", "openapi", "with_diagram"]

_DOCS = Path(__file__).parent
_BEGIN, _END = "<!-- flow: generated -->\n", "<!-- /flow -->"


def asyncapi() -> str:
    """Return the AsyncAPI 3.0 document of every event."""
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Photometric calibration server",
            "version": "1",
            "description": (
                "Events on the durable AMQP 0-9-1 topic exchange `cpcs`. The public "
                f"product is bound by `{PUBLIC_STREAM_BINDING}` (survey and band) and "
                f"is kept for replay in the stream queue `{PUBLIC_STREAM}`."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {event.__name__: _channel(event) for event in HEARD_BY},
        "operations": _operations(),
        "components": {
            "messages": {event.__name__: _message(event) for event in HEARD_BY},
            "schemas": _schemas(),
        },
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=88)


def _channel(event: type[Event]) -> dict[str, Any]:
    return {
        "address": binding_key(event),
        "messages": {
            event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}
        },
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": EXCHANGE, "type": "topic", "durable": True},
            }
        },
    }


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": event.key,
        "summary": (event.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "correlationId": {"location": "$message.header#/correlation_id"},
    }


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for event, hearers in HEARD_BY.items():
        channel = {"$ref": f"#/channels/{event.__name__}"}
        said = f"{speaker(event)} says {event.__name__}"
        operations[said.replace(" ", "_")] = {"action": "send", "channel": channel}
        for service in hearers:
            operations[f"{service}_hears_{event.__name__}"] = {
                "action": "receive",
                "channel": channel,
                "bindings": {"amqp": {"queue": queue_name(service, event)}},
            }
    return operations


def _schemas() -> Mapping[str, Any]:
    _, top = models_json_schema(
        [(event, "serialization") for event in HEARD_BY],
        ref_template="#/components/schemas/{model}",
    )
    schemas: Mapping[str, Any] = top["$defs"]
    return schemas


def openapi() -> str:
    """Return the OpenAPI 3.1 document of the gateway's API."""
    document = describe(API)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=88)


def access() -> str:
    """Return the page that says what each role may do."""
    roles = list(Role)
    lines = [
        "# Who may do what",
        "",
        "Everybody may read. A hashtag has a scope (read, upload, administer) and",
        "allows no more than its owner may. Observers change only their own points.",
        "`make docs` generates this table from the gateway's routes, and a test walks",
        "every row and column of it. Every path is also served under `/followup`.",
        "",
        "| Path | Does | " + " | ".join(role.name.lower() for role in roles) + " |",
        "|---|---|" + ":-:|" * len(roles),
    ]
    for route in ROUTES:
        path = route.path.replace("|", "\\|")
        marks = ["yes" if role >= route.role else "" for role in roles]
        row = [f"`{route.method} {path}`", route.about, *marks]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join([*lines, ""])


def with_diagram(text: str) -> str:
    """Return a page with the flow diagram between its marks renewed."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{_diagram()}{_END}{after}"


def _diagram() -> str:
    arrows: dict[tuple[str, str], list[str]] = {}
    for event, hearers in HEARD_BY.items():
        for service in hearers:
            arrows.setdefault((speaker(event), service), []).append(event.__name__)
    lines = [
        f'  {source} -->|"{"<br/>".join(names)}"| {sink}'
        for (source, sink), names in arrows.items()
    ]
    return "\n".join(["```mermaid", "flowchart LR", *lines, "```", ""])


def generated() -> dict[Path, str]:
    """Return every generated file with what should be in it."""
    page = _DOCS / "architecture.md"
    return {
        _DOCS / "asyncapi.yaml": asyncapi(),
        _DOCS / "openapi.yaml": openapi(),
        _DOCS / "access.md": access(),
        page: with_diagram(page.read_text("utf-8")),
    }


if __name__ == "__main__":
    for path, content in generated().items():
        path.write_text(content, "utf-8")
        sys.stdout.write(f"{path.name} written\n")
