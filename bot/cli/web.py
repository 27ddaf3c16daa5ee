"""`sanad web`: only what answers over HTTP, beside any number of workers."""

from __future__ import annotations

import argparse

from bot.cli.serving import add_address, serve

HELP = "Serves chat, console and webhooks; turns and delivery are done by `sanad worker`. Needs PostgreSQL."
EXAMPLE = "SANAD_DATABASE_URL=postgresql+psycopg://sanad@localhost/sanad sanad web --port 8000"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--host and --port."""
    add_address(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serves until it is ended."""
    return serve(arguments.host, arguments.port, serves=True, works=False)
