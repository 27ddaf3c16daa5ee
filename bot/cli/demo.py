"""`sanad demo`: the clock of a demonstration."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, run_action

if TYPE_CHECKING:
    from bot.cli.opened import Opened

HELP = "Moves the clock of a demonstration, so that reminders and deadlines can be seen at once."
EXAMPLE = "sanad demo clock +2d"
MOVE = re.compile(r"(?P<sign>[+-])(?P<amounts>(?:\d+[dhm])+)")
LONGEST = 6  # digits of one amount
UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """clock."""
    add_actions(parser, ACTIONS)


def _add_clock(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("move", metavar="+2d|+3h|-1d|reset|show", nargs="?", default="show")
    # argparse takes «-1d» for an option; this is how it is told that such a word is a value.
    parser._negative_number_matcher = re.compile(r"^-\d")


def read_move(text: str) -> timedelta:
    """How far to move: `+2d`, `-90m`, `+1d12h`. Raises `CommandFailed`."""
    from bot.cli import CommandFailed

    found = MOVE.fullmatch(text)
    if found is None:
        raise CommandFailed(f"{text!r} is no move; write for example +2d, +3h, -1d, +1d12h, reset or show")
    if any(len(amount) > LONGEST for amount in re.findall(r"\d+", found["amounts"])):
        raise CommandFailed(f"{text!r} is too far: a demonstration runs at most two years from the real time")
    parts = re.findall(r"(\d+)([dhm])", found["amounts"])
    by = sum((int(amount) * UNITS[unit] for amount, unit in parts), timedelta())
    return by if found["sign"] == "+" else -by


def _clock(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here

    here = open_here()
    if arguments.move != "show":
        _refuse_beside_real_people(here)
        here.clock.move(-here.clock.offset if arguments.move == "reset" else read_move(arguments.move))
    offset = here.clock.offset
    print(f"{here.now():%Y-%m-%d %H:%M} UTC" + (f", {offset} from the real time" if offset else ", the real time"))
    return 0


def _refuse_beside_real_people(here: Opened) -> None:
    """Raises `ClockRefused` when an account of this database may speak to anything but this machine."""
    from bot.clock import ClockRefused
    from bot.settings import is_loopback
    from referrals.senders.ensuring import active_senders, secrets_of

    settings = here.settings
    local = {
        name
        for name, platform in (("telegram", settings.telegram), ("whatsapp", settings.whatsapp))
        if platform is not None and is_loopback(platform.api_base)
    }
    with here.store.reading() as uow:
        for sender in active_senders(uow):
            own = secrets_of(uow, sender).get("api_base", "")
            if sender.channel != "web" and sender.channel not in local and not is_loopback(own):
                raise ClockRefused(
                    f"{ClockRefused.__doc__} The {sender.channel} account {sender.account} may write to real people."
                )


ACTIONS = (
    Action(
        "clock",
        "Moves the demonstration's clock, or shows it; refused when an account speaks to anything but this machine.",
        EXAMPLE,
        _clock,
        _add_clock,
    ),
)
