"""Which hosts a webhook may be at: however they are written."""

import socket

import pytest

from services.gateway.delivery import _public_socket
from services.gateway.domain.addresses import is_public

INSIDE = [
    "127.0.0.1",
    "127。0。0。1",
    "１２７.0.0.1",
    "①②⑦.⓪.⓪.①",
    "0.0.0.0",  # noqa: S104 - an address, not a place to listen
    "10.1.2.3",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "::1",
    "[::1]",
    "fe80::1%eth0",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "localhost",
    "LOCALHOST.",
    "a.localhost",
    "printer.local",
    "2130706433",
    "0x7f000001",
    "127.1",
    "0177.0.0.1",
]
OUTSIDE = ["8.8.8.8", "example.org", "2606:4700::1111", "::ffff:8.8.8.8", "пример.рф"]


@pytest.mark.parametrize("host", INSIDE)
def test_our_own_network_is_never_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize("host", OUTSIDE)
def test_the_world_is_public(host: str) -> None:
    assert is_public(host)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254"])
def test_no_socket_is_made_for_an_address_inside(address: str) -> None:
    place = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))
    with pytest.raises(OSError, match="not a public address"):
        _public_socket(place)


def test_a_socket_is_made_for_an_address_outside() -> None:
    place = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))
    with _public_socket(place) as made:
        assert made.family == socket.AF_INET
