"""What the front desk heard: a tap, words, a place, a file, in one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialogs.understanding import ChoiceWords, fold, read_choice, read_intent
from referrals.inbound import Content

DESK = "d"  # the front desk's button ids begin so; an interview's begin with q


# What a plain yes or no means beside the buttons of a question; where two would fit, it is asked again.
MEANS = {
    "yes": ("yes", "continue", "come", "again", "now", "others", "show"),
    "no": ("no", "never", "nothing", "none"),
}
# How people say what stands on a button.
SAID_AS = {
    "menu:apply": ("طلب", "أقدم طلب", "عايز أقدم", "عايزة أقدم", "عايزه اجدم", "أبي أقدم", "talab", "2adem talab"),
    "language:ar": ("عربي", "بالعربي", "3arabi", "3araby", "arabi"),
    "language:en": ("إنجليزي", "انجليزي", "انقليزي", "بالإنجليزي"),
    "readers:alone": (
        "أنا بس",
        "بس أنا",
        "لوحدي",
        "وحدي",
        "بروحي",
        "محدش غيري",
        "محد غيري",
        "أنا لوحدي",
        "أنا وحدي",
        "ana bas",
    ),
    "readers:shared": (
        "أهلي",
        "كلنا",
        "العيال",
        "زوجي",
        "جوزي",
        "البيت كله",
        "أهل البيت",
        "ولادي",
        "عيالي",
        "ريلي",
        "هلي",
        "my husband",
        "my wife",
        "my children",
        "my family",
    ),
    "safe:cannot": ("مش قادر أتكلم", "مش قادرة أتكلم", "ما أقدر أتكلم", "مقدرش أتكلم"),
    "slot:other": (
        *("ميعاد تاني", "موعد ثاني", "موعد آخر", "وقت تاني", "وقت ثاني", "وقت آخر", "غيره"),
        *("يوم تاني", "يوم ثاني", "يوم غيره"),
    ),
    "wait:yes": ("هستنى", "هنستنى", "نستنى", "أنطر", "بنطر", "ننطر", "أنتظر", "ننتظر", "بنتظر"),
    "elsewhere:no": ("هستنى", "هنستنى", "نستنى", "أنطر", "بنطر", "ننطر", "أنتظر", "ننتظر", "بنتظر"),
    "visit:other": ("ميعاد تاني", "موعد ثاني", "موعد آخر", "وقت تاني", "وقت ثاني", "وقت آخر", "يوم تاني", "يوم ثاني"),
    "visit:refuse": ("مش عايزة زيارة", "مش عايز زيارة", "ما نبي زيارة", "ما أبي زيارة", "بلاش زيارة", "محدش يجي"),
    "reminder:come": ("جاي", "جاية", "جايين", "هاجي", "هنيجي", "بجي", "بنجي", "إن شاء الله"),
    "reminder:other": ("ميعاد تاني", "موعد ثاني", "وقت تاني", "وقت ثاني", "يوم تاني", "يوم ثاني"),
    "reminder:cancel": (
        "مش هاجي",
        "مش هنيجي",
        "مش جاي",
        "مش جاية",
        "ما راح أجي",
        "مو جاي",
        "الغوه",
        "إلغاء",
        "ألغي الموعد",
    ),
    "reminder:way": ("في الطريق", "جاي في السكة", "بالطريج", "على الطريق"),
    "reminder:lost": ("تايه", "تايهة", "ضعت", "مش لاقي المكان", "وين المكان", "فين المكان"),
    "cancel:no": ("لا جايين", "لا جاي", "لا جاية", "لا هنيجي", "لا هاجي", "لا بنجي", "لا سنحضر", "لا نحضر"),
    "missed:again": ("ميعاد تاني", "موعد ثاني", "وقت تاني", "وقت ثاني", "يوم تاني", "احجزوا"),
    "missed:closed": ("كان مقفول", "كان مسكر", "كان مغلق", "لقيته مقفول", "لقيناه مقفول", "مسكر", "مقفول"),
    "why:time": ("الوقت مش مناسب", "كان عندي شغل", "عندي شغل", "كنت في الشغل", "عندي دوام"),
    "why:way": ("مواصلات", "مفيش مواصلات", "ما في سيارة", "بعيد", "المكان بعيد", "تهت", "ما لقيت المكان"),
    "why:ill": ("تعبان", "تعبانة", "مريض", "مريضة", "كنت تعبانة", "ابني تعبان", "مرض", "مستشفى"),
    "why:forgot": ("نسيت", "نسينا", "راح عن بالي", "nsit"),
    "outcome:yes": ("وصلت", "وصلتنا", "جت", "استلمنا", "استلمتها", "وصل", "خذناها"),
    "outcome:partly": ("شوية", "شوي", "جزء", "بعضه", "نصه", "حاجات بس"),
    "outcome:no": ("ما وصلت", "موصلتش", "لسه", "ما جانا شي", "ما وصلش", "مجاش حاجة", "للحين لا"),
}


@dataclass(frozen=True)
class Offered:
    """A button as it was offered, kept so that its words or its number can be typed too."""

    id: str
    label: str


CAREFUL = "readers:shared"  # taken also where it was only nearly said («ريلي يشوفه»): to be too careful costs nothing
LONGEST_NUMBER = 18  # digits of a row's number that any database can be asked for; a longer one was forged


@dataclass(frozen=True)
class Heard:
    """One thing that a person did. `stage`, `value` and `rest` are of a desk's button; `option` of an interview's."""

    content: Content
    text: str = ""
    intent: str | None = None
    stage: str = ""
    value: str = ""
    rest: tuple[str, ...] = ()
    option: str = ""

    @property
    def tapped(self) -> bool:
        return bool(self.stage)

    @property
    def how(self) -> str:
        """How it was said, as a consent keeps it: `tap` on a button, or in `words` that meant it."""
        return "words" if self.text or self.content.text else "tap"

    def number(self, place: int = 0) -> int:
        """The row's number at that place of a desk's button; 0 where there is none, or one that was forged."""
        return plain_number(self.rest[place]) if len(self.rest) > place else 0

    @property
    def asks(self) -> bool:
        """A question of theirs: it is for staff to answer, and no answer to ours."""
        return self.text.rstrip().endswith(("؟", "?")) and len(self.text.split()) > 1


def plain_number(text: str) -> int:
    """The number that plain digits write; 0 for anything else («²» is a digit too, and no number)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0


