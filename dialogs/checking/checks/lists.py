"""Lists: too long to be read in a chat, or with a choice that goes with no other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.listing import ListedChoice
from dialogs.checking.subject import Subject
from dialogs.understanding import fold

LONG = 30  # choices that nobody reads to the end in a chat
SEARCHED = frozenset({"minimal", "autocomplete", "search", "quick"})
_ALONE = re.compile(r"^(none|nothing|no_?one|do(nt|_not)_?know|unknown|prefer_not|no_answer|n_?a|refused)(_|$)")
_ALONE_WORDS = tuple(fold(words) for words in ("لا شيء", "لا يوجد", "لا أحد", "لا أعرف", "لا أريد الإجابة", "none of"))


def long_lists(subject: Subject) -> Iterator[Finding]:
    """Over thirty choices on one screen, neither searched by typing nor narrowed by an answer before."""
    for definition in subject.shown:
        listing = subject.listings.get(definition.ref)
        if listing is None or set(definition.question.appearance.split()) & SEARCHED:
            continue
        offered = [len(screen) for screen in subject.survey.offered.get(definition, ())]
        longest = max(offered, default=len(listing.choices))
        if longest > LONG:
            cause = f"`{definition.name}` offers {longest} choices at once."
            remedy = "Write `autocomplete` in `appearance`, or ask for the area first and filter by it."
            yield subject.find("note", definition, cause, remedy)


def exclusive_choices(subject: Subject) -> Iterator[Finding]:
    """«لا شيء» among several that may be chosen, and no constraint that keeps it alone."""
    for definition in subject.shown:
        listing = subject.listings.get(definition.ref)
        if listing is None or definition.question.kind != "select_multiple" or len(listing.choices) < 2:
            continue
        constraint = "" if definition.constraint is None else definition.constraint.source
        for choice in listing.choices:
            if _stands_alone(choice) and not re.search(rf"['\"]{re.escape(choice.name)}['\"]", constraint):
                cause = f"`{choice.name}` («{_shown(choice)}») of `{definition.name}` can be chosen beside others."
                remedy = f"Add the constraint: not(selected(., '{choice.name}') and count-selected(.) > 1)"
                yield subject.find("warning", definition, cause, remedy)


def _stands_alone(choice: ListedChoice) -> bool:
    if _ALONE.search(choice.name.lower()):
        return True
    return any(fold(label).startswith(_ALONE_WORDS) for label in choice.labels.values())


def _shown(choice: ListedChoice) -> str:
    return next(iter(choice.labels.values()), choice.name)
