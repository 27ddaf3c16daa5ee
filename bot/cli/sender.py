"""`sanad sender`: the accounts that speak."""

from __future__ import annotations

import argparse
import json
import sys

from bot.cli import sender_flows
from bot.cli.actions import Action, add_actions, run_action

HELP = "Adds and lists the accounts that speak for a programme: Telegram bots, WhatsApp numbers, web chats."
EXAMPLE = """echo '{"token": "123456:ABC…"}' | sanad sender add telegram 123456 --programmes kuwait"""
MOST_PER_SECOND = 1_000  # WhatsApp's upper tier, and what Telegram sells
CHANNELS = ("telegram", "whatsapp", "web")
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add, list, flow."""
    add_actions(parser, ACTIONS)


def _add_sender(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("channel", metavar="CHANNEL", choices=CHANNELS, help=", ".join(CHANNELS))
    parser.add_argument("account", metavar="ACCOUNT", help="the bot's id, the phone number id, a name for a web chat")
    parser.add_argument("--programmes", metavar="A,B", required=True, help="for whom it speaks")
    parser.add_argument("--name", default="", help="as staff read it")
    parser.add_argument(
        "--per-second",
        metavar="N",
        type=_pace,
        help="messages a second, where the platform gave this account another limit (WhatsApp: 20, or 1000)",
    )


def _add(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here, programme_named
    from referrals.senders.ensuring import ensure_sender
    from referrals.store.unit_of_work import UnitOfWork

    here = open_here()
    secrets = _secrets(sys.stdin.read())
    at = here.now()

    def work(uow: UnitOfWork) -> int:
        programmes = [programme_named(uow, name.strip()) for name in arguments.programmes.split(",")]
        account = (arguments.channel, arguments.account, at)
        more = {"secrets": secrets, "name": arguments.name, "per_second": arguments.per_second}
        return ensure_sender(uow, *account, programmes=programmes, **more).id

    sender_id = here.store.transact(work)
    print(f"sender {sender_id}: {arguments.channel} {arguments.account} speaks for {arguments.programmes}")
    return 0


def _pace(text: str) -> float:
    """Messages a second, more than none."""
    pace = float(text)
    if not 0 < pace <= MOST_PER_SECOND:
        raise argparse.ArgumentTypeError(f"expected a number above 0, at most {MOST_PER_SECOND}")
    return pace


def _secrets(text: str) -> dict[str, str]:
    """The secrets as one JSON object of texts; none for a blank input."""
    from bot.cli import CommandFailed

    try:
        found = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as failure:
        raise CommandFailed(f"standard input is no JSON: {failure}") from failure
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise CommandFailed('standard input: expected one JSON object of texts, such as {"token": "123456:ABC…"}')
    return found


def _list(_: argparse.Namespace) -> int:
    from sqlalchemy import select

    from bot.cli.opened import open_here
    from referrals.senders.ensuring import active_senders
    from referrals.senders.records import SenderProgramme

    with open_here().store.reading() as uow:
        for sender in active_senders(uow):
            mine = select(SenderProgramme.programme_id).filter_by(sender_id=sender.id)
            programmes = ",".join(sorted(uow.session.scalars(mine)))
            secrets = "with secrets" if sender.secrets_sealed else "no secrets"
            account = f"{sender.id}  {sender.channel}  {sender.account}"
            pace = f"{sender.per_second:g} a second  " if sender.per_second is not None else ""
            print(f"{account}  {programmes or '-'}  {secrets}  {pace}{sender.name}".rstrip())
    return 0


ACTIONS = (
    Action(
        "add",
        "Adds an account, or programmes and new secrets to one; secrets are a JSON object on standard input.",
        EXAMPLE,
        _add,
        _add_sender,
    ),
    Action("list", "Lists the accounts that speak; never their secrets.", "sanad sender list", _list),
    sender_flows.ACTION,
)
