"""Lists that narrow one another: what names a choice of a later list is an answer to both questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dialogs.form import ChoiceItem, Instance
from dialogs.interview.columns import is_sensitive
from dialogs.interview.course import Course
from dialogs.interview.events import Understood
from dialogs.interview.heard import Heard, misheard
from dialogs.interview.hearing_choices import LONGEST, names_exactly
from dialogs.interview.hearing_names import entry_of, narrows, read_in_filter
from dialogs.interview.option_ids import option_id
from dialogs.interview.showing import name_of, value_shown
from dialogs.interview.standing import marked
from dialogs.understanding import Gazetteer, read_place
from dialogs.understanding.place.words import KIND_OF, place_words

STEP = "\n"
"""Between the names of a path, the first question's first: no name of a choice holds a line end."""
MOST_TRIED = 400  # answers to the first questions, each tried to see what it lets through
MOST_KEPT = 8  # of one form: as many answers of other questions as may decide about its lists, lately
MOST_OFFERED = 5


@dataclass(frozen=True)
class Cascade:
    """Questions of which each narrows the next, and every choice of theirs under its path."""

    refs: tuple[str, ...]
    """Without positions, from the question that is asked to the last."""
    items: Mapping[str, ChoiceItem]
    gazetteer: Gazetteer


def hear_further(course: Course, ref: str, text: str, heard: Heard) -> Heard:
    """What was heard at a list, or, where the words name a choice of a list that it narrows, the answers to both.

    Only a name that is written out answers; several, and names nearly so, are offered with what they belong to.
    """
    if len(text) > LONGEST or names_exactly(course, ref, text):
        return heard
    cascade = cascade_of(course, ref)
    if cascade is None:
        return heard
    reading = read_place(text, cascade.gazetteer, wanted=lambda entry: not entry.parent)
    if reading.sure and reading.value is not None:
        named = heard_path(course, ref, reading.value)
        if heard.value in (None, named.value):
            return replace(named, echo=True)
        return misheard("unsure", offers=(reading.value, heard.value or ""))
    no_kind = KIND_OF.keys().isdisjoint(place_words(text))  # «محافظة قنا» is not the answer «مركز قنا»
    if not reading.candidates or (heard.value is not None and no_kind):
        return heard
    return misheard("unsure", offers=reading.candidates[:MOST_OFFERED])


def heard_path(course: Course, ref: str, offer: str) -> Heard:
    """The answer that an offer stands for, with those to the questions after it where it is a path."""
    first, *rest = offer.split(STEP)
    cascade = cascade_of(course, ref) if rest else None
    if cascade is None:
        return Heard(offer)
    positions = course.layout.positions(ref)
    refs = (course.layout.placed(each, positions) for each in cascade.refs[1:])
    return Heard(first, further=tuple(zip(refs, rest, strict=False)))


def path_shown(course: Course, ref: str, offer: str) -> str:
    """A value offered back in words; a path with its last choice first: «الشعانية، مركز نجع حمادي»."""
    cascade = cascade_of(course, ref) if STEP in offer else None
    if cascade is None:
        return value_shown(course, ref, offer)
    steps = offer.split(STEP)
    paths = (STEP.join(steps[:size]) for size in range(len(steps), 0, -1))
    return "، ".join(cascade.items[path].label(course.language) for path in paths if path in cascade.items)


def path_understood(course: Course, ref: str, heard: Heard) -> Understood | None:
    """What is said back of answers that one name gave («الشعانية، مركز نجع حمادي»); None where one is not to be."""
    refs = (ref, *(each for each, _ in heard.further))
    if any(is_sensitive(course.instance.node(each).question) for each in refs):
        return None
    path = STEP.join((heard.value or "", *(value for _, value in heard.further)))
    shown = path_shown(course, ref, path)
    key = option_id(course.layout, course.session, ref, "!edit")
    return Understood(refs[-1], name_of(course, refs[-1]), heard.further[-1][1], shown, key, "select_one")


