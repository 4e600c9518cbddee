"""Options and fixtures of all tests."""

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("cpcs", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("cpcs")


ALONE = {"unit", "contract", "scripts"}
"""Folders whose tests share nothing but a file."""


class ByServer(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """With several processes, the tests of a server run in one of them."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        folder = file.split("/")[1]
        return file if folder in ALONE else folder


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByServer:
    return ByServer(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files of events that have none",
    )
