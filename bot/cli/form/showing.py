"""`sanad form show`: what a form asks, as the chat it will be, and how long that takes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bot.cli.actions import Action
from bot.cli.form.reading import add_form, form_of

if TYPE_CHECKING:
    from dialogs.form import Form, Question

CONTAINERS = ("group", "repeat")
CONDITIONS = ("relevant", "required", "constraint", "calculate", "choice_filter")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_form(parser)
    parser.add_argument("--language", metavar="CODE", default="ar", help="of the texts (default: ar)")
    parser.add_argument("--flow", metavar="GROUP", help="the Flow JSON of a group for WhatsApp, by its name")
    parser.add_argument("--plain", action="store_true", help="a line a question, conditions as they are written")


def _show(arguments: argparse.Namespace) -> int:
    form = form_of(arguments.file)
    if arguments.flow:
        return _flow(form, arguments.flow, arguments.language)
    return _plain(form) if arguments.plain else _chat(form, arguments.language)


def _chat(form: Form, language: str) -> int:
    from bot.cli.form.outline import Outline
    from dialogs.checking import estimated_minutes

    estimate = estimated_minutes(form)
    low, high = estimate.questions
    outline = Outline(form, language)
    lines = list(outline.lines())
    print(f"{form.title or form.id} ({form.id}, version {form.version or 'not given'})")
    print(f"{outline.number} questions, of which a family is asked {low if low == high else f'{low} to {high}'}")
    print(estimate)
    print("\n".join(lines))
    return 0


def _flow(form: Form, name: str, language: str) -> int:
    """The JSON on standard output; what stays in the chat, and why, beside it."""
    import json
    import sys

    from bot.channels.whatsapp_flows import flow_json
    from bot.cli import CommandFailed
    from dialogs.interview.screens import screens_of

    groups = {question.name: question.ref for question in form.questions if question.kind in CONTAINERS}
    if name not in groups:
        raise CommandFailed(f"no group {name!r}; there are: {', '.join(groups) or 'none'}")
    screens = screens_of(form, groups[name])
    if not screens.screens:
        raise CommandFailed(f"nothing of {name!r} can stand on a screen")
    print(json.dumps(flow_json(form, screens, language), ensure_ascii=False, indent=2))
    for left in screens.left:
        print(f"stays in the chat ({left.why}): {left.ref}", file=sys.stderr)
    return 0


def _plain(form: Form) -> int:
    number = 0
    for question in form.questions:
        if not question.asked and question.kind not in CONTAINERS:
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


ACTION = Action(
    "show",
    "Prints the interview as a chat, with its length in questions and minutes.",
    "sanad form show programmes/qena/intake.md",
    _show,
    _add_arguments,
)
