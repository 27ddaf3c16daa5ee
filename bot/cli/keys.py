"""`sanad keys`: the master key and its rotation."""

from __future__ import annotations

import argparse

from bot.cli.actions import Action, add_actions, run_action

HELP = "Makes a master key, and wraps everything again when SANAD_SECRET_KEY has a new one in front."
EXAMPLE = 'SANAD_SECRET_KEY="$NEW,$OLD" sanad keys rotate'
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """new, rotate."""
    add_actions(parser, ACTIONS)


def _new(_: argparse.Namespace) -> int:
    from referrals.protection.vault import MasterKeys

    print(MasterKeys.new())
    return 0


def _rotate(_: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.protection.keys.rotating import rotate
    from referrals.protection.vault import key_id

    here = open_here()
    done = rotate(here.store, here.now())
    key = key_id(here.store.vault.keys.current)
    print(f"wrapped {done.data_keys} data keys and {done.system_keys} system keys with key {key}")
    print(f"{done.left} data keys were under it already; the older keys of SANAD_SECRET_KEY can go now")
    return 0


ACTIONS = (
    Action("new", "Prints a fresh key for SANAD_SECRET_KEY.", "sanad keys new", _new),
    Action(
        "rotate",
        "Wraps every data key and system key with the first key of SANAD_SECRET_KEY. Restart the service with both "
        "keys first (new,old); afterwards the old one can be left out. May be run again.",
        EXAMPLE,
        _rotate,
    ),
)
