"""An image is written to a folder and looked at."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.imager.domain.measure import Seen, look_at
from services.imager.domain.order import Order
from tests.unit.imager.looking import ORDER


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Seen]:
    def seen(content: bytes, order: Order = ORDER) -> Seen:
        path = tmp_path / "image.fits"
        path.write_bytes(content)
        return look_at(path, order)

    return seen
