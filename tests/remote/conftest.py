"""A TAP service that speaks the real protocol, and misbehaves when told."""

from collections.abc import Iterator

import pytest

from tests.remote.room import SKY
from tests.support.tap import TapServer, served


@pytest.fixture
def server() -> Iterator[TapServer]:
    with served(SKY) as running:
        yield running
