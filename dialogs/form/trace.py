"""What an instance holds, node by node, before and after each step: comparable with the traces of ODK's own engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from dialogs.form.form import Form
from dialogs.form.instance import Instance

NodeHeld: TypeAlias = dict[str, str | int]
Held: TypeAlias = dict[str, NodeHeld]
Step: TypeAlias = Mapping[str, Any]

BETWEEN_CHOICES = "\x1f"  # U+001F, which no choice's name can hold
_CONTAINERS = ("group", "repeat")
_REF = re.compile(r"(/[^][/]+(\[[1-9][0-9]{0,8}\])?)+")  # `/data/rep[2]/q`
_CHOOSING = ("select_one", "select_multiple", "rank")


class StepRefused(ValueError):
    """A step cannot be taken; the message says which and why. The instance is as it was."""


@dataclass(frozen=True, slots=True)
class Replay:
    """`trace` is the JSON value that `replay` describes; `refused` has a line for each step that was not taken."""

    trace: dict[str, Any]
    refused: tuple[str, ...]


def replay(instance: Instance, steps: Iterable[Step]) -> Replay:
    """Takes the steps one after the other, passing over those that cannot be taken.

    The trace has `initial` (the nodes by ref), `steps` (each with `d`, the nodes that changed; null: one that went),
    `final_violations` (refs) and `submission` (the XML; no end time, for nobody has finished the form). A step marked
    `error`, with which the traces of ODK's engine may end, changes nothing.
    """
    before = initial = held(instance)
    taken: list[dict[str, Any]] = []
    refused: list[str] = []
    for number, step in enumerate(steps, 1):
        noted = {key: step[key] for key in step if key != "d"}
        try:
            take(instance, step)
        except StepRefused as refusal:
            refused.append(f"step {number}: {refusal}")
            taken.append({**noted, "d": {}, "refused": str(refusal)})
            continue
        after = held(instance)
        taken.append({**noted, "d": changes(before, after)})
        before = after
    trace = {
        "initial": initial,
        "steps": taken,
        "final_violations": list(violations(instance)),
        "submission": instance.submission(ended=False),
    }
    return Replay(trace, tuple(refused))


def held(instance: Instance) -> Held:
    """Every node below the root by ref: `v` value, `r` relevant 1 or 0; and where they hold `q` required, `ro`
    read-only, `c` 0 for a constraint that fails, `qv` 0 for a required answer that is missing, `o` the names of the
    choices on offer. Of groups and members of repeats only `r`."""
    return {as_written(instance.form, ref): _node(instance, ref) for ref in instance.refs()}


def changes(before: Held, after: Held) -> dict[str, NodeHeld | None]:
    """The nodes that are new or different, and None for each that went."""
    found: dict[str, NodeHeld | None] = {ref: node for ref, node in after.items() if before.get(ref) != node}
    return found | dict.fromkeys((ref for ref in before if ref not in after), None)


def violations(instance: Instance) -> Iterator[str]:
    """Refs of the nodes that keep the form from being sent, in document order."""
    for ref in instance.refs():
        state = instance.node(ref)
        if not state.constraint_ok or state.missing:
            yield as_written(instance.form, ref)


def as_written(form: Form, ref: str) -> str:
    """The ref with the prefixes that the XForm gives its names: `/data/orx:meta/orx:instanceID`."""
    definition = form.program.definition(ref)
    if all(":" not in found.tag for found in definition.above()):
        return ref
    tags = reversed([found.tag for found in definition.above()])
    positions = (step.partition("[")[1:] for step in ref.strip("/").split("/"))
    return "/" + "/".join(tag + "".join(position) for tag, position in zip(tags, positions, strict=True))


def _plain(ref: str) -> str:
    return "/".join(step.rpartition(":")[2] for step in ref.split("/"))


def _node(instance: Instance, ref: str) -> NodeHeld:
    state = instance.node(ref)
    kind = state.question.kind
    if kind in _CONTAINERS:
        return {"r": int(state.relevant)}
    found: NodeHeld = {"v": state.value, "r": int(state.relevant)}
    if state.required:
        found["q"] = 1
    if state.readonly:
        found["ro"] = 1
    if not state.constraint_ok:
        found["c"] = 0
    if state.missing:
        found["qv"] = 0
    if kind in _CHOOSING and state.relevant and not _is_typed(instance, ref):
        found["o"] = BETWEEN_CHOICES.join(_offered(instance, ref))
    return found


def _is_typed(instance: Instance, ref: str) -> bool:
    """An old external select whose list is not here: a field to write in, as in ODK's engine."""
    choices = instance.form.program.definition(ref).choices
    return choices is not None and choices.typed and choices.open_list


def _offered(instance: Instance, ref: str) -> Iterable[str]:
    """The names on offer. Where the file that `search()` looks in is missing, ODK's engine, which does not know that
    function, offers the row that names the file's columns."""
    names = [choice.name for choice in instance.choices(ref)]
    choices = instance.form.program.definition(ref).choices
    if choices is not None and choices.open_list and "search(" in instance.node(ref).question.appearance:
        return (choices.value, *names)
    return names


def take(instance: Instance, step: Step) -> None:
    """Takes one step: `set` a `ref` to `v`, `add` a member to the repeat `ref`, `remove` one, or `error` (nothing).

    `n` of `remove` is the member's index counted from 0, as ODK's engine takes it; for the last one it is also the
    number of members that are left. Without `n`, or where `n` is the number of members, the last one goes.
    Raises `StepRefused`.
    """
    operation, ref = step.get("op"), step.get("ref")
    if operation == "error":
        return
    if operation not in ("set", "add", "remove"):
        raise StepRefused(f"op {operation!r} is none of set, add, remove")
    if not isinstance(ref, str) or not _REF.fullmatch(ref):
        raise StepRefused(f"{operation}: ref {ref!r} is no path such as /data/question")
    ref = _plain(ref)
    try:
        if operation == "set":
            _set(instance, ref, step.get("v"))
        elif operation == "add":
            _add(instance, ref)
        else:
            _remove(instance, ref, step.get("n"))
    except KeyError as error:
        raise StepRefused(f"{operation}: the form has no {ref} now") from error


def _set(instance: Instance, ref: str, value: object) -> None:
    state = instance.node(ref)
    if state.question.kind in _CONTAINERS:
        raise StepRefused(f"set: {ref} is a {state.question.kind}, which holds no value")
    if state.readonly:
        raise StepRefused(f"set: {ref} is read-only")
    if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
        raise StepRefused(f"set: v of {ref} is neither a text nor a number")
    instance.set(ref, "" if value is None else str(value))


def _add(instance: Instance, ref: str) -> None:
    _check_repeat(instance, ref, "add")
    instance.add_repeat(ref)


def _remove(instance: Instance, ref: str, index: object) -> None:
    _check_repeat(instance, ref, "remove")
    count = instance.repeat_count(ref)
    at = count - 1 if index is None or index == count else index
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < count:
        raise StepRefused(f"remove: {ref} has {count} members, and n is {index!r}")
    instance.remove_repeat(ref, at + 1)


def _check_repeat(instance: Instance, ref: str, operation: str) -> None:
    question = instance.form.question(ref)
    if ref.endswith("]") or question.kind != "repeat":
        raise StepRefused(f"{operation}: {ref} is no repeat")
    if not question.open_ended:
        raise StepRefused(f"{operation}: the members of {ref} are counted by the form")
