"""One node of the form as loaded: its place in the tree, its compiled expressions, its texts and choices."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from dialogs.expressions import Closure, Expression, Item, Node
from dialogs.form.offered import Offered
from dialogs.form.question import ChoiceItem, Question
from dialogs.form.texts import NO_WORDINGS, Wordings


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression as parsed (its references are found there) and as the closure that works it out."""

    source: str
    parsed: Expression
    closure: Closure


@dataclass(frozen=True, slots=True)
class InlineChoice:
    """An `<item>` written into the body."""

    name: str
    label: Wordings


@dataclass(frozen=True, slots=True)
class Shape:
    """An element of the instance as the form writes it: its text, and what stands in it, members of repeats by name."""

    text: str = ""
    children: Mapping[str, tuple[Shape, ...]] = field(default_factory=dict)


BLANK = Shape()


@dataclass(slots=True)
class ItemList:
    """The items on offer for certain answers, and what was worked out about them."""

    items: tuple[Node, ...]
    names: Mapping[str, int] | None = None  # their names, with their places
    offered: Offered | None = None  # None also where a label has values in it


@dataclass(slots=True)
class Choices:
    """Where a select's choices come from: items written into the body, or an itemset over a list."""

    inline: tuple[InlineChoice, ...] = ()
    itemset: Compiled | None = None
    value: str = "name"  # the child of an item that holds the choice's name
    label: str = "label"  # the child that holds its label, or the id of its itext
    translated: bool = False  # the label child holds an itext id
    open_list: bool = False  # the list's file is not here: any answer is let through
    typed: bool = False  # an old external select, which other clients show as a field to write in
    fixed: bool = False  # the list never changes with the answers
    remembered: dict[Item, ChoiceItem] = field(default_factory=dict)  # items whose texts have no values in them
    reads: tuple[Closure, ...] | None = None  # the answers that decide what is on offer; None when more than they do
    said: tuple[Expression, ...] = ()  # what stands between the words of its labels
    edged: bool = False  # some label has blanks around it, which expressions read
    lists: dict[Hashable, ItemList] = field(default_factory=dict)  # what was on offer lately, by those answers


@dataclass(slots=True)
class Action:
    """A `setvalue`: what to write, and on which events."""

    events: frozenset[str]
    value: Compiled | None
    literal: str = ""


@dataclass(slots=True, eq=False)
class Definition:
    """A node of the form. Filled while loading, read-only afterwards."""

    name: str
    ref: str
    parent: Definition | None
    depth: int
    default: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""  # the element's name with its namespace, as the submission writes it
    children: list[Definition] = field(default_factory=list)
    named: dict[str, Definition] = field(default_factory=dict)  # the same by name: no two have one
    live: tuple[Definition, ...] = ()  # those of its attributes that the form works out; no children of it
    place: int = 0  # among all definitions, in document order
    is_repeat: bool = False
    shape: Shape | None = None  # how the form writes it; where an element leaves it out
    template: Shape | None = None  # of a repeat, how a member that is added is written
    grows_at_once: bool = False  # its count reads nothing that has to be worked out first
    grows_late: bool = False  # only once all dynamic defaults stand
    begins_empty: bool = False  # a repeat that stands somewhere without a member of its own
    repeats_above: bool = False  # it is a repeat or stands in one: its ref carries positions
    takes_answer: bool = False  # a person is asked for its value, unless it is read-only now
    pauses: bool = False  # a note that waits until it was read (`appearance` pause)
    may_be_readonly: bool = False  # it, or a group around it, has a `readonly`
    starts_irrelevant: bool = False  # its relevance reads what stands in it: blank, until it is worked out
    restless: bool = False  # its constraint, required or readonly reads what is not followed: work out every time
    is_local: bool | None = None  # its answer changes nothing that its own constraint reads; None: not looked at yet
    question: Question = field(init=False)
    relevant: Compiled | None = None
    required: Compiled | None = None
    readonly: Compiled | None = None
    constraint: Compiled | None = None
    calculate: Compiled | None = None
    count: Compiled | None = None
    choices: Choices | None = None
    actions: list[Action] = field(default_factory=list)
    triggered: list[tuple[Definition, Action]] = field(default_factory=list)  # what a change of this one's value sets
    store: Callable[[str], str] = str
    label: Wordings = NO_WORDINGS
    hint: Wordings = NO_WORDINGS
    guidance: Wordings = NO_WORDINGS
    constraint_message: Wordings = NO_WORDINGS
    required_message: Wordings = NO_WORDINGS

    def below(self) -> Iterator[Definition]:
        """This definition and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.below()

    def above(self) -> Iterator[Definition]:
        """This definition and all above it, up to the root."""
        here: Definition | None = self
        while here is not None:
            yield here
            here = here.parent

    def repeats(self) -> Iterator[Definition]:
        """The repeats it stands in (itself included), innermost first."""
        return (definition for definition in self.above() if definition.is_repeat)
