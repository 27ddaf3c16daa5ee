"""`sanad push`: the servers of ODK Central or KoboToolbox that a programme's submissions go on to."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, add_json, run_action

if TYPE_CHECKING:
    from referrals.store.unit_of_work import UnitOfWork
    from referrals.submissions.records import PushTarget

HELP = "Sends filed applications and received forms on to ODK Central or KoboToolbox, each once."
EXAMPLE = "sanad push add kuwait --kind central --url https://central.example.org/v1/projects/7 --token-file login"
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add, list, end, retry."""
    add_actions(parser, ACTIONS)


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("programme", metavar="PROGRAMME")
    parser.add_argument("--kind", required=True, choices=("central", "kobo"))
    parser.add_argument("--url", required=True, help="Central's project, or KoboToolbox's host")
    parser.add_argument("--submit-url", metavar="URL", default="", help="KoboToolbox's host for submissions (kc.…)")
    parser.add_argument(
        "--token-file",
        metavar="FILE",
        required=True,
        help="one line: email:password of a Central web user, or KoboToolbox's API key",
    )
    parser.add_argument("--forms", metavar="A,B", default="", help="only these forms, by name (default: all)")


def _numbered(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="N", type=int, help="as `sanad push list` numbers it")


def _add(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here, programme_named
    from bot.settings import is_loopback
    from referrals.submissions.targets import UnfitTarget, add_target

    here = open_here()
    try:
        secret = Path(arguments.token_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as failure:
        raise CommandFailed(f"--token-file: {arguments.token_file} cannot be read: {failure}") from failure
    for url in filter(None, (arguments.url, arguments.submit_url)):
        if not url.startswith("https://") and not is_loopback(url):
            raise CommandFailed(f"{url}: expected https://, since the secret and families' answers go there")
    at = here.now()
    forms = [name.strip() for name in arguments.forms.split(",") if name.strip()]

    def work(uow: UnitOfWork) -> int:
        programme = programme_named(uow, arguments.programme)
        given = (programme, arguments.kind, arguments.url, secret, at)
        return add_target(uow, *given, submit_url=arguments.submit_url, forms=forms).id

    try:
        number = here.store.transact(work)
    except UnfitTarget as failure:
        raise CommandFailed(str(failure)) from failure
    print(f"target {number}: what {arguments.programme} files from now on goes to {arguments.url}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.submissions.pushing import pushes, why_parked
    from referrals.submissions.targets import targets

    with open_here().store.reading() as uow:
        for target in targets(uow):
            counts = pushes(uow, target.id)
            record = {
                "target": target.id,
                "programme": target.programme_id,
                "kind": target.kind,
                "url": target.url,
                "state": "ended" if target.ended_at else "active",
                "forms": target.forms or "all",
                **counts,
            }
            if arguments.json:
                print(json.dumps(record))
                continue
            told = "  ".join(f"{state} {count}" for state, count in counts.items()) or "nothing owed yet"
            print(f"{target.id}  {target.programme_id}  {target.kind}  {target.url}  {record['state']}  {told}")
            for reason, count in why_parked(uow, target.id):
                print(f"   parked {count}: {reason}")
    return 0


def _end(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.submissions.targets import end_target

    here = open_here()
    at = here.now()
    cancelled = here.store.transact(lambda uow: end_target(uow, _target(uow, arguments.target), at))
    print(f"nothing more goes to target {arguments.target}; {cancelled} that waited are cancelled")
    return 0


def _retry(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.submissions.pushing import try_again

    here = open_here()
    at = here.now()
    again = here.store.transact(lambda uow: try_again(uow, at, _target(uow, arguments.target).id))
    print(f"{again} parked submissions wait again")
    return 0


def _target(uow: UnitOfWork, number: int) -> PushTarget:
    from bot.cli.opened import row_numbered
    from referrals.submissions.records import PushTarget

    return row_numbered(uow, PushTarget, number, "target", "sanad push list")


ACTIONS = (
    Action("add", "Adds a server, or gives one a new secret.", EXAMPLE, _add, _add_target),
    Action("list", "Lists the servers with what waits, went and is parked there.", "sanad push list", _list, add_json),
    Action("end", "Ends a server: what waits for it is cancelled.", "sanad push end 1", _end, _numbered),
    Action(
        "retry", "Lets what is parked wait again, after its reason was mended.", "sanad push retry 1", _retry, _numbered
    ),
)
