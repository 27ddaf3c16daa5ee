"""A form somebody uploads is a program somebody else wrote: it gets no files, no network, no endless loop."""

from __future__ import annotations

import pytest

from dialogs.form import FormError, load_xform
from dialogs.form.recalculation import MOST_MEMBERS
from tests.dialogs.form.filling import answer, complaint, filling, form_of, value

XFORM = """<?xml version="1.0"?>{doctype}
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>{title}</h:title>
<model><instance><data id="x"><a/></data></instance><bind nodeset="/data/a"/></model></h:head><h:body/></h:html>"""


def test_entities_are_not_expanded() -> None:
    doctype = '<!DOCTYPE h [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    with pytest.raises(FormError, match="document type"):
        load_xform(XFORM.format(doctype=doctype, title="&secret;"))


def test_a_billion_laughs_do_not_unfold() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    doctype = f'<!DOCTYPE h [<!ENTITY l0 "ha">{levels}]>'
    with pytest.raises(FormError):
        load_xform(XFORM.format(doctype=doctype, title="&l8;"))


def test_a_runaway_pattern_stops_and_does_not_match() -> None:
    form = filling("""
        | survey |           |      |       |             |                               |
        |        | type      | name | label | constraint  | calculation                   |
        |        | text      | t    | T     |             |                               |
        |        | calculate | c    |       |             | regex(${t}, '^(a+)+$')        |
    """)
    assert value(answer(form, t="a" * 40 + "!"), "c") == "false"
    assert value(answer(form, t="aaa"), "c") == "true"


def test_a_huge_power_is_infinite_not_endless() -> None:
    form = filling("""
        | survey |           |      |                                    |
        |        | type      | name | calculation                        |
        |        | calculate | a    | pow(10, 100000)                    |
        |        | calculate | b    | pow(-8, 0.5)                       |
        |        | calculate | c    | exp(100000) - exp(100000)          |
        |        | calculate | d    | 1 div 0                            |
        |        | calculate | e    | pow(0, -1)                         |
    """)
    assert [value(form, name) for name in "abcde"] == ["Infinity", "", "", "Infinity", "Infinity"]


def test_a_repeat_cannot_ask_for_a_million_members() -> None:
    form = filling("""
        | survey |              |      |       |              |
        |        | type         | name | label | repeat_count |
        |        | integer      | n    | N     |              |
        |        | begin repeat | r    | R     | ${n}         |
        |        | text         | a    | A     |              |
        |        | end repeat   |      |       |              |
    """)
    assert answer(form, n="1000000").repeat_count("/data/r") == MOST_MEMBERS


def test_nesting_has_an_end() -> None:
    deep = "(" * 400 + "1" + ")" * 400
    told = complaint(f"""
        | survey |           |      |             |
        |        | type      | name | calculation |
        |        | calculate | a    | {deep}      |
    """)
    assert told == "row 2: `calculation` of `a`: The expression is nested too deeply. Split it over several calculates."


def test_a_hundred_nested_conditions_are_fine() -> None:
    nested = "".join(f"if(${{n}} = {n}, 'v{n}', " for n in range(100)) + "'none'" + ")" * 100
    form = filling(f"""
        | survey |           |      |       |             |
        |        | type      | name | label | calculation |
        |        | integer   | n    | N     |             |
        |        | calculate | a    |       | {nested}    |
    """)
    assert value(answer(form, n="99"), "a") == "v99"


@pytest.mark.parametrize(("n", "listed", "apart"), [("0", "yes", ""), ("799", "yes", "yes"), ("800", "", "yes")])
def test_hundreds_of_alternatives_in_one_condition_are_fine(n: str, listed: str, apart: str) -> None:
    any_of = " or ".join(f"${{n}} = '{n}'" for n in range(800))
    none_of = " and ".join(f"${{n}} != '{n}'" for n in range(799))
    form = filling(f"""
        | survey |           |        |       |                         |
        |        | type      | name   | label | calculation             |
        |        | text      | n      | N     |                         |
        |        | calculate | listed |       | if({any_of}, 'yes', '') |
        |        | calculate | apart  |       | if({none_of}, 'yes', '') |
    """)
    filled = answer(form, n=n)
    assert (value(filled, "listed"), value(filled, "apart")) == (listed, apart)


def test_members_that_feed_each_other_for_ever_come_to_an_end() -> None:
    form = filling(
        """
        | survey |              |      |       |                                                  |
        |        | type         | name | label | calculation                                      |
        |        | begin repeat | r    | R     |                                                  |
        |        | calculate    | a    |       | sum(${r}/b) + 1                                  |
        |        | calculate    | b    |       | coalesce(indexed-repeat(${a}, ${r}, 1), 0) + 1   |
        |        | end repeat   |      |       |                                                  |
    """.replace("sum(${r}/b)", "sum(/data/r/b)")
    )
    form.add_repeat("/data/r")
    assert form.repeat_count("/data/r") == 2


def test_control_characters_never_break_the_submission() -> None:
    form = filling("""
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | a    | A     |
    """)
    answer(form, a="x\x00\x0b<b>&y")
    assert "<a>x&lt;b&gt;&amp;y</a>" in form.submission()


def test_a_broken_attachment_is_told() -> None:
    with pytest.raises(FormError, match=r"places\.csv"):
        form_of(
            """
            | survey |                                 |      |       |
            |        | type                            | name | label |
            |        | select_one_from_file places.csv | p    | P     |
            """,
            {"places.csv": b"\xff\xfe\xfa"},
        )
