"""The command line: one word for each thing a person wants to do."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

# Each command is a module of this package with `HELP` (one line), `EXAMPLE`, `add_arguments(parser)` and
# `run(arguments) -> int`. It is only loaded when it is asked for, so that a command starts at once.
COMMANDS = (
    ("run", "everything in one process: web, chat, console, delivery"),
    ("web", "only the web side, beside workers (PostgreSQL)"),
    ("worker", "only turns, clock and delivery (PostgreSQL)"),
)


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; a wrong setting or input is one clear line on standard error."""
    given = list(sys.argv[1:] if words is None else words)
    parser = argparse.ArgumentParser(
        prog="sanad", description="Sanad: intake, referral and follow-up with families, in the chat they already use."
    )
    listing = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = next((word for word in given if not word.startswith("-")), "")
    for name, summary in COMMANDS:
        module = importlib.import_module(f"bot.cli.{name}") if name == asked else None
        command = listing.add_parser(
            name,
            help=summary,
            description=module.HELP if module else summary,
            epilog=f"example: {module.EXAMPLE}" if module else None,
        )
        if module is not None:
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    arguments = parser.parse_args(given)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        return 130
    except complaints() as failure:
        print(f"sanad {arguments.command}: {failure}", file=sys.stderr)
        return 2


def complaints() -> tuple[type[Exception], ...]:
    """What whoever typed the command can mend: these are said in one line, everything else is our bug."""
    from bot.settings import WrongSetting
    from referrals.definitions.settings import BadProgramme
    from referrals.directory.tables import DirectoryError
    from referrals.protection.vault import BadSecretKey, WrongKey

    return WrongSetting, BadProgramme, DirectoryError, BadSecretKey, WrongKey, CommandFailed


class CommandFailed(Exception):
    """A command cannot do what was asked; the message says why and what would help."""
