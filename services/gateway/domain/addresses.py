"""Which addresses on the network are everybody's, and which are our own."""

import ipaddress
import unicodedata

__all__ = ["is_public"]

_INSIDE_OTHERS = (
    ipaddress.ip_network("64:ff9b::/96"),  # RFC 6052: the last four bytes
    ipaddress.ip_network("64:ff9b:1::/48"),  # RFC 8215: local use
    ipaddress.ip_network("2001::/32"),  # RFC 4380: Teredo
    ipaddress.ip_network("2002::/16"),  # RFC 3056: 6to4
)
_LOCAL = (".localhost", ".local", ".internal", ".home.arpa")


def is_public(host: str) -> bool:
    """Tell whether a host may be asked: an address that is global, or a name.

    Digits in other scripts count as the digits they stand for. A form of IPv6 that
    carries an IPv4 address (NAT64, 6to4, Teredo) is never public: what it leads to
    depends on the network. Which address a name stands for is not known here.
    """
    plain = unicodedata.normalize("NFKC", host).replace("\u3002", ".").casefold()
    plain = plain.strip("[]").partition("%")[0].rstrip(".")
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        return _is_name(plain)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if any(address in network for network in _INSIDE_OTHERS):
            return False
    return address.is_global and not address.is_multicast


def _is_name(host: str) -> bool:
    """Tell whether this is a name, and not a number in another notation."""
    last = host.rpartition(".")[2]
    number = last.isdigit() or last.startswith("0x")
    return not number and host != "localhost" and not host.endswith(_LOCAL)
