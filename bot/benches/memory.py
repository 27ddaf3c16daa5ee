"""Memory of `sanad run`, read from the system: idle, with messengers, and what open conversations add."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import select

from bot.benches.families import Town
from bot.settings import ROOT
from referrals.conversations.records import InboxMessage
from referrals.protection.keys.keyring import master_keys
from referrals.senders.records import Sender
from referrals.store.opening import open_store

IDLE = 5.0  # seconds after the first answer until memory is read
PATIENCE = 120.0
FIRST = 200  # interviews before the first reading: what is loaded once, and the sessions remembered, are there then
OPEN = 10_000
LONG_POLL = 20.0
STARTING = "import sys; from bot.cli import main; sys.exit(main())"  # as the `sanad` script starts


def measure_memory(conversations: int) -> dict[str, Any]:
    """Megabytes resident and seconds to the first answer. The second start is the one that counts: all is imported."""
    with TemporaryDirectory(prefix="sanad-bench-") as name:
        data = Path(name)
        with _running(data, {}) as (_, first_start):
            pass
        with _running(data, {}) as (process, second_start):
            time.sleep(IDLE)
            web = _resident_mb(process)
            growth = _growth_mb(data, process, conversations)
        with _silent_platform() as base, _running(data, _messengers(base)) as (process, _):
            time.sleep(IDLE)
            messengers = _resident_mb(process)
    return {
        "idle_web_mb": web,
        "idle_telegram_whatsapp_mb": messengers,
        "per_10000_conversations_mb": growth * OPEN / conversations,
        "conversations_opened": conversations,
        "first_start_seconds": first_start,
        "second_start_seconds": second_start,
    }


@contextmanager
def _running(data: Path, more: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """`sanad run` in a process of its own, and the seconds until its first answer."""
    port = _free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SANAD_")}
    environment |= {"SANAD_DATA": str(data), **more}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", STARTING, "run", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process, _first_answer(process, port, began)
    finally:
        process.terminate()
        process.wait(30)


def _first_answer(process: subprocess.Popen[bytes], port: int, began: float) -> float:
    while time.perf_counter() - began < PATIENCE:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE) as answer:
                answer.read()
            return time.perf_counter() - began
        except (URLError, ConnectionError):
            if process.poll() is not None:
                raise RuntimeError(f"`sanad run` ended with {process.returncode} before it answered") from None
            time.sleep(0.02)
    raise RuntimeError(f"`sanad run` did not answer within {PATIENCE:.0f} seconds")


def _free_port() -> int:
    from bot.cli.serving import listen

    with listen("127.0.0.1", 0) as found:
        return int(found.getsockname()[1])


def _resident_mb(process: subprocess.Popen[bytes]) -> float:
    """VmRSS of a process in megabytes (10**6 bytes)."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError(f"/proc/{process.pid}/status names no VmRSS")


class _Visitors(Town):
    """Families whose turns the running service takes; we only hand over what they say."""

    def answer_all(self) -> None:
        waiting = (
            select(InboxMessage.reason).where(InboxMessage.state == "waiting").order_by(InboxMessage.attempts.desc())
        )
        while True:
            with self.store.reading() as uow:
                row = uow.connection.execute(waiting.limit(1)).first()
            if row is None:
                return
            if row.reason:
                raise RuntimeError(f"a turn failed: {row.reason}")
            time.sleep(0.1)


def _growth_mb(data: Path, process: subprocess.Popen[bytes], conversations: int) -> float:
    """What so many more open conversations add to the service that holds them."""
    store = open_store(f"sqlite:///{(data / 'sanad.db').absolute()}", master_keys(None, data))
    with store.reading() as uow:
        sender = uow.session.scalars(select(Sender.id).filter_by(channel="web")).first()
    town = _Visitors(store, sender or 0)
    town.settle(FIRST)
    before = _resident_mb(process)
    town.greet(conversations)
    after = _resident_mb(process)
    store.engine.dispose()
    return after - before


class _Silence(BaseHTTPRequestHandler):
    """A Bot API to which nobody ever writes: every call is answered, a poll after a while."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        if self.path.endswith("/getUpdates"):
            time.sleep(LONG_POLL)
        result = b"[]" if self.path.endswith("/getUpdates") else b"true"
        body = b'{"ok":true,"result":' + result + b"}"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@contextmanager
def _silent_platform() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Silence)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _messengers(base: str) -> dict[str, str]:
    return {
        "SANAD_TELEGRAM_TOKEN": "123456:a-sample-token-of-nobody",
        "SANAD_TELEGRAM_API_BASE": base,
        "SANAD_TELEGRAM_MODE": "polling",
        "SANAD_WHATSAPP_TOKEN": "sample",
        "SANAD_WHATSAPP_PHONE_ID": "100000000000001",
        "SANAD_WHATSAPP_APP_SECRET": "sample",
        "SANAD_WHATSAPP_VERIFY_TOKEN": "sample",
        "SANAD_WHATSAPP_API_BASE": base,
    }
