"""What a person and we said to each other, what they asked us, and what we noted by it: for themselves alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from sqlalchemy import func, select

from dialogs.understanding import read_danger
from referrals.applications.records import Application
from referrals.conversations.inbox.waiting import PAYLOAD
from referrals.conversations.inbox.waiting import from_json as event_from_json
from referrals.conversations.records import HelpRequest, InboxMessage
from referrals.conversations.stages.helping import TEXT
from referrals.families.owed import keys_of
from referrals.families.records import HouseholdTargetGroup, Membership
from referrals.families.telling.steps import Row, Section, dated, section
from referrals.families.telling.teller import Teller
from referrals.outbox.owe import BODY
from referrals.outbox.owe import from_json as message_from_json
from referrals.outbox.records import OutboxMessage
from referrals.protection.incidents.records import Incident, IncidentTold
from referrals.protection.retention.standing import identities_of
from referrals.protection.vault import Erased, sealed_under

ANSWER = "help_request.answer"
MOST_SAID = 300  # the latest words of both sides; how many there are in all stands beside them
AROUND_A_DANGER = timedelta(hours=24)  # what was said so near to a danger is on no paper that somebody else may find
ASKED = ("question", "off_topic", "missed_why")  # with words of theirs; other lines are for staff
GROUPS = {
    "low_income": "known.group.income",
    "widow_divorced": "known.group.provider",
    "debt": "known.group.debts",
    "disability": "known.group.care",
    "elderly_alone": "known.group.elderly",
    "priority_family": "known.group.house",
    "children_adolescents": "known.group.children",
    "village_youth": "known.group.youth",
    "crisis_affected": "known.group.events",
}
"""What a group is about, in the words in which it was asked for: no label stands on a family's own paper."""


def groups_of(teller: Teller) -> list[Section]:
    """What their answers made us note about the house, in the words of the questions."""
    uow, voice = teller.uow, teller.voice
    mine = (
        select(HouseholdTargetGroup.code, func.min(HouseholdTargetGroup.since))
        .join(Membership, Membership.household_id == HouseholdTargetGroup.household_id)
        .join(Application, Application.household_id == HouseholdTargetGroup.household_id)
        .where(Membership.person_id.in_(teller.people), Application.person_id.in_(teller.people))
        .group_by(HouseholdTargetGroup.code)
        .order_by(HouseholdTargetGroup.code)
    )
    rows = [
        (voice.say(GROUPS.get(code, "known.group.other")), dated(voice, since))
        for code, since in uow.connection.execute(mine)
    ]
    return [section(voice.say("known.groups"), voice.say("known.groups_note"), rows)] if rows else []


def questions_of(teller: Teller) -> list[Section]:
    """What they asked the staff and what was answered; what is for few people stands on no paper."""
    uow, voice = teller.uow, teller.voice
    mine = select(HelpRequest).where(
        HelpRequest.person_id.in_(teller.people), HelpRequest.restricted.is_(False), HelpRequest.kind.in_(ASKED)
    )
    rows: list[Row] = []
    for request in uow.session.scalars(mine.order_by(HelpRequest.id)):
        try:
            asked = uow.vault.open_text(request.text_sealed, TEXT)
            answered = uow.vault.open_text(request.answer_sealed, ANSWER)
        except Erased:
            continue
        if not asked or read_danger(asked):
            continue
        rows.append((dated(voice, request.created_at), voice.written(asked)))
        if answered and request.answered_at is not None:
            told = voice.say("known.answered", day=dated(voice, request.answered_at))
            rows.append((told, voice.written(answered)))
    return [section(voice.say("known.questions"), "", rows)] if rows else []


def incidents_of(teller: Teller) -> list[Section]:
    """What happened to their data, where somebody decided that they are to be told: the day, and whom to ask."""
    uow, voice = teller.uow, teller.voice
    mine = (
        select(Incident.known_at)
        .join(IncidentTold, IncidentTold.incident_id == Incident.id)
        .where(IncidentTold.person_id.in_(teller.people))
        .order_by(Incident.known_at)
    )
    rows = [(dated(voice, at), voice.say("known.incident")) for at in uow.connection.execute(mine).scalars()]
    return [section(voice.say("known.incidents"), "", list(dict.fromkeys(rows)))] if rows else []


def words_of(teller: Teller) -> list[Section]:
    """The words of both sides that we still hold, the latest of them; nothing said in or around a danger."""
    uow, voice = teller.uow, teller.voice
    keys = frozenset[int]().union(*(keys_of(uow, each) for each in teller.people))
    identities = identities_of(uow, teller.people)
    dangers = uow.connection.execute(
        select(HelpRequest.created_at).where(HelpRequest.person_id.in_(teller.people), HelpRequest.restricted.is_(True))
    ).scalars()
    left_out = list(dangers)
    sides = (list(side) for side in (_theirs(teller, identities, keys), _ours(teller, identities, keys)))
    said = [line for side in sides for line in reversed(side)]  # of one moment: theirs first, ours as they were said
    said = [
        line for line in sorted(said, key=itemgetter(0)) if not _near(line[0], left_out) and not read_danger(line[2])
    ]
    rows = [
        (f"{dated(voice, at)}، {voice.hour(at)}", f"{voice.say(who)}: {voice.written(words)}")
        for at, who, words in said[-MOST_SAID:]
    ]
    return [section(voice.say("known.words"), voice.say("known.words_note"), rows)] if rows else []


Said = tuple[datetime, str, str]


def _theirs(teller: Teller, identities: Sequence[int], keys: frozenset[int]) -> Iterable[Said]:
    rows = teller.uow.connection.execute(
        select(InboxMessage.received_at, InboxMessage.payload_sealed)
        .where(InboxMessage.identity_id.in_(identities), func.length(InboxMessage.payload_sealed) > 0)
        .order_by(InboxMessage.id.desc())
        .limit(MOST_SAID)
    ).all()
    for row in rows:
        if sealed_under(row.payload_sealed) in keys:
            try:
                event = event_from_json(teller.uow.vault.open(row.payload_sealed, PAYLOAD))
            except Erased:
                continue
            if event.content.text.strip():
                yield row.received_at, "known.said_by_you", event.content.text.strip()


def _ours(teller: Teller, identities: Sequence[int], keys: frozenset[int]) -> Iterable[Said]:
    rows = teller.uow.connection.execute(
        select(OutboxMessage.created_at, OutboxMessage.body_sealed)
        .where(
            OutboxMessage.identity_id.in_(identities),
            OutboxMessage.state == "sent",
            OutboxMessage.purpose != "safety",
            func.length(OutboxMessage.body_sealed) > 0,
        )
        .order_by(OutboxMessage.id.desc())
        .limit(MOST_SAID)
    ).all()
    for row in rows:
        if sealed_under(row.body_sealed) in keys:
            try:
                message = message_from_json(teller.uow.vault.open_json(row.body_sealed, BODY))
            except Erased:
                continue
            if message.text.strip():
                yield row.created_at, "known.said_by_us", message.text.strip()


def _near(at: datetime, dangers: Sequence[datetime]) -> bool:
    return any(abs(at - danger) <= AROUND_A_DANGER for danger in dangers)
