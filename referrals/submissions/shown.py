"""Received submissions as staff read them: their list, and one with its questions, answers and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree
from sqlalchemy import func, select

from dialogs.form import Form, Instance, Question
from dialogs.form.xml import elements, local_name, parse_xml
from dialogs.interview import session_from_submission
from dialogs.interview.replay import instance_of
from dialogs.interview.showing import day_shown
from referrals.applications.records import Application
from referrals.definitions.in_force import form_by_id, settings_of
from referrals.media.keeping import content_of
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.staff.roles import Permission
from referrals.staff.scope import AnySelect, Member, visible_to
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.attaching import names_and_media
from referrals.submissions.reading import FILES, base_name
from referrals.submissions.receiving import xml_of
from referrals.submissions.records import AppUser, ReceivedSubmission, SubmissionFile

MOST_ROWS = 200
CHOICES = ("select_one", "select_multiple", "rank")
DATES = ("date", "dateTime")
NUMBERS = ("integer", "decimal", "range", *DATES)


@dataclass(frozen=True)
class SubmissionRow:
    """One submission as a line; nothing of what it says."""

    id: int
    form: str
    state: str
    sender: str
    number: str
    received_at: datetime
    is_current: bool


@dataclass(frozen=True)
class AnswerLine:
    """A question and its answer. `answer` is None where this member may not read it; `file_id` where it is a file."""

    heading: str
    label: str
    answer: str | None
    file_id: int | None = None
    is_missing: bool = False
    to_check: bool = False
    """The form would not have taken this answer: staff ask again."""
    is_number: bool = False
    """Digits that a page writes as its programme does; a text stays as it was written."""


def submission_rows(uow: UnitOfWork, member: Member, *, unlinked: bool = False) -> list[SubmissionRow]:
    """What the member's phones sent, the latest first; `unlinked` only what waits for a number."""
    query = (
        select(ReceivedSubmission, AppUser.name, Application.number)
        .outerjoin(AppUser, AppUser.id == ReceivedSubmission.app_user_id)
        .outerjoin(Application, Application.id == ReceivedSubmission.application_id)
        .order_by(ReceivedSubmission.received_at.desc(), ReceivedSubmission.id.desc())
        .limit(MOST_ROWS)
    )
    if unlinked:
        query = query.where(ReceivedSubmission.state == "unlinked", ReceivedSubmission.superseded_by_id.is_(None))
    found = uow.session.execute(visible_to(member, query, ReceivedSubmission, Permission.READ_SUBMISSIONS))
    return [
        SubmissionRow(
            row.id,
            form_by_id(uow, row.definition_id).title,
            row.state,
            sender or "",
            number or "",
            row.received_at,
            row.superseded_by_id is None,
        )
        for row, sender, number in found
    ]


def how_many_unlinked(uow: UnitOfWork, member: Member) -> int:
    """How many submissions wait for somebody to say whose they are."""
    query: AnySelect = (
        select(func.count())
        .select_from(ReceivedSubmission)
        .where(ReceivedSubmission.state == "unlinked", ReceivedSubmission.superseded_by_id.is_(None))
    )
    return int(
        uow.session.execute(visible_to(member, query, ReceivedSubmission, Permission.READ_SUBMISSIONS)).scalar_one()
    )


def one_submission(uow: UnitOfWork, member: Member, submission_id: int) -> ReceivedSubmission | None:
    """The submission when it is the member's to read; None otherwise, as for one that never was."""
    query = select(ReceivedSubmission).where(ReceivedSubmission.id == submission_id)
    return uow.session.scalar(visible_to(member, query, ReceivedSubmission, Permission.READ_SUBMISSIONS))


def read_answers(uow: UnitOfWork, member: Member, row: ReceivedSubmission, at: datetime) -> list[AnswerLine] | None:
    """Every answer with its question in Arabic, as the phone sent it; the reading is audited. None once erased.

    What the form marks `chat:restricted` is for those who may read danger.
    """
    try:
        root = parse_xml(xml_of(uow, row))
        files = {name: file for file, name in names_and_media(uow, row)}
    except Erased:
        return None
    actor = f"staff:{member.staff_id}"
    audit(uow, at=at, actor=actor, action="submission.read", object_kind="submission", object_id=row.id)
    form = form_by_id(uow, row.definition_id)
    words = _Words(form, _instance(uow, form, row, root))
    may_guard = member.may(Permission.READ_DANGER)
    doubtful = set(row.reason.split(", "))
    lines = ((ref, _line(words, ref, value, files, may_guard)) for ref, value in _leaves(root, form))
    return [replace(line, to_check=ref in doubtful) for ref, line in lines if line is not None]


