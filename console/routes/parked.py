"""Messages that could not be handled or sent, for supervisors: with the reason, without what they say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.wording import span
from console.words import Words
from referrals.outbox.outcomes import outcome_of
from referrals.senders.notices import close_notice
from referrals.staff.notices import Notice, shown_notices
from referrals.staff.parked import BOOKS, ROWS_A_PAGE, Book, Group, Parked, Sought, groups, parked
from referrals.staff.roles import Permission
from referrals.staff.unparking import HOWS, retry, retry_all, settle

routes = APIRouter(default_response_class=HTMLResponse)
Overseer = Annotated[SignedIn, Depends(may_see(Permission.SEE_PARKED))]
Mender = Annotated[SignedIn, Depends(may_do(Permission.SEE_PARKED))]
A_FEW = 10  # rows of each kind on the page that shows all kinds
AnyBook = Literal["in", "out", "pushes"]
Name = Annotated[str, Query(max_length=40, pattern=r"^[a-z_]*$")]


@routes.get("/parked")
def parked_page(visit: Overseer, book: str = "", channel: Name = "", reason: Name = "", page: int = 1) -> Response:
    """All kinds, a few of each; or one kind, by channel or reason, page by page."""
    if (book and book not in BOOKS) or not 1 <= page <= 100_000:
        raise NotHere
    sought, one = Sought(channel, reason), len([each for each in BOOKS if each == book]) == 1
    most = ROWS_A_PAGE if one else A_FEW
    with visit.console.store.reading() as uow:
        sections = [
            _section(
                visit,
                each,
                groups(uow, visit.member, each),
                parked(uow, visit.member, each, visit.at, sought, skip=(page - 1) * most, most=most),
                sought,
            )
            for each in BOOKS
            if not one or each == book
        ]
        notices = len(shown_notices(uow, visit.member))
    return show(
        visit,
        "parked.html",
        sections=sections,
        one=one,
        sought=sought,
        page=page,
        a_page=most,
        hows=HOWS,
        notices=notices,
    )


@routes.get("/parked/{book}/all")
def all_page(visit: Overseer, book: AnyBook, channel: Name = "", reason: Name = "") -> Response:
    """Asks once more before everything of one kind is tried again."""
    sought = Sought(channel, reason)
    with visit.console.store.reading() as uow:
        found = [each for each in groups(uow, visit.member, book) if _is_sought(each, sought)]
    if not found:
        raise NotHere
    words = Words(visit.voice)
    lines = [{"group": each, "reason": reason_text(words, book, each.name)} for each in found]
    count = sum(each.count for each in found)
    return show(visit, "parked_all.html", book=book, sought=sought, lines=lines, count=count, done=None)


@routes.post("/parked/{book}/all")
def again_all(
    visit: Mender,
    book: AnyBook,
    channel: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Tries all of them again, and says how many went back and how many cannot."""
    done = retry_all(visit.console.store, visit.member, book, Sought(channel, reason), visit.at)
    return show(visit, "parked_all.html", book=book, sought=Sought(), lines=[], count=0, done=done)


@routes.post("/parked/{book}/{row_id}/again")
def again(visit: Mender, book: AnyBook, row_id: RowId) -> Response:
    """One is tried anew, after what stopped it was mended."""
    if not visit.console.store.transact(lambda uow: retry(uow, visit.member, book, row_id, visit.at)):
        raise NotHere
    return see_other("/console/parked", "tried_again")


@routes.post("/parked/{book}/{row_id}/settle")
def settle_one(
    visit: Mender,
    book: Literal["in", "out"],
    row_id: RowId,
    how: Annotated[str, Form(max_length=20)] = "",
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Closes it by hand: the family was told by telephone, or nothing has to be told any more."""
    if how not in HOWS:
        raise NotHere
    done = visit.console.store.transact(
        lambda uow: settle(uow, visit.member, book, row_id, visit.at, how=how, note=note.strip())
    )
    if not done:
        raise NotHere
    return see_other("/console/parked", "settled")


@routes.get("/notices")
def notices_page(visit: Overseer) -> Response:
    """What the platforms told of our accounts, and what to do about it."""
    words = Words(visit.voice)
    with visit.console.store.reading() as uow:
        found = [_notice(words, each) for each in shown_notices(uow, visit.member)]
    return show(visit, "notices.html", lines=found)


@routes.post("/notices/{notice_id}/seen")
def seen(visit: Mender, notice_id: RowId) -> Response:
    """Takes a notice off the page: somebody has looked at it."""

    def work(uow: Any) -> bool:
        theirs = {each.id for each in shown_notices(uow, visit.member)}
        return notice_id in theirs and close_notice(uow, notice_id, visit.member.staff_id, visit.at)

    if not visit.console.store.transact(work):
        raise NotHere
    return see_other("/console/notices", "notice_seen")


def reason_text(words: Words, book: str, name: str) -> str:
    """Why, in Arabic: what a platform refused by its own table, ours by ours."""
    if book == "out":
        return sending_reason(words, name)
    return words.t(f"parked.reason.{name}")


def _why_parked(words: Words, book: Book, name: str) -> str:
    """The reason of one that stands here; what was tried by itself is tried by staff now."""
    why = reason_text(words, book, name)
    tried_out = book == "out" and outcome_of(name).then == "retry"
    return f"{why} {words.t('parked.tried_out')}" if tried_out else why


def sending_reason(words: Words, name: str) -> str:
    """What a platform's refusal means, by the name that our table gives it."""
    known = words.voice.has(f"sending.reason.{name}")
    return words.voice.say(f"sending.reason.{name}" if known else "sending.reason.unknown")


def _section(visit: SignedIn, book: Book, found: list[Group], rows: list[Parked], sought: Sought) -> dict[str, Any]:
    words = Words(visit.voice)
    return {
        "book": book,
        "count": sum(each.count for each in found),
        "shown": sum(each.count for each in found if _is_sought(each, sought)),
        "channels": sorted({each.channel for each in found}),
        "groups": [
            {"group": each, "text": reason_text(words, book, each.name)}
            for each in found
            if not sought.channel or each.channel == sought.channel
        ],
        "rows": [
            {"row": row, "text": _why_parked(words, book, row.name), "age": span(words, visit.at - row.since)}
            for row in rows
        ],
    }


def _is_sought(group: Group, sought: Sought) -> bool:
    return (not sought.channel or group.channel == sought.channel) and (not sought.name or group.name == sought.name)


def _notice(words: Words, notice: Notice) -> dict[str, Any]:
    about = notice.about if words.has(f"notice.about.{notice.about}") else "other"
    known = words.voice.has(f"sending.reason.{notice.event}")
    return {
        "notice": notice,
        "about": words.t(f"notice.about.{about}"),
        "todo": words.t(f"notice.todo.{about}"),
        "event": sending_reason(words, notice.event) if known else notice.event,
    }
