"""The front desk: who answers what was heard. From top to bottom it is the order in which things are considered."""

from __future__ import annotations

from dataclasses import replace

from dialogs.understanding import fold, read_danger, wants_to_apply
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.pending import BEGINNING, IDLE
from referrals.conversations.front_desk import hesitating
from referrals.conversations.front_desk.flow import (
    NOT_BY_STICKER,
    ONLY_TELL,
    ONLY_WHILE_PENDING,
    PLACES,
    STAGES,
    WORDS,
    WRITTEN,
)
from referrals.conversations.front_desk.in_danger import safety_first, said_in_danger, waits_in_silence
from referrals.conversations.front_desk.repeating import offered_choices, repeat_pending
from referrals.conversations.front_desk.unclear import begin_with_their_words, code_or_unclear
from referrals.conversations.front_desk.whose import desk_beside, is_beside, whose_button
from referrals.conversations.heard import Heard, Offered, as_tap, button_id, exactly, hear
from referrals.conversations.outreach.knocking import NEWS
from referrals.conversations.stages import (
    agreeing,
    appointing,
    around,
    by_words,
    choosing,
    claiming,
    decision,
    greeting,
    helping,
    interviewing,
    moving,
    own_hours,
    safe_now,
    safety,
    sharing,
    stopping,
    things,
    tracking,
    withdrawing,
)
from referrals.families.proving import prove_phone
from referrals.families.standing import MOVED
from referrals.inbound import Content
from referrals.referral.words import ANSWER, ELSEWHERE, OUTCOME, TRANSFER

# To what was said back («فهمنا: ١٥٠٠ جنيه») the same as its [تغيير]; a plain «لا» may answer the question after it.
WRONG = frozenset(
    map(fold, ("غلط", "لا غلط", "لأ غلط", "ده غلط", "خطأ", "مش صح", "مو صح", "مش كده", "wrong", "no wrong"))
)
UNTOUCHED = (safety.DANGER, safety.CALL_ME, safety.AFTER)
CONSENTS = (agreeing.CONSENT, choosing.AGREE)


def respond(desk: Desk, content: Content) -> None:
    """Answers one thing that a person did; whatever it is, something is pending afterwards and nothing is lost."""
    heard = hear(content)
    if content.media is not None and content.media.kind == "sticker" and desk.stage in NOT_BY_STICKER:
        heard = replace(heard, text="", intent=None)
    if content.contact_phone and desk.channel == "telegram":  # their own: Telegram says so
        prove_phone(desk, content.contact_phone)
    whose = whose_button(desk, heard)
    if heard.stage == claiming.NOT_ME:
        _tapped(desk, heard)
    elif whose is not None:
        _for_another(desk, heard, whose)
    elif desk.stage == BEGINNING:
        _begin(desk, heard)
    elif content.form_reply and desk.capabilities.screens:
        _closed_screens(desk)
    elif not safety_first(desk, heard):
        _answered(desk, heard)
    if desk.answered_beside:
        return
    if desk.took_up or not desk.owed:
        repeat_pending(desk)
    if not desk.owed:  # nobody who wrote is left without an answer
        greeting.show_menu(desk)


def _closed_screens(desk: Desk) -> None:
    """Screens that they filled and closed: everything of them is kept already. After a danger nothing more is said."""
    if desk.stage in UNTOUCHED:
        desk.answered_beside = True
    elif not interviewing.take_screens(desk):
        repeat_pending(desk)


def _answered(desk: Desk, heard: Heard) -> None:
    """Who is meant comes first on a shared telephone; a conversation that goes on elsewhere tells nothing here."""
    code = moving.looks_like_code(heard) if heard.content.start else None
    if code is not None and moving.use_code(desk, code):  # a link that was opened says so for sure, at any question
        return
    wish = sharing.as_wish(desk, heard) if desk.programme_id is not None else None
    if desk.stage == MOVED and heard.stage != sharing.WHO and wish is None:
        moving.at_the_old_side(desk, heard)
    elif wish is not None or heard.tapped:
        _tapped(desk, wish or heard)
    else:
        _said(desk, heard)


def _for_another(desk: Desk, heard: Heard, person_id: int) -> None:
    """A button of a message to somebody else of this telephone: answered as theirs. What is no more than one tap leaves
    who speaks here as they were, and their pending question comes again."""
    if not is_beside(heard):
        sharing.switch_to(desk, person_id)
        desk.took_up = False
        _answered(desk, heard)
        return
    theirs = desk_beside(desk, person_id)
    _tapped(theirs, heard)
    theirs.save()
    if desk.stage == INTERVIEW:
        interviewing.repeat(desk)
    else:
        desk.answered_beside = True


