"""`sanad form check`: what is wrong in which row, and the remedy."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_json
from bot.cli.form.reading import add_form, form_file_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.checking import Estimate, Finding
    from dialogs.form import Form
    from referrals.messages import Capabilities

PATIENCE = 8.0  # seconds for the walks; a form of a hundred questions needs two
CONTAINERS = ("group", "repeat")
HEADINGS = {
    "error": "must be mended before it runs in a chat",
    "warning": "somebody will stumble over",
    "note": "worth knowing",
}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_form(parser)
    parser.add_argument(
        "--channel", metavar="C", action="append", help="telegram, whatsapp or web; may be repeated (default: all)"
    )
    add_json(parser)


def _check(arguments: argparse.Namespace) -> int:
    from dialogs.checking import check, estimated_minutes, findings_of, is_no_form
    from dialogs.form import FormError

    channels = _channels(arguments.channel)
    try:
        read = form_file_of(arguments.file)
    except FormError as error:
        if is_no_form(error):
            raise
        return _tell(arguments, findings_of(error), None, None)
    until = time.monotonic() + PATIENCE

    def enough() -> bool:
        return time.monotonic() > until

    found = check(read.form, rows=read.rows, channels=channels, files=read.files, enough=enough)
    return _tell(arguments, found, read.form, estimated_minutes(read.form, enough=enough))


def _channels(names: Sequence[str] | None) -> list[Capabilities]:
    from bot.cli import CommandFailed
    from referrals.messages import CAPABILITIES

    unknown = [name for name in names or () if name not in CAPABILITIES]
    if unknown:
        raise CommandFailed(f"--channel: {unknown[0]!r} is none of {', '.join(CAPABILITIES)}")
    return [CAPABILITIES[name] for name in names or CAPABILITIES]


def _tell(arguments: argparse.Namespace, found: Sequence[Finding], form: Form | None, estimate: Estimate | None) -> int:
    wrong = any(finding.level == "error" for finding in found)
    if arguments.json:
        print(json.dumps(_as_json(found, form, estimate), ensure_ascii=False, indent=1))
        return int(wrong)
    state = "cannot be used as it is" if form is None else "has errors" if wrong else "in order"
    named = "" if form is None else f"; {form.title or form.id}, version {form.version or 'not given'}"
    print(f"{arguments.file}: {state}{named}")
    if form is not None and estimate is not None:
        _describe(form, estimate)
    for level, heading in HEADINGS.items():
        _list([finding for finding in found if finding.level == level], level, heading)
    return int(wrong)


def _describe(form: Form, estimate: Estimate) -> None:
    from collections import Counter

    asked = [question for question in form.questions if question.asked and question.kind not in CONTAINERS]
    kinds = Counter(question.kind for question in asked)
    questions = "1 question" if len(asked) == 1 else f"{len(asked)} questions"
    print(f"  {questions}: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    print(f"  languages: {', '.join(form.languages) or 'not translated'}")
    print(f"  {estimate}")


def _list(found: Sequence[Finding], level: str, heading: str) -> None:
    if not found:
        return
    print(f"\n{len(found)} {level}{'s' if len(found) > 1 else ''} ({heading}):")
    for finding in found:
        print(f"  {finding.place}{finding.cause}")
        if finding.remedy:
            print(f"      {finding.remedy}")


def _as_json(found: Sequence[Finding], form: Form | None, estimate: Estimate | None) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "form": None if form is None else {"id": form.id, "version": form.version, "title": form.title},
        "minutes": None if estimate is None else asdict(estimate),
        "findings": [asdict(finding) for finding in found],
        "errors": sum(finding.level == "error" for finding in found),
    }


ACTION = Action(
    "check",
    "Says what is wrong in which row and the remedy, whom it would trip, and how long it takes. Exits 1 with errors.",
    "sanad form check programmes/kuwait/intake.md --channel whatsapp",
    _check,
    _add_arguments,
)
