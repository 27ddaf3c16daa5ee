"""A replay says what every node held, and passes over the steps that cannot be taken."""

from __future__ import annotations

import pytest

from dialogs.form.trace import Step, StepRefused, changes, held, replay, take
from tests.dialogs.form.filling import filling

FAMILY = """
    | survey |                  |        |       |               |          |            |          |
    |        | type             | name   | label | relevant      | required | constraint | readonly |
    |        | select_one yn    | kids   | Kids? |               | yes      |            |          |
    |        | begin repeat     | kid    | Kid   | ${kids} = 'y' |          |            |          |
    |        | integer          | age    | Age   |               | yes      | . < 18     |          |
    |        | end repeat       |        |       |               |          |            |          |
    |        | text             | fixed  | Fixed |               |          |            | yes      |
    |        | begin group      | g      | G     |               |          |            |          |
    |        | note             | thanks | Done  |               |          |            |          |
    |        | end group        |        |       |               |          |            |          |
    | choices |           |      |       |
    |         | list_name | name | label |
    |         | yn        | y    | Yes   |
    |         | yn        | n    | No    |
"""


def test_every_node_is_there_with_what_it_holds() -> None:
    nodes = held(filling(FAMILY))
    assert nodes["/data/kids"] == {"v": "", "r": 1, "q": 1, "qv": 0, "o": "y\x1fn"}
    assert nodes["/data/kid[1]"] == {"r": 0}
    assert nodes["/data/kid[1]/age"] == {"v": "", "r": 0, "q": 1}
    assert nodes["/data/fixed"] == {"v": "", "r": 1, "ro": 1}
    assert nodes["/data/g"] == {"r": 1}
    assert nodes["/data/g/thanks"] == {"v": "", "r": 1, "ro": 1}
    assert nodes["/data/meta"] == {"r": 1}
    assert nodes["/data/meta/instanceID"]["v"].__class__ is str
    assert "/data" not in nodes


def test_a_step_says_what_it_changed_and_what_went() -> None:
    steps: list[Step] = [
        {"op": "set", "ref": "/data/kids", "v": "y"},
        {"op": "add", "ref": "/data/kid", "n": 2, "d": {"of": "another trace"}},
        {"op": "set", "ref": "/data/kid[2]/age", "v": "40"},
        {"op": "remove", "ref": "/data/kid", "n": 1},
    ]
    done = replay(filling(FAMILY), steps)
    chosen, added, told, removed = (step["d"] for step in done.trace["steps"])
    assert chosen["/data/kid[1]"] == {"r": 1}
    assert added == {"/data/kid[2]": {"r": 1}, "/data/kid[2]/age": {"v": "", "r": 1, "q": 1, "qv": 0}}
    assert told == {"/data/kid[2]/age": {"v": "40", "r": 1, "q": 1, "c": 0}}
    assert removed == {"/data/kid[2]": None, "/data/kid[2]/age": None}
    assert done.trace["final_violations"] == ["/data/kid[1]/age"]
    assert "<kid><age/></kid>" in done.trace["submission"]
    assert done.refused == ()


def test_steps_that_cannot_be_taken_are_said_and_passed_over() -> None:
    steps: list[Step] = [
        {"op": "set", "ref": "/data/nowhere", "v": "1"},
        {"op": "set", "ref": "/data/fixed", "v": "1"},
        {"op": "set", "ref": "/data/g", "v": "1"},
        {"op": "set", "ref": "/data/kids", "v": ["y"]},
        {"op": "add", "ref": "/data/g"},
        {"op": "remove", "ref": "/data/kid", "n": 7},
        {"op": "jump", "ref": "/data/kid"},
        {"op": "set"},
        {"op": "error", "m": "where the other engine stopped"},
        {"op": "set", "ref": "/data/kids", "v": "n"},
    ]
    done = replay(filling(FAMILY), steps)
    assert [line.split(":")[0] for line in done.refused] == [f"step {number}" for number in range(1, 9)]
    assert [step["d"] for step in done.trace["steps"][:-1]] == [{}] * 9
    assert done.trace["steps"][-1]["d"]["/data/kids"]["v"] == "n"


@pytest.mark.parametrize("ref", ["/data/kid[x]/age", "/data/kid[-1]/age", "/data/kid[0]/age", "data/fixed", "//g"])
def test_a_ref_that_odk_does_not_write_is_refused(ref: str) -> None:
    form = filling(FAMILY)
    take(form, {"op": "set", "ref": "/data/kids", "v": "y"})
    with pytest.raises(StepRefused, match="is no path such as"):
        take(form, {"op": "set", "ref": ref, "v": "3"})
    assert form.node("/data/kid[1]/age").value == ""


@pytest.mark.parametrize(
    ("n", "left"), [(0, ["2", "3"]), (1, ["1", "3"]), (2, ["1", "2"]), (3, ["1", "2"]), (None, ["1", "2"])]
)
def test_a_member_goes_by_its_index_from_nought(n: int | None, left: list[str]) -> None:
    form = filling(FAMILY)
    take(form, {"op": "set", "ref": "/data/kids", "v": "y"})
    for _member in range(2):
        take(form, {"op": "add", "ref": "/data/kid"})
    for at in (1, 2, 3):
        take(form, {"op": "set", "ref": f"/data/kid[{at}]/age", "v": at})
    take(form, {"op": "remove", "ref": "/data/kid"} | ({} if n is None else {"n": n}))
    assert [form.node(f"/data/kid[{at}]/age").value for at in (1, 2)] == list(left)


def test_a_counted_repeat_cannot_be_added_to() -> None:
    form = filling("""
        | survey |              |      |       |              |
        |        | type         | name | label | repeat_count |
        |        | begin repeat | kid  | Kid   | 2            |
        |        | text         | name | Name  |              |
        |        | end repeat   |      |       |              |
    """)
    with pytest.raises(StepRefused, match="counted by the form"):
        take(form, {"op": "add", "ref": "/data/kid"})


def test_what_stayed_is_no_change() -> None:
    before = held(filling(FAMILY))
    assert changes(before, held(filling(FAMILY))) == {}
