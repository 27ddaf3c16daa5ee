"""`sanad partner`: the systems of organizations that are told of their referrals and may work on them."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, add_json, run_action

if TYPE_CHECKING:
    from referrals.directory.records import Organization
    from referrals.partners.managing import Credentials
    from referrals.partners.records import Partner
    from referrals.store.unit_of_work import UnitOfWork

HELP = "Connects the systems of partner organizations: signed webhooks to them, an API for them."
EXAMPLE = "sanad partner add org-kuwait-sanabil --url https://partner.example.org/sanad"
run = run_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add, list, rotate, disable, enable, deliveries, retry."""
    add_actions(parser, ACTIONS)


def _add_partner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("organization", metavar="ORGANIZATION", help="its id in the directory's files")
    parser.add_argument("--programme", metavar="ID", help="where several programmes have an organization of that id")
    parser.add_argument("--name", default="", help="what staff read; the organization's name where it is left out")
    parser.add_argument("--url", default="", help="where events are posted to; without it the partner only asks")
    parser.add_argument("--events", metavar="A,B", default="", help="only these events, such as send,cancel")
    add_json(parser)


def _numbered(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("partner", metavar="N", type=int, help="as `sanad partner list` numbers it")


def _numbered_json(parser: argparse.ArgumentParser) -> None:
    _numbered(parser)
    add_json(parser)


def _deliveries_of(parser: argparse.ArgumentParser) -> None:
    _numbered_json(parser)
    states = ("waiting", "leased", "sent", "parked", "cancelled", "listed")
    parser.add_argument("--state", choices=states, default="", help="only those in this state")


def _add(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here
    from referrals.lifecycles import REFERRAL
    from referrals.partners.managing import UnfitPartner, add_partner

    here = open_here()
    events = [name.strip() for name in arguments.events.split(",") if name.strip()]
    if unknown := sorted(set(events) - set(REFERRAL.events)):
        raise CommandFailed(f"--events: there is no event {unknown[0]}; there are: {', '.join(REFERRAL.events)}")
    if arguments.url:
        _check_where(arguments.url, here.settings.partner_networks)
    at = here.now()

    def work(uow: UnitOfWork) -> tuple[int, Credentials]:
        organization = _organization(uow, arguments.organization, arguments.programme)
        given = {"url": arguments.url, "events": events}
        partner, credentials = add_partner(uow, organization, arguments.name, at, **given)
        return partner.id, credentials

    try:
        number, credentials = here.store.transact(work)
    except UnfitPartner as failure:
        raise CommandFailed(str(failure)) from failure
    _tell(number, credentials, as_json=arguments.json)
    return 0


def _check_where(url: str, networks: str) -> None:
    """What can be said of an address before anything is sent there. Raises `CommandFailed`."""
    from bot.cli import CommandFailed
    from bot.doors.webhook_addresses import AddressRefused, check_address, read_networks
    from referrals.partners.managing import UnfitPartner, checked_address

    try:
        check_address(checked_address(url), read_networks(networks))
    except (AddressRefused, UnfitPartner) as refused:
        raise CommandFailed(f"--url: {refused}") from refused


def _organization(uow: UnitOfWork, external_id: str, programme: str | None) -> Organization:
    from sqlalchemy import select

    from bot.cli import CommandFailed
    from referrals.directory.records import Organization

    query = select(Organization).filter_by(external_id=external_id).order_by(Organization.programme_id)
    found = [each for each in uow.session.scalars(query) if programme in (None, each.programme_id)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(each.programme_id for each in found)
        raise CommandFailed(f"{external_id} stands in several programmes ({names}): name one with --programme")
    raise CommandFailed(f"there is no organization {external_id!r}; its id stands in the directory's organizations.csv")


def _tell(number: int, credentials: Credentials, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"partner": number, "token": credentials.token, "secret": credentials.secret}))
        return
    print(f"partner {number}; give it these over a safe way, they are not shown again:")
    print(f"  token (for the partner API):  {credentials.token}")
    print(f"  secret (signs the webhooks):  {credentials.secret}")


def _list(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.partners.delivering import delivery_counts
    from referrals.partners.managing import partners

    with open_here().store.reading() as uow:
        for partner in partners(uow):
            counts = delivery_counts(uow, partner.id)
            record = {
                "partner": partner.id,
                "programme": partner.programme_id,
                "name": partner.name,
                "url": partner.url,
                "state": partner.state,
                "reason": partner.reason,
                "events": partner.events or "all",
                **counts,
            }
            if arguments.json:
                print(json.dumps(record, ensure_ascii=False))
                continue
            told = "  ".join(f"{state} {count}" for state, count in sorted(counts.items())) or "nothing yet"
            why = f" ({partner.reason})" if partner.reason else ""
            who = f"{partner.id}  {partner.programme_id}  {partner.name}  {partner.url or '-'}"
            print(f"{who}  {partner.state}{why}  {told}")
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.partners.managing import rotate

    here = open_here()
    at = here.now()
    credentials = here.store.transact(lambda uow: rotate(uow, _partner(uow, arguments.partner), at))
    _tell(arguments.partner, credentials, as_json=arguments.json)
    if not arguments.json:
        print("the ones before count for another 24 hours; until then webhooks bear both signatures")
    return 0


def _disable(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.partners.managing import disable

    here = open_here()
    at = here.now()
    reason = "disabled by the operator"
    cancelled = here.store.transact(lambda uow: disable(uow, _partner(uow, arguments.partner), reason, at))
    print(f"partner {arguments.partner} is told nothing more and let in no more; {cancelled} that waited are cancelled")
    return 0


def _enable(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.partners.managing import enable

    here = open_here()
    at = here.now()
    here.store.transact(lambda uow: enable(uow, _partner(uow, arguments.partner), at))
    print(f"partner {arguments.partner} is told again from now on")
    return 0


def _deliveries(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.partners.delivering import deliveries

    with open_here().store.reading() as uow:
        for row in deliveries(uow, _partner(uow, arguments.partner).id, arguments.state):
            record = {
                "sequence": row.sequence,
                "referral": row.referral_id,
                "event": row.event,
                "state": row.state,
                "attempts": row.attempts,
                "status": row.last_status,
                "reason": row.reason,
                "at": row.created_at.isoformat(),
            }
            if arguments.json:
                print(json.dumps(record))
                continue
            told = f"{row.attempts} tries" + (f", {row.reason}" if row.reason else "")
            print(f"{row.sequence}  referral {row.referral_id}  {row.event}  {row.state}  {told}")
    return 0


def _retry(arguments: argparse.Namespace) -> int:
    from bot.cli.opened import open_here
    from referrals.partners.delivering import try_again

    here = open_here()
    at = here.now()
    again = here.store.transact(lambda uow: try_again(uow, at, _partner(uow, arguments.partner).id))
    print(f"{again} parked events wait again")
    return 0


def _partner(uow: UnitOfWork, number: int) -> Partner:
    from bot.cli.opened import row_numbered
    from referrals.partners.records import Partner

    return row_numbered(uow, Partner, number, "partner", "sanad partner list")


ACTIONS = (
    Action("add", "Connects an organization's system; shows its token and secret once.", EXAMPLE, _add, _add_partner),
    Action("list", "Lists the partners with what waits, went and is parked.", "sanad partner list", _list, add_json),
    Action("rotate", "Gives a new token and secret.", "sanad partner rotate 1", _rotate, _numbered_json),
    Action("disable", "Tells it nothing more, lets it in no more.", "sanad partner disable 1", _disable, _numbered),
    Action("enable", "Tells it again from now on.", "sanad partner enable 1", _enable, _numbered),
    Action(
        "deliveries",
        "Lists what it was told, the latest first.",
        "sanad partner deliveries 1",
        _deliveries,
        _deliveries_of,
    ),
    Action("retry", "Lets what is parked wait again.", "sanad partner retry 1", _retry, _numbered),
)
