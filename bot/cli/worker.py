"""`sanad worker`: turns, clock and delivery without a web side."""

from __future__ import annotations

import argparse

HELP = "Takes turns, ticks the clock and delivers; run as many as you need. Needs PostgreSQL."
EXAMPLE = "SANAD_DATABASE_URL=postgresql+psycopg://sanad@localhost/sanad sanad worker"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> int:
    """Works until it is ended."""
    import asyncio
    import logging

    from bot.cli.serving import composed
    from bot.logs import write_logs
    from bot.settings import read_settings

    write_logs(logging.INFO)
    app = composed(read_settings(), serves=False, works=True)
    print("working; end with Ctrl+C", flush=True)
    asyncio.run(app.service.run())
    return 0
