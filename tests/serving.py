"""Serves on a port of its own: a real `sanad` process, as somebody would start it, or one app in this process."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI

START_SECONDS = 300.0  # a busy machine takes long to load everything
PORTS = range(20_000, 32_000)
_CHANCE = random.SystemRandom()
SANAD = [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())"]


@dataclass
class Served:
    """A running process: its address, what it said at the start, and its environment for commands beside it."""

    base: str
    process: subprocess.Popen[str]
    environment: Mapping[str, str]
    said: list[str] = field(default_factory=list)

    def command(self, *words: str, given: str = "") -> str:
        """Runs a `sanad` command beside the service; its output, or a failure that shows what it complained of."""
        done = subprocess.run(
            [*SANAD, *words],
            env=dict(self.environment),
            input=given,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"sanad {' '.join(words)}: {done.stderr or done.stdout}"
        return done.stdout

    def line_with(self, words: str) -> str:
        """The line of the start that holds these words."""
        return next(line for line in self.said if words in line)


def free_port() -> int:
    """A port that nobody listens on, below those that Linux gives to whoever connects: it stays free meanwhile."""
    for port in _CHANCE.sample(PORTS, 200):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError(f"every port of {PORTS} is taken")


@contextmanager
def served_here(app: FastAPI) -> Iterator[str]:
    """The address of an app that this process serves until the block ends."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", log_config=None, lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def serving(data: Path, *words: str, **settings: str) -> Iterator[Served]:
    """`sanad run` (or the command given) until the block ends; ready when it answers /healthz."""
    port = free_port()
    environment = {**os.environ, "SANAD_DATA": str(data), "PYTHONUNBUFFERED": "1", **settings}
    process = subprocess.Popen(
        [*SANAD, *(words or ("run",)), "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    served = Served(f"http://127.0.0.1:{port}", process, environment)
    rest = threading.Thread(target=_hear_the_rest, args=(served,), daemon=True)
    try:
        _wait_until_ready(served)
        rest.start()
        yield served
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if rest.ident is not None:
            rest.join()
        if process.stdout is not None:
            process.stdout.close()


def _hear_the_rest(served: Served) -> None:
    """What it says later: a pipe that nobody reads fills up, and whoever writes to it stands still."""
    served.said.extend(line.rstrip() for line in served.process.stdout or ())


def _wait_until_ready(served: Served) -> None:
    assert served.process.stdout is not None
    for line in served.process.stdout:
        served.said.append(line.rstrip())
        if "sign in" in line:
            break
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if served.process.poll() is not None:
            raise AssertionError("sanad ended at once:\n" + "\n".join(served.said))
        try:
            with urllib.request.urlopen(f"{served.base}/healthz", timeout=20) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("sanad did not answer:\n" + "\n".join(served.said))
