"""What an officer may write under `[deadlines]`, `[ladder.*]`, `[closing_loop]`, `[transfer]`, and what is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from referrals.definitions.settings import LADDERS, BadProgramme, Rung, read_settings

ROOT = Path(__file__).resolve().parents[3]
WRITTEN = (ROOT / "programmes" / "qena" / "programme.toml").read_text(encoding="utf-8")


def changed(before: str, after: str) -> str:
    assert before in WRITTEN
    return WRITTEN.replace(before, after, 1)


def test_the_ladder_as_it_is_written_lowest_rung_first() -> None:
    ladder = read_settings(WRITTEN).ladder
    assert ladder["emergency"] == (
        Rung(0.5, "call_desk"),
        Rung(1.0, "tell_supervisor"),
        Rung(1.0, "ask_second_centre"),
    )
    assert [rung.share for rung in ladder["normal"]] == [1.0, 1.5, 2.0]


def test_a_programme_without_a_ladder_has_the_usual_one() -> None:
    start, end = WRITTEN.index("[ladder.normal]"), WRITTEN.index("[quiet_hours]")
    assert read_settings(WRITTEN[:start] + WRITTEN[end:]).ladder == LADDERS


def test_how_often_a_family_is_asked_how_it_ended() -> None:
    asked = read_settings(WRITTEN + "\n[closing_loop]\ntries = 2\ndays_between = 5\n")
    assert (asked.loop_tries, asked.loop_days_between) == (2, 5.0)
    assert (read_settings(WRITTEN).loop_tries, read_settings(WRITTEN).transfer_answer_hours) == (3, 72.0)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[ladder.normal]", "[ladder.someday]", "'someday' is no priority; the priorities are normal, urgent"),
        ("match_again = 2.0", "match_agian = 2.0", "ladder.normal: 'match_agian' is no rung; the rungs are call_desk"),
        ("match_again = 2.0", 'match_again = "soon"', "ladder.normal: match_again is 'soon'; write a number above 0"),
        ("match_again = 2.0", "match_again = 0", "ladder.normal: match_again is 0; write a number above 0"),
        ("match_again = 2.0", "match_again = true", "ladder.normal: match_again is True; write a number above 0"),
        ("match_again = 2.0", "match_again = 200", "write a share of the deadline, such as 1.5, at most 10"),
        ("respond_hours = 72", "respond_hours = -1", "deadlines.urgent: respond_hours is -1; write a number above 0"),
        ("respond_hours = 72", "", "the key 'respond_hours' is missing"),
        ("[quiet_hours]", "[closing_loop]\ntries = 0\n[quiet_hours]", "closing_loop: tries is 0; write a whole number"),
        ("[quiet_hours]", "[transfer]\nanswer_hours = 0\n[quiet_hours]", "transfer: answer_hours is 0"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(before: str, after: str, told: str) -> None:
    with pytest.raises(BadProgramme) as refused:
        read_settings(changed(before, after))
    assert told in str(refused.value)
