"""`sanad sender flow`: a WhatsApp number's key pair and the groups that it opens as screens."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.cli.actions import Action

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.channels.flow_publishing import FlowPublisher
    from bot.cli.opened import Opened
    from bot.settings import WhatsAppSettings
    from dialogs.form import Form
    from referrals.senders.records import Sender
    from referrals.store.unit_of_work import UnitOfWork

T = TypeVar("T")
EXAMPLE = "sanad sender flow publish 100000000000001 --programme kuwait"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        metavar="WHAT",
        choices=("key", "publish", "list"),
        help="key: a new key pair, the one before opens for a week yet; publish: the marked groups of the intake in "
        "force; list: what is published",
    )
    parser.add_argument("account", metavar="ACCOUNT", nargs="?", default="", help="the phone number id")
    parser.add_argument("--programme", metavar="NAME", help="of the form (default: the only one)")
    parser.add_argument("--language", metavar="CODE", default="ar", help="of the screens (default: ar)")
    parser.add_argument("--print", action="store_true", help="key: print the public key and send it nowhere")
    parser.add_argument("--flow-id", metavar="ID", default="", help="publish: the Flow was published by hand, as ID")


def _run(arguments: argparse.Namespace) -> int:
    from bot.accounts.connecting import accounts_of
    from bot.cli.opened import open_here

    here = open_here()
    accounts_of(here.store, here.settings, here.now())  # the number of the settings has its row from here on
    return {"key": _key, "publish": _publish, "list": _list}[arguments.what](here, arguments)


def _key(here: Opened, arguments: argparse.Namespace) -> int:
    """The new key is kept before the platform knows it, and given up where it does not take it: one always opens."""
    from bot.cli import CommandFailed
    from bot.doors.flow_secrets import public_key, with_new_key
    from referrals.senders.ensuring import keep_secrets, secrets_of

    account = arguments.account
    with here.store.reading() as uow:
        before = secrets_of(uow, _sender(uow, account))
    secrets = with_new_key(before, here.now())
    public = public_key(secrets)
    here.store.transact(lambda uow: keep_secrets(uow, _sender(uow, account), secrets))
    if arguments.print:
        print(public, end="")
        return 0
    try:
        _with_publisher(_account(here, account), lambda publisher: publisher.upload_key(public))
    except CommandFailed:
        here.store.transact(lambda uow: keep_secrets(uow, _sender(uow, account), before))
        raise
    print(f"whatsapp {account}: a new key pair; the public key is with the platform")
    return 0


@dataclass(frozen=True)
class _Group:
    """A marked group of the form in force, and the Flow it is published as, "" for none."""

    sender_id: int
    programme: str
    form_id: int
    form: Form
    ref: str
    standing: str

    def named(self, language: str) -> str:
        return f"{self.programme} {self.ref.rpartition('/')[2]} {self.form_id} {language}"


def _publish(here: Opened, arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed

    language, by_hand = arguments.language, arguments.flow_id
    with here.store.reading() as uow:
        groups = _groups(uow, arguments)
    if by_hand and len(groups) > 1:
        raise CommandFailed(f"--flow-id does not say which group: {', '.join(group.ref for group in groups)}")
    for group in groups:
        name = group.named(language)
        if group.standing and not by_hand:
            print(f"{name}: published already as {group.standing}")
        else:
            print(f"{name}: published as {_publish_one(here, arguments, group)}")
    return 0


def _publish_one(here: Opened, arguments: argparse.Namespace, group: _Group) -> str:
    from referrals.flows.published import keep_published

    language, at = arguments.language, here.now()
    flow_id: str = arguments.flow_id or _brought(here, arguments.account, group, language)
    form = (group.sender_id, group.form_id, group.ref)
    here.store.transact(lambda uow: keep_published(uow, *form, language, flow_id, at))
    return flow_id


def _groups(uow: UnitOfWork, arguments: argparse.Namespace) -> list[_Group]:
    """The marked groups of the intake in force. Raises `CommandFailed` naming what is missing."""
    from bot.cli import CommandFailed
    from bot.cli.opened import programme_named
    from bot.doors.flow_secrets import KEY
    from dialogs.interview.screens import groups_for_screens
    from referrals.definitions.in_force import definition_id, form_by_id
    from referrals.flows.published import PUBLISHED, published_flow
    from referrals.senders.ensuring import secrets_of

    sender = _sender(uow, arguments.account)
    if KEY not in secrets_of(uow, sender):
        raise CommandFailed(f"{sender.account} has no key yet: sanad sender flow key {sender.account}")
    programme = programme_named(uow, arguments.programme)
    form_id = definition_id(uow, programme, "form", "intake")
    form = form_by_id(uow, form_id) if form_id is not None else None
    marked = groups_for_screens(form) if form is not None else ()
    if form is None or form_id is None or not marked:
        raise CommandFailed("no group of the intake is marked: write yes in `bind::chat:screen` of its begin_group row")
    found = []
    for ref in marked:
        row = published_flow(uow, sender.id, form_id, ref, arguments.language)
        standing = row.flow_id if row is not None and row.state == PUBLISHED else ""
        found.append(_Group(sender.id, programme, form_id, form, ref, standing))
    return found


def _brought(here: Opened, account: str, group: _Group, language: str) -> str:
    """The group as the platform's Flow; its id."""
    from bot.channels.whatsapp_flows import flow_json
    from bot.doors.flows import PATH
    from dialogs.interview.screens import screens_of

    endpoint, drawn = _endpoint(here, PATH), flow_json(group.form, screens_of(group.form, group.ref), language)
    name = group.named(language)
    return _with_publisher(_account(here, account), lambda publisher: publisher.publish(name, drawn, endpoint))


