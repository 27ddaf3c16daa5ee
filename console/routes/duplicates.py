"""Similar families: pairs that may be one person or one household, side by side, and what a member of staff says."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.words import Words
from referrals.families.duplicates.comparing import Compared, Side, compare, note_read, numbers_of
from referrals.families.duplicates.judging import (
    DecidedAlready,
    Decision,
    judge,
    one_pair,
    pairs_judged,
    pairs_to_judge,
    put_id_right,
    take_back,
)
from referrals.families.duplicates.merging import TwoIds
from referrals.families.duplicates.notes import LONGEST, keep_note
from referrals.families.records import DuplicatePair
from referrals.protection.vault import Erased
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.DECIDE_DUPLICATE))]
Judge = Annotated[SignedIn, Depends(may_do(Permission.DECIDE_DUPLICATE))]
HOME = "/console/duplicates"
DECISIONS: tuple[Decision, ...] = get_args(Decision)


@routes.get("/duplicates")
def duplicates_page(visit: Reader) -> Response:
    """What waits, the likeliest first, and what was decided last."""

    def work(uow: UnitOfWork) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        waiting, judged = pairs_to_judge(uow, visit.member), pairs_judged(uow, visit.member)
        note_read(uow, visit.member, [*waiting, *judged], visit.at)
        return [_line(uow, visit, each) for each in waiting], [_line(uow, visit, each) for each in judged]

    waiting, judged = visit.console.store.transact(work)
    return show(visit, "duplicates.html", waiting=waiting, judged=judged)


@routes.get("/duplicates/{pair_id}")
def pair_page(visit: Reader, pair_id: RowId) -> Response:
    """The two side by side."""
    return _page(visit, pair_id)


@routes.post("/duplicates/{pair_id}/decide")
def decide(visit: Judge, pair_id: RowId, decision: Annotated[str, Form(max_length=20)] = "") -> Response:
    """The same person, the same household, different, or later."""
    chosen = next((each for each in DECISIONS if each == decision), None)
    if chosen is None:
        raise NotHere

    def work(uow: UnitOfWork) -> None:
        judge(uow, visit.member, _theirs(uow, visit, pair_id), chosen, visit.at)

    try:
        visit.console.store.transact(work)
    except TwoIds:
        return _page(visit, pair_id, status=422, problem="two_ids")
    except DecidedAlready:
        return see_other(f"{HOME}/{pair_id}", "duplicate_settled")
    return see_other(HOME, f"duplicate_{chosen}")


@routes.post("/duplicates/{pair_id}/undo")
def undo(visit: Judge, pair_id: RowId) -> Response:
    """It was a mistake: everything is as it was before."""
    done = visit.console.store.transact(
        lambda uow: take_back(uow, visit.member, _theirs(uow, visit, pair_id), visit.at)
    )
    return see_other(f"{HOME}/{pair_id}", "duplicate_undone" if done else "duplicate_settled")


@routes.post("/duplicates/{pair_id}/note")
def note(
    visit: Judge,
    pair_id: RowId,
    side: Annotated[int, Form()] = 0,
    words: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """A note about one of the two, kept with that one alone."""
    if not visit.member.may(Permission.READ_IDENTITY):
        raise NotHere

    def work(uow: UnitOfWork) -> None:
        pair = _theirs(uow, visit, pair_id)
        if side not in (pair.one_id, pair.other_id):
            raise NotHere
        try:
            keep_note(uow, visit.member, pair.programme_id, side, words, visit.at)
        except Erased as gone:
            raise NotHere from gone

    visit.console.store.transact(work)
    return see_other(f"{HOME}/{pair_id}", "duplicate_noted" if words.strip() else "")


@routes.post("/duplicates/{pair_id}/correct-id")
def correct(
    visit: Judge,
    pair_id: RowId,
    side: Annotated[int, Form()] = 0,
    typed: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """The id of one of the two was written wrong; where that was all, the pair closes by itself."""
    if not visit.member.may(Permission.READ_IDENTITY):
        raise NotHere

    def work(uow: UnitOfWork) -> bool:
        try:
            return put_id_right(uow, visit.member, _theirs(uow, visit, pair_id), side, typed, visit.at)
        except LookupError as stranger:
            raise NotHere from stranger

    if not visit.console.store.transact(work):
        return _page(visit, pair_id, status=422, problem="not_whole")
    return see_other(f"{HOME}/{pair_id}", "duplicate_corrected")


def _theirs(uow: UnitOfWork, visit: SignedIn, pair_id: int) -> DuplicatePair:
    pair = one_pair(uow, visit.member, pair_id)
    if pair is None:
        raise NotHere
    return pair


def _page(visit: SignedIn, pair_id: int, *, status: int = 200, problem: str = "") -> HTMLResponse:
    def work(uow: UnitOfWork) -> tuple[dict[str, Any], Compared]:
        pair = _theirs(uow, visit, pair_id)
        return _line(uow, visit, pair), compare(uow, visit.member, pair, visit.at)

    line, compared = visit.console.store.transact(work)
    words = Words(visit.voice)
    return show(
        visit,
        "duplicate.html",
        status=status,
        pair=line,
        sides=[_shown(words, each) for each in compared.sides],
        differ=[words.t(f"duplicates.fact.{each}") for each in compared.differ],
        one_household=compared.one_household,
        reads=visit.member.may(Permission.READ_IDENTITY),
        problem=problem,
    )


def _line(uow: UnitOfWork, visit: SignedIn, pair: DuplicatePair) -> dict[str, Any]:
    words = Words(visit.voice)
    return {
        "id": pair.id,
        "numbers": [words.number(each) for each in numbers_of(uow, pair) if each],
        "open": pair.state in ("open", "deferred"),
        "state": pair.state,
        "decision": pair.decision,
        "by_id": bool({"same_id", "other_id"} & set(pair.evidence.split())),
        "because": [(each, words.t(f"duplicates.because.{each}")) for each in pair.evidence.split()],
        "opened": words.when(pair.opened_at),
        "decided": words.when(pair.decided_at) if pair.decided_at else "",
    }


def _shown(words: Words, side: Side) -> dict[str, Any]:
    relations = [
        words.t(f"duplicates.relation.{each.relation}")
        if words.has(f"duplicates.relation.{each.relation}")
        else words.t("duplicates.relation.other")
        for each in side.members
    ]
    years = [words.voice.number(str(each.born)) if each.born else "" for each in side.members]
    return {
        "side": side,
        "number": words.number(side.number) if side.number else "",
        "when": words.when(side.submitted_at) if side.submitted_at else "",
        "channel": side.channel,
        "before": side.applied_before if words.has(f"duplicates.before.{side.applied_before}") else "",
        "size": words.voice.number(side.household_size),
        "born": words.voice.number(str(side.born)) if side.born else "",
        "last2": words.voice.number(side.last2),
        "phones": [
            {
                "number": each.number,
                "safe": "no" if each.safe_to_call is False else "call" if each.safe_to_message is False else "",
            }
            for each in side.phones
        ],
        "members": list(zip(relations, years, strict=True)),
        "referrals": words.n("duplicates.referrals", side.referrals) if side.referrals else "",
        "appointments": words.n("duplicates.appointments", side.appointments) if side.appointments else "",
        "notes": [{"words": each.words, "by": each.by, "when": words.when(each.at)} for each in side.notes],
    }
