"""Every event version reads what was written when it was new.

A golden file is never edited: a change an old reader cannot understand gets a new
key. ``pytest --update-golden`` writes the files of events that have none.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.base import Event
from shared.messaging.topology import HEARD_BY
from tests.support.every_event import every_event

GOLDEN = Path(__file__).parent / "golden"
EVENTS = every_event()


def _path(event: Event) -> Path:
    return GOLDEN / f"{event.key}.json"


@pytest.fixture(autouse=True, scope="module")
def _golden_files(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        for event in EVENTS:
            if not _path(event).exists():
                _path(event).write_text(event.model_dump_json(indent=1) + "\n")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.key)
def test_golden_json_reads_as_the_event(event: Event) -> None:
    read = type(event).model_validate_json(_path(event).read_text())
    assert read == event


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.key)
def test_event_still_says_everything_in_the_golden_json(event: Event) -> None:
    said = json.loads(event.model_dump_json())
    golden = json.loads(_path(event).read_text())
    assert _as_told_by(golden, said) == golden


def _as_told_by(golden: Any, said: Any) -> Any:
    """What is said of the fields that the golden file has, at any depth."""
    if isinstance(golden, dict):
        return {name: _as_told_by(golden[name], said[name]) for name in golden}
    if isinstance(golden, list) and len(golden) == len(said):
        return [_as_told_by(*each) for each in zip(golden, said, strict=True)]
    return said


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.key)
def test_unknown_fields_are_ignored(event: Event) -> None:
    body = {**json.loads(event.model_dump_json()), "new_in_v1_1": 1}
    assert type(event).model_validate_json(json.dumps(body)) == event


def test_there_is_an_example_of_every_event() -> None:
    assert {type(event) for event in EVENTS} == set(HEARD_BY)


def test_there_is_no_golden_file_without_an_event() -> None:
    known = {event.key for event in EVENTS}
    assert {path.stem for path in GOLDEN.glob("*.json")} == known
