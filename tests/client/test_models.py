"""The client's models are those of the server's document, and bear more."""

from datetime import UTC, datetime
from pathlib import Path

import yaml
from cpcs import models
from cpcs.reading import read

from client.generate import models_of

MODELS = Path("client/src/cpcs/models.py")


def test_the_models_are_made_from_the_document() -> None:
    document = yaml.safe_load(Path("docs/openapi.yaml").read_text("utf-8"))
    assert MODELS.read_text("utf-8") == models_of(document)


def test_what_a_newer_server_adds_is_passed_over() -> None:
    stage = {"stage": "parsed", "about": "9 stars", "at": "2026-11-27T01:02:03Z"}
    content = {
        "id": "1", "state": "done", "message": "", "hint": "", "events": "x",
        "stages": [stage | {"new": 1}], "observation": None, "calibration": None,
        "mood": "fine",
    }  # fmt: skip
    job = read(models.JobShown)(content)
    assert job.stages[0].at == datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
    assert job.observation is None
