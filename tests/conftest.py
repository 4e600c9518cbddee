"""Options and fixtures of all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("cpcs", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("cpcs")


HERE = Path(__file__).parent
ALONE = {"unit", "contract", "scripts"}
"""Folders whose tests share nothing but a module."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that share a server run in one process, when there are several."""
    for item in items:
        path = item.path.relative_to(HERE)
        group = path if path.parts[0] in ALONE else path.parts[0]
        item.add_marker(pytest.mark.xdist_group(str(group)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files of events that have none",
    )
