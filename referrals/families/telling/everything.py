"""«ماذا تعرفون عني؟»: everything that stands with us about one person, for that person, in their own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, func, select

from referrals.applications.records import Application
from referrals.conversations.records import Conversation, InboxMessage
from referrals.conversations.speaking import voice_of
from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Settings
from referrals.documents.paper_facts import KnownFacts
from referrals.families.owed import keys_of
from referrals.families.people import whole_person
from referrals.families.records import ContactPoint, Identifier, Identity, Membership, Person
from referrals.families.roster import told_year
from referrals.families.telling.answers import answers_of
from referrals.families.telling.applications import applications_of
from referrals.families.telling.steps import (
    Row,
    Section,
    appointments_of,
    consents_of,
    dated,
    referrals_of,
    section,
    seen_by,
)
from referrals.families.telling.talk import groups_of, incidents_of, questions_of, words_of
from referrals.families.telling.teller import Teller
from referrals.media.records import Media
from referrals.outbox.records import OutboxMessage
from referrals.protection.retention.rules import TRANSCRIPT
from referrals.protection.retention.standing import identities_of, oldest_message_at
from referrals.protection.vault import header_of
from referrals.senders.records import Sender
from referrals.store.unit_of_work import UnitOfWork

MOST_ROWS = 50  # of one table on the paper; a longer one goes on in another


def what_we_know(uow: UnitOfWork, person_id: int, programme_id: str, language: str, at: datetime) -> KnownFacts:
    """The paper. What was said of a danger is in no paper, nor what another parent told us, nor a name of our staff."""
    voice, settings = voice_of(uow, programme_id, language), settings_of(uow, programme_id)
    teller = Teller(uow, voice, settings, tuple(whole_person(uow, person_id)), at)
    parts: Sequence[Callable[[Teller], list[Section]]] = (
        _person,
        _household,
        applications_of,
        groups_of,
        answers_of,
        consents_of,
        referrals_of,
        appointments_of,
        questions_of,
        _messages,
        words_of,
        incidents_of,
        seen_by,
        _rights,
    )
    sections = [whole for part in parts for each in part(teller) for whole in _in_pieces(each)]
    return KnownFacts(
        title=voice.say("known.title"),
        programme=settings.name(language),
        dated=dated(voice, at),
        opening=voice.say("known.opening"),
        sections=tuple(sections),
        footer=voice.say("known.footer"),
        language="en" if language == "en" else "ar",
        page_digits="arab" if voice.arabic_digits else "latn",
    )


def transcript_goes_on(uow: UnitOfWork, people: Sequence[int], settings: Settings, at: datetime) -> datetime | None:
    """When the chat is deleted: so long after the first filing, never before today; None where nothing was filed."""
    filed = select(func.min(Application.submitted_at)).where(
        Application.person_id.in_(people), Application.anonymised_at.is_(None)
    )
    first: datetime | None = uow.connection.execute(filed).scalar()
    if first is None:
        return None
    due = first + settings.kept_for.how_long(TRANSCRIPT)
    if due > at:
        return due
    oldest = _oldest(uow, people)  # that one is over: what was written since goes as it gets that old
    return max(oldest + settings.kept_for.how_long(TRANSCRIPT), at + timedelta(days=1)) if oldest else None


def _oldest(uow: UnitOfWork, people: Sequence[int]) -> datetime | None:
    return oldest_message_at(uow, identities_of(uow, people))


def _in_pieces(whole: Section) -> list[Section]:
    title, note, rows = whole
    pieces = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)] or [()]
    return [(title if not n else "", note if not n else "", piece) for n, piece in enumerate(pieces)]


def _person(teller: Teller) -> list[Section]:
    uow, say = teller.uow, teller.voice.say
    people = uow.session.scalars(select(Person).where(Person.id.in_(teller.people)).order_by(Person.id)).all()
    rows: list[Row] = []
    for person in people:
        if person.name_sealed:
            rows.append((say("known.name"), uow.vault.open_text(person.name_sealed, "person.name")))
        if born := told_year(uow, person.born_sealed):
            rows.append((say("known.born"), teller.voice.number(str(born))))
    known = select(Identifier).where(Identifier.person_id.in_(teller.people), Identifier.kind != "name")
    for identifier in uow.session.scalars(known.order_by(Identifier.id)):
        ends = say("known.id_ends", digits=teller.voice.number(identifier.last2))
        rows.append((say("known.id"), ends))
    phones = select(ContactPoint).where(ContactPoint.person_id.in_(teller.people)).order_by(ContactPoint.id)
    for phone in uow.session.scalars(phones):
        rows.append((say("known.phone"), uow.vault.open_text(phone.value_sealed, "contact_point.value")))
    rows += _channels(teller)
    return [section(say("known.person"), "", list(dict.fromkeys(rows)))]


def _channels(teller: Teller) -> list[Row]:
    """Where they write to us, and what they said of that telephone."""
    say = teller.voice.say
    found = teller.uow.connection.execute(
        select(Sender.channel, Identity.readers, Conversation.language)
        .select_from(Conversation)
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Sender, Sender.id == Identity.sender_id)
        .where(Conversation.person_id.in_(teller.people))
        .order_by(Conversation.id)
    ).all()
    names = {
        "telegram": "known.channel.telegram",
        "whatsapp": "known.channel.whatsapp",
        "web": "known.channel.web",
    }
    readers = {"alone": "known.readers.alone", "shared": "known.readers.shared"}
    return [
        (say("known.channel"), f"{say(names[row.channel])} · {say(readers.get(row.readers, 'known.readers.unknown'))}")
        for row in found
        if row.channel in names
    ]


def _household(teller: Teller) -> list[Section]:
    """Those whom this person told us of; what another of the house said is theirs alone."""
    uow, say = teller.uow, teller.voice.say
    told = uow.session.execute(
        select(Membership.relation, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.told_by_id.in_(teller.people), Membership.until.is_(None), Person.erased_at.is_(None))
        .order_by(Membership.id)
    ).all()
    rows = []
    for relation, person in told:
        name = uow.vault.open_text(person.name_sealed, "person.name")
        born = told_year(uow, person.born_sealed)
        parts = [name, say("known.born_in", year=teller.voice.number(str(born))) if born else ""]
        rows.append((say(RELATIONS.get(relation, "known.relation.other")), " · ".join(filter(None, parts)) or "–"))
    return [section(say("known.household"), "", rows)] if rows else []


RELATIONS = {
    "spouse": "known.relation.spouse",
    "child": "known.relation.child",
    "parent": "known.relation.parent",
    "sibling": "known.relation.sibling",
    "grandparent": "known.relation.grandparent",
}


def _messages(teller: Teller) -> list[Section]:
    """How many messages and files stand here, and when they go; not those of who shares the telephone."""
    uow, voice = teller.uow, teller.voice
    identities = identities_of(uow, teller.people)
    came = select(func.count()).where(
        InboxMessage.identity_id.in_(identities), _theirs(teller, InboxMessage.payload_sealed)
    )
    went = select(func.count()).where(
        OutboxMessage.identity_id.in_(identities), _theirs(teller, OutboxMessage.body_sealed)
    )
    files = select(func.count()).where(
        Media.person_id.in_(teller.people), Media.kind != "card", Media.content_sealed.is_not(None)
    )
    counts = [int(uow.connection.execute(each).scalar_one()) for each in (came, went, files)]
    names = ("known.messages_came", "known.messages_went", "known.files")
    rows = [(voice.say(key), voice.number(count)) for key, count in zip(names, counts, strict=True) if count]
    goes = transcript_goes_on(uow, teller.people, teller.settings, teller.at)
    note = voice.say("known.chat_goes", day=dated(voice, goes)) if goes else voice.say("known.chat_goes_unfiled")
    return [section(voice.say("known.messages"), note, rows)]


def _theirs(teller: Teller, sealed: Any) -> ColumnElement[bool]:
    """Whether it was sealed under a key of theirs: whose it is stands in front."""
    keys = frozenset[int]().union(*(keys_of(teller.uow, each) for each in teller.people))
    headers = [header_of(each) for each in sorted(keys)]
    return func.substr(sealed, 1, len(header_of(0)), type_=LargeBinary).in_(headers)


def _rights(teller: Teller) -> list[Section]:
    say = teller.voice.say
    kept = say("known.kept", retention=teller.settings.retention(teller.voice.language))
    rows = [
        (say("known.right.change"), say("known.right.change_how")),
        (say("known.right.stop"), say("known.right.stop_how")),
        (say("known.right.erase"), say("known.right.erase_how")),
    ]
    return [section(say("known.rights"), kept, rows)]
