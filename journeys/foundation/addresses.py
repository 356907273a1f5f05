"""To which addresses a call may go: public ones alone, whatever name stands before them.

A name is resolved once and the connection goes to what it resolved to, so that a name cannot mean something else a
moment later. One address among several that is not public refuses them all.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

HTTPS_PORT = 443
NAT64 = ipaddress.ip_network("64:ff9b::/96")
OF_CLOUDS = frozenset({ipaddress.ip_address("168.63.129.16")})
"""Public by its number, but a cloud's own inside."""

Resolve = Callable[[str, int], Sequence[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """A call must not go there; the text is a code without the address."""


@dataclass(frozen=True)
class Target:
    """Where a call goes: the address that is connected to, and the name that the other side is asked for."""

    host: str
    port: int
    address: str
    path: str
    is_encrypted: bool


def resolved(host: str, port: int) -> list[str]:
    """Every address of a name."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def target(url: str, allowed: frozenset[str] = frozenset(), resolve: Resolve = resolved) -> Target:
    """Where a URL leads; Refused when that is not https at its own port of a public address.

    `allowed` are exceptions as `host:port`, for systems of the same house; they may speak http as well.
    """
    parts = split(url)
    host = parts.hostname or ""
    is_encrypted = parts.scheme == "https"
    port = parts.port or (HTTPS_PORT if is_encrypted else 80)
    is_excepted = f"{host}:{port}" in allowed
    if not is_excepted and (not is_encrypted or port != HTTPS_PORT):
        raise Refused("not-https")
    try:
        addresses = resolve(host, port)
    except OSError:
        raise Refused("name-unknown") from None
    if not addresses:
        raise Refused("name-unknown")
    if not is_excepted and not all(is_public(each) for each in addresses):
        raise Refused("not-public")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, addresses[0], path, is_encrypted)


def split(url: str) -> SplitResult:
    """The parts of a URL; Refused when it is none or carries a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("not-an-address") from None
    has_password = parts.username is not None or parts.password is not None
    if parts.scheme not in {"http", "https"} or not parts.hostname or has_password or port == 0:
        raise Refused("not-an-address")
    return parts


def is_public(text: str) -> bool:
    """Whether an address, and any that it carries inside, is of the public internet."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast and each not in OF_CLOUDS for each in meant(address))


def meant(address: Address) -> list[Address]:
    """An address, and the IPv4 ones inside it to which gateways would carry on."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    inner: list[Address] = [address]
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner.extend(address.teredo)
    if address in NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return inner
