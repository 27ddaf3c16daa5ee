"""Words, a file, a place on the map: from top to bottom it is the order in which they are considered."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.understanding import fold
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.front_desk import hesitating
from referrals.conversations.front_desk.flow import PLACES, STAGES, WRITTEN
from referrals.conversations.front_desk.in_danger import said_in_danger, waits_in_silence
from referrals.conversations.front_desk.newest import meant_of_newest
from referrals.conversations.front_desk.other_language import hear_language
from referrals.conversations.front_desk.repeating import offered_choices, repeat_pending
from referrals.conversations.front_desk.tapping import take_tap
from referrals.conversations.front_desk.unclear import code_or_unclear
from referrals.conversations.front_desk.wishes import CONSENTS, go_to, grant_wish, place_named_by, wish_of
from referrals.conversations.heard import Heard, Offered, as_tap, button_id, exactly, hear
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import (
    around,
    by_words,
    claiming,
    finding,
    going_on,
    greeting,
    helping,
    interviewing,
    missed,
    own_hours,
    safe_now,
    safety,
    things,
)
from referrals.conversations.stages.about_them import hear_about_them
from referrals.conversations.stages.another_time import hear_another_time
from referrals.inbound import Content

# To what was said back («فهمنا: ١٥٠٠ جنيه») the same as its [تغيير]; a plain «لا» may answer the question after it.
WRONG = frozenset(
    map(fold, ("غلط", "لا غلط", "لأ غلط", "ده غلط", "خطأ", "مش صح", "مو صح", "مش كده", "wrong", "no wrong"))
)
UNTOUCHED = (safety.DANGER, safety.CALL_ME, safety.AFTER)


def take_words(desk: Desk, heard: Heard) -> None:
    """First what is pending, then what stands beside it, then plain wishes; else that it was not understood."""
    beside = exactly(heard, desk.offered("aside")) or claiming.says_not_me(desk, heard) or _from_menu(desk, heard)
    beside = beside or meant_of_newest(desk, heard)
    if beside is not None:
        take_tap(desk, beside)
    elif hear_language(desk, heard) or (desk.stage not in (*UNTOUCHED, *WRITTEN) and _said_around(desk, heard)):
        return
    elif heard.option or desk.stage == INTERVIEW:
        _to_the_interview(desk, heard)
    elif desk.stage in (safety.DANGER, safety.CALL_ME):  # no ordinary wish, no near guess: only what was surely said
        said_in_danger(desk, heard)
    elif not any(takes(desk, heard) for takes in IN_ORDER):
        code_or_unclear(desk, heard)


def _to_the_interview(desk: Desk, heard: Heard) -> None:
    if desk.session_id is None or not interviewing.answer(desk, _as_tap_of_interview(desk, heard)):
        desk.say("interview.no_longer_asked")
        repeat_pending(desk)
    grant_wish(desk)


def _goes_on_safely(desk: Desk, heard: Heard) -> bool:
    """After a danger: they apply all the same, without the answers that were put off."""
    if not safe_now.goes_on_without_answers(desk, heard):
        return False
    go_to(desk, "apply")
    return True


def _waits_in_silence(desk: Desk, heard: Heard) -> bool:
    if not waits_in_silence(desk) or wish_of(heard.intent or "", heard.text) in ("clear", "erase"):
        return False
    STAGES[desk.stage](desk, heard)
    return True


def _asks_staff(desk: Desk, heard: Heard) -> bool:
    """Their question to a person, as they wrote or spoke it."""
    is_command = heard.intent in ("stop", "back", "menu")
    if desk.stage != helping.QUESTION or is_command or not helping.answer_question(desk, heard):
        return False
    things.keep_for_staff(desk, heard.content)  # asked aloud
    return True


def _names_a_button(desk: Desk, heard: Heard) -> bool:
    meant = as_tap(heard, desk.offered())
    if meant.tapped:
        take_tap(desk, meant)
    return meant.tapped


def _asks_what_it_is(desk: Desk, heard: Heard) -> bool:
    """«ايه ده؟», «مش فاهمة»: at a consent it is no consent, and at any question what helps to choose."""
    if heard.intent != "help":
        return False
    if desk.stage in CONSENTS:
        take_tap(desk, hear(Content(choice=button_id(desk.stage, "more"))))
        return True
    resting = desk.stage in (IDLE, greeting.MENU, *UNTOUCHED, *WRITTEN)
    if not desk.offered() or resting:
        return False
    hesitating.help_to_choose(desk, offered_choices(desk))
    return True


def _hesitates(desk: Desk, heard: Heard) -> bool:
    """«رجوع» and «مش عارفه» at one of the desk's own questions."""
    if heard.intent == "back":
        if not hesitating.go_back(desk):
            repeat_pending(desk)
        return True
    if heard.intent != "skip" or not (hesitating.is_unsure(desk) or desk.stage == finding.FIND):
        return False
    meant = hesitating.not_knowing(desk)
    if meant:
        take_tap(desk, hear(Content(choice=button_id(desk.stage, meant))))
    else:
        hesitating.help_to_choose(desk, offered_choices(desk))
    return True


