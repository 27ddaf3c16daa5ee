"""Texts as families write them, made up for the benches: no two alike, so that what is remembered helps nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
UNITS = "واحد اتنين تلاته اربعه خمسه سته سبعه تمانيه تسعه".split()
TENS = "عشرين تلاتين اربعين خمسين ستين سبعين تمانين تسعين".split()
HUNDREDS = "ميه ميتين تلتميه ربعميه خمسميه ستميه سبعميه تمنميه تسعميه".split()
MONTHS = "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر".split()
LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
POLITE = ("", "", "", " لو سمحت", " يا فندم", " ان شاء الله", "..", " 🙏")
YES_AND_NO = "ايوه|نعم|لا|لأ مش كده|تمام|لا مانع|مش عايز|رجوع|مساعدة|وقف|عايز اكلم موظف|تخطي|من الاول|مفيش مشكلة".split(
    "|"
)
OPTIONS = "أرملة|مطلقة|متزوج|أعزب|يتيم|عاطل عن العمل|يعمل باليومية|موظف حكومي|على المعاش|طالب|ربة منزل|مزارع".split("|")
DAYS = "الأحد الاتنين التلات الاربع الخميس الجمعه السبت".split()


def _digits(text: str, dice: Random) -> str:
    return text.translate(ARABIC_DIGITS) if dice.random() < 0.5 else text


def _number(dice: Random) -> str:
    said = f"{dice.choice(HUNDREDS)} و{dice.choice(UNITS)} و{dice.choice(TENS)}"
    thousands = f"{dice.choice(UNITS)} و{dice.choice(TENS)} الف و{said}"
    shown = _digits(f"{dice.randrange(1, 10**6):,}", dice)
    return dice.choice(
        (said, thousands, shown, f"{shown} جنيه", f"حوالي {shown} دينار", f"احنا {said} في البيت", f"{shown} أو {said}")
    )


def _date(dice: Random) -> str:
    day = date(1940, 1, 1) + timedelta(days=dice.randrange(34_000))
    named = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    ahead = f"بعد {dice.randrange(2, 400)} يوم"
    said = dice.choice((f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", named, ahead, f"{dice.choice(DAYS)} {named}"))
    return _digits(said, dice)


def _word(dice: Random) -> str:
    return "".join(dice.choices(LETTERS, k=dice.randrange(3, 7)))


def _intent(dice: Random) -> str:
    """A word of the conversation, drawn out as people do («ايوووه»); some with a greeting, some with another word."""
    said = dice.choice(YES_AND_NO)
    at = dice.randrange(len(said))
    drawn = said[:at] + said[at] * dice.choice((1, 1, 3, 4, 5, 6)) + said[at + 1 :]
    before = dice.choice(("", "", "", "والله ", "طيب ", "السلام عليكم ", "بصراحة ", "يعني "))
    return f"{before}{drawn}" if dice.random() < 0.8 else f"{before}{drawn} {_word(dice)}"


def misspelled(text: str, dice: Random) -> str:
    """The text with one of its letters typed wrong or left out."""
    at = dice.randrange(len(text))
    return text[:at] + dice.choice((dice.choice(LETTERS), "")) + text[at + 1 :]


def _choice(dice: Random) -> str:
    option = dice.choice(OPTIONS)
    return dice.choice((option, misspelled(option, dice), f"انا {option}", _word(dice)))


def _phone(dice: Random) -> str:
    digits = f"01{dice.choice('0125')}{dice.randrange(10**8):08}"
    spaced = f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    return _digits(dice.choice((digits, spaced, f"+20{digits[1:]}", f"رقمي {digits} واتس", digits[:-1])), dice)


def _national_id(dice: Random) -> str:
    born = date(1950, 1, 1) + timedelta(days=dice.randrange(25_000))
    century = "2" if born.year < 2000 else "3"
    return _digits(f"{century}{born:%y%m%d}27{dice.randrange(10**5):05}", dice)


def _name(dice: Random) -> str:
    return " ".join(_word(dice) for _ in range(dice.randrange(2, 5)))


_MAKERS: dict[str, Callable[[Random], str]] = {
    "number": _number,
    "date": _date,
    "intent": _intent,
    "choice": _choice,
    "phone": _phone,
    "national_id": _national_id,
    "name": _name,
}


def texts_of(kind: str, count: int, names: Sequence[str] = ()) -> list[str]:
    """So many texts, all different, for the reader of that kind; for places made of their `names`."""
    dice = Random(f"sanad-{kind}")
    texts: dict[str, None] = {}
    while len(texts) < count:
        said = _place(names, dice) if kind == "place" else _MAKERS[kind](dice)
        end = dice.choice(POLITE)
        texts[f"{said}{end}" if f"{said}{end}" not in texts or kind == "intent" else f"{said}{end} {_word(dice)}"] = (
            None
        )
    return list(texts)


def _place(names: Sequence[str], dice: Random) -> str:
    name = dice.choice(names)
    return dice.choice((name, misspelled(name, dice), f"انا من {name}", f"قرية {name}", _word(dice)))
