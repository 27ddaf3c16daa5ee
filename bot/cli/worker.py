"""`sanad worker`: turns, clock and delivery without a web side."""

from __future__ import annotations

import argparse
import asyncio
import logging

HELP = "Takes turns, ticks the clock and delivers; run as many as you need. Needs PostgreSQL."
EXAMPLE = "SANAD_DATABASE_URL=postgresql+psycopg://sanad@localhost/sanad sanad worker"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> int:
    """Works until it is ended."""
    from bot.cli import CommandFailed
    from bot.main import TooManyProcesses, compose
    from bot.settings import read_settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        app = compose(read_settings(), serves=False, works=True)
    except TooManyProcesses as failure:
        raise CommandFailed(str(failure)) from failure
    print("working; end with Ctrl+C", flush=True)
    asyncio.run(app.service.run())
    return 0
