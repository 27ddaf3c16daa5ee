"""What is kept between questions says the same as working it out anew, and what is taken back leaves no trace."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.form import Form, Instance, NodeState
from tests.dialogs.form.filling import INSTANCE_ID, NOON, form_of

FAMILY = """
    | survey |                 |         |       |                     |                              |                    |                    |                |                |                                |
    |        | type            | name    | label | relevant            | constraint                   | required           | read_only          | choice_filter  | repeat_count   | calculation                    |
    |        | integer         | size    | Size  |                     | . < 4                        | yes                |                    |                |                |                                |
    |        | select_one gov  | gov     | Gov   | ${size} > 0         |                              | ${size} > 1        |                    |                |                |                                |
    |        | select_one dist | dist    | Dist  |                     | ${gov} != 'luxor' or . != 'esna' |                | ${size} = 3        | gov = ${gov}   |                |                                |
    |        | date            | since   | Since |                     | . <= today()                 |                    |                    |                |                |                                |
    |        | dateTime        | until   | Until |                     | . > now()                    |                    |                    |                |                |                                |
    |        | calculate       | double  |       |                     |                              |                    |                    |                |                | ${size} * 2                    |
    |        | integer         | limit   | Limit |                     | . <= ${double}               |                    |                    |                |                |                                |
    |        | integer         | own     | Own   |                     | . < ${twice}                 |                    |                    |                |                |                                |
    |        | calculate       | twice   |       |                     |                              |                    |                    |                |                | if(${own} > 5, 3, 100)         |
    |        | begin group     | home    | Home  |                     |                              |                    |                    |                |                |                                |
    |        | begin repeat    | member  | M     | ${gov} != 'luxor'   |                              |                    |                    |                | ${size}        |                                |
    |        | integer         | age     | Age   |                     | . < 100 and . >= position(..) | ${since} != ''    |                    |                |                |                                |
    |        | text            | note    | Note  | ${age} > 5          | count(${member}) > 1         |                    | ${age} = 40        |                |                |                                |
    |        | select_one dist | place   | Place |                     |                              |                    |                    | gov = ${gov}   |                |                                |
    |        | end repeat      |         |       |                     |                              |                    |                    |                |                |                                |
    |        | begin repeat    | visit   | V     |                     |                              |                    |                    |                |                |                                |
    |        | integer         | cost    | Cost  |                     | . < 10 or sum(${cost}) < 20  |                    |                    |                |                |                                |
    |        | text            | why     | Why   | ${cost} > 3         | . != once('x')               | position(..) = 2   |                    |                |                |                                |
    |        | calculate       | place_in |      |                     |                              |                    |                    |                |                | concat(position(..), ${why})   |
    |        | end repeat      |         |       |                     |                              |                    |                    |                |                |                                |
    |        | end group       |         |       |                     |                              |                    |                    |                |                |                                |
    |        | note            | said    | ${place_in} |               |                              |                    |                    |                |                |                                |
    | choices |           |       |       |       |
    |         | list_name | name  | label | gov   |
    |         | gov       | qena  | Qena  |       |
    |         | gov       | luxor | Luxor |       |
    |         | dist      | nag   | Nag   | qena  |
    |         | dist      | esna  | Esna  | luxor |
