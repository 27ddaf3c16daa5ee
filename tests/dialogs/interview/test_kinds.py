"""Every kind of question is answered in a chat, in the words that people use."""

from __future__ import annotations

import pytest

from dialogs.interview import (
    Answered,
    Asked,
    FileKept,
    Misunderstood,
    NothingToChoose,
    Reviewed,
    Said,
)
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import KINDS

ORDER = ("at", "visit", "pain", "score", "place", "code", "film", "paper", "month", "year", "story", "card", "height")
EASY = {"pain": "٤", "score": "2", "place": "30, 31"}


def at(name: str) -> Chat:
    """The interview at the question of that name; what comes before is passed over."""
    chat = Chat(KINDS)
    while chat.prompt.name != name:
        chat.say(EASY.get(chat.prompt.name, "تخطي"))
    return chat


def takes(name: str, text: str) -> Answered:
    chat = at(name)
    chat.say(text)
    return chat.one(Answered)


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("٣ العصر", "15:00:00.000", "3:00 مساءً"),
        ("تسعة ونص الصبح", "09:30:00.000", "9:30 صباحاً"),
        ("21:30", "21:30:00.000", "9:30 مساءً"),
        ("الساعة ١٠ إلا ربع مساءً", "21:45:00.000", "9:45 مساءً"),
        ("١٢ الظهر", "12:00:00.000", "12:00 ظهراً"),
        ("12 بالليل", "00:00:00.000", "12:00 صباحاً"),
        ("٢ بالليل", "02:00:00.000", "2:00 صباحاً"),
    ],
)
def test_a_time_of_day(text: str, value: str, shown: str) -> None:
    answered = takes("at", text)
    assert (answered.value, answered.shown) == (value, shown)


def test_a_time_without_its_half_of_the_day_is_asked_about() -> None:
    chat = at("at")
    chat.say("الساعة ٣")
    offered = chat.one(Misunderstood)
    assert [option.label for option in offered.candidates] == ["3:00 مساءً", "3:00 صباحاً"]
    chat.hear(Said(choice=offered.candidates[1].id))
    assert chat.one(Answered).value == "03:00:00.000"


@pytest.mark.parametrize("text", ["بكرة الساعة ٣ العصر", "الساعة ٣ العصر بكرة", "23/11/2026 15:00", "2026-11-23T15:00"])
def test_a_day_with_its_time_in_either_order(text: str) -> None:
    answered = takes("visit", text)
    assert answered.value == "2026-11-23T15:00:00.000+02:00"
    assert answered.shown == "23/11/2026 3:00 مساءً"


def test_tomorrow_at_three_is_asked_about() -> None:
    chat = at("visit")
    chat.say("بكرة الساعة ٣")
    labels = [option.label for option in chat.one(Misunderstood).candidates]
    assert labels == ["23/11/2026 3:00 مساءً", "23/11/2026 3:00 صباحاً"]
    chat.hear(Said(choice=chat.one(Misunderstood).candidates[0].id))
    assert chat.one(Answered).value.startswith("2026-11-23T15:00")


def test_only_the_half_of_the_day_that_the_form_takes_is_offered() -> None:
    chat = at("visit")  # now it is nine in the morning
    chat.say("اليوم الساعة ٨")
    assert [option.label for option in chat.one(Misunderstood).candidates] == ["22/11/2026 8:00 مساءً"]


def test_a_range_says_its_bounds_and_keeps_to_them() -> None:
    chat = at("pain")
    assert (chat.prompt.expects, chat.prompt.bounds) == ("number", ("0", "10", "2"))
    for text in ("١١", "3"):
        chat.say(text)
        assert chat.one(Misunderstood).reason == "constraint"
    chat.say("ستة")
    assert chat.one(Answered).value == "6"


@pytest.mark.parametrize(("text", "value"), [("1.5", "1.5"), ("١٫٥", "1.5"), ("واحد ونص", "1.5")])
def test_a_range_of_halves(text: str, value: str) -> None:
    assert takes("score", text).value == value


