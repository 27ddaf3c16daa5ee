"""Members of repeats are built as the form writes them, their counts settle, and no form makes more than fit."""

from __future__ import annotations

import pytest

from dialogs.form import Instance, linking, load_xform, recalculation
from tests.dialogs.form.filling import INSTANCE_ID, NOON, answer, complaint, filling, value

WRITTEN = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Written</h:title><model>
  <instance><data id="written" version="1">
    <house jr:template=""><rooms>1</rooms><bed><size>small</size></bed></house>
    <house><rooms>4</rooms><bed><size>large</size></bed><bed><size>odd</size></bed></house>
    <house><rooms>2</rooms></house>
  </data></instance>
  <bind nodeset="/data/house/rooms" type="int"/><bind nodeset="/data/house/bed/size" type="string"/>
</model></h:head><h:body>
  <group ref="/data/house"><repeat nodeset="/data/house"><input ref="/data/house/rooms"/>
    <group ref="/data/house/bed"><repeat nodeset="/data/house/bed"><input ref="/data/house/bed/size"/></repeat></group>
  </repeat></group></h:body></h:html>"""


def opened(xml: str) -> Instance:
    return Instance.start(load_xform(xml), now=NOON, time_zone="UTC", instance_id=INSTANCE_ID)


def test_each_member_begins_as_its_own_element_is_written() -> None:
    form = opened(WRITTEN)
    assert form.repeat_count("/data/house") == 2
    assert [form.node(f"/data/house[{n}]/rooms").value for n in (1, 2)] == ["4", "2"]
    assert [form.node(f"/data/house[1]/bed[{n}]/size").value for n in (1, 2)] == ["large", "odd"]
    assert form.repeat_count("/data/house[2]/bed") == 0


def test_a_member_that_is_added_begins_as_the_template_is_written() -> None:
    form = opened(WRITTEN)
    assert form.add_repeat("/data/house") == "/data/house[3]"
    assert form.node("/data/house[3]/rooms").value == "1"
    assert form.repeat_count("/data/house[3]/bed") == 1
    assert form.node("/data/house[3]/bed[1]/size").value == "small"


def test_without_a_template_it_begins_as_the_first_one_with_its_answers_blanked() -> None:
    form = opened(WRITTEN.replace('<house jr:template=""><rooms>1</rooms><bed><size>small</size></bed></house>', ""))
    form.add_repeat("/data/house")
    assert form.node("/data/house[3]/rooms").value == ""
    assert form.repeat_count("/data/house[3]/bed") == 2


def test_a_count_that_reads_its_own_members_settles() -> None:
    form = filling("""
        | survey |               |        |       |              |                                 |
        |        | type          | name   | label | repeat_count | calculation                     |
        |        | begin repeat  | kid    | Kid   | ${wanted}    |                                 |
        |        | select_one yn | more   | More? |              |                                 |
        |        | end repeat    |        |       |              |                                 |
        |        | calculate     | wanted |       |              | count(${kid}[more = 'yes']) + 1 |
        | choices |          |      |       |
        |         | list_name | name | label |
        |         | yn        | yes  | Yes   |
        |         | yn        | no   | No    |
    """)
    assert any("`count` of `kid` goes round in a circle" in warning for warning in form.form.warnings)
    assert form.repeat_count("/data/kid") == 1
    form.set("/data/kid[1]/more", "yes")
    form.set("/data/kid[2]/more", "yes")
    assert form.repeat_count("/data/kid") == 3
    form.set("/data/kid[2]/more", "no")
    assert form.repeat_count("/data/kid") == 2


def test_repeats_within_repeats_stop_growing_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalculation, "MOST_NODES", 500)
    form = filling("""
        | survey |              |      |       |              |
        |        | type         | name | label | repeat_count |
        |        | integer      | many | Many  |              |
        |        | begin repeat | a    | A     | ${many}      |
        |        | begin repeat | b    | B     | ${many}      |
        |        | integer      | q    | Q     |              |
        |        | end repeat   |      |       |              |
        |        | end repeat   |      |       |              |
    """)
    answer(form, many="900")
    assert sum(1 for _ in form.refs()) <= 510


def test_a_calculation_that_reads_its_own_answer_is_refused() -> None:
    told = complaint("""
        | survey |           |      |             |
        |        | type      | name | calculation |
        |        | calculate | a    | ${a} + 1    |
    """)
    assert told.startswith("row 2: `calculation` of `a` goes round in a circle: it reads its own answer.")


def test_a_calculation_may_keep_its_own_answer() -> None:
    form = filling("""
        | survey |         |      |       |                              |
        |        | type    | name | label | calculation                  |
        |        | integer | a    | A     |                              |
        |        | text    | b    | B     | if(${a} > 1, 'many', .)      |
        |        | text    | c    | C     | coalesce(${c}, ${b})         |
    """)
    answer(form, b="own")
    assert (value(form, "b"), value(form, "c")) == ("own", "own")
    answer(form, a="2")
    assert (value(form, "b"), value(form, "c")) == ("many", "own")


def test_relevance_that_reads_what_stands_in_its_group_finds_it_blank() -> None:
    form = filling("""
        | survey |             |        |        |                     |         |
        |        | type        | name   | label  | relevant            | default |
        |        | begin group | inputs | Inputs | ${source} = 'user'  |         |
        |        | text        | source | Source |                     | user    |
        |        | end group   |        |        |                     |         |
    """)
    assert value(form, "source") == ""


def test_a_form_whose_expressions_read_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "MOST_READS", 100)
    inner = "\n".join(f"| | hidden | h{n} | |" for n in range(11))
    rows = "\n".join(f"| | calculate | c{n} | count(/data/g/*) |" for n in range(11))
    head = "| survey |\n| | type | name | calculation |\n| | begin group | g | |"
    told = complaint(f"{head}\n{inner}\n| | end group | | |\n{rows}")
    assert "The form's expressions read too much together. Name single questions instead of whole groups." in told


def test_a_count_that_is_tried_and_taken_back_leaves_every_member_at_its_place() -> None:
    form = filling("""
        | survey |              |       |       |              |                 |
        |        | type         | name  | label | repeat_count | calculation     |
        |        | integer      | size  | S     |              |                 |
        |        | begin repeat | kid   | K     | ${size}      |                 |
        |        | text         | named | N     |              |                 |
        |        | calculate    | place |       |              | position(..)    |
        |        | calculate    | all   |       |              | count(${kid})   |
        |        | end repeat   |       |       |              |                 |
        |        | text         | after | A     |              |                 |
    """)
    answer(form, size="3")
    form.set("/data/kid[3]/named", "c")
    before = {ref: form.node(ref).value for ref in form.refs()}
    for tried in ("400", "1", "0"):
        form.tried("/data/size", tried)
        assert {ref: form.node(ref).value for ref in form.refs()} == before
    answer(form, size="5")
    answer(form, size="2")
    refs = [ref for ref in form.refs() if ref.endswith(("place", "all", "after"))]
    assert [(ref, form.node(ref).value) for ref in refs] == [
        ("/data/kid[1]/place", "1"),
        ("/data/kid[1]/all", "2"),
        ("/data/kid[2]/place", "2"),
        ("/data/kid[2]/all", "2"),
        ("/data/after", ""),
    ]
