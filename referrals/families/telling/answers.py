"""What a person answered, question by question, as they were asked it and as they said it."""

from __future__ import annotations

from sqlalchemy import select

from dialogs.interview import answers, session_from_json
from dialogs.interview.disclosing import tells_of_danger
from dialogs.interview.standing import marked
from referrals.conversations.asking.prompting import question_alone
from referrals.conversations.interviews.sessions import JOURNAL
from referrals.conversations.records import InterviewSession
from referrals.definitions.in_force import form_by_id
from referrals.definitions.records import Definition
from referrals.families.telling.steps import Row, Section, dated, section
from referrals.families.telling.teller import Teller
from referrals.protection.vault import Erased

FOR_STAFF = frozenset({"visit"})  # forms that staff fill: what they observed, not what the family answered


def answers_of(teller: Teller) -> list[Section]:
    """A section for each interview, the earliest first. What the author keeps for few people is not written out."""
    uow, voice = teller.uow, teller.voice
    mine = select(InterviewSession, Definition.name).join(Definition, Definition.id == InterviewSession.form_id)
    mine = mine.where(InterviewSession.person_id.in_(teller.people), Definition.name.not_in(FOR_STAFF))
    found = []
    for row, _ in uow.session.execute(mine.order_by(InterviewSession.id)):
        try:
            session = session_from_json(uow.vault.open_json(row.journal_sealed, JOURNAL))
        except Erased:  # its time was over
            continue
        form = form_by_id(uow, row.form_id)
        rows: list[Row] = []
        hidden = False
        for line in answers(form, session, now=teller.at).shown:
            if not line.shown:
                continue
            question = form.question(line.ref)
            if marked(question, "restricted"):
                hidden = True
                continue
            # Asked about danger: never written out whatever the answer was, or the gap would tell.
            if question.chat.get("danger", "").strip() or tells_of_danger(question, line.shown):
                continue
            rows.append((question_alone(line.label), voice.written(line.shown)))
        note = voice.say("known.answers_restricted") if hidden else ""
        title = voice.say("known.answers", day=dated(voice, row.started_at))
        if rows or hidden:
            found.append(section(title, note, rows))
    return found
