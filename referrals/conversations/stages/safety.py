"""Danger, by a button or by any words at any time: few words back, a restricted queue, and the questions stop."""

from __future__ import annotations

import re
from datetime import timedelta

from dialogs.understanding import fold, read_intent
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.records import HelpRequest
from referrals.conversations.stages import things
from referrals.definitions.in_force import settings_of
from referrals.digits import in_digits
from referrals.families.owed import cancel_owed_to, cancel_unasked
from referrals.protection.audit import audit

DANGER, CALL_ME, AFTER = "danger", "callme", "afterdanger"
TEXT = "help_request.text"
DIGITS_OF_A_PHONE = 7
STILL_ABOUT_IT = timedelta(hours=12)
_CALL = re.compile(
    r"و?(?:اتصل|كلم|دق|خابر|رن|تتصل|تكلم|يتصل|يكلم)(?:وا|و|ي|ون)?(?:ني|نا|لي|بي|بيا|بينا|علي|عليا)?|call|ring"
)
_NO_CALL = re.compile(r"(?:ما|م)?(?:ت|ب)(?:تصل|كلم|دق|رن)\w*ش\w*|متتصلوش|متكلمونيش|مترنوش|dont|don|never|بلاش")
_NO = frozenset(map(fold, ("لا", "لأ", "مو", "مش", "ما", "no", "not")))
_LATER = re.compile(
    r"ب?(?:عدين|وقت|لاحق|بعد|ليل|صبح|صباح|مسا|عصر|ظهر|ضهر|بكر|باجر|"
    r"غد|ساع|تاني|ثاني|later|tomorrow|after|ال(?:عصر|مغرب|ليل|صبح))"
)
SENT = {"audio": "🎤", "video": "🎥", "image": "📷", "file": "📄"}  # how a file stands among their words, for staff
RESPOND_WITHIN = timedelta(hours=1)  # an emergency is acknowledged within one working hour, with a call


def raise_danger(desk: Desk, words: str) -> None:
    """Danger was said: questions stop, the restricted queue gets it, nothing that was under way is sent."""
    request = HelpRequest(
        programme_id=desk.programme_id,
        conversation_id=desk.thread_id,
        person_id=desk.person_id,
        kind="danger",
        restricted=True,
        text_sealed=desk.uow.vault.seal_text(desk.data_key_id, words, TEXT) if words else None,
        state="open",
        created_at=desk.at,
        due_at=desk.at + RESPOND_WITHIN,
    )
    desk.uow.session.add(request)
    desk.uow.flush()
    audit(
        desk.uow,
        at=desk.at,
        actor=f"person:{desk.person_id}",
        action="help_request.opened",  # others read the audit too: it does not say of what
        object_kind="help_request",
        object_id=request.id,
    )
    under_way = ("interview", "reminder", "campaign")
    cancel_owed_to(desk.uow, desk.identity_id, desk.person_id, purposes=under_way, reason="stopped")
    cancel_unasked(desk.uow, desk.person_id)
    desk.state["danger"] = request.id
    if desk.stage not in (DANGER, CALL_ME, AFTER):
        desk.state["before_danger"] = desk.stage
    choices = [desk.choice(DANGER, value, f"button.call_{value}") for value in ("now", "later", "never")]
    # Numbers stay in Latin digits, so that the phone makes them something to tap.
    desk.ask(DANGER, in_digits(_first_words(desk), arabic=False), choices, purpose="safety")


def _first_words(desk: Desk) -> str:
    """With the number to call; while nobody knows where they live, with the number of each place we speak for."""
    if desk.programme_id is not None:
        hotline = desk.settings.hotline
        key = "desk.danger_reply" if hotline else "desk.danger_reply_without_number"
        return desk.voice.say(key, number=hotline)
    told = [settings_of(desk.uow, each) for each in desk.programme_ids()]
    numbers = {settings.short(desk.language): settings.hotline for settings in told if settings.hotline}
    if not numbers:
        return desk.voice.say("desk.danger_reply_without_number")
    lines = "\n".join(f"{place}: {number}" for place, number in numbers.items())
    return desk.voice.say("desk.danger_reply_anywhere", numbers=lines)


