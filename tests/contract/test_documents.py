"""The committed documents are what the code generates."""

from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

from docs.generate import asyncapi, generated, openapi
from shared.messaging.topology import HEARD_BY

FILES = generated()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_document_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == FILES[path], "run 'make docs'"


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = yaml.safe_load(asyncapi())

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            here = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return here + [one for value in node.values() for one in references(value)]
        if isinstance(node, list):
            return [one for value in node for one in references(value)]
        return []

    found = references(document)
    assert len(found) > len(HEARD_BY)
    for reference in found:
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_the_openapi_document_is_valid() -> None:
    validate(yaml.safe_load(openapi()))