def _wishes(desk: Desk, heard: Heard) -> bool:
    wish = place_named_by(heard.text) or wish_of(heard.intent or "", heard.text)
    if wish in PLACES:
        go_to(desk, wish)
    return wish in PLACES


def _greets(desk: Desk, heard: Heard) -> bool:
    if heard.intent != "greeting":
        return False
    if desk.stage in (IDLE, greeting.MENU):
        greeting.greet_again(desk, heard)
    else:
        desk.tell(desk.voice.say(f"desk.greeting_back.{greeting.greeting_kind(heard)}"))
        repeat_pending(desk)
    return True


def _answers_the_pending(desk: Desk, heard: Heard) -> bool:
    answer = STAGES.get(desk.stage)
    return answer is not None and answer(desk, heard)


# Outside an interview and a danger; the first that takes the words is the last that is asked.
IN_ORDER: tuple[Callable[[Desk, Heard], bool], ...] = (
    going_on.goes_back,
    _goes_on_safely,
    _waits_in_silence,
    _asks_staff,
    by_words.hear_time,
    missed.hear_what_kept,
    _names_a_button,
    _asks_what_it_is,
    _hesitates,
    _wishes,
    _greets,
    _answers_the_pending,
)


# At any step, whatever is pending.
AROUND = (own_hours.hear_hours, around.hear_around, hear_another_time, hear_about_them)


def _said_around(desk: Desk, heard: Heard) -> bool:
    """«أنا في الطريق», «لا تراسلوني بعد المغرب»: at any step, of an appointment that is near or of our
    messages; what is pending comes again after it."""
    stage = desk.stage
    if not any(hears(desk, heard) for hears in AROUND):
        return False
    if desk.stage == stage and not desk.just_asked:
        repeat_pending(desk)
    return True


def _from_menu(desk: Desk, heard: Heard) -> Heard | None:
    """The very words of a line of the menu, typed at any step that does not wait for words."""
    if not heard.text or desk.programme_id is None or desk.stage in WRITTEN:
        return None
    menu = [Offered(choice.id, choice.label) for choice in greeting.menu_choices(desk)]
    return exactly(heard, menu)


def _as_tap_of_interview(desk: Desk, heard: Heard) -> Heard:
    """In an interview only what is no answer (review, skip, other ways, «تغيير») is matched by the words on it."""
    own = [button for button in desk.offered() if button.id.startswith("d:") or button.id.endswith(":!edit")]
    changing = next((button for button in own if button.id.endswith(":!edit")), None)
    if changing is not None and fold(heard.text) in WRONG:
        return hear(Content(choice=changing.id))
    person = next((button for button in own if button.id.endswith(":human")), None)
    if person is not None and heard.intent == "human":  # the way out that is before them, not a word of some answer
        return hear(Content(choice=person.id))
    if heard.intent == "skip" and any(button.id.endswith(":change") for button in own):
        later = next((button for button in own if button.id.endswith(":later")), None)
        if later is not None:  # «بعدين» to «هل نقدّم الطلب؟» stops nothing: it is the button [لاحقاً]
            return hear(Content(choice=later.id))
    return exactly(heard, own) or heard