def answer_danger(desk: Desk, heard: Heard) -> bool:
    if heard.stage == DANGER:
        if heard.value == "never":
            _close(desk, "desk.danger_no_call")
        else:
            desk.state["call"] = heard.value
            desk.ask(CALL_ME, desk.voice.say("desk.danger_which_number"), purpose="safety")
        return True
    if desk.stage == DANGER and (words := _what_came(desk, heard)):
        if wanted := wants_a_call(heard.text):
            desk.state["call"] = wanted
            return _number_said(desk, words)
        _add_words(desk, words)
        desk.say("desk.danger_heard", [desk.choice(DANGER, v, f"button.call_{v}") for v in ("now", "later", "never")])
        return True
    return False


def answer_call_me(desk: Desk, heard: Heard) -> bool:
    """The number and the time; whatever they write is kept word for word for the one who calls."""
    if heard.stage == CALL_ME:  # «لا رقم عندي»
        _close(desk, "desk.danger_no_number")
        return True
    words = heard.content.contact_phone or _what_came(desk, heard)
    return _number_said(desk, words) if words else False


def wants_a_call(text: str) -> str:
    """`now` or `later` where the words ask for a call or give a number to call; "" where they do not, or say "
    "not to."""
    words = fold(text).split()
    if any(_NO_CALL.fullmatch(word) for word in words) or (words and words[0] in _NO):
        return ""
    given = sum(sign.isdigit() for sign in text) >= DIGITS_OF_A_PHONE
    first = read_intent(words[0]).value if words else None
    asked = given or any(_CALL.fullmatch(word) for word in words) or first == "yes"
    if not asked:
        return ""
    return "later" if given or any(_LATER.match(word) for word in words) else "now"


def _number_said(desk: Desk, words: str) -> bool:
    """The words are kept; with a number among them somebody calls, without one it is asked for once."""
    _add_words(desk, f"{desk.state.get('call', '')}: {words}")
    if sum(sign.isdigit() for sign in words) >= DIGITS_OF_A_PHONE:
        _close(desk, "desk.danger_will_call")
    elif desk.state.get("number_asked"):
        _close(desk, "desk.danger_no_number")
    else:
        desk.state["number_asked"] = True
        choices = [desk.choice(CALL_ME, "none", "button.no_phone")]
        desk.ask(CALL_ME, desk.voice.say("desk.danger_number_only"), choices, purpose="safety")
    return True


def answer_words_after(desk: Desk, heard: Heard) -> bool:
    """For hours after a danger whatever they write belongs to it: kept with it, one calm line back, no menu."""
    request = desk.uow.session.get(HelpRequest, desk.state.get("danger"))
    if request is None or desk.at - request.created_at > STILL_ABOUT_IT:
        return False
    words = _what_came(desk, heard)
    if not words:
        return False
    _add_words(desk, words)
    if sum(sign.isdigit() for sign in heard.text) >= DIGITS_OF_A_PHONE:
        desk.say("desk.danger_will_call", purpose="safety")
    else:
        desk.say("desk.danger_kept", purpose="safety")
    return True


def _what_came(desk: Desk, heard: Heard) -> str:
    """Their words; a voice note or a picture is kept for those who may read a danger, and stands there as a sign."""
    media = heard.content.media
    if media is None:
        return heard.text
    things.keep_for_staff(desk, heard.content, restricted=True)
    return " ".join(filter(None, (SENT.get(media.kind, ""), heard.text)))


def _add_words(desk: Desk, words: str) -> None:
    request = desk.uow.session.get(HelpRequest, desk.state.get("danger"))
    if request is None:
        return
    before = desk.uow.vault.open_text(request.text_sealed, TEXT)
    request.text_sealed = desk.uow.vault.seal_text(desk.data_key_id, f"{before}\n{words}".strip(), TEXT)
    desk.uow.flush()


def _close(desk: Desk, key: str) -> None:
    desk.say(key, purpose="safety")
    desk.say("desk.how_to_clear", purpose="safety")
    for name in ("number_asked", "call"):
        desk.state.pop(name, None)
    desk.pend(AFTER)
