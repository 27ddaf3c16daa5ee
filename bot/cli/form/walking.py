"""`sanad form walk`: a form is answered on every way through it; the conversations come out as transcripts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.actions import Action
from bot.cli.form.reading import add_form, add_moment, form_of, moment

if TYPE_CHECKING:
    from bot.cli.form.playing import Setting
    from dialogs.checking.walking.covering import Branch
    from dialogs.form import Form


def _add_walk(parser: argparse.ArgumentParser) -> None:
    add_form(parser)
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="a .chat file a way, instead of printing them")
    parser.add_argument("--random", action="store_true", help="one person who answers at random")
    parser.add_argument("--seed", metavar="S", help="at random: another seed gives other answers (default: 1)")
    parser.add_argument("--steps", metavar="N", type=int, default=300, help="answers at most (default: 300)")
    add_moment(parser)
    parser.add_argument("--language", metavar="CODE", default="ar", help="(default: ar)")
    parser.add_argument("--country", choices=("EG", "KW"), default="KW", help="for phones and ids (default: KW)")


def _walk(arguments: argparse.Namespace) -> int:
    from bot.cli.form.playing import Setting

    form = form_of(arguments.file)
    setting = Setting(moment(arguments.now), arguments.tz, arguments.language, arguments.country)
    if arguments.random or arguments.seed is not None:
        return _at_random(form, setting, arguments.seed or "1", arguments.steps)
    return _every_way(form, setting, arguments)


def _at_random(form: Form, setting: Setting, seed: str, steps: int) -> int:
    from bot.cli.form.playing import FINISHED, play
    from bot.cli.form.respondent import Respondent

    person = Respondent(seed, setting.country, setting.now)
    finished = False
    for line in play(form, person, setting, seed=seed, steps=steps):
        print(line)
        finished = line.startswith(FINISHED)
    return 0 if finished else 1


def _every_way(form: Form, setting: Setting, arguments: argparse.Namespace) -> int:
    from dialogs.checking.walking.covering import branches_of

    found = branches_of(form, setting.now, time_zone=setting.time_zone)
    unfinished = []
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
    for branch in found.ways:
        text, finished = _transcript(form, branch, setting, arguments.steps)
        if not finished:
            unfinished.append(f"{branch.name}: {text.rstrip().rpartition(chr(10))[2].lstrip('# ')}")
        if arguments.out:
            (arguments.out / f"{branch.name}.chat").write_text(text, encoding="utf-8")
        else:
            print(text)
    _say_the_rest(len(found.ways), unfinished, found.left, whole=found.whole, out=arguments.out)
    return 1 if unfinished or found.left or not found.ways else 0


def _transcript(form: Form, branch: Branch, setting: Setting, steps: int) -> tuple[str, bool]:
    from bot.cli.form.planned import Planned
    from bot.cli.form.playing import FINISHED, play

    shown = [*branch.questions, *(f"{question} = {choice}" for question, choice in branch.choices)]
    begins = setting.now.isoformat(timespec="minutes")
    head = [f"# {branch.name}: shows {', '.join(shown)}", f"= form: {form.id} {form.version}", f"= now: {begins}", ""]
    person = Planned(
        branch.answers, seed=branch.name, country=setting.country, language=setting.language, now=setting.now
    )
    lines = list(play(form, person, setting, seed=branch.name, steps=steps))
    return "\n".join([*head, f"أسرة: (رابط) {form.id}", *lines]) + "\n", lines[-1].startswith(FINISHED)


def _say_the_rest(ways: int, unfinished: list[str], left: tuple[str, ...], *, whole: bool, out: Path | None) -> None:
    where = f" in {out}" if out else ""
    print(f"{ways} ways{where}", file=sys.stderr)
    for line in unfinished:
        print(f"not finished: {line}", file=sys.stderr)
    if left:
        print(f"no way was found to: {', '.join(left)}", file=sys.stderr)
    if not whole:
        print("the form is too large to be walked through in every way", file=sys.stderr)


ACTION = Action(
    "walk",
    "Answers the form on every way through it and writes a transcript of each. Exits 1 when a way does not end.",
    "sanad form walk programmes/qena/intake.md --out walks --country EG --tz Africa/Cairo",
    _walk,
    _add_walk,
)