def button_id(stage: str, value: str, *rest: str | int) -> str:
    """A short ASCII id (Telegram allows 64 bytes)."""
    return ":".join([DESK, stage, value, *map(str, rest)])


def hear(content: Content) -> Heard:
    """Reads a channel's content: which button, or which words and what they commonly mean."""
    if content.choice:
        parts = content.choice.split(":")
        if parts[0] == DESK and len(parts) >= 3:
            rest = () if any(len(part) > LONGEST_NUMBER for part in parts[3:]) else tuple(parts[3:])
            return Heard(content, stage=parts[1], value=parts[2], rest=rest)
        return Heard(content, option=content.choice)
    text = (content.text or content.card_phone).strip()
    return Heard(content, text=text, intent=read_intent(text).value if text else None)


def as_tap(heard: Heard, offered: Sequence[Offered]) -> Heard:
    """The button whose label, number or meaning (yes, no) was typed; the same thing heard when it is none for sure."""
    if heard.tapped or heard.option or not heard.text or not offered:
        return heard
    words = [ChoiceWords(button.id, button.label, SAID_AS.get(_place(button.id), ())) for button in offered]
    reading = read_choice(heard.text, words)
    near = reading.candidates[0] if len(reading.candidates) == 1 else ""
    found = reading.value if reading.sure else _by_meaning(heard, offered)
    found = found or (near if _place(near) == CAREFUL else None)
    return replace(hear(Content(choice=found)), content=replace(heard.content, choice=found)) if found else heard


def _place(found: str) -> str:
    """«stage:value» of a desk's button id."""
    return ":".join(found.split(":")[1:3])


def exactly(heard: Heard, offered: Sequence[Offered]) -> Heard | None:
    """The button whose very words were typed; None when there is none. For what was asked beside the pending thing."""
    typed = fold(heard.text)
    found = next((button for button in offered if typed and fold(button.label) == typed), None)
    return hear(Content(choice=found.id)) if found else None


def as_meant(heard: Heard, offered: Sequence[Offered]) -> Heard | None:
    """The button that a plain yes or no means; None where none is meant, or more than one."""
    found = _by_meaning(heard, offered)
    return replace(hear(Content(choice=found)), content=replace(heard.content, choice=found)) if found else None


def _by_meaning(heard: Heard, offered: Sequence[Offered]) -> str | None:
    meant = MEANS.get(heard.intent or "", ())
    matching = [button.id for button in offered if button.id.split(":")[2:3] and button.id.split(":")[2] in meant]
    return matching[0] if len(matching) == 1 else None
