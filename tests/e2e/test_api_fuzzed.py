"""The API under fuzzing: it answers as its own description says, whatever is sent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack.running import Stack
from stack.visitor import Visitor

_STREAMS = "/events$"
_EXAMPLES = "12"
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_the_api_keeps_to_its_description(
    stack: Stack, observer: Visitor, tmp_path: Path, mode: str
) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{stack.url}/api/v1/openapi.json",
        f"--url={stack.url}",
        f"--mode={mode}",
        f"--header=Authorization: Bearer {observer.hashtag}",
        f"--exclude-path-regex={_STREAMS}",
        f"--max-examples={_EXAMPLES}",
        "--phases=fuzzing",
        f"--checks={','.join(_CHECKS)}",
        "--seed=11",
        "--generation-deterministic",
        "--suppress-health-check=filter_too_much",  # of made-up names, most hold a /
        "--no-color",
    ]
    done = subprocess.run(  # noqa: S603 - the project's own tool
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
