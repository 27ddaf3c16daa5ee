"""Attributes that the form works out, such as an entity's id: set when it opens, calculated when they are asked for.

Nothing else in a form waits for them, so that they cost a turn nothing.
"""

from __future__ import annotations

from dialogs.expressions import Context, World, to_boolean, to_text
from dialogs.form.tree import InstanceNode


def act_on_attributes(world: World, node: InstanceNode, event: str) -> None:
    """Run the `setvalue`s of `event` on the attributes of `node`."""
    for attribute in node.live:
        for action in attribute.definition.actions:
            if event in action.events and _is_relevant(world, attribute):
                said = action.literal if action.value is None else to_text(action.value.closure(_at(world, attribute)))
                attribute.kept, attribute.calculated = said, _calculated(world, attribute)


def attribute_text(world: World, attribute: InstanceNode) -> str:
    """What it holds now: what was set last, until its calculation says something else than it said then."""
    if not _is_relevant(world, attribute):
        return ""
    calculated = _calculated(world, attribute)
    return attribute.kept if calculated is None or calculated == attribute.calculated else calculated


def _is_relevant(world: World, attribute: InstanceNode) -> bool:
    relevant = attribute.definition.relevant
    return relevant is None or to_boolean(relevant.closure(_at(world, attribute)))


def _calculated(world: World, attribute: InstanceNode) -> str | None:
    calculation = attribute.definition.calculate
    return None if calculation is None else to_text(calculation.closure(_at(world, attribute)))


def _at(world: World, attribute: InstanceNode) -> Context:
    return Context(world, attribute)
