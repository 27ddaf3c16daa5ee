"""Serving over HTTP, for `sanad run` and `sanad web`: the addresses first, then uvicorn."""

from __future__ import annotations

import argparse
import logging
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from referrals.store.unit_of_work import Store

DEFAULT_PORT = 8000


def add_address(parser: argparse.ArgumentParser) -> None:
    """Where to listen; only this machine unless somebody says otherwise."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: only this machine)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"port to listen on (default: {DEFAULT_PORT})")


def serve(host: str, port: int, *, serves: bool, works: bool) -> int:
    """Composes the process, says where it is reached, serves until it is ended."""
    import uvicorn

    from bot.cli import CommandFailed
    from bot.main import TooManyProcesses, claim_only_process, compose
    from bot.settings import read_settings

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = read_settings()
    try:
        if settings.is_sqlite and serves and works:
            claim_only_process(settings.data)
        app = compose(settings, serves=serves, works=works)
    except TooManyProcesses as failure:
        raise CommandFailed(str(failure)) from failure
    base = settings.base_url or f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"
    _announce(app.store, app.clock(), base)
    uvicorn.run(
        app.web, host=host, port=port, log_level="warning", access_log=False, proxy_headers=True, server_header=False
    )
    return 0


def _announce(store: Store, now: datetime, base: str) -> None:
    from referrals.staff.first_access import first_sign_in_token

    token = store.transact(lambda uow: first_sign_in_token(uow, now))
    print("Sanad is ready.")
    print(f"  chat      {base}/chat")
    print(f"  console   {base}/console")
    print(f"  health    {base}/healthz")
    if token:
        print(f"  sign in to the console once with: {base}/console/enter/{token}", flush=True)
    else:
        print("  sign in to the console with your own account (sanad staff add …)", flush=True)