@pytest.mark.parametrize(
    "text",
    [
        "30.04, 31.23",
        "٣٠٫٠٤، ٣١٫٢٣",
        "30.04 31.23",
        "(30.04, 31.23)",
        "https://maps.google.com/?q=30.04,31.23",
        "https://www.google.com/maps/place/X/@30.0,31.2,17z/data=!3d30.04!4d31.23",
        "https://www.google.com/maps/@30.04,31.23,15z",
        "https://maps.apple.com/?ll=30.04,31.23&q=Home",
        "https://waze.com/ul?ll=30.04%2C31.23",
        "https://www.openstreetmap.org/?mlat=30.04&mlon=31.23#map=15/30.1/31.2",
        "geo:30.04,31.23",
        "بيتنا هنا https://maps.google.com/?q=30.04,31.23",
    ],
)
def test_a_place_is_typed_or_pasted(text: str) -> None:
    assert takes("place", text).value == "30.04 31.23 0.0 0.0"


@pytest.mark.parametrize("text", ["قوص", "91, 31", "30", "https://maps.app.goo.gl/abc", "30 شارع 31", "5 10 15"])
def test_what_is_no_place_is_not_guessed(text: str) -> None:
    chat = at("place")
    chat.say(text)
    assert chat.one(Misunderstood).reason == "unsure"


def test_a_bar_code_is_typed() -> None:
    assert takes("code", "٦٢٢١١٥٠").value == "6221150"
    assert takes("code", "AB-12").value == "AB-12"


def test_a_film_and_a_file_are_kept() -> None:
    chat = at("film")
    chat.say("هذا هو")
    assert chat.one(Misunderstood).reason == "wrong_kind"
    chat.send("video", "v1")
    assert chat.one(FileKept).name == "v1"
    chat.send("image", "p1")
    assert chat.answers.by_name("paper") == "p1"


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [("مارس ٢٠٢٠", "2020-03-01", "3/2020"), ("3/2020", "2020-03-01", "3/2020"), ("١٥/٣/٢٠٢٠", "2020-03-01", "3/2020")],
)
def test_a_month_is_enough_where_a_month_is_asked_for(text: str, value: str, shown: str) -> None:
    answered = takes("month", text)
    assert (answered.value, answered.shown) == (value, shown)


@pytest.mark.parametrize(
    ("text", "value"), [("١٩٨٥", "1985-01-01"), ("سنة ٢٠٠٠", "2000-01-01"), ("مارس ٢٠٢٠", "2020-01-01")]
)
def test_a_year_is_enough_where_a_year_is_asked_for(text: str, value: str) -> None:
    answered = takes("year", text)
    assert (answered.value, answered.shown) == (value, value[:4])


def test_a_year_of_two_figures_is_asked_about() -> None:
    chat = at("year")
    chat.say("85")
    assert [option.label for option in chat.one(Misunderstood).candidates] == ["1985"]


def test_a_story_keeps_its_lines_and_figures_their_noughts() -> None:
    assert takes("story", "سطر أول\r\nسطر ثانٍ").value == "سطر أول\nسطر ثانٍ"
    assert takes("card", "٠٠١٢٣").value == "00123"


@pytest.mark.parametrize("text", ["١٫٦٥", "1.65", "1,65", "١،٦٥"])
def test_a_decimal_in_any_writing(text: str) -> None:
    assert takes("height", text).value == "1.65"


def test_another_thing_is_asked_for_in_words_and_what_is_worked_out_is_only_shown() -> None:
    chat = at("height")
    chat.say("2", "شيء آخر")
    assert (chat.prompt.name, chat.prompt.label) == ("thing_other", "ما هو الشيء الآخر؟")
    chat.say("سرير")
    assert (chat.prompt.name, chat.prompt.notes) == ("single", ("ضعف الطول: 4",))
    chat.tap("only")
    assert chat.answers.by_name("thing_other") == "سرير"


def at_country() -> Chat:
    chat = at("height")
    chat.say("2", "طعام", "١")
    return chat


