"""The submission is what ODK would have sent."""

from __future__ import annotations

from lxml import etree

from tests.dialogs.form.filling import INSTANCE_ID, NOON, answer, filling

VISIT = """
    | survey |                    |        |        |                  |
    |        | type               | name   | label  | relevant         |
    |        | end                | ended  |        |                  |
    |        | text               | who    | Who?   |                  |
    |        | text               | secret | Secret | ${who} = 'x'     |
    |        | select_multiple l  | needs  | Needs  |                  |
    |        | begin repeat       | kid    | Kid    |                  |
    |        | text               | name   | Name   |                  |
    |        | end repeat         |        |        |                  |
    | choices |           |      |       |
    |         | list_name | name | label |
    |         | l         | food | Food  |
    |         | l         | rent | Rent  |
    | settings |         |         |
    |          | form_id | version |
    |          | visit   | 7       |
"""


def test_it_carries_id_version_and_instance_id() -> None:
    root = etree.fromstring(filling(VISIT).submission())
    assert (root.get("id"), root.get("version")) == ("visit", "7")
    (instance_id,) = root.iterfind("{*}meta/{*}instanceID")
    assert instance_id.text == f"uuid:{INSTANCE_ID}"


def test_it_holds_the_relevant_answers_in_order() -> None:
    form = answer(filling(VISIT), who="فاطمة", needs="rent food")
    form.add_repeat("/data/kid")
    form.set("/data/kid[2]/name", "ليلى")
    root = etree.fromstring(form.submission())
    names = [etree.QName(element).localname for element in root]
    assert names == ["ended", "who", "needs", "kid", "kid", "meta"]
    assert [element.text for element in root.iterfind("{*}kid/{*}name")] == [None, "ليلى"]
    assert root.findtext("{*}needs") == "food rent"  # in the order of the list


def test_the_end_is_the_time_of_sending() -> None:
    form = filling(VISIT)
    form.clock(NOON.replace(hour=11))
    assert etree.fromstring(form.submission()).findtext("{*}ended") == "2026-01-15T11:00:00.000+00:00"


def test_a_copy_goes_its_own_way() -> None:
    form = answer(filling(VISIT), who="x", needs="food")
    twin = form.copy()
    assert twin.submission() == form.submission()
    answer(twin, who="y")
    twin.add_repeat("/data/kid")
    assert "secret" in form.submission()
    assert form.repeat_count("/data/kid") == 1
    assert "secret" not in twin.submission()
