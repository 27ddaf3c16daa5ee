"""How many are under way: one while that keeps the pace, more only while rows wait that the pace would let go."""

from __future__ import annotations

from itertools import pairwise

from bot.delivery.room import CAREFUL, Growth, Room

GROWTH = Growth(most=8, behind_seconds=1.0, again_seconds=0.2)


def after(room: Room, looks: list[tuple[float, bool, bool]]) -> list[int]:
    """The places after each look: (seconds, behind, idle)."""
    places = []
    for now, behind, idle in looks:
        room.look(behind=behind, idle=idle, now=now)
        places.append(room.places)
    return places


def test_a_short_rush_is_worked_off_one_at_a_time() -> None:
    """Or a kill at that moment would repeat more than one."""
    assert after(Room(GROWTH), [(0.0, True, False), (0.9, True, False), (0.95, False, False)]) == [1, 1, 1]


def test_it_grows_while_it_stays_behind_and_no_further_than_it_may() -> None:
    looks = [(tenth / 10, True, False) for tenth in range(30)]
    places = after(Room(GROWTH), looks)
    assert places[9] == 1
    assert places[10] == 2
    assert places[-1] == GROWTH.most
    assert all(later in (before, before * 2) for before, later in pairwise(places))


def test_being_behind_now_and_then_is_not_staying_behind() -> None:
    looks = [(float(second), second % 2 == 0, False) for second in range(20)]
    assert set(after(Room(GROWTH), looks)) == {1}


def test_it_is_one_again_as_soon_as_nothing_waits() -> None:
    looks = [(tenth / 10, True, False) for tenth in range(30)]
    assert after(Room(GROWTH), [*looks, (3.0, False, True)])[-1] == 1


def test_a_platform_without_statuses_has_few_under_way() -> None:
    assert Room.of("telegram").growth is CAREFUL
    assert CAREFUL.most <= 8
    assert Room.of("whatsapp").growth.most >= 200, "1,000 a second at 200 ms each"