def test_a_list_with_nothing_in_it_is_no_dead_end_and_asked_once_it_has_choices() -> None:
    chat = at_country()
    assert chat.one(NothingToChoose) == NothingToChoose("/data/town", "في أي بلدة؟")
    assert chat.prompt.name == "country"
    chat.say("eg")
    assert (chat.prompt.name, [o.name for o in chat.prompt.options]) == ("town", ["qift"])
    chat.say("قفط", "نعم")
    assert chat.one(Reviewed).complete


def test_a_list_that_stays_empty_keeps_nobody_from_the_end() -> None:
    chat = at_country()
    chat.say("تخطي", "نعم")
    assert chat.one(Reviewed).complete
    chat.say("نعم")
    assert chat.session.status == "completed"


def test_the_kinds_are_all_asked_in_order() -> None:
    chat = Chat(KINDS)
    seen: list[str] = []
    while isinstance(chat.events[-1], Asked) and len(seen) < 40:
        seen.append(chat.prompt.name)
        chat.say(EASY.get(chat.prompt.name, "تخطي" if chat.prompt.skippable else "١" if chat.prompt.options else "1"))
    assert tuple(seen[: len(ORDER)]) == ORDER


def test_no_to_how_many_is_taken_for_nought_only_where_the_author_made_it_one() -> None:
    survey = """
| survey |
| | type | name | label::Arabic (ar) | required | bind::chat:quick | bind::chat:quick_ar | constraint |
| | integer | sons | كم ولداً؟ | yes | 0 | لا أولاد | |
| | integer | cows | كم بقرة؟ | yes | | | |
| | integer | age | كم عمركم؟ | yes | | | . > 0 |
"""
    chat = Chat(survey)
    chat.say("لا")
    assert chat.one(Answered).value == "0"
    chat.say("لا")
    assert [option.label for option in chat.one(Misunderstood).candidates] == ["0"]
    chat.say("نعم")
    assert chat.one(Answered).value == "0"
    chat.say("لا")
    assert (chat.one(Misunderstood).reason, chat.one(Misunderstood).candidates) == ("unreadable", ())


DAYS = """
| survey |
| | type | name | label::Arabic (ar) | constraint |
| | date | leave | متى تتركون البيت؟ | . >= today() - 60 and . <= today() + 366 |
| | date | visit | متى الزيارة؟ | |
| | date | born | متى ولدتم؟ | . <= today() |
"""


def test_a_day_without_its_year_is_sure_where_only_one_year_fits() -> None:
    chat = Chat(DAYS)
    chat.say("٥ ديسمبر")
    assert chat.one(Answered).value == "2026-12-05"


def test_a_day_that_fits_in_two_years_is_asked_about() -> None:
    chat = Chat(DAYS)
    chat.say("١/١٠")
    assert [option.label for option in chat.one(Misunderstood).candidates] == ["1/10/2026", "1/10/2027"]
    chat.say("تخطي", "٥ ديسمبر")
    assert [option.label for option in chat.one(Misunderstood).candidates] == ["5/12/2026", "5/12/2025"]


def test_a_birthday_needs_its_year() -> None:
    chat = Chat(DAYS)
    chat.say("تخطي", "تخطي", "٥ ديسمبر")
    assert (chat.one(Misunderstood).reason, chat.one(Misunderstood).candidates) == ("unsure", ())


def test_a_day_out_of_bounds_in_every_year_says_so() -> None:
    chat = Chat(DAYS.replace("today() - 60 and . <= today() + 366", "'2031-01-01'"))
    chat.say("٥ ديسمبر")
    assert chat.one(Misunderstood).reason == "constraint"


def test_a_list_whose_file_is_not_here_takes_what_is_typed() -> None:
    survey = """
| survey |
| | type | name | label::Arabic (ar) | required |
| | select_one_from_file towns.csv | town | في أي بلدة؟ | yes |
| | geotrace | way | ارسموا الطريق | yes |
| | text | last | كلمة أخيرة؟ | |
"""
    chat = Chat(survey)
    assert (chat.prompt.name, chat.prompt.options) == ("town", ())
    chat.say("قوص")
    assert chat.one(Answered).value == "قوص"
    assert chat.one(NothingToChoose).ref == "/data/way"
    assert chat.prompt.name == "last"
