"""The pages of a form at the desk: shown, kept answer by answer, read back, and at the end filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.asking import FILES, Ask, ask_of, given_of, is_private, typed_of, with_outcome
from console.errors import NoLongerSo, NotHere
from console.ids import RowId
from console.pages import Later, answer, see_other
from console.posted import Filling, Posted, Sent
from console.signed_in import SignedIn, may_see
from console.words import Words
from dialogs.interview.filling import Outcome
from dialogs.interview.pages import Item, Page, page, pages
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.definitions.settings import Settings
from referrals.filling.files import WrongKind, keep_file
from referrals.filling.starting import note
from referrals.filling.working import AtDesk, Given, Taken, change_members, is_over, open_filling, take_answers
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.FILL_FORM))]
PageKey = Annotated[str, "the key of a page: 3, 4-2, m17"]


@dataclass(frozen=True)
class Said:
    """What a page says beside its questions after it was sent."""

    taken: Taken = field(default_factory=Taken)
    typed: Mapping[str, str] = field(default_factory=dict)
    new: frozenset[str] = frozenset()
    revealed: frozenset[str] = frozenset()
    conflict: bool = False
    kept: bool = False


@routes.get("/filling/{filling_id}")
def go_on(visit: Reader, filling_id: RowId) -> Response:
    """The first page that is not finished, else the review."""

    def work(uow: UnitOfWork) -> str:
        at_desk = theirs(uow, visit, filling_id)
        found = pages(at_desk.stored.form, at_desk.session, now=visit.at)
        left = next((each.key for each in found if each.state != "done"), "")
        return f"{path_of(filling_id)}/pages/{left}" if left else f"{path_of(filling_id)}/review"

    said = visit.request.query_params.get("said", "")
    return see_other(visit.console.store.transact(work), said if said == "taken_over" else "")


@routes.get("/filling/{filling_id}/pages/{key}")
def form_page(visit: Reader, filling_id: RowId, key: PageKey) -> Response:
    """One page with its questions."""
    return answer(visit, lambda uow: _show(uow, visit, theirs(uow, visit, filling_id), key, Said()))


@routes.post("/filling/{filling_id}/pages/{key}")
def send_page(sent: Filling, filling_id: RowId, key: PageKey) -> Response:
    """Keeps what the page brings: one answer at a time while it is filled, all of them at its end."""
    try:
        return answer(sent.visit, lambda uow: _keep(uow, sent, filling_id, key))
    except TwoTurnsAtOnce:
        return answer(sent.visit, lambda uow: _newest(uow, sent, filling_id, key))


@routes.post("/filling/{filling_id}/members/{key}")
def send_members(sent: Filling, filling_id: RowId, key: PageKey) -> Response:
    """One more member, one less, or no further one."""
    try:
        where = sent.visit.console.store.transact(lambda uow: _members(uow, sent, filling_id, key))
    except TwoTurnsAtOnce:
        return answer(sent.visit, lambda uow: _newest(uow, sent, filling_id, key))
    return see_other(where)


def path_of(filling_id: int) -> str:
    """The address of a filling."""
    return f"/console/filling/{filling_id}"


def theirs(uow: UnitOfWork, visit: SignedIn, filling_id: int) -> AtDesk:
    """The form while it is open at the member's desk. Raises `NotHere`; `NoLongerSo` where the family was faster."""
    found = open_filling(uow, visit.member, filling_id)
    if found is None:
        raise NoLongerSo if is_over(uow, visit.member, filling_id) else NotHere
    return found


# -- keeping


def _keep(uow: UnitOfWork, sent: Sent, filling_id: int, key: str) -> Response | Later:
    visit, posted = sent.visit, sent.posted
    at_desk = theirs(uow, visit, filling_id)
    before = _page(at_desk, visit, key)
    if posted.text("do") == "reveal" or posted.text("reveal"):
        return _show(uow, visit, at_desk, key, Said(revealed=frozenset((*posted.all("open"), posted.text("reveal")))))
    on = frozenset(posted.all("on"))
    asked = [item for item in before.items if item.key in on]
    given, refused_files = _given(uow, sent, at_desk, asked)
    do = posted.text("do")
    put = tuple(item.ref for item in asked) if do == "save" else ()
    at_desk, taken = take_answers(uow, visit.member, at_desk, given, posted.number("seen"), visit.at, put)
    taken = Taken({**taken.refused, **refused_files}, taken.vanished, taken.danger)
    after = page(at_desk.stored.form, at_desk.session, key, now=visit.at)
    there = {item.key for item in before.items}
    new = frozenset(item.key for item in (after.items if after else ()) if item.key not in there)
    if do == "keep" or (do == "save" and _comes_back(taken, after, new)):
        typed = {item.key: typed_of(item, posted) for item in asked}
        said = Said(taken, typed, new, frozenset(posted.all("open")), kept=do == "keep")
        if after is None:  # the page itself fell away with an answer
            return see_other(path_of(filling_id))
        return _show(uow, visit, at_desk, key, said, 422 if taken.refused and do == "save" else 200)
    if taken.danger:
        return see_other(f"{path_of(filling_id)}/danger")
    return see_other(_next(at_desk, visit, key))


def _comes_back(taken: Taken, after: Page | None, new: frozenset[str]) -> bool:
    open_new = after is not None and any(item.key in new and item.state == "open" for item in after.items)
    return bool(taken.refused or taken.vanished or open_new)