def _begin(desk: Desk, heard: Heard) -> None:
    """Somebody we do not know: a code from another channel continues there, danger is danger, else we greet."""
    code = moving.looks_like_code(heard)
    if code is not None and moving.use_code(desk, code):
        return
    if code is not None:
        desk.say("move.wrong_code")
    greeting.welcome(desk, heard)
    if heard.value == "urgent" or heard.intent in ("danger", "urgent") or read_danger(heard.text):
        safety.raise_danger(desk, heard.text)
    elif desk.programme_id is not None and heard.intent in ("apply", "status", "human", "erase"):
        desk.owed.clear()
        desk.tell(desk.voice.say("desk.greeting").split("\n")[0])
        PLACES[heard.intent](desk)
    elif desk.programme_id is not None and not heard.content.start and wants_to_apply(heard.text):
        desk.owed.clear()
        desk.tell(desk.voice.say("desk.greeting").split("\n")[0])
        begin_with_their_words(desk, heard)


def _tapped(desk: Desk, heard: Heard) -> None:
    """A button of ours: a place, or a stage. One whose moment has passed says so and repeats what is pending."""
    if heard.stage == greeting.MENU and heard.value == NEWS:  # what had waited for this tap is on its way
        if not desk.released:
            tracking.show_status(desk)
        return
    if heard.stage == greeting.MENU and heard.value in PLACES:
        _go_to(desk, heard.value)
        return
    answer = STAGES.get(heard.stage)
    passed = heard.stage in ONLY_WHILE_PENDING and heard.stage != desk.stage
    if answer is None or passed or not answer(desk, heard):
        desk.say("interview.no_longer_asked")
        repeat_pending(desk)
        return
    _after_aside(desk, heard)


def _go_to(desk: Desk, place: str) -> None:
    """One of the places; what is pending is not lost when the place only tells something."""
    stage = desk.stage
    if desk.programme_id is None and place not in (
        "urgent",
        "clear",
    ):  # first: which one
        greeting.ask_programme(desk)
        return
    if place == "apply" and stage == INTERVIEW:
        interviewing.repeat(desk)
        return
    PLACES[place](desk)
    # After anything else a consent is asked for again: a later «اه» must be a yes to it and to nothing else.
    asked_again = place in ONLY_TELL or stage in CONSENTS
    if asked_again and desk.stage == stage and not desk.just_asked:
        repeat_pending(desk)


def _after_aside(desk: Desk, heard: Heard) -> None:
    """Something beside the interview was answered: its pending question comes again."""
    of_appointments = (appointing.REMINDER, appointing.SLOT, appointing.CANCEL, appointing.MISSED, appointing.WHY)
    beside = heard.stage in (*of_appointments, decision.DECISION, OUTCOME, ANSWER, ELSEWHERE, TRANSFER)
    if beside and desk.stage == INTERVIEW:
        interviewing.repeat(desk)