"""  # noqa: E501 - a table is as wide as it is

_MEMBERS = [f"/data/home/member[{n}]" for n in (1, 2, 3)]
_VISITS = [f"/data/home/visit[{n}]" for n in (1, 2, 3)]
STEPS = st.one_of(
    st.tuples(st.just("/data/size"), st.sampled_from(["", "0", "1", "2", "3"])),
    st.tuples(st.just("/data/gov"), st.sampled_from(["", "qena", "luxor"])),
    st.tuples(st.just("/data/dist"), st.sampled_from(["", "nag", "esna"])),
    st.tuples(st.just("/data/since"), st.sampled_from(["", "2026-01-15", "2026-01-16", "2026-02-01"])),
    st.tuples(st.just("/data/until"), st.sampled_from(["", "2026-01-15T11:00:00.000Z"])),
    st.tuples(st.sampled_from(["/data/limit", "/data/own"]), st.sampled_from(["", "1", "4", "6"])),
    st.tuples(st.sampled_from([f"{one}/age" for one in _MEMBERS]), st.sampled_from(["", "2", "40", "200"])),
    st.tuples(st.sampled_from([f"{one}/note" for one in _MEMBERS]), st.sampled_from(["", "x"])),
    st.tuples(st.sampled_from([f"{one}/place" for one in _MEMBERS]), st.sampled_from(["", "nag", "esna"])),
    st.tuples(st.sampled_from([f"{one}/cost" for one in _VISITS]), st.sampled_from(["", "1", "5", "12"])),
    st.tuples(st.sampled_from([f"{one}/why" for one in _VISITS]), st.sampled_from(["", "x", "y"])),
    st.tuples(st.just("+"), st.just("")),
    st.tuples(st.just("-"), st.sampled_from(["1", "2", "3"])),
    st.tuples(st.just("clock"), st.sampled_from(["30", "600", "100000"])),
)


@cache
def family() -> Form:
    return form_of(FAMILY)


def started() -> Instance:
    return Instance.start(family(), now=NOON, time_zone="UTC", instance_id=INSTANCE_ID)


def take(instance: Instance, step: tuple[str, str], elapsed: int = 0) -> int:
    """One step, if there is such a place; the seconds that have passed by then."""
    ref, value = step
    try:
        if ref == "+":
            instance.add_repeat("/data/home/visit")
        elif ref == "-":
            instance.remove_repeat("/data/home/visit", int(value))
        elif ref == "clock":
            elapsed += int(value)
            instance.clock(NOON + timedelta(seconds=elapsed))
        else:
            instance.set(ref, value)
    except KeyError:
        pass
    return elapsed


def everything(instance: Instance) -> dict[str, tuple[NodeState, list[str], str]]:
    return {
        ref: (instance.node(ref), [choice.name for choice in instance.choices(ref)], instance.label(ref))
        for ref in instance.refs()
    }


@settings(max_examples=120)
@given(st.lists(STEPS, max_size=25))
def test_what_is_kept_says_the_same_as_working_it_out_anew(steps: list[tuple[str, str]]) -> None:
    instance, elapsed = started(), 0
    for step in steps:
        elapsed = take(instance, step, elapsed)
        anew = instance.copy()  # which keeps the answers and nothing that was worked out about them
        assert everything(instance) == everything(anew)
        assert list(instance.walk()) == list(anew.walk())
        assert instance.asked() == anew.asked()


@settings(max_examples=120)
@given(st.lists(STEPS, max_size=15), st.lists(STEPS, max_size=8), st.lists(STEPS, max_size=8))
def test_what_is_taken_back_leaves_no_trace(
    steps: list[tuple[str, str]], wrong: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    instance, other = started(), started()
    for step in steps:
        take(instance, step)
        take(other, step)
    now = instance.record()
    before, xml = everything(instance), instance.submission()
    for step in wrong:
        if step[0] != "clock":
            take(instance, step)
            everything(instance)  # so that something is kept that must go again
    instance.take_back(instance.record())
    assert everything(instance) == before
    assert instance.submission() == xml
    assert not now
    for step in after:
        take(instance, step)
        take(other, step)
    assert everything(instance) == everything(other)
    assert instance.submission() == other.submission()


@settings(max_examples=120)
@given(st.lists(STEPS, max_size=15), STEPS)
def test_an_answer_is_tried_without_changing_anything(steps: list[tuple[str, str]], step: tuple[str, str]) -> None:
    instance = started()
    for one in steps:
        take(instance, one)
    ref, value = step
    if ref not in set(instance.refs()):
        return
    before, other = everything(instance), instance.copy()
    other.set(ref, value)
    assert instance.tried(ref, value) == other.node(ref)
    assert everything(instance) == before


def test_a_record_tells_what_changed_and_what_it_held_before() -> None:
    instance = started()
    instance.record()
    instance.set("/data/size", "2")
    changes = instance.record()
    assert {node.ref(): held.text for node, held in changes.before.items()}["/data/size"] == ""
    assert {node.ref() for node in changes.before} >= {"/data/size", "/data/double", "/data/gov"}
    assert [move.member.ref() for move in changes.moves] == ["/data/home/member[1]", "/data/home/member[2]"]
    assert "/data/gov" in {node.ref() for node in changes.doubtful}
    assert not instance.record()
