"""A person's conversation goes on at another identity: what is pending, the interview, the language, what is owed."""

from __future__ import annotations

from sqlalchemy import select, update

from referrals.conversations.desk import Desk
from referrals.conversations.inbox.waiting import reseal_waiting
from referrals.conversations.pending import BEGINNING, IDLE
from referrals.conversations.records import Conversation
from referrals.conversations.threads import STATE, hand_over, open_desk, save_desk
from referrals.families.accounts import reseal_addresses
from referrals.families.identities import data_key_of, join_person, new_person
from referrals.families.owed import owed_elsewhere
from referrals.families.people import forget_thread, has_a_past
from referrals.families.records import Identity
from referrals.families.standing import MOVED, carry_quiet_hours, ways_to
from referrals.filling.records import DeskFilling
from referrals.protection.audit import audit

IN_DANGER = ("danger", "callme", "afterdanger")  # nobody who comes to such a conversation is shown anything of it


def carry_here(desk: Desk, thread: Conversation, *, claim: int | None = None) -> None:
    """Everything of that conversation goes on at this desk; the old one says so, and knows nothing any more.

    By a `claim` the old identity is not theirs from now on (a telephone that changed hands). Who had a past of their
    own here keeps it: then two people share this telephone.
    """
    uow, person_id = desk.uow, thread.person_id
    uow.session.refresh(thread)
    state = uow.vault.open_json(thread.state_sealed, STATE)
    stand_as(desk, person_id)
    desk.state, desk.stage, desk.session_id = state, thread.stage, thread.session_id
    desk.programme_id = thread.programme_id
    desk.speak(thread.language)
    if desk.stage in IN_DANGER:
        rest(desk)
    if thread.identity_id != desk.identity_id:
        owed_elsewhere(uow, person_id, thread.identity_id, desk.identity_id, desk.at)
        carry_quiet_hours(uow, thread.identity_id, thread.id, desk.identity_id, desk.thread_id)
    uow.connection.execute(
        update(DeskFilling)
        .where(DeskFilling.conversation_id == thread.id, DeskFilling.person_id == person_id)
        .values(conversation_id=desk.thread_id)
    )
    audit(
        uow,
        at=desk.at,
        actor=f"person:{person_id}",
        action="conversation.moved",
        object_kind="conversation",
        object_id=thread.id,
    )
    _leave_behind(desk, thread, claim)


def stand_as(desk: Desk, person_id: int) -> None:
    """That person speaks at this desk from now on. Who had no past here turns out to be them."""
    if desk.person_id == person_id:
        return
    uow = desk.uow
    theirs = select(Conversation.id).filter_by(identity_id=desk.identity_id, person_id=person_id)
    if has_a_past(uow, desk.person_id) or desk.is_shared or uow.session.scalar(theirs) is not None:
        other = open_desk(
            uow, desk.identity_id, desk.at, reason=desk.reason, inbox_id=desk.inbox_id, person_id=person_id
        )
        desk.take_up()  # what was put off to read a code is what they come back to
        nobody = None if has_a_past(uow, desk.person_id) else desk.thread_id
        speaks_now(desk, person_id)
        hand_over(desk, other)
        if nobody is not None:
            forget_thread(uow, nobody, desk.thread_id)
        return
    join_person(uow, desk.identity_id, person_id, desk.at)
    desk.person_id, desk.data_key_id = person_id, data_key_of(uow, person_id)


def speaks_now(desk: Desk, person_id: int) -> None:
    """Whoever writes from this telephone next is that person; what waits already is sealed as theirs."""
    uow = desk.uow
    uow.connection.execute(update(Identity).where(Identity.id == desk.identity_id).values(person_id=person_id))
    desk.set_identity(readers="shared")
    reseal_waiting(uow, desk.identity_id, data_key_of(uow, person_id), after=desk.inbox_id or 0)


def rest(desk: Desk) -> None:
    """Nothing is pending that would tell what there was: a danger asks nothing and shows nothing."""
    for name in ("before_danger", "number_asked", "call", "kept", "aside", "aside_last", "question"):
        desk.state.pop(name, None)
    desk.pend(IDLE)


def leave_identity(desk: Desk, identity_id: int, person_id: int, instead: int | None) -> None:
    """That person is no longer at that identity: whoever writes from there next is somebody else, or one of those who
    share it. `instead` is the conversation that goes on for them."""
    uow = desk.uow
    thread_id = uow.session.scalar(select(Conversation.id).filter_by(identity_id=identity_id, person_id=person_id))
    others = select(Conversation.person_id).where(
        Conversation.identity_id == identity_id, Conversation.person_id != person_id
    )
    stays = uow.session.scalar(others.order_by(Conversation.updated_at.desc()).limit(1))
    if stays is None:
        stays, key = new_person(uow, desk.at)
    else:
        key = data_key_of(uow, stays)
    speaks = select(Identity.person_id).where(Identity.id == identity_id)
    if uow.session.scalar(speaks) == person_id:
        uow.connection.execute(update(Identity).where(Identity.id == identity_id).values(person_id=stays))
    reseal_addresses(uow, identity_id, key)
    if thread_id is not None:
        forget_thread(uow, thread_id, instead)
    reseal_waiting(uow, identity_id, key, after=desk.inbox_id or 0)


def _leave_behind(desk: Desk, thread: Conversation, claim: int | None) -> None:
    identity_id, person_id, thread_id, version = thread.identity_id, thread.person_id, thread.id, thread.version
    if identity_id == desk.identity_id:
        return
    way = next((each for each in ways_to(desk.uow, person_id) if each.conversation_id == thread_id), None)
    reason = f"left:{thread_id}:{desk.reason}" if claim is None else f"claim:{claim}:left"
    old = open_desk(desk.uow, identity_id, desk.at, reason=reason, person_id=person_id)
    old.version = version  # whoever answers there at this moment wins, and this turn runs again on what they left
    if way is not None and way.open and old.stage != BEGINNING:
        stage, rest_of = (MOVED, ()) if claim is None else ("notme", (claim,))
        old.say("move.left", [old.choice(stage, "not_me", "button.not_me", *rest_of)])
    old.stage, old.session_id, old.state = MOVED, None, {"moved": True}
    save_desk(old)
    if claim is not None:
        leave_identity(desk, identity_id, person_id, desk.thread_id)
