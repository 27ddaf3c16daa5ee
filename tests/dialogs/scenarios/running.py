"""Runs the script of a scenario: each line is a step, or something that must hold after the steps before it.

set kid[2]/age = 5      add kid      remove kid[2]      refuses set total = 5      time 2026-02-01T08:00Z
total = 7    total is blank    total shown | hidden | required | optional | locked | open | wrong | right | missing
town offers cairo qena    town offers nothing    kid has 2    label total = «You have 7»    violations a b
sends <total>7</total>    does not send <secret
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from dialogs.form import Instance
from dialogs.form.trace import BETWEEN_CHOICES, NodeHeld, StepRefused, held, take, violations

STEP = re.compile(r"(refuses )?(set|add|remove) (\S+?)(?:\[(\d+)\])?(?: = ?(.*))?")
WORDS: dict[str, Callable[[NodeHeld], bool]] = {
    "shown": lambda node: node["r"] == 1,
    "hidden": lambda node: node["r"] == 0,
    "required": lambda node: node.get("q") == 1,
    "optional": lambda node: "q" not in node,
    "locked": lambda node: node.get("ro") == 1,
    "open": lambda node: "ro" not in node,
    "wrong": lambda node: node.get("c") == 0,
    "right": lambda node: "c" not in node,
    "missing": lambda node: node.get("qv") == 0,
    "answered": lambda node: "qv" not in node,
}


def run_line(instance: Instance, line: str) -> str:
    """Takes the step or looks at what must hold; "" when all is well, else what is the case instead."""
    if line.startswith(("set ", "add ", "remove ", "refuses ")):
        return _step(instance, line)
    if line.startswith("time "):
        instance.clock(datetime.fromisoformat(line[5:].replace("Z", "+00:00")))
        return ""
    if line.startswith(("sends ", "does not send ")):
        wanted = not line.startswith("does not ")
        said = line.partition("send ")[2] if not wanted else line[6:]
        sent = instance.submission(ended=False)
        return "" if (said in sent) is wanted else sent
    if line.startswith("violations"):
        found = [ref.removeprefix("/data/") for ref in violations(instance)]
        return "" if found == line.split()[1:] else f"violations {' '.join(found)}"
    if line.startswith("label "):
        ref, _, said = line[6:].partition(" = ")
        label = instance.label(full(ref))
        return "" if label == said.strip("«»") else label
    return _holds(instance, line)


def full(ref: str) -> str:
    """`kid[2]/age` as `/data/kid[2]/age`."""
    return ref if ref.startswith("/") else f"/data/{ref}"


def step_of(line: str) -> tuple[dict[str, object], bool]:
    """The step a line stands for, and whether it must be refused."""
    match = STEP.fullmatch(line)
    assert match is not None, line
    refused, operation, ref, index, value = match.groups()
    step: dict[str, object] = {"op": operation, "ref": full(ref)}
    if operation == "set":
        step["ref"] = full(ref if index is None else f"{ref}[{index}]")
        step["v"] = value or ""
    elif operation == "remove":
        step["n"] = int(index) - 1
    return step, bool(refused)


def _step(instance: Instance, line: str) -> str:
    step, must_be_refused = step_of(line)
    try:
        take(instance, step)
    except StepRefused as refusal:
        return "" if must_be_refused else str(refusal)
    return "it was taken" if must_be_refused else ""


def _holds(instance: Instance, line: str) -> str:
    return holds(held(instance), line)


def holds(nodes: dict[str, NodeHeld], line: str) -> str:
    """ "" when the line is true of the nodes, else what is the case instead."""
    ref, _, said = line.partition(" ")
    if said.startswith("has "):
        count = sum(1 for found in nodes if re.fullmatch(re.escape(full(ref)) + r"\[\d+\]", found))
        return "" if count == int(said[4:]) else f"{ref} has {count}"
    node = nodes.get(full(ref))
    if said == "is gone":
        return "" if node is None else f"{ref} is there"
    if node is None:
        return f"there is no {full(ref)}: {' '.join(nodes)}"
    if said.startswith("offers"):
        wanted = [] if said == "offers nothing" else said.split()[1:]
        return "" if str(node.get("o", "")) == BETWEEN_CHOICES.join(wanted) else str(node)
    if said == "is blank" or said.startswith("="):
        return "" if node.get("v") == said[2:].strip() * (said != "is blank") else str(node)
    return "" if WORDS[said](node) else str(node)
