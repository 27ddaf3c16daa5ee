"""A place is sure when its name was written and only one bears it; what is near, shared or contradicted is asked."""

from __future__ import annotations

import time

import pytest

from dialogs.understanding.place.reader import Gazetteer, PlaceEntry, read_place
from tests.dialogs.understanding.sample_places import sample

PLACES = sample()


@pytest.mark.parametrize(
    ("said", "id"),
    [
        # as it is written, and spelled otherwise
        ("أبو القمح", "w1"),
        ("ابو القمح", "w1"),
        ("ابوالقمح", "w1"),
        ("أبو قمح", "w1"),
        ("بو القمح", "w1"),
        ("الجباليه", "w2"),
        ("جبالية", "w2"),
        ("الجـبـالـيّة.", "w2"),
        ("نجع الشيخ حسان", "w3"),
        ("القريةالبيضاء", "s2"),
        ("عبدالعزيز", "n3"),
        ("النخيل", "g.n"),
        # what it is
        ("محافظة الواحة", "g"),
        ("مركز الواحة", "g.w"),
        ("مدينة الواحة", "g.w"),
        ("بندر الواحة", "g.w"),
        ("الواحة (المدينة)", "g.w"),
        ("مدينة السرو", "g.s.town"),
        ("مركز السرو", "g.s"),
        ("قرية الجبالية", "w2"),
        ("قرية ٧", "s3"),
        ("قرية رقم 7", "s3"),
        ("القرية البيضاء", "s2"),
        ("السرو قرية رقم ٧", "s3"),
        ("كفر الزهور", "g.k"),
        # what it belongs to, before or after
        ("عزبة العرب - السرو", "s1"),
        ("النخيل / عزبة العرب", "n1"),
        ("عزبة العرب مركز النخيل محافظة الواحة", "n1"),
        ("عزبة العرب تبع السرو", "s1"),
        ("عزبة العرب التابعة لمركز النخيل", "n1"),
        # where somebody says it
        ("ساكنين في النخيل", "g.n"),
        ("احنا من الجبالية", "w2"),
        ("بنسكن فى قرية الجبالية يا فندم", "w2"),
        ("العنوان: الجبالية، مركز الواحة", "w2"),
        ("بالنخيل", "g.n"),
        ("ساكن بالجبالية", "w2"),
        ("القرين قطعة ٣ شارع ٥ منزل ١٢", "n6"),
        ("الجبالية شارع الجمهورية", "w2"),
        ("الحديقة قطعة 3", "n7"),
        ("الحديقة قطعة ٥", "n8"),
        # in Latin letters
        ("El Nakhil", "g.n"),
        ("elnakhil", "g.n"),
        ("al jibaliya", "w2"),
        ("7adi2a", "n8"),
        ("el qurain", "n6"),
        ("Abou El Qamh", "w1"),
        ("ezbet el 3arab - el sarw", None),
        ("Izbat al Arab el Sarw", "s1"),
        # said alike: ا and ه at the end, and م for مركز
        ("الجباليا", "w2"),
        ("الظاهريا", "n4"),
        ("م النخيل", "g.n"),
        # a dialect's own letter
        ("الگرين", "n6"),
    ],
)
def test_a_name_written_out_is_sure(said: str, id: str | None) -> None:
    reading = read_place(said, PLACES)
    if id is None:
        assert not reading.sure
    else:
        assert (reading.value, reading.sure, reading.ask) == (id, True, None)


@pytest.mark.parametrize(
    ("said", "ask", "candidates"),
    [
        ("الواحة", "place_which", ("g.w", "g")),
        ("السرو", "place_which", ("g.s.town", "g.s")),
        ("عزبة العرب", "place_which", ("s1", "n1")),
        ("من عزبة العرب", "place_which", ("s1", "n1")),
        ("عزبة العرب الواحة", "place_which", ("s1", "n1")),
        ("خيزرانة", "place_which", ("s4", "s5")),
        ("خيزرنه", "place_which", ("s4", "s5")),
        ("الجبالية النخيل", "place_which", ("w2", "g.n")),  # it does not lie there
        ("عزبة الجبالية", "place_confirm", ("w2",)),  # a hamlet beside it may bear its name
        ("محافظة الجبالية", "place_confirm", ("w2",)),
        ("الجبليه", "place_confirm", ("w2",)),
        ("الضاهرية", "place_confirm", ("n4",)),
        ("يليب الرمل", "place_confirm", ("n5",)),
        ("بالجبالية", None, ()),
        ("نجع الجديد - النخيل", "place_confirm", ("g.n",)),
        ("سلام", "place_confirm", ("s6",)),
        ("وقف", "place_confirm", ("s7",)),  # «stop» before it is a place
        ("عند صديق", "place_confirm", ("n9",)),  # a friend before it is a place
        ("في الصديق", None, ()),
        ("انا القرين", "place_confirm", ("n6",)),  # a person before it is a place
        ("انا من القرين", None, ()),
    ],
)
def test_what_is_shared_or_nearly_so_is_asked(said: str, ask: str | None, candidates: tuple[str, ...]) -> None:
    reading = read_place(said, PLACES)
    if ask is None:
        assert reading.sure
    else:
        assert (reading.sure, reading.ask, reading.candidates) == (False, ask, candidates)
        assert reading.value == candidates[0]


