"""The bench's side of a strict platform: starts it in a process of its own, sets it, reads what it counted."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from bot.settings import ROOT

LOOK_EVERY = 0.2
SILENCE = 15.0  # seconds in which nothing arrives: the rest will not come either
_open = build_opener(ProxyHandler({})).open  # this machine only, whatever proxy is set


@dataclass(frozen=True)
class LocalPlatform:
    """A strict platform at `url`."""

    url: str

    def begin(self, **options: Any) -> None:
        """Counts anew, with these `Options`."""
        self._ask("", json.dumps(options).encode())

    def counted(self, *, arrivals: bool = False) -> dict[str, Any]:
        """What was counted since `begin`; `rate` is messages a second from the first to the last one taken."""
        return self._ask("?arrivals=1" if arrivals else "")

    def wait_for(self, taken: int, seconds: float) -> dict[str, Any]:
        """The counts once so many were taken, or after so long, or when nothing came for a while."""
        return self.wait_until(lambda told: told["taken"] >= taken, seconds)

    def wait_until(self, enough: Callable[[dict[str, Any]], bool], seconds: float) -> dict[str, Any]:
        """The counts once they are enough, or after so long, or when nothing came for a while."""
        until, before, since = time.monotonic() + seconds, -1, time.monotonic()
        while True:
            told = self.counted()
            if told["taken"] != before:
                before, since = told["taken"], time.monotonic()
            if enough(told) or time.monotonic() > until or time.monotonic() - since > SILENCE:
                return told
            time.sleep(LOOK_EVERY)

    def _ask(self, query: str, body: bytes | None = None) -> dict[str, Any]:
        request = Request(f"{self.url}/bench{query}", data=body)
        with _open(request, timeout=30) as answer:
            told: dict[str, Any] = json.loads(answer.read())
        return told


@contextmanager
def platform_running(name: str) -> Iterator[LocalPlatform]:
    """telegram or whatsapp, on loopback, until the block ends."""
    command = [sys.executable, "-m", "bot.benches.delivery.strict_server", name]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield LocalPlatform(process.stdout.readline().strip())
        finally:
            process.stdin.close()
            process.wait(30)