def cascade_of(course: Course, ref: str) -> Cascade | None:
    """The lists that the one at `ref` narrows, made once for each set of answers that decide about them."""
    layout = course.layout
    bare = layout.bare(ref)
    if bare not in layout.narrowed:
        layout.narrowed[bare] = _chain(course, bare)
    refs, deciding = layout.narrowed[bare]
    if len(refs) < 2:
        return None
    values = tuple(_value(course, each, ref) for each in deciding)
    known = layout.cascades.get((bare, values))
    if known is None:
        if len(layout.cascades) >= MOST_KEPT:
            layout.cascades.clear()
        known = layout.cascades[bare, values] = _grown(course, ref, refs)
    return known if isinstance(known, Cascade) else None


def _value(course: Course, bare: str, ref: str) -> str:
    try:
        return course.instance.node(course.layout.placed(bare, course.layout.positions(ref))).value
    except KeyError:
        return ""


def _chain(course: Course, first: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The questions from `first` on of which each narrows the next, and others that their lists read."""
    form = course.form
    chain = [form.question(first)]
    for question in form.questions[course.layout.index[first] + 1 :]:
        if narrows(chain[-1], question) and not marked(question, "neutral"):
            chain.append(question)  # nothing of a neutral one stands alone in a chat that others may read
    if marked(chain[0], "neutral"):
        return (), ()
    names = {question.name for question in chain}
    read = {name for question in chain for name in read_in_filter(question)} - names
    others = [question.ref for question in form.questions if question.name in read and question.asked]
    return tuple(question.ref for question in chain), tuple(others)


# ---------------------------------------------------------------------------------------------------------- the choices


@dataclass
class _Growing:
    """A copy of the interview's answers, to try others in."""

    instance: Instance
    refs: tuple[str, ...]
    left: int = MOST_TRIED
    times: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How many answers bring up each choice, by the place of its question."""

    def below(self, depth: int, path: str) -> Iterator[tuple[str, ChoiceItem]]:
        """What may be picked at that question now, and below it, each with its path."""
        items = self.instance.choices(self.refs[depth])
        for item in items:
            yield _path(path, item.name), item
        if depth + 1 == len(self.refs) or len(items) > self.left:
            return
        self.left -= len(items)
        let_through = {item.name: self._next(depth, item.name) for item in items}
        wide = _wide(let_through)
        for name, names in let_through.items():
            if names and name not in wide:
                self.times.update((depth + 1, each) for each in names)
                self.instance.set(self.refs[depth], name)
                yield from self.below(depth + 1, _path(path, name))

    def _next(self, depth: int, name: str) -> frozenset[str]:
        """The names that the next question offers once this one is answered so."""
        following = self.refs[depth + 1]
        self.instance.set(self.refs[depth], name)
        if not self.instance.node(following).relevant:
            return frozenset()
        return frozenset(item.name for item in self.instance.choices(following))


def _path(above: str, name: str) -> str:
    return f"{above}{STEP}{name}" if above else name


def _wide(let_through: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Answers that let through what others do and more («لا أعرف»): what they bring up does not belong to them."""
    return frozenset(
        name
        for name, names in let_through.items()
        if any(other < names for other in let_through.values() if len(other) > 1)
    )


def _grown(course: Course, ref: str, refs: Iterable[str]) -> Cascade:
    positions = course.layout.positions(ref)
    placed = tuple(course.layout.placed(each, positions) for each in refs)
    growing = _Growing(course.instance.copy(), placed)
    items = {
        path: item
        for path, item in list(growing.below(0, ""))
        # what stands below several answers («مكان آخر») says nothing of them
        if all(growing.times[depth, name] < 2 for depth, name in enumerate(path.split(STEP)))
    }
    entries = [entry_of(path, item, path.rpartition(STEP)[0]) for path, item in items.items()]
    return Cascade(tuple(refs), items, Gazetteer.of(entries))
