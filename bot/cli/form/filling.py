"""`sanad form fill`: answers in JSON in, the submission out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bot.cli.actions import Action
from bot.cli.form.reading import add_form, add_moment, form_of, moment

INSTANCE_ID = "00000000-0000-4000-8000-000000000001"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_form(parser)
    parser.add_argument(
        "--answers", metavar="JSON", type=Path, required=True, help="an object: name or reference -> answer"
    )
    parser.add_argument("--instance-id", metavar="UUID", default=INSTANCE_ID, help="of the submission")
    parser.add_argument("--language", metavar="CODE", default="ar", help="of what is said of refused answers")
    add_moment(parser)


def _fill(arguments: argparse.Namespace) -> int:
    from bot.cli.form.answering import Filling
    from dialogs.form import Instance

    answers = _answers(arguments.answers)
    form = form_of(arguments.file)
    instance = Instance.start(
        form, now=moment(arguments.now), time_zone=arguments.tz, instance_id=arguments.instance_id
    )
    filling = Filling(form, instance, arguments.language)
    filling.fill(answers)
    print(instance.submission())
    for refused in filling.refused:
        print(f"not taken: {refused}", file=sys.stderr)
    return 1 if filling.refused else 0


def _answers(path: Path) -> dict[str, Any]:
    from bot.cli import CommandFailed
    from bot.cli.reading import bytes_of

    try:
        answers = json.loads(bytes_of(path))
    except (ValueError, RecursionError) as failure:
        raise CommandFailed(f"{path} is no JSON: {failure}") from failure
    if not isinstance(answers, dict):
        raise CommandFailed(f'{path} holds no object; write {{"name": "answer", "repeat": [{{"name": "answer"}}]}}')
    return answers


ACTION = Action(
    "fill",
    "Fills a form with answers and prints the submission; says which were refused and why, and then exits 1.",
    "sanad form fill programmes/kuwait/feedback.md --answers answers.json --now 2026-11-01T10:00+03:00",
    _fill,
    _add_arguments,
)
