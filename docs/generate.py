"""Generates what the contracts say by themselves: ``python -m docs.generate``.

``docs/asyncapi.yaml``, ``docs/openapi.yaml``, ``docs/access.md`` (who may do what), the
services' manifests in ``deploy/kubernetes`` and the flow diagram in
``docs/architecture.md``. A test compares them with what is committed.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic.json_schema import models_json_schema

from docs.kubernetes import manifests
from services.gateway.api.describe import describe
from services.gateway.api.table import API
from services.gateway.domain.roles import Role
from services.gateway.site import ROUTES
from shared.contracts.alerts import ObservationDeleted, ObservationRecorded
from shared.contracts.base import Event
from shared.messaging.topology import (
    EXCHANGE,
    HEARD_BY,
    PUBLIC_STREAM,
    PUBLIC_STREAM_BINDINGS,
    binding_key,
    queues,
    speaker,
)
from tests.support.every_event import every_event

__all__ = ["access", "asyncapi", "generated", "openapi", "with_diagram"]

_DOCS = Path(__file__).parent
_BEGIN, _END = "<!-- flow: generated -->\n", "<!-- /flow -->"


def asyncapi() -> str:
    """Return the AsyncAPI 3.0 document of every event."""
    patterns = " and ".join(f"`{one}`" for one in PUBLIC_STREAM_BINDINGS)
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Photometric calibration server",
            "version": "1",
            "description": (
                "Events on the durable AMQP 0-9-1 topic exchange `cpcs`. The public "
                f"product is bound by {patterns}, and is kept for replay in the stream "
                f"queue `{PUBLIC_STREAM}`: of each observation the highest revision "
                "counts. Dry runs have a key of their own, `observation.tried.v1`."
            ),
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "broker": {
                "host": "localhost:5672",
                "protocol": "amqp",
                "protocolVersion": "0-9-1",
                "description": "RabbitMQ, where the operator runs it",
            }
        },
        "channels": {
            **{event.__name__: _channel(event) for event in HEARD_BY},
            **{_queue_channel(name): _queue(name, event) for name, event in queues()},
            "PublicStream": _stream(),
        },
        "operations": _operations(),
        "components": {
            "messages": {event.__name__: _message(event) for event in HEARD_BY},
            "schemas": {**_schemas(), "Headers": _HEADERS},
        },
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=88)


_HEADERS = {
    "type": "object",
    "description": "properties of the AMQP message",
    "properties": {
        "message_id": {"type": "string", "format": "uuid"},
        "correlation_id": {"type": "string", "format": "uuid"},
        "type": {"type": "string", "description": "the key of the event"},
        "timestamp": {"type": "string", "format": "date-time"},
    },
    "required": ["message_id", "correlation_id", "type"],
}


def _channel(event: type[Event]) -> dict[str, Any]:
    return {
        "address": binding_key(event),
        "messages": _held(event),
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": EXCHANGE, "type": "topic", "durable": True},
            }
        },
    }


def _held(*events: type[Event]) -> dict[str, Any]:
    return {
        event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}
        for event in events
    }


def _queue_channel(name: str) -> str:
    return name.replace(".", "_")


def _queue(name: str, *events: type[Event]) -> dict[str, Any]:
    queue = {"name": name, "durable": True, "exclusive": False, "autoDelete": False}
    return {
        "address": name,
        "messages": _held(*events),
        "bindings": {"amqp": {"is": "queue", "queue": queue}},
    }


def _stream() -> dict[str, Any]:
    stream = _queue(PUBLIC_STREAM, ObservationRecorded, ObservationDeleted)
    told = "A stream queue: consume with `x-stream-offset: first` to replay it all."
    return {**stream, "description": told}


def _message(event: type[Event]) -> dict[str, Any]:
    example = next(one for one in every_event() if type(one) is event)
    return {
        "name": event.key,
        "summary": (event.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "correlationId": {"location": "$message.header#/correlation_id"},
        "examples": [{"payload": json.loads(example.model_dump_json())}],
    }


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for event in HEARD_BY:
        said = f"{speaker(event)}_says_{event.__name__}"
        channel = {"$ref": f"#/channels/{event.__name__}"}
        operations[said] = {"action": "send", "channel": channel}
    for name, event in queues():
        heard = f"{name.partition('.')[0]}_hears_{event.__name__}"
        channel = {"$ref": f"#/channels/{_queue_channel(name)}"}
        operations[heard] = {"action": "receive", "channel": channel}
    operations["subscribers_hear_observations"] = {
        "action": "receive",
        "channel": {"$ref": "#/channels/PublicStream"},
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
        **dict(manifests()),
    }


if __name__ == "__main__":
    for path, content in generated().items():
        path.write_text(content, "utf-8")
        sys.stdout.write(f"{path.name} written\n")
