"""Working out only what depends on a change says the same as working out everything."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.form import Form, Instance
from tests.dialogs.form.filling import INSTANCE_ID, NOON, form_of

HOUSEHOLD = """
    | survey |               |         |       |                         |                |              |                              |
    |        | type          | name    | label | relevant                | choice_filter  | repeat_count | calculation                  |
    |        | integer       | size    | Size  |                         |                |              |                              |
    |        | select_one gov | gov    | Gov   |                         |                |              |                              |
    |        | select_one dist | dist  | Dist  | ${size} > 0             | gov = ${gov}   |              |                              |
    |        | begin repeat  | member  | M     | ${gov} != 'luxor'       |                | ${size}      |                              |
    |        | integer       | age     | Age   |                         |                |              |                              |
    |        | calculate     | elder   |       |                         |                |              | count(${member}[age > current()/../age]) |
    |        | calculate     | before  |       |                         |                |              | indexed-repeat(${age}, ${member}, position(..) - 1) |
    |        | begin group   | child   | Child | ${age} < 18             |                |              |                              |
    |        | select_one dist | school | S    |                         | gov = ${gov}   |              |                              |
    |        | calculate     | tag     |       |                         |                |              | concat(${school}, position(../..), ${dist}) |
    |        | end group     |         |       |                         |                |              |                              |
    |        | end repeat    |         |       |                         |                |              |                              |
    |        | calculate     | oldest  |       |                         |                |              | max(${age})                  |
    |        | calculate     | tags    |       |                         |                |              | join(' ', ${tag})            |
    |        | calculate     | share   |       | ${oldest} > 20          |                |              | 100 div ${size}              |
    |        | text          | why     | Why   | ${share} > 30 or contains(${tags}, 'nag') |  |            |                              |
    | choices |           |       |       |       |
    |         | list_name | name  | label | gov   |
    |         | gov       | qena  | Qena  |       |
    |         | gov       | luxor | Luxor |       |
    |         | dist      | nag   | Nag   | qena  |
    |         | dist      | esna  | Esna  | luxor |
"""  # noqa: E501 - a table is as wide as it is

ANSWERS = st.one_of(
    st.tuples(st.just("/data/size"), st.sampled_from(["", "0", "1", "2", "3"])),
    st.tuples(st.just("/data/gov"), st.sampled_from(["", "qena", "luxor"])),
    st.tuples(st.just("/data/dist"), st.sampled_from(["", "nag", "esna"])),
    st.tuples(st.sampled_from([f"/data/member[{n}]/age" for n in (1, 2, 3)]), st.sampled_from(["", "5", "17", "40"])),
    st.tuples(
        st.sampled_from([f"/data/member[{n}]/child/school" for n in (1, 2, 3)]), st.sampled_from(["nag", "esna"])
    ),
    st.tuples(st.just("/data/why"), st.sampled_from(["", "x"])),
)


@cache
def household() -> Form:
    return form_of(HOUSEHOLD)


@settings(max_examples=150)
@given(st.lists(ANSWERS, max_size=25))
def test_a_change_reaches_all_that_depends_on_it(answers: list[tuple[str, str]]) -> None:
    form = Instance.start(household(), now=NOON, time_zone="UTC", instance_id=INSTANCE_ID)
    for ref, answer in answers:
        if int(ref.partition("[")[2][:1] or 0) <= form.repeat_count("/data/member"):
            form.set(ref, answer)
    step_by_step = form.values()
    form._work.below(form._root)
    form._work.run()
    assert form.values() == step_by_step
