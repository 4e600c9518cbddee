"""Options and fixtures of all tests."""

import pytest
from hypothesis import settings

settings.register_profile("cpcs", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("cpcs")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files of events that have none",
    )
