"""Open repeats without a member: nothing in them can be asked, so a person is asked whether there is one at all."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.form import Instance
from dialogs.interview.layout import Layout

ANOTHER = "+"


def with_vacancies(layout: Layout, instance: Instance, refs: list[str]) -> tuple[list[str], bool]:
    """The refs in order, with «+repeat» where an open repeat stands that has no member; and whether any has none."""
    empty = [
        one
        for repeat in sorted(layout.open_repeats)
        for one in _placed(layout, instance, repeat)
        if not instance.repeat_count(one)
    ]
    found = [ANOTHER + one for one in empty if instance.vacant(one)]
    if not found:
        return refs, bool(empty)
    return sorted([*refs, *found], key=lambda step: _order(layout, step.removeprefix(ANOTHER))), True


def _placed(layout: Layout, instance: Instance, repeat: str) -> Iterator[str]:
    """The ref of the repeat in every member of the repeats around it."""
    placed = [""]
    path = ""
    for part in repeat.split("/")[1:]:
        path = f"{path}/{part}"
        placed = [f"{front}/{part}" for front in placed]
        if path != repeat and path in layout.repeats:
            placed = [f"{one}[{n}]" for one in placed for n in range(1, instance.repeat_count(one) + 1)]
    return iter(placed)


def _order(layout: Layout, ref: str) -> list[tuple[int, int]]:
    """What sorts refs as the form has them: the place of each part of the path, and of the member."""
    path, order = "", []
    for part in ref.split("/")[2:]:
        name, _, position = part.partition("[")
        path = f"{path}/{name}"
        order.append((layout.index.get(layout.root + path, -1), int(position[:-1]) if position else 0))
    return order
