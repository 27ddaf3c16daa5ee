"""Words beside the question: why it is asked, that it will be answered later, or another answer called by its name."""

from __future__ import annotations

import re

from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.echoing import NUMBERS
from dialogs.interview.hearing import hear_words
from dialogs.interview.offering import MEDIA_KINDS
from dialogs.interview.showing import answer_shown, review_lines
from dialogs.interview.standing import may_stay_blank
from dialogs.understanding import fold

_WHY = frozenset(
    fold(w)
    for w in (
        "لماذا|ليش|ليه|لماذا تسألون|ليش تسألون|ليه بتسألوا|ليه بتسأل|لماذا هذا السؤال|ليش هذا السؤال|ليه السؤال ده|"
        "لم هذا السؤال|ما سبب السؤال|ما سبب هذا السؤال|ايه لازمة السؤال ده|ليه عايزين تعرفوا|ليش تبون تعرفون|"
        "ليش تبغون تعرفون|لماذا تريدون معرفة ذلك|لماذا تريدون أن تعرفوا|ليه محتاجين تعرفوا|وليه|وليش|ولماذا|عشان ايه|"
        "علشان ايه|شنو السبب|وش السبب|ايه السبب|ما السبب|ليش السؤال|ليه السؤال|لماذا السؤال|why|why do you ask|"
        "why do you need this|why is that|what for|leh|lesh|laish|leih"
    ).split("|")
)
_LATER = frozenset(fold(w) for w in "لاحقا|بعدين|خليها بعدين|فيما بعد|later".split("|"))
_ANSWER_LATER = frozenset(
    fold(w)
    for w in (
        "أجيب لاحقا|أجيب بعدين|أجاوب بعدين|أجاوب لاحقا|هجاوب بعدين|هرد بعدين|أرد بعدين|بجاوب بعدين|"
        "أجيب عنه لاحقا|نجيب لاحقا|answer later|ill answer later|i will answer later"
    ).split("|")
)
_KEEP = frozenset(
    fold(w)
    for w in (
        "كما هي|كما هو|نتركها كما هي|اتركوها كما هي|زي ما هي|زي ماهي|زي ما هو|خليها زي ما هي|سيبوها زي ما هي|مثل ما هي|"
        "خلوها مثل ما هي|نفس الإجابة|keep it|keep it as it is|as it is|leave it as it is"
    ).split("|")
)
_MOST_DIGITS = 3  # of the number of an answer
_CHANGE = re.compile(
    r"(?P<to>تغيير|غير|اغير|غيروا|change)?(?(to)|(?:عدل|اعدل|عدلي|عدلوا|تعديل|تصحيح|صحح|صححوا|edit|correct)) "
    r"(?P<which>(?:(?:ال)?(?:سوال|اجابه|جواب)|رقم|question|answer|number) )*(?P<called>.+)"
)


def means_why(text: str) -> bool:
    """«لماذا؟», «ليش تسألون؟»."""
    return fold(text) in _WHY


def means_later(course: Course, ref: str, text: str) -> bool:
    """«أجيب لاحقاً»; where a blank is not allowed «بعدين» alone says it too (elsewhere that skips)."""
    key = fold(text)
    if key not in _LATER and key not in _ANSWER_LATER:
        return False
    state = course.instance.node(ref)
    if state.question.kind in MEDIA_KINDS | {"note"} or _like_a_choice(course, ref, text):
        return False
    return key in _ANSWER_LATER or not may_stay_blank(state)


def means_keep(course: Course, ref: str, text: str) -> bool:
    """«كما هي», where an answer stands already."""
    return fold(text) in _KEEP and bool(answer_shown(course, ref)) and course.instance.node(ref).constraint_ok


def _like_a_choice(course: Course, ref: str, text: str) -> bool:
    """«لاحقاً» may be one of the choices: then it is no word about the question."""
    if not course.instance.choices(ref):
        return False
    heard = hear_words(course, ref, text)
    return heard.value is not None or bool(heard.offers)


def names_line(course: Course, text: str) -> str:
    """«عدّل الاسم», «عدّل ٣»: the ref of the one answer of that name or number, "" when there is none, or several.

    Where a number is asked, «غيّر ٣» may be its answer: there the name counts, «عدّل ٣» and «غيّر السؤال ٣».
    """
    found = _CHANGE.fullmatch(fold(text))
    if not found:
        return ""
    lines, called = review_lines(course), found["called"]
    may_be_answer = found["to"] and not found["which"] and _asks_number(course)
    if called.isdecimal() and len(called) <= _MOST_DIGITS and not may_be_answer:
        return next((line.ref for line in lines if line.number == int(called)), "")
    named = [line.ref for line in lines if fold(line.label) == called]
    return named[0] if len(named) == 1 else ""


def _asks_number(course: Course) -> bool:
    ref = course.session.pending
    return bool(ref) and not ref.startswith(ANOTHER) and course.instance.node(ref).question.kind in NUMBERS
