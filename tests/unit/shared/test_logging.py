import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.logging import configure_logging, correlation


@pytest.fixture(autouse=True)
def _plain_logging_afterwards() -> Iterator[None]:
    before = logging.root.handlers[:]
    yield
    logging.root.handlers[:] = before
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


def test_lines_of_libraries_come_out_as_ours_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("catalog", "INFO", "json")
    logging.getLogger("aio_pika").warning(  # noqa: TID251 - as a library does
        "Connection to amqp://cpcs:pa55@broker:5672/ failed: %s", "refused"
    )
    line = json.loads(capsys.readouterr().err)
    assert line["service"] == "catalog"
    assert line["logger"] == "aio_pika"
    assert line["level"] == "warning"
    assert line["event"] == "Connection to amqp://…@broker:5672/ failed: refused"


def test_an_address_is_logged_without_its_login(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("catalog", "INFO", "json")
    structlog.get_logger().info("asked", url="mongodb://cpcs:pa55@store:27017/?x=1")
    assert "pa55" not in (told := capsys.readouterr().err)
    assert json.loads(told)["url"] == "mongodb://…@store:27017/?x=1"


def test_a_traceback_is_logged_without_a_login(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("catalog", "INFO", "json")
    try:
        raise OSError("amqp://cpcs:pa55@broker:5672/ is away")
    except OSError as fault:
        structlog.get_logger().error("failed", exc_info=fault)
    told = capsys.readouterr().err
    assert "pa55" not in told
    assert "OSError: amqp://…@broker:5672/ is away" in json.loads(told)["exception"]
