"""What a life cycle is: a table of transitions, and the one function that moves along it."""

from __future__ import annotations

from dataclasses import dataclass

ANY = "*"
SAME = "="
"""As a target: the state stays as it is; what changes is told by `effect` or `business_status`."""


@dataclass(frozen=True)
class Transition:
    """One row: who (`actors`) may make `event` lead from `source` to `target`.

    `source` and `actors` write alternatives with «|»; `source` may be «*», every state but the target.
    `proposed_by` names who asks first where two persons take part: `actors` then holds the one who decides.
    `effect` says what the caller must do beside storing the state, `guard` what it must have checked.
    """

    source: str
    event: str
    target: str
    actors: str
    guard: str = ""
    effect: str = ""
    business_status: str = ""
    proposed_by: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The states that this row starts from, as written; ("*",) for every state."""
        return tuple(self.source.split("|"))

    @property
    def who(self) -> tuple[str, ...]:
        """The roles that may fire it."""
        return tuple(self.actors.split("|"))

    def starts_from(self, state: str) -> bool:
        """Whether the row is open to a noun in this state."""
        if self.source == ANY:
            return state != self.target
        return state in self.sources


@dataclass(frozen=True)
class Lifecycle:
    """The whole table of one noun. A transition that is not in it cannot happen."""

    name: str
    initial: str
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        seen: set[tuple[str, str]] = set()
        for row in self.transitions:
            for key in ((source, row.event) for source in row.sources):
                if key in seen:
                    raise ValueError(f"{self.name}: two rows say what `{key[1]}` does from `{key[0]}`; keep one")
                seen.add(key)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order the table first names it."""
        named = [self.initial]
        for row in self.transitions:
            named += [state for state in (*row.sources, row.target) if state not in (ANY, SAME)]
        return tuple(dict.fromkeys(named))

    @property
    def events(self) -> tuple[str, ...]:
        """Every event, in the order the table first names it."""
        return tuple(dict.fromkeys(row.event for row in self.transitions))


class TransitionRefused(ValueError):
    """The table has no such step from here for this actor; the message lists the steps that it has."""

    def __init__(self, lifecycle: Lifecycle, state: str, event: str, actor: str) -> None:
        self.lifecycle = lifecycle.name
        self.state = state
        self.event = event
        self.actor = actor
        super().__init__(_refusal(lifecycle, state, event, actor))


def step(lifecycle: Lifecycle, state: str, event: str, actor: str) -> Transition:
    """The row that applies, with its effect and business status. Raises `TransitionRefused`."""
    for row in _open_rows(lifecycle, state):
        if row.event == event and actor in row.who:
            return row
    raise TransitionRefused(lifecycle, state, event, actor)


def advance(lifecycle: Lifecycle, state: str, event: str, actor: str) -> str:
    """The state after the event; the same state where the row keeps it. Raises `TransitionRefused`."""
    target = step(lifecycle, state, event, actor).target
    return state if target == SAME else target


def allowed_events(lifecycle: Lifecycle, state: str, actor: str) -> tuple[str, ...]:
    """The events open to this actor in this state, in the table's order: the buttons of a page."""
    return tuple(row.event for row in _open_rows(lifecycle, state) if actor in row.who)


def _open_rows(lifecycle: Lifecycle, state: str) -> tuple[Transition, ...]:
    if state not in lifecycle.states:
        return ()
    return tuple(row for row in lifecycle.transitions if row.starts_from(state))


def _refusal(lifecycle: Lifecycle, state: str, event: str, actor: str) -> str:
    if state not in lifecycle.states:
        known = ", ".join(lifecycle.states)
        return f"{lifecycle.name}: `{state}` is no state of it; the states are {known}"
    rows = _open_rows(lifecycle, state)
    for row in rows:
        if row.event == event:
            may = ", ".join(row.who)
            return f"{lifecycle.name}: `{event}` from `{state}` is not for {actor}; it is for {may}"
    steps = "; ".join(f"{row.event} ({', '.join(row.who)})" for row in rows) or "nothing"
    return f"{lifecycle.name}: `{event}` cannot happen from `{state}`; allowed is {steps}"
