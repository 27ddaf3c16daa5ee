"""`sanad form`: a form before it is asked of anybody."""

from __future__ import annotations

import argparse

from bot.cli.actions import add_actions, run_action
from bot.cli.form import checking, filling, replaying, showing, walking

HELP = "Checks, shows, walks through, fills and replays a form: XLSForm (.md, .xlsx, .xls) or a compiled XForm (.xml)."
EXAMPLE = "sanad form check programmes/kuwait/intake.md"
ACTIONS = (checking.ACTION, showing.ACTION, walking.ACTION, filling.ACTION, replaying.ACTION)
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """check, show, walk, fill, replay."""
    add_actions(parser, ACTIONS)
