"""`sanad export`: what may leave, in the words of a standard."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from bot.cli.actions import Action, add_actions, run_action

if TYPE_CHECKING:
    from referrals.store.unit_of_work import UnitOfWork

HELP = "Writes a referral as HL7 SDOH Task and ServiceRequest (FHIR R4, JSON)."
EXAMPLE = "sanad export referral 17 --as bundle"
run = run_action
VIEWS = ("bundle", "task", "service-request")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """referral."""
    add_actions(parser, ACTIONS)


def _of_referral(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("referral", metavar="ID", type=int, help="the referral's id, as its page's address has it")
    parser.add_argument("--as", dest="view", choices=VIEWS, default="bundle", help="what is written (default: bundle)")
    parser.add_argument("--codes-only", action="store_true", help="without what the family agreed to show")


def _referral(arguments: argparse.Namespace) -> int:
    from bot.cli import CommandFailed
    from bot.cli.opened import open_here
    from referrals.partners.facts import facts_of
    from referrals.partners.fhir import bundle_of, request_of, task_of
    from referrals.partners.values import ReferralFacts
    from referrals.protection.audit import audit
    from referrals.referral.records import Referral

    here = open_here()
    at = here.now()

    def work(uow: UnitOfWork) -> ReferralFacts:
        referral = uow.session.get(Referral, arguments.referral)
        if referral is None or referral.state == "draft":
            raise CommandFailed(f"there is no referral {arguments.referral}")
        facts = facts_of(uow, referral, at, disclosed=not arguments.codes_only)
        audit(
            uow, at=at, actor="operator", action="referral.export", object_kind="referral", object_id=arguments.referral
        )
        return facts

    facts = here.store.transact(work)
    base = here.settings.base_url or "http://127.0.0.1"
    views = {"task": task_of, "service-request": request_of}
    view = arguments.view
    told = bundle_of(facts, f"{base}/partner/fhir") if view == "bundle" else views[view](facts)
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 0


ACTIONS = (Action("referral", "Writes one referral to standard output; audited.", EXAMPLE, _referral, _of_referral),)