def _list(here: Opened, _: argparse.Namespace) -> int:
    from referrals.flows.published import published_flows

    with here.store.reading() as uow:
        for row in published_flows(uow):
            about = f"sender {row.sender_id}  form {row.form_id}  {row.container}  {row.language}"
            print(f"{row.flow_id}  {about}  {row.state}")
    return 0


def _sender(uow: UnitOfWork, account: str) -> Sender:
    """The WhatsApp sender of that phone number id. Raises `CommandFailed` naming those there are."""
    from bot.cli import CommandFailed
    from referrals.senders.ensuring import active_senders

    known = [sender for sender in active_senders(uow) if sender.channel == "whatsapp"]
    found = next((sender for sender in known if sender.account == account), None)
    if found is None:
        listed = ", ".join(sender.account for sender in known) or "none (sanad sender add whatsapp ACCOUNT)"
        raise CommandFailed(f"no WhatsApp account {account!r}; there are: {listed}")
    return found


def _account(here: Opened, account: str) -> WhatsAppSettings:
    """The number with its token, of the settings or of its sealed secrets."""
    from bot.accounts.connecting import accounts_of
    from bot.cli import CommandFailed

    accounts = accounts_of(here.store, here.settings, here.now()).whatsapp
    found = next((settings for _, settings in accounts if settings.phone_id == account), None)
    if found is None:
        raise CommandFailed(f"{account} has no token: give its secrets to sanad sender add, or use --print, --flow-id")
    return found


def _endpoint(here: Opened, path: str) -> str:
    from bot.cli import CommandFailed

    if not here.settings.base_url.startswith("https://"):
        raise CommandFailed("SANAD_BASE_URL: the platform asks us back there, so it has to begin with https://")
    return f"{here.settings.base_url}{path}"


def _with_publisher(account: WhatsAppSettings, work: Callable[[FlowPublisher], Awaitable[T]]) -> T:
    """Runs one piece of work against the platform. Raises `CommandFailed` with what it was refused with."""
    from bot.channels.failures import ChannelFailed
    from bot.channels.flow_publishing import FlowPublisher
    from bot.cli import CommandFailed

    async def run() -> T:
        publisher = FlowPublisher(account.token, account.phone_id, account.waba_id, account.api_base)
        try:
            return await work(publisher)
        finally:
            await publisher.close()

    try:
        return asyncio.run(run())
    except ChannelFailed as failure:
        raise CommandFailed(f"the platform refused: {failure}") from failure


ACTION = Action(
    "flow",
    "Lets a WhatsApp number open groups of questions as screens: its key pair, what is published, the list of both.",
    EXAMPLE,
    _run,
    _add_arguments,
)
