"""Where a webhook may go: to the public internet, by https, to the very address that was looked at.

A partner's name server must not be able to lead us into our own network (ASVS 1.3.6), neither at first nor between the
look and the connection: the connection asks this resolver and no other.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
NAT64: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
PUBLIC_IPV6: Final = ip_network("2000::/3")  # outside of it there is no host of the internet
PROTOCOLS: Final = ip_network("192.0.0.0/24")
NUMBERED: Final = re.compile(r"(^|\.)([0-9]+|0x[0-9a-f]*)\.?$")  # 127.1, 2130706433, 0x7f.1: no name ends so
LOOKUP_SECONDS = 5.0


class AddressRefused(OSError):
    """A partner's address leads where nothing may be sent; the message says why and what to do."""


def within(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether it may be spoken to: public, or in a network that a setting allows."""
    real = _real(address)
    if any(real in network for network in allowed if network.version == real.version):
        return True
    public = real in PUBLIC_IPV6 if real.version == 6 else real not in PROTOCOLS
    return public and real.is_global and not real.is_multicast


def check_address(url: str, allowed: tuple[Network, ...]) -> None:
    """Raises `AddressRefused` for an address that can be told by itself to lead nowhere good.

    It is read as the HTTP client reads it: «１２７.0.0.1» is an address there, and no name that is looked up.
    """
    try:
        parts = URL(url)
    except ValueError as unfit:
        raise AddressRefused("it is no address: write https://name/path") from unfit
    host = parts.host or ""
    literal = _literal(host)
    if NUMBERED.search(host) if literal is None else not within(literal, allowed):
        raise AddressRefused(_why(host))
    if parts.scheme != "https" and not _may_be_plain(host, literal, allowed):
        raise AddressRefused("https:// is needed: only a loopback address may be spoken to without")


class CheckedResolver(AbstractResolver):
    """Looks a name up and gives what may be spoken to; a name with any other address is refused as a whole."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self.allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises `AddressRefused`, or OSError where there is no such name."""
        loop = asyncio.get_running_loop()
        look = loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        found = await asyncio.wait_for(look, LOOKUP_SECONDS)
        for _, _, _, _, told in found:
            if not within(ip_address(str(told[0]).partition("%")[0]), self.allowed):
                raise AddressRefused(_why(host))
        return [
            ResolveResult(
                hostname=host,
                host=str(told[0]),
                port=port,
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, proto, _, told in found
        ]

    async def close(self) -> None:
        """Nothing is kept open."""


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks separated by commas, such as 10.0.0.0/8. Raises ValueError."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def _real(address: Address) -> Address:
    """What an IPv6 address that wraps an older one really leads to."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if wrapped is None and any(address in network for network in NAT64):
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is None and address.teredo is not None:
            wrapped = address.teredo[1]
        return wrapped or address
    return address


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _may_be_plain(host: str, literal: Address | None, allowed: tuple[Network, ...]) -> bool:
    if literal is not None:
        return _real(literal).is_loopback and within(literal, allowed)
    return host == "localhost" and bool(allowed)


def _why(host: str) -> str:
    return f"{host} is no public address; SANAD_PARTNER_NETWORKS names private ones that may be spoken to"
