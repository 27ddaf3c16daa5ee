"""One telephone, several people: each has a conversation, an application and an interview of their own there.

Nobody is named but by the number of an application, and whoever comes to a conversation finds only what is theirs.
"""

from __future__ import annotations

from dialogs.understanding import fold
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.carrying import IN_DANGER, rest, speaks_now
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id, hear
from referrals.conversations.pending import IDLE
from referrals.conversations.records import Conversation
from referrals.conversations.stages import agreeing, greeting, parting
from referrals.conversations.stages.interview_events import file_interview
from referrals.conversations.stages.others_here import meant_by_number, named, others_here
from referrals.conversations.threads import hand_over, open_desk
from referrals.families.identities import new_person
from referrals.inbound import Content
from referrals.messages import Choice
from referrals.protection.audit import audit

WHO, WHOSE = "who", parting.WHOSE
SAFE = "safe"  # the stage of «هل أنتم في أمان الآن؟», where somebody may have said that they cannot talk
QUIET = "quiet_before"  # what they had said of messages, before somebody else took the telephone
# Said anywhere; and what would be an answer in the middle of an interview («لمن هذا الطلب؟»).
SAID = frozenset(
    map(
        fold,
        (
            *("أنا شخص آخر", "أتحدث عن شخص آخر", "أنا شخص ثاني", "أنا حد تاني", "أنا واحد تاني", "أنا واحدة تانية"),
            *("مش أنا اللي قدمت", "مو أنا اللي قدمت", "i am somebody else", "i am someone else"),
        ),
    )
)
SAID_AT_REST = frozenset(
    map(
        fold,
        (
            *("شخص آخر", "لشخص آخر", "طلب لشخص آخر", "شخص ثاني", "لشخص ثاني", "حد تاني", "لحد تاني"),
            *("somebody else", "someone else", "another person", "for somebody else", "for someone else"),
        ),
    )
)


def asks_for_another(desk: Desk, heard: Heard) -> bool:
    """«أنا شخص آخر», in words."""
    said = fold(heard.text)
    return said in SAID or (desk.stage != INTERVIEW and said in SAID_AT_REST)


def show_people(desk: Desk) -> None:
    """Who is meant: each of those known here by their application's number, or somebody new."""
    others = others_here(desk)
    if not others:
        begin_anew(desk)
        return
    desk.put_off()
    choices = [Choice(button_id(WHO, "t", each.thread_id), each.label) for each in others[: desk.capabilities.rows - 2]]
    choices.append(desk.choice(WHO, "new", "button.somebody_new"))
    choices.append(desk.choice(WHO, "same", "button.nobody_else"))
    desk.ask(WHO, desk.voice.say("share.who"), choices)


def answer_who(desk: Desk, heard: Heard) -> bool:
    if heard.stage != WHO:
        return False
    if heard.value == "new":
        begin_anew(desk)
    elif heard.value == "t":
        thread = desk.uow.session.get(Conversation, heard.number())
        if thread is None or thread.identity_id != desk.identity_id:
            return False
        switch_to(desk, thread.person_id)
    else:
        desk.take_up()
        desk.say("share.goes_on")
    return True


def switch_to(desk: Desk, person_id: int) -> None:
    """One tap, and it is about somebody else: their pending thing comes again, nothing of the others is said."""
    _leave(desk)
    speaks_now(desk, person_id)
    hand_over(desk, _desk_of(desk, person_id))
    _note(desk)
    label = named(desk, person_id, desk.session_id)
    _arrive(desk)
    desk.say("share.now_about", who=label) if label else desk.say("share.now_new")
    if desk.stage in (IDLE, greeting.MENU):
        greeting.show_menu(desk)
    else:
        desk.took_up = True


def begin_anew(desk: Desk, *, apply: bool = False) -> None:
    """Somebody who was never here: a person of their own, in the same programme and language, with nothing yet."""
    programme, language = desk.programme_id, desk.language
    _leave(desk)
    person_id, _ = new_person(desk.uow, desk.at)
    speaks_now(desk, person_id)
    hand_over(desk, _desk_of(desk, person_id))
    desk.speak(language)
    desk.state["language_chosen"] = True
    if programme is None:
        greeting.ask_programme(desk)
        return
    desk.enter_programme(programme)
    desk.pend(IDLE)
    _note(desk)
    desk.say("share.now_new")
    if apply:
        agreeing.begin(desk)
    else:
        desk.ask(greeting.MENU, desk.voice.say("desk.menu"), greeting.opening_choices(desk))


def answer_whose(desk: Desk, heard: Heard) -> bool:
    if heard.stage != WHOSE:
        return False
    desk.pend(IDLE)
    if desk.state.pop(parting.FILING, False):
        _file(desk, somebody_elses=heard.value == "other")
        return True
    if heard.value == "other":
        begin_anew(desk, apply=True)
        return True
    desk.state["for_me"] = True
    agreeing.begin(desk)
    return True


def _file(desk: Desk, *, somebody_elses: bool) -> None:
    """What was complete is filed for whom it is about."""
    if somebody_elses:
        parting.part(desk)
    else:
        desk.state[parting.MINE] = True
    file_interview(desk)


def as_wish(desk: Desk, heard: Heard) -> Heard | None:
    """What was said as the tap that it stands for: «أنا شخص آخر», «طلب رقم ٣١١٥» of somebody else here."""
    if asks_for_another(desk, heard):
        return hear(Content(choice=button_id(greeting.MENU, "other")))
    person = meant_by_number(desk, heard)
    if person is None:
        return None
    thread = next(each.thread_id for each in others_here(desk) if each.person_id == person)
    return hear(Content(choice=button_id(WHO, "t", thread)))


def _leave(desk: Desk) -> None:
    """What was pending before we asked who is meant is what this person comes back to. Who may be in danger is sent
    nothing here while somebody else has the telephone."""
    desk.take_up()
    desk.took_up = False
    if desk.stage in (WHO, WHOSE):
        desk.pend(IDLE)
    if desk.stage in (*IN_DANGER, SAFE) or desk.state.get("danger"):
        desk.state.setdefault(QUIET, desk.own_word)
        desk.say_of_own(False)


def _arrive(desk: Desk) -> None:
    """They have the telephone again; a danger asks nothing and shows nothing."""
    if QUIET in desk.state:
        desk.say_of_own(desk.state.pop(QUIET))
    if desk.stage in IN_DANGER:
        rest(desk)


def _desk_of(desk: Desk, person_id: int) -> Desk:
    return open_desk(
        desk.uow, desk.identity_id, desk.at, reason=desk.reason, inbox_id=desk.inbox_id, person_id=person_id
    )


def _note(desk: Desk) -> None:
    audit(
        desk.uow,
        at=desk.at,
        actor=f"person:{desk.person_id}",
        action="identity.spoken_for",
        object_kind="identity",
        object_id=desk.identity_id,
    )