@pytest.mark.parametrize(
    "said",
    [
        *("", "؟؟", "...", "🙏", "٧", "السلام عليكم", "وعليكم السلام", "شكرا", "نعم", "لا", "مش عارف", "موظف"),
        *("محتاج علاج في النخيل", "عندي خمسة أولاد", "عايز اروح السرو بكرة", "باريس", "جنب السرو", "مش من السرو"),
        *("شارع السرو", "النخيل او السرو", "الله اعلم", "محافظة", "قرية", "ساكنين في", "قطعة ٣"),
    ],
)
def test_greetings_needs_and_sentences_are_no_place(said: str) -> None:
    reading = read_place(said, PLACES)
    assert not reading.sure and not reading.candidates


def test_a_street_before_the_place_is_asked() -> None:
    assert read_place("شارع النصر الجبالية", PLACES).candidates == ("w2",)


def test_more_twins_than_can_be_listed_ask_for_what_they_belong_to() -> None:
    rows = [PlaceEntry(f"m{n}", "markaz", "", (f"مركز {n}",)) for n in range(9)]
    twins = [PlaceEntry(f"v{n}", "village", f"m{n}", ("عزبة الإصلاح",)) for n in range(9)]
    reading = read_place("عزبة الاصلاح", Gazetteer.of([*rows, *twins]))
    assert (reading.sure, reading.ask, len(reading.candidates)) == (False, "place_parent", 5)


def test_hints_narrow_or_order_what_is_meant() -> None:
    assert read_place("عزبة العرب", PLACES, within="g.n").value == "n1"
    assert read_place("عزبة العرب", PLACES, near="n4").candidates == ("n1", "s1")
    assert read_place("الواحة", PLACES, wanted=lambda entry: entry.level == "governorate").value == "g"
    assert read_place("الجبالية", PLACES, within="g.n").blank
    assert read_place("الجبالية", PLACES, within="nowhere").blank


def test_no_spelling_near_a_name_is_ever_sure() -> None:
    """One letter dropped, doubled or changed in any name: unless that is another's name, it is asked."""
    named = {name for entry in PLACES.entries for name in entry.names}
    for entry in PLACES.entries:
        name = entry.names[0]
        for at in range(1, len(name)):
            for changed in (name[:at] + name[at + 1 :], name[:at] + "ث" + name[at + 1 :], name[:at] + "ز" + name[at:]):
                reading = read_place(changed, PLACES)
                if reading.sure and changed not in named:
                    assert reading.value == entry.id  # an article or a space less


def test_an_entry_given_twice_and_parents_in_a_circle_do_no_harm() -> None:
    places = Gazetteer.of(
        [
            PlaceEntry("a", "village", "b", ("الأولى",)),
            PlaceEntry("b", "village", "a", ("الثانية",)),
            PlaceEntry("a", "village", "", ("الثالثة",)),
            PlaceEntry("c", "hamlet", "gone", ("",)),
        ]
    )
    assert len(places.entries) == 3
    assert read_place("الأولى - الثانية", places).ask == "place_which"
    assert read_place("الثالثة", places).blank
    assert read_place("شيء", Gazetteer.of([])).blank


@pytest.mark.parametrize(
    "text",
    ["ا" * 100_000, "٣" * 10_000, "قرية " * 50, "ب" * 299, "\ud800" * 250, "(" * 300, "ab7 " * 70, "السرو " * 24],
)
def test_hostile_texts_are_read_at_once(text: str) -> None:
    began = time.perf_counter()
    assert not read_place(text, PLACES).sure
    assert time.perf_counter() - began < 20  # no aim: a way to hang shows
