"""What stands in a form before anybody answers: defaults, dynamic defaults, metadata."""

from __future__ import annotations

from tests.dialogs.form.filling import INSTANCE_ID, NOON, answer, filling, value

FRESH = """
    | survey |               |        |        |                   |
    |        | type          | name   | label  | default           |
    |        | start         | start  |        |                   |
    |        | end           | end    |        |                   |
    |        | today         | day    |        |                   |
    |        | deviceid      | device |        |                   |
    |        | username      | who    |        |                   |
    |        | select_one yn | agree  | Agree? | no                |
    |        | date          | visit  | When?  | today()           |
    |        | integer       | count  | Count  | 2 + 3             |
    |        | begin repeat  | r      | R      |                   |
    |        | integer       | n      | N      | ${count} * 2      |
    |        | end repeat    |        |        |                   |
    | choices |           |      |       |
    |         | list_name | name | label |
    |         | yn        | yes  | Yes   |
    |         | yn        | no   | No    |
"""


def test_defaults_stand_before_anybody_answers() -> None:
    form = filling(FRESH)
    assert (value(form, "agree"), value(form, "visit"), value(form, "count")) == ("no", "2026-01-15", "5")


def test_a_dynamic_default_is_worked_out_once() -> None:
    form = answer(filling(FRESH), visit="2026-02-01")
    form.clock(NOON.replace(year=2027))
    assert value(form, "visit") == "2026-02-01"


def test_a_new_member_gets_its_own_dynamic_default() -> None:
    form = answer(filling(FRESH), count="8")
    assert form.node("/data/r[1]/n").value == "10"
    form.add_repeat("/data/r")
    assert form.node("/data/r[2]/n").value == "16"


def test_metadata_is_filled_and_never_asked() -> None:
    form = filling(FRESH, preload={"deviceid": "chat:telegram", "username": "desk"}, time_zone="Asia/Kuwait")
    assert value(form, "start") == "2026-01-15T13:00:00.000+03:00"
    assert value(form, "day") == "2026-01-15"
    assert (value(form, "device"), value(form, "who")) == ("chat:telegram", "desk")
    assert value(form, "instanceID") == f"uuid:{INSTANCE_ID}"
    assert not any(form.form.question(ref).kind in ("start", "end", "today", "deviceid") for ref in form.walk())
    assert "/data/start" in form.walk(all=True)
