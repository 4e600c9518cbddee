"""Describes the API in OpenAPI 3.1, out of its routes and models."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from services.gateway.api.models import Problem
from services.gateway.api.table import ApiRoute
from services.gateway.domain.roles import Role

__all__ = ["describe"]

_PARAMETER = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})+))?\}")
_REFUSED = "Why not: problem details (RFC 9457)."
_CODES = {200: "Done.", 201: "Added.", 202: "Under way: see the job."}
_REFUSALS = ("400", "404", "422", "429", "503")
_REFUSALS_OF_ROLES = ("401", "403")
_SEVERAL = "409"
_TOO_LARGE = "413"
_TAGS = {
    "targets": "Supernovae, novae, microlensing events; their light curves.",
    "uploads": "Star lists of images, or images, to be calibrated.",
    "images": "What was seen on an image.",
    "jobs": "What becomes of an upload.",
    "observations": "Calibrated magnitudes and upper limits.",
    "calibrations": "How a magnitude came about, star by star.",
    "packets": "Alert streams, and what became of each packet.",
    "observatories": "Who observes.",
    "surveys": "The catalogues and filters that calibrate.",
    "events": "Everything that happens, as it happens.",
    "openapi.json": "This description.",
    "reference": "This description, for people.",
    "me": "Who asks.",
}
_TEXT = {"type": "string"}
_BINARY = {"type": "string", "format": "binary"}
_PACKET = {
    "application/xml": {
        "schema": {**_TEXT, "description": "VOEvent 1.1, 2.0 or the draft of 2.1"}
    },
    "application/json": {
        "schema": {"type": "object", "description": "notice of GCN, or of a broker"}
    },
    "text/csv": {"schema": {**_TEXT, "description": "list of the TNS or of Gaia"}},
    "application/octet-stream": {
        "schema": {**_BINARY, "description": "Avro container, or any of these"}
    },
}


def describe(routes: Sequence[ApiRoute]) -> dict[str, Any]:
    """Return the OpenAPI document of the routes."""
    models = {model for route in routes for model in _models(route)} | {Problem}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema(
        [(model, "serialization") for model in ordered],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _PARAMETER.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Photometric Calibration Server",
            "version": "1.0.0",
            "description": "Star lists in, calibrated light curves out.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": it} for name, it in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "hashtag": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "your hashtag",
                }
            },
        },
    }


def _models(route: ApiRoute) -> Iterator[Any]:
    return (model for model in (route.body, route.says) if model is not None)


def _operation(route: ApiRoute) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.answer.__name__,
        "tags": [_tag(route)],
        "summary": route.about.replace("``", ""),
        "parameters": [*_in_path(route), *_in_query(route)],
        "responses": _responses(route),
    }
    if route.role > Role.ANYBODY:
        operation["security"] = [{"hashtag": []}]
        operation["description"] = f"For {route.role.name.lower()}s."
    if route.takes_document:
        operation["requestBody"] = {"required": True, "content": _PACKET}
    if route.body is not None:
        schema = {"$ref": f"#/components/schemas/{route.body.__name__}"}
        kind = "multipart/form-data" if route.limit is None else "application/json"
        operation["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": schema}},
        }
    return operation


def _tag(route: ApiRoute) -> str:
    """Return what a path is about: its first word."""
    return route.path.removeprefix("/api/v1/").partition("/")[0]


def _in_path(route: ApiRoute) -> Iterator[dict[str, Any]]:
    for name, pattern in _PARAMETER.findall(route.path):
        schema: dict[str, Any] = {"type": "string"}
        if "|" in pattern:
            schema["enum"] = pattern.split("|")
        elif pattern not in {"", ".+"}:
            schema["pattern"] = f"^{pattern}$"
        else:
            schema["minLength"] = 1
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(route: ApiRoute) -> Iterator[dict[str, Any]]:
    if route.query is None:
        return
    for name, schema in route.query.model_json_schema()["properties"].items():
        kept = {key: it for key, it in schema.items() if key != "title"}
        about = kept.pop("description", "")
        given = {"name": name, "in": "query", "schema": kept}
        yield given | ({"description": about} if about else {})


def _responses(route: ApiRoute) -> dict[str, Any]:
    if route.says is not None:
        name = route.says.__name__
        schema = {"schema": {"$ref": f"#/components/schemas/{name}"}}
        content: dict[str, Any] = {"application/json": schema}
    else:
        content = {kind: {"schema": _file(kind)} for kind in route.files}
    done = {
        str(code): {"description": _CODES[code], "content": content}
        for code in route.codes
    }
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    refused = {
        "description": _REFUSED,
        "content": {"application/problem+json": problem},
    }
    return done | dict.fromkeys(sorted(_refusals(route)), refused)


def _refusals(route: ApiRoute) -> Iterator[str]:
    yield from _REFUSALS
    if route.role > Role.ANYBODY:
        yield from _REFUSALS_OF_ROLES
    if "{name" in route.path or route.body is not None:
        yield _SEVERAL
    if route.changes:
        yield _TOO_LARGE


def _file(kind: str) -> dict[str, Any]:
    if kind == "application/json":
        return {}
    return _TEXT if kind.startswith("text/") else _BINARY
