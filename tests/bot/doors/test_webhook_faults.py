"""Servers of partners as they may be: they babble, drip, hang and show a wrong certificate; every event is kept."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from socket import socket

import pytest
from aiohttp import ClientTimeout
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.doors.webhooks import LONGEST_WAIT, _seconds
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.partnered import Partnered

Answer = Callable[[socket], None]
SHORT = ClientTimeout(total=0.6)


@pytest.fixture
def quick(sqlite_store: Store, clock: FrozenClock) -> Partnered:
    return Partnered(sqlite_store, clock)


@contextmanager
def a_server(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A bare server on loopback that answers as it is told; its address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                self.request.recv(65_536)
                answer(self.request)
            except OSError:
                return  # they went away, as they may

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address, daemon_threads = True, True

        def handle_error(self, request: object, client_address: object) -> None:
            """A handshake that the client broke off is what is tested, not an error."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}/events"
        server.shutdown()


def babbles(to: socket) -> None:
    to.sendall("ليس هذا جواباً\r\n\r\n".encode())


def drips(to: socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 400:
        to.sendall(bytes([byte]))
        time.sleep(0.02)


def hangs(to: socket) -> None:
    time.sleep(1.5)


def heaps_headers(to: socket) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1_000_000 + b"\r\n\r\n")


def lies_about_length(to: socket) -> None:
    to.sendall(b"HTTP/1.1 500 Broken\r\nContent-Length: 99999999\r\n\r\nshort")


@pytest.mark.parametrize("answer", [babbles, drips, hangs, heaps_headers, lies_about_length])
def test_whatever_a_server_does_the_event_waits_with_its_reason_and_is_tried_again(
    quick: Partnered, answer: Answer
) -> None:
    with a_server(answer) as address:
        partner, _ = quick.partner(address)
        quick.deliverer.timeout = SHORT
        quick.world.family()
        began = time.monotonic()
        assert quick.send() == 1
        assert time.monotonic() - began < 30
    (row,) = quick.rows(partner)
    assert (row.state, row.attempts, row.leased_until) == ("waiting", 1, None)
    assert row.reason and row.due_at > quick.clock()


def test_a_certificate_that_nobody_vouches_for_is_told_nothing(quick: Partnered, tmp_path: Path) -> None:
    heard: list[bytes] = []
    with a_server(lambda to: heard.append(b"heard"), _own_certificate(tmp_path)) as address:
        partner, _ = quick.partner(address)
        quick.world.family()
        quick.send()
    (row,) = quick.rows(partner)
    assert heard == []
    assert row.state == "waiting" and "Certificate" in row.reason


def test_an_end_that_is_gone_for_a_while_gets_everything_in_order_later(quick: Partnered) -> None:
    partner, _ = quick.partner("http://127.0.0.1:9/events")
    quick.accept(quick.world.family())
    assert quick.send() == 1, "what came after it of the same referral waits for it"
    assert [row.state for row in quick.rows(partner)] == ["waiting"] * 3


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("٦٠", 0),
        ("9" * 400, LONGEST_WAIT),
        (format_datetime(datetime(2026, 11, 1, 7, 2, tzinfo=UTC), usegmt=True), 120),
        (format_datetime(datetime(2026, 10, 1, tzinfo=UTC), usegmt=True), 0),
        (format_datetime(datetime(2036, 10, 1, tzinfo=UTC), usegmt=True), LONGEST_WAIT),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(said: str, seconds: float) -> None:
    assert _seconds(said, datetime(2026, 11, 1, 7, tzinfo=UTC)) == seconds


def _own_certificate(folder: Path) -> ssl.SSLContext:
    """A certificate that a server gave itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "own.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
