"""Several servers are spoken to side by side: who looks for more rests where nothing could be done."""

from __future__ import annotations

import asyncio

import pytest

from bot.doors.side_by_side import SideBySide


def test_what_is_due_but_waits_for_something_else_is_no_reason_to_look_again_at_once() -> None:
    async def nothing(_: int) -> int:
        return 0

    async def one(_: int) -> int:
        return 1

    async def both() -> tuple[bool, bool]:
        lines = SideBySide()
        return await lines.go_on([1, 2], nothing), await lines.go_on([1], one)

    assert asyncio.run(both()) == (False, True)


def test_a_fault_of_one_is_told_and_the_next_look_begins_with_all_of_them_anew() -> None:
    async def fails(each: int) -> int:
        raise ValueError(each)

    async def twice() -> None:
        lines = SideBySide()
        for _ in range(2):
            with pytest.raises(ValueError, match="1"):
                await lines.go_on([1, 2], fails)

    asyncio.run(twice())


def test_nobody_goes_on_once_the_service_ends() -> None:
    ended = list[int]()

    async def long(each: int) -> int:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(each)
        return 1

    async def stopped() -> None:
        going = asyncio.ensure_future(SideBySide().go_on([1, 2], long))
        await asyncio.sleep(0.01)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        assert ended == [1, 2]

    asyncio.run(stopped())
