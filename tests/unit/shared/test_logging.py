import json
from collections.abc import Iterator

import pytest
import structlog

from shared.logging import configure_logging, correlation


@pytest.fixture(autouse=True)
def _plain_logging_afterwards() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_every_line_carries_service_and_correlation_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("ingest", "INFO", "json")
    with correlation("c0ffee", event_type="upload.submitted.v1"):
        structlog.get_logger().info("event.handled")
    line = json.loads(capsys.readouterr().err)
    assert line["service"] == "ingest"
    assert line["correlation_id"] == "c0ffee"


def test_a_secret_never_reaches_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("gateway", "INFO", "json")
    structlog.get_logger().info("login", hashtag="s3cret")
    assert "s3cret" not in capsys.readouterr().err