def file_of(
    uow: UnitOfWork, member: Member, row: ReceivedSubmission, file_id: int, at: datetime
) -> tuple[bytes, str] | None:
    """A file of the submission and its type; None where it has none of that id, or the family was erased. Audited.

    What the form marks `chat:restricted` is for those who may read danger, as its answers are.
    """
    file = uow.session.get(SubmissionFile, file_id)
    if file is None or file.submission_id != row.id or file.media_id is None:
        return None
    try:
        if not member.may(Permission.READ_DANGER) and file.id in _restricted_files(uow, row):
            return None
        found = content_of(uow, file.media_id)
    except Erased:
        return None
    actor = f"staff:{member.staff_id}"
    audit(uow, at=at, actor=actor, action="submission.file_read", object_kind="submission", object_id=row.id)
    return found


def _restricted_files(uow: UnitOfWork, row: ReceivedSubmission) -> set[int]:
    """The files that a question for few people names, whichever other question names them too."""
    form = form_by_id(uow, row.definition_id)
    kept = {question.ref for question in form.questions if question.chat.get("restricted") == "yes"}
    if not kept:
        return set()
    found = ((_bare(ref), base_name(value)) for ref, value in _leaves(parse_xml(xml_of(uow, row)), form))
    names = {name for ref, name in found if ref in kept}
    return {file.id for file, name in names_and_media(uow, row) if name in names}


def _bare(ref: str) -> str:
    """A ref without the positions of repeats: `/data/member[2]/age` is `/data/member/age`."""
    return "/".join(step.partition("[")[0] for step in ref.split("/"))


class _Words:
    """How a form's questions and choices read, in Arabic where it has Arabic."""

    def __init__(self, form: Form, instance: Instance) -> None:
        self.instance = instance
        self.language = next((each for each in form.languages if each.endswith("(ar)")), form.default_language)
        self.questions = {question.ref: question for question in form.questions}

    def question(self, ref: str) -> Question | None:
        return self.questions.get(_bare(ref))

    def label(self, ref: str) -> str:
        try:
            return self.instance.label(ref, self.language)
        except KeyError:
            return ""

    def heading(self, ref: str) -> str:
        """The nearest group around that has a label."""
        above = ref.rpartition("/")[0]
        while above.count("/") > 1:
            if label := self.label(above):
                return label
            above = above.rpartition("/")[0]
        return ""

    def value(self, ref: str, question: Question, value: str) -> str:
        if question.kind in DATES:
            return day_shown(value.partition("T")[0], question.appearance)
        if question.kind not in CHOICES:
            return value
        try:
            labels = self.instance.choices(ref).labels(self.language)
        except KeyError:
            return value
        return "، ".join(labels.get(name) or name for name in value.split())


def _line(words: _Words, ref: str, value: str, files: dict[str, SubmissionFile], may_guard: bool) -> AnswerLine | None:
    question = words.question(ref)
    if question is None or not question.asked or not value or question.kind == "note":
        return None
    label = words.label(ref) or question.name
    heading = words.heading(ref)
    if question.chat.get("restricted") == "yes" and not may_guard:
        return AnswerLine(heading, label, None)
    if question.kind in FILES:
        file = files.get(base_name(value))
        arrived = file is not None and file.media_id is not None
        return AnswerLine(heading, label, "", file.id if file and arrived else None, not arrived)
    return AnswerLine(heading, label, words.value(ref, question, value), is_number=question.kind in NUMBERS)


def _instance(uow: UnitOfWork, form: Form, row: ReceivedSubmission, root: etree._Element) -> Instance:
    """The form as it was filled, for labels that name other answers and for choices that depend on them."""
    settings = settings_of(uow, row.programme_id)
    session, _ = session_from_submission(
        form,
        etree.tostring(root, encoding="unicode"),
        id=row.instance_id.removeprefix("uuid:"),
        now=row.received_at,
        time_zone=settings.time_zone,
        language="ar",
        country=settings.country,
    )
    return instance_of(form, session, row.received_at)


def _leaves(root: etree._Element, form: Form) -> Iterator[tuple[str, str]]:
    """Every leaf in the order it was sent, its ref with the position in each repeat: `/data/member[2]/age`."""
    repeats = {question.ref for question in form.questions if question.kind == "repeat"}
    top = form.questions[0].ref.split("/")[1] if form.questions else "data"

    def below(element: etree._Element, bare: str, ref: str) -> Iterator[tuple[str, str]]:
        counted: Counter[str] = Counter()
        children = elements(element)
        if not children:
            yield ref, (element.text or "").strip()
        for child in children:
            name = local_name(child)
            counted[name] += 1
            place = f"[{counted[name]}]" if f"{bare}/{name}" in repeats else ""
            yield from below(child, f"{bare}/{name}", f"{ref}/{name}{place}")

    yield from below(root, f"/{top}", f"/{top}")
