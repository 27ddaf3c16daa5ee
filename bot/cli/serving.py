"""Serving over HTTP, for `sanad run` and `sanad web`: the port first, then the addresses, then uvicorn."""

from __future__ import annotations

import argparse
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.cli.served_at import DEFAULT_PORT, local_address, note_address

if TYPE_CHECKING:
    from bot.main import App
    from bot.settings import Settings
    from referrals.store.unit_of_work import Store

WAITING_TO_BE_TAKEN = 2048  # connections that the system holds for us; uvicorn's own number


def add_address(parser: argparse.ArgumentParser) -> None:
    """Where to listen; only this machine unless somebody says otherwise."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: only this machine)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"port to listen on (default: {DEFAULT_PORT})")


def serve(host: str, port: int, *, serves: bool, works: bool) -> int:
    """Composes the process, says where it is reached, serves until it is ended."""
    import uvicorn

    from bot.logs import write_logs
    from bot.settings import is_loopback, read_settings
    from bot.settled_memory import settle_memory

    write_logs()
    settings = read_settings()
    listening = listen(host, port)
    try:
        only_here = is_loopback(f"http://[{host}]" if ":" in host else f"http://{host}")
        app = composed(settings, serves=serves, works=works, only_here=only_here)
        base = settings.base_url or local_address(host, listening.getsockname()[1])
        note_address(settings, base)
        _announce(app.store, datetime.now(UTC), base)
        settle_memory()
        config = uvicorn.Config(
            app.web, log_config=None, log_level="warning", access_log=False, proxy_headers=True, server_header=False
        )
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()
    return 0


def listen(host: str, port: int) -> socket.socket:
    """The port, held before anything else is done. Raises `CommandFailed` when somebody else has it."""
    from bot.cli import CommandFailed

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on, and every answer waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as failure:
        listening.close()
        raise CommandFailed(
            f"cannot listen on {host} port {port}: {failure}; name another one with --port"
        ) from failure
    listening.listen(WAITING_TO_BE_TAKEN)
    return listening


def composed(settings: Settings, *, serves: bool, works: bool, only_here: bool = True) -> App:
    """The process of these settings. Raises `CommandFailed` where the database cannot be used as it is asked to."""
    from sqlalchemy.exc import OperationalError

    from bot.cli import CommandFailed
    from bot.cli.opened import unreachable
    from bot.main import TooManyProcesses, claim_only_process, compose

    try:
        if settings.is_sqlite and serves and works:
            claim_only_process(settings.data)
        return compose(settings, serves=serves, works=works, only_here=only_here)
    except TooManyProcesses as failure:
        raise CommandFailed(" ".join(str(failure).split())) from failure
    except OperationalError as failure:
        raise CommandFailed(unreachable(failure)) from failure


def _announce(store: Store, now: datetime, base: str) -> None:
    from referrals.staff.first_access import SAMPLE_EMAIL, first_sign_in_token

    with store.alone():
        token = store.transact(lambda uow: first_sign_in_token(uow, now))
    print("Sanad is ready.")
    print(f"  chat      {base}/chat")
    print(f"  console   {base}/console")
    print(f"  health    {base}/healthz")
    if token:
        print(f"  sign in to the console once, as a sample supervisor: {base}/console/enter/{token}")
        print(f"  after 15 minutes, for another such link: sanad staff link {SAMPLE_EMAIL}", flush=True)
    else:
        print("  sign in to the console with your own account (sanad staff add …)", flush=True)