def _given(uow: UnitOfWork, sent: Sent, at_desk: AtDesk, asked: list[Item]) -> tuple[list[Given], dict[str, Outcome]]:
    """What the page brings for its questions; files are stored here, so that the answer can name them."""
    words, posted = Words(sent.visit.voice), sent.posted
    given: list[Given] = []
    refused: dict[str, Outcome] = {}
    for item in asked:
        upload = posted.files.get(f"f-{item.key}")
        if upload is not None and item.kind in FILES:
            try:
                media = keep_file(uow, at_desk, item.kind, upload, sent.visit.at)
            except WrongKind:
                refused[item.ref] = Outcome(item.ref, False, "wrong_kind")
                continue
            given.append(Given(item.ref, media, "set", media))
        elif (one := given_of(words, item, posted)) is not None:
            given.append(one)
    return given, refused


def _members(uow: UnitOfWork, sent: Sent, filling_id: int, key: str) -> str:
    visit, posted = sent.visit, sent.posted
    at_desk = theirs(uow, visit, filling_id)
    listed = _page(at_desk, visit, key)
    if not listed.container:
        raise NotHere
    what, _, number = posted.text("do").partition("-")
    if what not in ("add", "remove", "finish"):
        raise NotHere
    which = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    at_desk, added = change_members(
        uow, visit.member, at_desk, listed.container, what, which, posted.number("seen"), visit.at
    )
    if what == "finish":
        return _next(at_desk, visit, key)
    found = pages(at_desk.stored.form, at_desk.session, now=visit.at)
    mine = next((each.key for each in found if added and any(ref.startswith(added + "/") for ref in each.refs)), key)
    return f"{path_of(filling_id)}/pages/{mine}"


def _next(at_desk: AtDesk, visit: SignedIn, key: str) -> str:
    keys = [each.key for each in pages(at_desk.stored.form, at_desk.session, now=visit.at)]
    base = path_of(at_desk.filling.id)
    if key in keys and key != keys[-1]:
        return f"{base}/pages/{keys[keys.index(key) + 1]}"
    return f"{base}/review"


def _newest(uow: UnitOfWork, sent: Sent, filling_id: int, key: str) -> Response | Later:
    """Somebody answered at the same moment: the newest, with what this page had said beside it."""
    visit, posted = sent.visit, sent.posted
    at_desk = theirs(uow, visit, filling_id)
    now = page(at_desk.stored.form, at_desk.session, key, now=visit.at)
    if now is None:
        return see_other(path_of(filling_id))
    said = Said(typed=_differing(visit, now.items, posted), conflict=True, revealed=frozenset(posted.all("open")))
    return _show(uow, visit, at_desk, key, said, 409)


def _differing(visit: SignedIn, items: tuple[Item, ...], posted: Posted) -> dict[str, str]:
    """What the page had typed and the form does not hold, by key."""
    words = Words(visit.voice)
    typed = {item.key: typed_of(item, posted).strip() for item in items if item.key in posted.all("on")}
    differing = {item.key for item in items if given_of(words, item, posted) is not None}
    return {key: text for key, text in typed.items() if text and key in differing}


# -- showing


def _page(at_desk: AtDesk, visit: SignedIn, key: str) -> Page:
    found = page(at_desk.stored.form, at_desk.session, key, now=visit.at)
    if found is None:
        raise NotHere
    return found


def _show(uow: UnitOfWork, visit: SignedIn, at_desk: AtDesk, key: str, said: Said, status: int = 200) -> Later:
    """The page within the shell; reading it is audited, and so is every private answer that it opens."""
    found, words = _page(at_desk, visit, key), Words(visit.voice)
    note(uow, visit.member, at_desk.filling, "read", visit.at, page=key)
    asks = [_ask(uow, visit, at_desk, words, item, said) for item in found.items]
    values = {
        "page": found,
        "asks": asks,
        "said_here": said,
        "vanished": [(line.label, "" if line.sensitive else line.shown) for line in said.taken.vanished],
        **frame(visit, at_desk, key),
    }
    return Later("filling_members.html" if found.container else "filling_page.html", status, values)


def frame(visit: SignedIn, at_desk: AtDesk, here: str) -> dict[str, Any]:
    """What stands around every page of a form: its pages with their states, whose it is, and the version seen."""
    found = pages(at_desk.stored.form, at_desk.session, now=visit.at)
    keys = [each.key for each in found]
    at = keys.index(here) if here in keys else len(keys)
    return {
        "filling": at_desk.filling,
        "form": at_desk.stored.form,
        "pages": found,
        "here_key": here,
        "place": at + 1,
        "before": keys[at - 1] if at else "",
        "seen": at_desk.version,
        "path": path_of(at_desk.filling.id),
    }


def _ask(uow: UnitOfWork, visit: SignedIn, at_desk: AtDesk, words: Words, item: Item, said: Said) -> Ask:
    private = is_private(item, at_desk.filling.created_at)
    if private and item.key in said.revealed:
        note(uow, visit.member, at_desk.filling, "revealed", visit.at, question=item.key)
    ask = ask_of(words, item, masked=private and item.key not in said.revealed)
    if said.conflict:
        return replace(ask, typed=said.typed.get(item.key, ""))
    ask = with_outcome(words, ask, said.taken.refused.get(item.ref), said.typed.get(item.key, ""))
    return replace(ask, is_new=item.key in said.new)


def settings_of(visit: SignedIn) -> Settings:
    """The settings of the programme that is looked at; raises NotHere where there is none."""
    if visit.settings is None:
        raise NotHere
    return visit.settings
