"""Compares a replay with a trace of ODK's own engine, node by node and step by step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Trace = dict[str, Any]
Nodes = dict[str, dict[str, Any]]

_KEYS = ("v", "q", "ro", "c", "qv", "o")  # compared where a node is relevant; relevance itself always is
_OWN_ID = re.compile(r"uuid:[0-9a-f-]{36}")


def differences(theirs: Trace, ours: Trace) -> list[str]:
    """One line for each thing that differs, instance ids aside: state after every step, violations, submission."""
    found = [
        f"after step {number}: {line}"
        for number, (one, other) in enumerate(zip(_states(theirs), _states(ours), strict=True))
        for line in _of_nodes(one, other)
    ]
    if theirs["final_violations"] != ours["final_violations"]:
        found.append(f"violations: {theirs['final_violations']}, not {ours['final_violations']}")
    if _OWN_ID.sub("uuid:", theirs["submission"]) != _OWN_ID.sub("uuid:", ours["submission"]):
        found.append(f"submission: {theirs['submission']}, not {ours['submission']}")
    return found


def _states(trace: Trace) -> Iterator[Nodes]:
    nodes: Nodes = dict(trace["initial"])
    yield nodes
    for step in trace["steps"]:
        nodes = {ref: node for ref, node in {**nodes, **step["d"]}.items() if node is not None}
        yield nodes


def _of_nodes(theirs: Nodes, ours: Nodes) -> Iterator[str]:
    for ref in theirs.keys() | ours.keys():
        one, other = theirs.get(ref), ours.get(ref)
        if one is None or other is None:
            yield f"{ref}: {one}, not {other}"
        elif one["r"] != other["r"]:
            yield f"{ref} relevant: {one['r']}, not {other['r']}"
        elif one["r"]:
            for key in _KEYS:
                if _held(one, key) != _held(other, key):
                    yield f"{ref} {key}: {one.get(key)!r}, not {other.get(key)!r}"


def _held(node: dict[str, Any], key: str) -> Any:
    if key == "c" and not node.get("v"):
        return None  # a blank answer breaks no constraint
    value = node.get(key)
    return _OWN_ID.sub("uuid:", value) if isinstance(value, str) else value
