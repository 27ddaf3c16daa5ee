"""Every kind of question has its control, and what the control sends back is what the form stores."""

from __future__ import annotations

import pytest

from console.asking import Ask, ask_of, given_of, with_outcome
from console.posted import Posted
from console.words import Words
from dialogs.form import Form
from dialogs.interview import Session, begin
from dialogs.interview.filling import say_answer, set_answer
from dialogs.interview.pages import Item, item
from referrals.texts import Voice, common_catalogue
from tests.dialogs.interview.chatting import MORNING, SESSION_ID, form_of

MANY = "\n".join(f"| | village | v{n} | قرية {n} |" for n in range(1, 41))
KINDS = f"""
| survey |
| | type | name | label::Arabic (ar) | required | readonly | default | appearance | parameters |
| | text | word | كلمة | | | | | |
| | text | story | قصة | | | | multiline | |
| | integer | count | عدد | | | | | |
| | decimal | weight | وزن | | | | | |
| | date | day | يوم | | | | | |
| | time | hour | ساعة | | | | | |
| | dateTime | moment | لحظة | | | | | |
| | select_one few | one | واحد | | | | | |
| | select_multiple few | some | بعض | | | | | |
| | rank few | order | ترتيب | | | | | |
| | select_one village | village | قرية | | | | | |
| | range | stars | نجوم | | | | | start=1 end=5 step=1 |
| | range | percent | نسبة | | | | | start=0 end=100 step=1 |
| | geopoint | place | مكان | | | | | |
| | image | photo | صورة | | | | | |
| | file | paper | ورقة | | | | | |
| | acknowledge | sure | متأكد | | | | | |
| | barcode | code | رمز | | | | | |
| | text | office | مركز | | yes | عيّنة | | |
| | note | told | شكراً | | | | | |
| choices |
| | list_name | name | label::Arabic (ar) |
| | few | a | ألف |
| | few | b | باء |
| | few | c | جيم |
{MANY}
"""
WIDGETS = {
    "word": "text",
    "story": "area",
    "count": "text",
    "weight": "text",
    "day": "text",
    "hour": "text",
    "moment": "text",
    "one": "radio",
    "some": "checks",
    "order": "rank",
    "village": "search",
    "stars": "radio",
    "percent": "text",
    "place": "point",
    "photo": "file",
    "paper": "file",
    "sure": "tick",
    "code": "text",
    "office": "said",
    "told": "said",
}
SENT = (  # question, what the control sends (after `v-`, `t-`, `u-`), what the form stores, what it shows again
    ("word", {"t": "  سلوى  "}, "سلوى", "سلوى"),
    ("count", {"t": "خمسة"}, "5", "٥"),
    ("weight", {"t": "٢٫٥"}, "2.5", "٢.٥"),
    ("day", {"t": "١٥/٣/١٩٨٥"}, "1985-03-15", "١٥/٣/١٩٨٥"),
    ("hour", {"t": "٩:٣٠ مساءً"}, "21:30:00.000", "٩:٣٠ مساءً"),
    ("one", {"v": "b"}, "b", "باء"),
    ("some", {"v": ("c", "a")}, "a c", "ألف، جيم"),
    ("order", {"v": ("c", "a", "b")}, "c a b", "جيم، ألف، باء"),
    ("village", {"t": "قرية 17"}, "v17", "قرية 17"),
    ("stars", {"v": "4"}, "4", "٤"),
    ("percent", {"t": "٧٥"}, "75", "٧٥"),
    ("place", {"t": "٢٩٫٣٧", "u": "٤٧٫٩٨"}, "29.37 47.98 0.0 0", "مكان على الخريطة"),
    ("sure", {"v": "OK"}, "OK", "نعم"),
    ("code", {"t": "6291041500213"}, "6291041500213", "6291041500213"),
)
WORDS = Words(
    Voice(common_catalogue("ar", "console").over(common_catalogue("ar", "family")), "ar", "arab", "Asia/Kuwait")
)


@pytest.fixture(scope="module")
def form() -> Form:
    """One question of every kind."""
    return form_of(KINDS)


