"""The command line: one word for each thing a person wants to do."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

# Each command is a module of this package with `HELP` (one line), `EXAMPLE`, `add_arguments(parser)` and
# `run(arguments) -> int`. It is only loaded when it is asked for, so that a command starts at once.
COMMANDS = (
    ("run", "everything in one process: web, chat, console, delivery"),
    ("web", "only the web side, beside workers (PostgreSQL)"),
    ("worker", "only turns, clock and delivery (PostgreSQL)"),
    ("chat", "talk to it in the terminal"),
    ("form", "check, show or walk through a form"),
    ("understand", "what a text means: a number, a date, a choice, a place"),
    ("match", "why an application got these centres, or what matching says now"),
    ("directory", "check a directory of services, or import it"),
    ("places", "import the places of a programme"),
    ("programme", "import, list or export programmes"),
    ("staff", "add, invite, list or disable people of the console"),
    ("sender", "add or list the accounts that speak"),
    ("app-user", "add, list or revoke the phones that work with ODK Collect"),
    ("partner", "connect the systems of partner organizations: webhooks and an API"),
    ("export", "write a referral as HL7 SDOH Task and ServiceRequest"),
    ("push", "send submissions on to ODK Central or KoboToolbox"),
    ("ledger", "the books: what came in, what is owed, and whether it balances"),
    ("audit", "whether the audit chain is whole"),
    ("retention", "what has had its time, by rule, and taking it away"),
    ("keys", "make a master key, or wrap everything with the first one again"),
    ("backup", "copy the database to a file while the service runs"),
    ("restore", "put a backup in the place of an empty database"),
    ("demo", "the clock of a demonstration"),
    ("bench", "measure turns or memory on this machine"),
)


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; a wrong setting or input is one clear line on standard error."""
    given = list(sys.argv[1:] if words is None else words)
    if words is None:  # a process of its own: what it was given to read stands in no complaint of it
        from bot.logs import IN_A_TERMINAL, write_logs

        write_logs(shape=IN_A_TERMINAL)
    asked = next((word for word in given if not word.startswith("-")), "")
    arguments = make_parser(asked).parse_args(_in_order(asked, given))
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read along, `head` for example, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except complaints() as failure:
        print(f"sanad {arguments.command}: {failure}", file=sys.stderr)
        return 2


def _in_order(asked: str, given: list[str]) -> list[str]:
    """The words as the command wants them, where it has an order of its own (argparse takes no option before TEXT)."""
    known = any(name == asked for name, _ in COMMANDS)
    order = getattr(importlib.import_module(f"bot.cli.{asked.replace('-', '_')}"), "in_order", None) if known else None
    return [*order(given)] if order else given


def make_parser(asked: str) -> argparse.ArgumentParser:
    """The parser of all commands, of which only the one that is asked for is loaded."""
    parser = argparse.ArgumentParser(
        prog="sanad", description="Sanad: intake, referral and follow-up with families, in the chat they already use."
    )
    listing = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS:
        module = importlib.import_module(f"bot.cli.{name.replace('-', '_')}") if name == asked else None
        command = listing.add_parser(
            name,
            help=summary,
            description=module.HELP if module else summary,
            epilog=f"example: {module.EXAMPLE}" if module else None,
        )
        if module is not None:
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


def complaints() -> tuple[type[Exception], ...]:
    """What whoever typed the command can mend: these are said in one line, everything else is our bug."""
    from bot.clock import ClockRefused
    from bot.settings import WrongSetting
    from dialogs.form import FormError
    from referrals.definitions.settings import BadProgramme
    from referrals.directory.tables.rows import DirectoryError
    from referrals.protection.vault import BadSecretKey, WrongKey
    from referrals.staff.accounts import AccountExists, UnfitMembership, UnknownAccount
    from referrals.staff.passwords import WeakPassword

    staff = (AccountExists, UnfitMembership, UnknownAccount, WeakPassword)
    files = (BadProgramme, DirectoryError, FormError)
    return (CommandFailed, WrongSetting, BadSecretKey, WrongKey, ClockRefused, *files, *staff)


class CommandFailed(Exception):
    """A command cannot do what was asked; the message says why and what would help."""
