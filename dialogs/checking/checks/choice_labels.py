"""Choices that a person cannot tell apart: on a button that is cut, or in words that mean two of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from dialogs.checking.finding import Finding, Level
from dialogs.checking.limits import Limits
from dialogs.checking.listing import ListedChoice, Listing
from dialogs.checking.subject import Subject
from dialogs.form.definition import Definition
from dialogs.understanding import fold

LONGEST_NAME = 40  # bytes of a choice's name: with the turn's own part it has to stay within Telegram's 64
SCREENS = 200  # different offers of one filtered list that are looked at


def same_labels(subject: Subject) -> Iterator[Finding]:
    """Two choices on one screen with the same words: written alike, or alike once spelling is evened out."""
    for definition, listing, screens in _screens(subject):
        told: set[tuple[str, str]] = set()
        for language in _languages(subject):
            for screen in screens:
                for label, same in _equal(screen, language).items():
                    pair = (same[0].name, same[1].name)
                    if pair in told:
                        continue
                    told.add(pair)
                    texts = [_label(choice, language) for choice in same]
                    level: Level = "error" if texts[0] == texts[1] else "warning"
                    alike = "have the same label" if level == "error" else "read the same once spelling is evened out"
                    cause = f"The choices `{pair[0]}` and `{pair[1]}` of `{definition.name}` {alike}: «{label}»."
                    row = subject.rows.choice_row(listing.list_name, pair[1])
                    remedy = "Say in each what is different about it."
                    yield Finding(level, "choices", row, pair[1], cause, remedy)


def same_aliases(subject: Subject) -> Iterator[Finding]:
    """A word that stands for two choices of one screen: whoever types it is asked which they mean."""
    for definition, listing, screens in _screens(subject):
        told: set[str] = set()
        for screen in screens:
            owners: dict[str, dict[str, str]] = defaultdict(dict)
            for choice in screen:
                for alias in (*choice.aliases, *choice.labels.values()):
                    owners[fold(alias)].setdefault(choice.name, alias)
            for key, named in owners.items():
                is_label = sum(key == fold(label) for c in screen for label in c.labels.values()) > 1
                if len(named) > 1 and key and key not in told and not is_label:
                    told.add(key)
                    first, second = list(named)[:2]
                    cause = f"«{named[second]}» means both `{first}` and `{second}` of `{definition.name}`."
                    row = subject.rows.choice_row(listing.list_name, second)
                    yield Finding("warning", "choices", row, second, cause, "Take the alias out of one of them.")


def cut_labels(subject: Subject) -> Iterator[Finding]:
    """Labels that a channel has to cut: the same once cut, or too long to be shown as they are."""
    for definition, listing, screens in _screens(subject):
        if definition.question.chat.get("neutral") == "yes":
            continue  # its buttons show numbers
        for channel in subject.channels:
            yield from _cut(subject, definition, listing, screens, channel)


def _cut(
    subject: Subject,
    definition: Definition,
    listing: Listing,
    screens: Sequence[Sequence[ListedChoice]],
    channel: Limits,
) -> Iterator[Finding]:
    long: dict[str, str] = {}
    for screen in screens:
        room = _room(screen, channel, subject)
        for language in _languages(subject):
            by_cut: dict[str, ListedChoice] = {}
            for choice in screen:
                label = _label(choice, language)
                if len(label) <= room:
                    continue
                long.setdefault(choice.name, label)
                other = by_cut.setdefault(label[: room - 1], choice)
                if other is not choice and _label(other, language) != label:
                    cause = f"The choices `{other.name}` and `{choice.name}` of `{definition.name}` look the same once"
                    cause += f" cut to the {room} characters of {channel.channel}: «{label[: room - 1]}…»."
                    row = subject.rows.choice_row(listing.list_name, choice.name)
                    remedy = "Begin each label with what is different about it."
                    yield Finding("warning", "choices", row, choice.name, cause, remedy)
                    return
    if long:
        name, label = next(iter(long.items()))
        more = f" (and {len(long) - 1} more)" if len(long) > 1 else ""
        room = max(channel.row_title, channel.button_title)
        cause = f"`{definition.name}`: «{label}» is longer than {channel.channel} shows of a choice{more}."
        row = subject.rows.choice_row(listing.list_name, name)
        remedy = f"Up to {room} characters; until then the choices are numbered and the words stand in the text."
        yield Finding("note", "choices", row, name, cause, remedy)


def long_names(subject: Subject) -> Iterator[Finding]:
    """Names that do not fit the 64 bytes a button may carry."""
    for definition, listing, screens in _screens(subject):
        for choice in (choice for screen in screens for choice in screen):
            if len(choice.name.encode()) > LONGEST_NAME:
                cause = f"The name `{choice.name}` of `{definition.name}` has over {LONGEST_NAME} bytes."
                row = subject.rows.choice_row(listing.list_name, choice.name)
                remedy = "Give it a short name in Latin letters; the label may be long."
                yield Finding("note", "choices", row, choice.name, cause, remedy)
                break


def _screens(subject: Subject) -> Iterator[tuple[Definition, Listing, list[list[ListedChoice]]]]:
    """Each select with the sets of choices that stand together at some moment."""
    done: set[tuple[str, bool]] = set()
    for definition in subject.shown:
        listing = subject.listings.get(definition.ref)
        if listing is None or not listing.choices:
            continue
        key = (listing.list_name, definition.question.chat.get("neutral") == "yes")
        if not listing.filtered:
            if listing.list_name and key in done:
                continue  # another question showed the same list
            done.add(key)
            yield definition, listing, [list(listing.choices)]
            continue
        by_name = {choice.name: choice for choice in listing.choices}
        offered = list(subject.survey.offered.get(definition, ()))[:SCREENS]
        yield definition, listing, [[by_name[name] for name in names if name in by_name] for names in offered]


def _room(screen: Sequence[ListedChoice], channel: Limits, subject: Subject) -> int:
    """How long a label may be here: a button's length where they all become buttons, else a row's."""
    few = len(screen) <= channel.buttons
    labels = [_label(choice, language) for choice in screen for language in _languages(subject)]
    if few and all(len(label) <= channel.button_title for label in labels):
        return channel.button_title
    return max(channel.row_title, channel.button_title if few else 0)


def _languages(subject: Subject) -> tuple[str, ...]:
    return subject.form.languages or ("",)


def _label(choice: ListedChoice, language: str) -> str:
    return choice.labels.get(language) or choice.labels.get("", "") or choice.name


def _equal(screen: Sequence[ListedChoice], language: str) -> dict[str, list[ListedChoice]]:
    by_key: dict[str, list[ListedChoice]] = defaultdict(list)
    for choice in screen:
        label = _label(choice, language)
        same = by_key[fold(label) or label]
        if all(choice.name != other.name for other in same):
            same.append(choice)
    return {_label(same[0], language): same for same in by_key.values() if len(same) > 1}
