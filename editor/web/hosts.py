"""Names and addresses as they stand in Host and Origin headers: which of them mean this server."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress

_AUTHORITY = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::(?P<port>[0-9]{1,5}))?")
_PORTS = {"http": 80, "https": 443}


def parted(authority: str, scheme: str) -> tuple[str, int]:
    """``name:port`` as (name, port), in one spelling: lower case, no dot at the end, the scheme's port where none is named.

    Raises ValueError for what no browser would send.
    """
    found = _AUTHORITY.fullmatch(authority.lower())
    if found is None:
        raise ValueError(f"{authority!r} is no host")
    return found["name"], int(found["port"] or _PORTS[scheme])


def origin(text: str) -> tuple[str, str, int]:
    """An Origin header as (scheme, name, port). Raises ValueError, for "null" and for what is no web page's too."""
    scheme, _, authority = text.partition("://")
    if scheme.lower() not in _PORTS:
        raise ValueError(f"{text!r} is no web page's origin")
    return (scheme.lower(), *parted(authority, scheme.lower()))


def is_address(name: str) -> bool:
    """Whether a host is an IP address, IPv6 in brackets. No DNS server can make an address mean another machine."""
    inner = name[1:-1] if name.startswith("[") else name
    try:
        return ipaddress.ip_address(inner).version == (6 if name.startswith("[") else 4)
    except ValueError:
        return False


def named(text: str) -> str:
    """A host's name as it will stand in a request. Raises ValueError for addresses, patterns, ports, schemes."""
    try:
        plain = text.strip().encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    found = _AUTHORITY.fullmatch(plain.lower())
    if found is None or found["port"] or found["name"].startswith("[") or is_address(found["name"]):
        raise ValueError(f"{text!r} is no host name; give names such as notes.example, without scheme and port")
    return found["name"]


def names(host: str, address: str, allowed: Iterable[str] = ()) -> frozenset[str]:
    """The names that a server answers to, beside IP addresses. What is no name is left out.

    ``host`` is what it was told to listen on, ``address`` the address that this turned out to be. A server that others on
    the network can reach goes by the names of its machine as well.
    """
    given = ["localhost", host, *allowed]
    if not ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        given += _machine()
    known = set()
    for name in given:
        with suppress(ValueError):
            known.add(named(name))
    return frozenset(known)


def _machine() -> list[str]:
    """What this machine calls itself, with the name that it has on a local network (mDNS)."""
    own = socket.gethostname()
    return [own, socket.getfqdn(own), f"{own.partition('.')[0]}.local"]