def _said(desk: Desk, heard: Heard) -> None:
    """Words, a file, a place on the map. First what is pending, then what stands beside it, then plain wishes."""
    beside = exactly(heard, desk.offered("aside")) or claiming.says_not_me(desk, heard) or _from_menu(desk, heard)
    if beside is not None:
        _tapped(desk, beside)
        return
    if desk.stage not in (*UNTOUCHED, *WRITTEN) and _said_around(desk, heard):
        return
    if heard.option or desk.stage == INTERVIEW:
        if desk.session_id is None or not interviewing.answer(desk, as_tap_of_interview(desk, heard)):
            desk.say("interview.no_longer_asked")
            repeat_pending(desk)
        _grant_wish(desk)
        return
    if desk.stage in (safety.DANGER, safety.CALL_ME):  # no ordinary wish, no near guess: only what was surely said
        said_in_danger(desk, heard)
        return
    if safe_now.goes_on_without_answers(desk, heard):
        _go_to(desk, "apply")
        return
    if waits_in_silence(desk) and _wish(heard.intent or "", heard.text) not in ("clear", "erase"):
        STAGES[desk.stage](desk, heard)
        return
    is_command = heard.intent in ("stop", "back", "menu")
    if desk.stage == helping.QUESTION and not is_command and helping.answer_question(desk, heard):
        things.keep_for_staff(desk, heard.content)  # asked aloud
        return
    if by_words.hear_time(desk, heard):
        return
    meant = as_tap(heard, desk.offered())
    if meant.tapped:
        _tapped(desk, meant)
        return
    if heard.intent == "help" and desk.stage in (agreeing.CONSENT, choosing.AGREE):  # «ايه ده؟» is no consent
        _tapped(desk, hear(Content(choice=button_id(desk.stage, "more"))))
        return
    resting = desk.stage in (IDLE, greeting.MENU, *UNTOUCHED, *WRITTEN)
    if heard.intent == "help" and desk.offered() and not resting:  # «مش فاهمة»
        hesitating.help_to_choose(desk, offered_choices(desk))
        return
    if _hesitates(desk, heard):
        return
    wish = _said_of_a_place(heard.text) or _wish(heard.intent or "", heard.text)
    if wish in PLACES:
        _go_to(desk, wish)
        return
    if heard.intent == "greeting" and desk.stage in (IDLE, greeting.MENU):
        greeting.greet_again(desk, heard)
        return
    if heard.intent == "greeting":
        desk.tell(desk.voice.say(f"desk.greeting_back.{greeting.greeting_kind(heard)}"))
        repeat_pending(desk)
        return
    answer = STAGES.get(desk.stage)
    if answer is not None and answer(desk, heard):
        return
    code_or_unclear(desk, heard)


def _said_around(desk: Desk, heard: Heard) -> bool:
    """«أنا في الطريق», «لا تراسلوني بعد المغرب»: at any step, of an appointment that is near or of our
    messages; what is pending comes again after it."""
    stage = desk.stage
    if not (own_hours.hear_hours(desk, heard) or around.hear_around(desk, heard)):
        return False
    if desk.stage == stage and not desk.just_asked:
        repeat_pending(desk)
    return True


def _hesitates(desk: Desk, heard: Heard) -> bool:
    """«رجوع» and «مش عارفه» at one of the desk's own questions."""
    if heard.intent == "back":
        if not hesitating.go_back(desk):
            repeat_pending(desk)
        return True
    if heard.intent != "skip" or not (hesitating.is_unsure(desk) or desk.stage == tracking.FIND):
        return False
    meant = hesitating.not_knowing(desk)
    if meant:
        _tapped(desk, hear(Content(choice=button_id(desk.stage, meant))))
    else:
        hesitating.help_to_choose(desk, offered_choices(desk))
    return True


def _from_menu(desk: Desk, heard: Heard) -> Heard | None:
    """The very words of a line of the menu, typed at any step that does not wait for words."""
    if not heard.text or desk.programme_id is None or desk.stage in WRITTEN:
        return None
    menu = [Offered(choice.id, choice.label) for choice in greeting.menu_choices(desk)]
    return exactly(heard, menu)


def _said_of_a_place(words: str) -> str:
    """The place that is known by whole sentences of its own; blank for all others."""
    said = fold(words)
    if said in claiming.SAID:
        return "claim"
    if said in own_hours.SAID:
        return "hours"
    return "recipients" if said in withdrawing.SAID else ""


def _wish(intent: str, words: str) -> str:
    """The place that an intent leads to; «مسح» alone is about the chat on this phone, not about what we keep."""
    if intent == "erase" and fold(words) in stopping.CLEAR_WORDS:
        return "clear"
    return WORDS.get(intent, intent)


def _grant_wish(desk: Desk) -> None:
    """«أين وصل طلبي؟» in the middle of an interview: answered, and the pending question follows."""
    wish, desk.wish = WORDS.get(desk.wish, desk.wish), ""
    if wish not in PLACES:
        return
    question = desk.owed.pop() if desk.owed and desk.stage == INTERVIEW else None
    PLACES[wish](desk)
    if question is not None and desk.stage == INTERVIEW:
        desk.owed.append(question)


def as_tap_of_interview(desk: Desk, heard: Heard) -> Heard:
    """In an interview only what is no answer (review, skip, other ways, «تغيير») is matched by the words on it."""
    own = [button for button in desk.offered() if button.id.startswith("d:") or button.id.endswith(":!edit")]
    changing = next((button for button in own if button.id.endswith(":!edit")), None)
    if changing is not None and fold(heard.text) in WRONG:
        return hear(Content(choice=changing.id))
    return exactly(heard, own) or heard
