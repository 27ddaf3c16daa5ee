"""The page of all commands, written from their own help texts: `docs/commands.md`."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterator

from bot.cli import COMMANDS

HEAD = """# The commands of `sanad`

Written from the help texts (`pytest tests/bot/cli --record`). Every command and every action has `--help`. A command
that cannot do what was asked says why in one line and exits with 2.
"""


def commands_page() -> str:
    """The page in Markdown."""
    return "\n".join([HEAD, *(line for name, _ in COMMANDS for line in _command(name))]) + "\n"


def _command(name: str) -> Iterator[str]:
    module = importlib.import_module(f"bot.cli.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"sanad {name}", add_help=False)
    module.add_arguments(parser)
    yield f"## `sanad {name}`\n"
    yield f"{module.HELP}\n"
    actions = getattr(module, "ACTIONS", ())
    if not actions:
        yield from _options(parser)
        yield f"```\n{module.EXAMPLE}\n```\n"
    for action in actions:
        one = argparse.ArgumentParser(prog=f"sanad {name} {action.name}", add_help=False)
        action.add_arguments(one)
        yield f"**`sanad {name} {action.name}`** {action.help}\n"
        yield from _options(one)
        yield f"```\n{action.example}\n```\n"


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """One line for each argument. argparse has no public list of them; its own help page reads this one."""
    for argument in parser._actions:
        said = argument.metavar if isinstance(argument.metavar, str) else argument.dest.upper()
        takes_value = argument.nargs != 0
        name = " ".join([*argument.option_strings[:1], *([said] if takes_value else [])])
        yield f"- `{name}` {argument.help or ''}".rstrip()
    if parser._actions:
        yield ""
