"""Who asks, behind the proxies that the operator trusts."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

__all__ = ["Networks", "asker"]

Networks = Sequence[IPv4Network | IPv6Network]


def asker(peer: str, forwarded: Sequence[str], trusted: Networks) -> str:
    """Return the address of who asks.

    That is the nearest one that is no proxy of ours: what a stranger writes further
    away is his own.

    Parameters
    ----------
    peer
        Who is connected to us.
    forwarded
        What the proxies have added to ``X-Forwarded-For``, the nearest last.
    trusted
        Where our own proxies are.
    """
    nearest = peer
    for hop in reversed(forwarded):
        if not _within(nearest, trusted) or not _is_address(hop):
            break
        nearest = hop
    return nearest


def _within(address: str, trusted: Networks) -> bool:
    return _is_address(address) and any(ip_address(address) in one for one in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
