"""Recordings and pictures that families sent as answers: their queue, one with its player, what it says in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NoLongerSo, NotHere, PageStopped
from console.ids import RowId
from console.pages import see_other, show
from console.ranges import file_response
from console.signed_in import SignedIn, may_do, may_see
from console.wording import Chip, span
from console.words import Words
from dialogs.interview.transcribing import Understood, understand, understand_value
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.referral.disclosed import read_disclosed
from referrals.referral.in_sight import one_referral
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing.queue import Opened, listen, one_transcription, open_transcription, waiting
from referrals.transcribing.records import Transcription
from referrals.transcribing.sharing import hear_disclosed
from referrals.transcribing.writing import LONGEST_WORDS, Written, WrittenMeanwhile, claim, give_up, write

routes = APIRouter(default_response_class=HTMLResponse)
Listener = Annotated[SignedIn, Depends(may_see(Permission.TRANSCRIBE))]
Writer = Annotated[SignedIn, Depends(may_do(Permission.TRANSCRIBE))]
Reader = Annotated[SignedIn, Depends(may_see(Permission.READ_REFERRAL))]
WordsSaid = Annotated[str, Form(max_length=2 * LONGEST_WORDS)]  # browsers send two signs for the end of a line
Picked = Annotated[list[str], Form(max_length=200)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
TRIES = 5  # a family that writes at this very moment is over in milliseconds
FREE = frozenset({"text", "barcode"})  # what was said is the answer itself
PICKED = frozenset({"select_one", "select_multiple"})
MOST_PICKS = 40  # a longer list is answered in words, as families do
FREE_TEXT = "free_text"
T = TypeVar("T")


class WrittenAlready(PageStopped):
    """A colleague wrote it, or the family answered in another way, while the page was open."""

    status = 409
    key = "written_already"


@routes.get("/recordings")
def recordings_page(visit: Listener) -> Response:
    """What waits to be written down, the oldest first."""
    with visit.console.store.reading() as uow:
        found = waiting(uow, visit.member, visit.at)
    words = Words(visit.voice)
    lines = [
        {
            "id": each.id,
            "kind": words.t(f"recordings.kind.{each.kind}"),
            "question": each.question,
            "created_at": each.created_at,
            "chip": Chip(words.t("recordings.waited", span=span(words, visit.at - each.created_at)), "", "clock"),
            "writer": each.writer,
        }
        for each in found
    ]
    return show(visit, "recordings.html", lines=lines)


@routes.get("/recordings/{row_id}")
def recording_page(visit: Listener, row_id: RowId) -> Response:
    """One file with its question."""
    return _page(visit, row_id)


@routes.get("/recordings/{row_id}/file")
def recording_file(visit: Listener, row_id: RowId) -> Response:
    """The file itself, whole or the part that is played; every hearing is audited."""
    content = visit.console.store.transact(lambda uow: listen(uow, visit.member, _theirs(uow, visit, row_id), visit.at))
    if content is None:
        raise NotHere
    return file_response(visit.request, content, f"recording-{row_id}")


@routes.get("/referrals/{referral_id}/recordings/{media_id}")
def disclosed_file(visit: Reader, referral_id: RowId, media_id: RowId) -> Response:
    """The same for the centre to which the family showed it, as long as it may see the rest."""

    def work(uow: UnitOfWork) -> bytes | None:
        referral = one_referral(uow, visit.member, referral_id)
        shown = read_disclosed(uow, visit.member, referral, visit.at) if referral is not None else None
        if referral is None or str(media_id) not in {field.get("recording") for field in shown or ()}:
            return None
        return hear_disclosed(uow, visit.member, referral, media_id, visit.at)

    content = visit.console.store.transact(work)
    if content is None:
        raise NotHere
    return file_response(visit.request, content, f"recording-{referral_id}-{media_id}")


@routes.post("/recordings/{row_id}/write")
def write_recording(
    visit: Writer,
    row_id: RowId,
    seen: Seen,
    words: WordsSaid = "",
    picked: Picked = [],  # noqa: B006 - FastAPI copies a default
    understood: WordsSaid = "",
    do: Annotated[str, Form(max_length=10)] = "read",
) -> Response:
    """First what we understood of the words, then, once that is agreed to, the answer."""
    said = words.replace("\r\n", "\n").strip()[:LONGEST_WORDS]
    chosen = " ".join(name for name in picked if name)
    if not said and not chosen:
        return _page(visit, row_id, status=422, problem="recording_words")
    read = _transact(visit, lambda uow: _read(uow, visit, row_id, said, chosen))
    if read.value == "" and read.reason:
        return _page(visit, row_id, status=422, read=read, said=said, chosen=picked)
    if read.reason == FREE_TEXT or (do == "save" and understood.replace("\r\n", "\n") == read.value):
        done = _transact(visit, lambda uow: _write(uow, visit, row_id, seen, read, said))
        if done is not None:
            return _page(visit, row_id, status=422, read=done, said=said, chosen=picked)
        return see_other("/console/recordings", "recording_written")
    return _page(visit, row_id, read=read, said=said, chosen=picked)


@routes.post("/recordings/{row_id}/unheard")
def unheard(visit: Writer, row_id: RowId, seen: Seen) -> Response:
    """Nobody can make it out: the family is asked once more, in writing, when it writes next."""

    def work(uow: UnitOfWork) -> Written:
        _theirs(uow, visit, row_id)
        return give_up(uow, visit.member, row_id, seen, visit.at)

    done = _transact(visit, work)
    return see_other("/console/recordings", "recording_asked_again" if done.asked_again else "recording_unheard")


def _transact(visit: SignedIn, work: Callable[[UnitOfWork], T]) -> T:
    """Runs it again on what the family left, when they wrote at the same moment."""
    for _ in range(TRIES):
        try:
            return visit.console.store.transact(work)
        except TwoTurnsAtOnce:
            continue
        except WrittenMeanwhile as late:
            raise WrittenAlready from late
    raise NoLongerSo


def _read(uow: UnitOfWork, visit: SignedIn, row_id: int, said: str, chosen: str) -> Understood:
    """What the words, or what was picked, answer; colleagues learn who is at it."""
    row = _theirs(uow, visit, row_id)
    opened = _opened(uow, visit, row)
    claim(uow, visit.member, row, visit.at)
    if row.beside and row.state == "waiting":
        return Understood("")
    if row.beside or opened.item is None:
        raise WrittenAlready
    form, session, ref = opened.stored.form, opened.stored.session, opened.item.ref
    if chosen:
        return understand_value(form, session, ref, chosen, now=visit.at)
    read = understand(form, session, ref, said, now=visit.at)
    if read.value and opened.item.kind in FREE and read.value == said:
        return Understood(read.value, read.shown, FREE_TEXT)
    return read


def _write(uow: UnitOfWork, visit: SignedIn, row_id: int, seen: int, read: Understood, said: str) -> Understood | None:
    """None when it was taken, else what the form says against it."""
    done = write(uow, visit.member, row_id, seen, read.value, said or read.shown, visit.at)
    if done.taken or done.outcome is None:
        return None
    return Understood("", reason=done.outcome.reason, message=done.outcome.message)


def _theirs(uow: UnitOfWork, visit: SignedIn, row_id: int) -> Transcription:
    row = one_transcription(uow, visit.member, row_id)
    if row is None:
        raise NotHere
    return row


def _opened(uow: UnitOfWork, visit: SignedIn, row: Transcription) -> Opened:
    opened = open_transcription(uow, visit.member, row, visit.at)
    if opened is None:
        raise NotHere
    return opened


def _page(
    visit: SignedIn,
    row_id: int,
    *,
    status: int = 200,
    problem: str = "",
    read: Understood | None = None,
    said: str = "",
    chosen: list[str] | None = None,
) -> Response:
    opened = visit.console.store.transact(lambda uow: _opened(uow, visit, _theirs(uow, visit, row_id)))
    words = Words(visit.voice)
    item = opened.item
    picks = item.options if item is not None and item.kind in PICKED and len(item.options) <= MOST_PICKS else ()
    offered = {offer.value for offer in read.offers} if read is not None else set()
    values: dict[str, Any] = {
        "row": opened.row,
        "opened": opened,
        "item": item,
        "picks": [pick for pick in picks if pick.name not in offered],
        "many": item is not None and item.kind == "select_multiple",
        "kind": words.t(f"recordings.kind.{opened.row.kind}"),
        "typed": said or opened.words,
        "chosen": chosen or [],
        "read": read,
        "wrong": _wrong(words, problem, read, item.example if item is not None else ""),
    }
    return show(visit, "recording.html", status=status, **values)


def _wrong(words: Words, problem: str, read: Understood | None, example: str) -> str:
    """Why the words are no answer: the author's own words on it, else ours."""
    if problem:
        return words.t(f"problem.{problem}")
    if read is None or read.value or not read.reason:
        return ""
    if read.message:
        return words.voice.number(read.message)
    key = f"filling.wrong.{read.reason}"
    return words.t(key if words.has(key) else "filling.wrong.unreadable", example=words.voice.number(example))
