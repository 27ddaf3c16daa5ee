"""A webhook goes to public addresses by https, whatever a partner's name server says."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from bot.doors.webhook_addresses import AddressRefused, CheckedResolver, check_address, within

HERE = (ip_network("127.0.0.0/8"),)
PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.9.9",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2001:0:0:0:0:0:80ff:fffe",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "fec0::1",
    "192.0.0.8",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused_in_every_disguise(address: str) -> None:
    assert not within(ip_address(address), ())


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert within(ip_address(address), ())


def test_a_setting_allows_a_private_network_and_no_other() -> None:
    assert within(ip_address("127.0.0.1"), HERE)
    assert within(ip_address("::ffff:127.0.0.1"), HERE)
    assert not within(ip_address("10.0.0.1"), HERE)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://partner.example.org/", ()),
        ("http://10.0.0.1/", (ip_network("10.0.0.0/8"),)),
        ("https://127.0.0.1/", ()),
        ("https://[::1]/", ()),
        ("https://[fe80::1%25eth0]/", ()),
        ("http://localhost/", ()),
        ("https://１２７.0.0.1/", ()),
        ("https://①②⑦.0.0.1/", ()),
        ("https://2130706433/", ()),
        ("https://127.1/", ()),
        ("https://0177.0.0.1/", ()),
        ("https://0x7f.1/", ()),
        ("https://127.0.0.1./", ()),
    ],
)
def test_an_address_that_leads_nowhere_good_is_refused_before_a_look(url: str, allowed: Any) -> None:
    with pytest.raises(AddressRefused):
        check_address(url, allowed)


@pytest.mark.parametrize("url", ["https://partner.example.org/", "http://127.0.0.1:8000/", "http://localhost:1/"])
def test_https_or_an_allowed_loopback_is_taken(url: str) -> None:
    check_address(url, HERE)


def answers(*addresses: str) -> Any:
    """A name server of a partner that says these."""

    async def look(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    return look


def resolved(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    async def ask() -> list[str]:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answers(*addresses))
        return [each["host"] for each in await CheckedResolver(()).resolve("partner.example.org", 443)]

    return asyncio.run(ask())


def test_the_connection_goes_to_the_very_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolved(monkeypatch, "93.184.215.14") == ["93.184.215.14"]


def test_a_name_that_leads_inside_is_refused_even_beside_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AddressRefused):
        resolved(monkeypatch, "93.184.215.14", "169.254.169.254")


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1"])
def test_other_ways_of_writing_loopback_are_seen_through(host: str) -> None:
    async def ask() -> None:
        await CheckedResolver(()).resolve(host, 443)

    with pytest.raises(OSError):
        asyncio.run(ask())
