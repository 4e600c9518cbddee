"""What programs that are made out of the OpenAPI document rely on."""

from typing import Any

import pytest

from services.gateway.api.describe import describe
from services.gateway.api.table import API

DOCUMENT = describe(API)
OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for methods in DOCUMENT["paths"].values()
    for operation in methods.values()
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_a_tag_that_is_told(operation: dict[str, Any]) -> None:
    told = {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
    (tag,) = operation["tags"]
    assert told[tag]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_must_be_known_is_told_so(operation: dict[str, Any]) -> None:
    assert ("security" in operation) == ("401" in operation["responses"])


def content(path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][path][method]["requestBody"]["content"]
    return found


def test_a_star_list_is_a_file() -> None:
    form = DOCUMENT["components"]["schemas"]["UploadOrder"]["properties"]
    assert form["catalogue"]["format"] == "binary"
    assert list(content("/api/v1/uploads", "post")) == ["multipart/form-data"]


def test_a_packet_has_a_schema_whatever_it_is_written_in() -> None:
    kinds = content("/api/v1/packets", "post")
    assert {"application/xml", "application/json"} <= set(kinds)
    assert all(kind["schema"]["type"] for kind in kinds.values())


def test_a_light_curve_comes_in_named_media_types() -> None:
    path = "/api/v1/targets/{name}/lightcurve.{layout}"
    given = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]
    assert "*/*" not in given
    assert given["application/fits"]["schema"]["format"] == "binary"