@pytest.fixture
def session(form: Form) -> Session:
    return begin(form, id=SESSION_ID, now=MORNING, time_zone="Asia/Kuwait", language="ar", country="KW")[0]


def asked(form: Form, session: Session, name: str) -> Item:
    found = item(form, session, f"/data/{name}", now=MORNING)
    assert found is not None
    return found


def sent(found: Item, pieces: dict[str, str | tuple[str, ...]]) -> Posted:
    fields = {name: value if isinstance(value, tuple) else (value,) for name, value in pieces.items()}
    return Posted({f"{name}-{found.key}": values for name, values in fields.items()})


def kept(form: Form, session: Session, posted: Posted, found: Item) -> Session:
    given = given_of(WORDS, found, posted)
    assert given is not None
    if given.means == "say":
        session, outcome = say_answer(form, session, given.ref, given.text, now=MORNING)
    else:
        session, outcome = set_answer(form, session, given.ref, given.text, now=MORNING)
    assert outcome.taken, outcome
    return session


@pytest.mark.parametrize("name", WIDGETS)
def test_each_kind_has_its_control(form: Form, session: Session, name: str) -> None:
    assert ask_of(WORDS, asked(form, session, name)).widget == WIDGETS[name]


@pytest.mark.parametrize(("name", "pieces", "stored", "shown"), SENT)
def test_what_is_sent_is_stored_and_shown_again(
    form: Form, session: Session, name: str, pieces: dict[str, str | tuple[str, ...]], stored: str, shown: str
) -> None:
    found = asked(form, session, name)
    session = kept(form, session, sent(found, pieces), found)
    again = asked(form, session, name)
    assert again.value.removesuffix(".0") == stored
    assert WORDS.voice.number(again.shown) == WORDS.voice.number(shown)
    untouched = given_of(WORDS, again, sent(again, as_it_stands(ask_of(WORDS, again))))
    if untouched is not None:  # and what nobody touched is not written again
        assert set_answer(form, session, untouched.ref, untouched.text, now=MORNING)[0] == session


def as_it_stands(ask: Ask) -> dict[str, str | tuple[str, ...]]:
    """What the page sends when nobody touched the control."""
    if ask.widget in ("text", "area", "search"):
        return {"t": ask.shown}
    if ask.widget == "point":
        return {"t": ask.extra["lat"], "u": ask.extra["lon"]}
    if ask.widget == "rank":
        return {"v": tuple(ask.extra["order"])}
    if ask.widget == "tick":
        return {"v": "OK"}
    return {"v": tuple(pick.name for pick in ask.picks if pick.chosen)}


def test_a_ranking_that_is_not_whole_is_no_answer(form: Form, session: Session) -> None:
    found = asked(form, session, "order")
    for names in (("a", "a", "b"), ("a", "", "")):
        given = given_of(WORDS, found, sent(found, {"v": names}))
        assert given is not None
        _, outcome = set_answer(form, session, given.ref, given.text, now=MORNING)
        assert not outcome.taken
        told = with_outcome(WORDS, ask_of(WORDS, found), outcome, "")
        assert told.problem == "رتّبوها كلها، وكل واحد مرة واحدة."


def test_a_long_list_is_searched_by_part_of_a_name(form: Form, session: Session) -> None:
    found = asked(form, session, "village")
    given = given_of(WORDS, found, sent(found, {"t": "قرية ٣٣"}))
    assert given is not None
    _, outcome = (say_answer if given.means == "say" else set_answer)(form, session, given.ref, given.text, now=MORNING)
    assert outcome.taken


def test_a_private_answer_of_the_phone_is_covered_and_sends_nothing(form: Form, session: Session) -> None:
    found = asked(form, session, "word")
    ask = ask_of(WORDS, found, masked=True)
    assert (ask.widget, ask.shown) == ("hidden", "")


def test_a_file_goes_only_when_that_is_said(form: Form, session: Session) -> None:
    session, _ = set_answer(form, session, "/data/photo", "41", now=MORNING, media="41")
    found = asked(form, session, "photo")
    assert given_of(WORDS, found, sent(found, {})) is None
    gone = given_of(WORDS, found, sent(found, {"x": "1"}))
    assert gone is not None and gone.text == ""
