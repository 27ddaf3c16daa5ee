"""`sanad run`: everything in one process."""

from __future__ import annotations

import argparse

from bot.cli.serving import add_address, serve

HELP = "Serves chat, console, webhooks and delivery in one process. Needs nothing: without a setting it uses SQLite."
EXAMPLE = "sanad run --port 8000"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--host and --port."""
    add_address(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serves until it is ended."""
    return serve(arguments.host, arguments.port, serves=True, works=True)
