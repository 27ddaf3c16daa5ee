"""`sanad form`: a form before it is asked of anybody."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, run_action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialogs.form import Form, Question

HELP = "Checks, shows and walks through an XLSForm (.md or .xlsx) or a compiled XForm (.xml)."
EXAMPLE = "sanad form check programmes/kuwait/intake.md"
CONTAINERS = ("group", "repeat")
CONDITIONS = ("relevant", "required", "constraint", "calculate", "choice_filter")
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """check, show, walk."""
    add_actions(parser, ACTIONS)


def form_of(path: Path) -> Form:
    """The form in a file. Raises `FormError` with rows and remedies, `CommandFailed` for a file that cannot be read."""
    from bot.cli.reading import bytes_of
    from dialogs.form import compile_xlsform, load_xform

    content = bytes_of(path)
    if path.suffix == ".xml":
        return load_xform(content.decode())
    return load_xform(compile_xlsform(content, name=path.stem))


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)


def _add_walk(parser: argparse.ArgumentParser) -> None:
    _add_file(parser)
    parser.add_argument("--steps", metavar="N", type=int, default=300, help="answers at most (default: 300)")
    parser.add_argument("--seed", metavar="S", default="1", help="another seed gives other answers (default: 1)")
    parser.add_argument("--now", metavar="ISO", default="", help="the moment it begins (default: now)")
    parser.add_argument("--language", metavar="CODE", default="ar", help="(default: ar)")
    parser.add_argument("--country", choices=("EG", "KW"), default="KW", help="for phones and ids (default: KW)")
    parser.add_argument("--time-zone", metavar="ZONE", default="Asia/Kuwait", help="(default: Asia/Kuwait)")


def _check(arguments: argparse.Namespace) -> int:
    from collections import Counter

    form = form_of(arguments.file)
    asked = [question for question in form.questions if question.asked and question.kind not in CONTAINERS]
    kinds = Counter(question.kind for question in asked)
    print(f"{arguments.file}: in order; {form.title or form.id}, version {form.version or 'not given'}")
    print(f"  {len(asked)} questions: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    print(f"  languages: {', '.join(form.languages) or 'not translated'}")
    for warning in (*form.warnings, *_too_long(form, asked)):
        print(f"  note: {warning}")
    return 0


def _too_long(form: Form, asked: list[Question]) -> Iterator[str]:
    """Choices that a channel cannot show as they are: there they become a numbered list to be answered by number."""
    from datetime import UTC, datetime

    from dialogs.form import Instance
    from referrals.messages import CAPABILITIES

    fresh = Instance.start(form, now=datetime.now(UTC), time_zone="UTC", instance_id="check")
    for question in asked:
        if not question.kind.startswith("select") or question.repeat or question.chat.get("neutral") == "yes":
            continue
        labels = [label for item in fresh.choices(question.ref) for label in item.labels.values()]
        for channel in CAPABILITIES.values():
            long = [label for label in labels if len(label) > channel.row_title]
            if long:
                yield f"{question.name}: «{long[0]}» is longer than the {channel.row_title} signs of {channel.channel}"


def _show(arguments: argparse.Namespace) -> int:
    form = form_of(arguments.file)
    number = 0
    for question in form.questions:
        if not question.asked:
            continue
        depth = "  " * (question.ref.count("/") - 2)
        if question.kind in CONTAINERS:
            print(f"{depth}[{question.kind}] {question.name}{_conditions(question)}")
            continue
        number += 1
        print(f"{depth}{number}. {question.name} ({question.kind}) {_label(form, question)}{_conditions(question)}")
    return 0


def _label(form: Form, question: Question) -> str:
    """The text as the author wrote it, with «…» where a value comes in."""
    wording = form.program.definition(question.ref).label.best(form.default_language, form.default_language)
    return "".join(part if isinstance(part, str) else "…" for part in wording.parts).replace("\n", " / ")


def _conditions(question: Question) -> str:
    found = [(name, getattr(question.expressions, name)) for name in CONDITIONS]
    return "".join(f"  {{{name}: {source}}}" for name, source in found if source)


def _walk(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from bot.cli import CommandFailed
    from bot.cli.respondent import walk

    try:
        now = datetime.fromisoformat(arguments.now) if arguments.now else datetime.now(UTC)
    except ValueError as failure:
        raise CommandFailed(f"--now: {arguments.now!r} is no moment; write 2026-11-01T10:00+03:00") from failure
    finished = False
    for line in walk(
        form_of(arguments.file),
        seed=arguments.seed,
        steps=arguments.steps,
        now=now if now.tzinfo else now.replace(tzinfo=UTC),
        time_zone=arguments.time_zone,
        language=arguments.language,
        country=arguments.country,
    ):
        print(line)
        finished = line.startswith("# completed")
    return 0 if finished else 1


ACTIONS = (
    Action(
        "check", "Says what is wrong in which row and the remedy, or what the form has.", EXAMPLE, _check, _add_file
    ),
    Action(
        "show",
        "Prints the questions in order with their conditions.",
        "sanad form show programmes/qena/intake.md",
        _show,
        _add_file,
    ),
    Action(
        "walk",
        "Somebody who answers at random walks through the form; prints the transcript. Exits 1 when it did not end.",
        "sanad form walk programmes/qena/intake.md --seed 7 --country EG --time-zone Africa/Cairo",
        _walk,
        _add_walk,
    ),
)
