"""Which of the offered options was meant: by name, number, label or alias; a near miss is offered back, not taken."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding.choice.matching import by_spelling, by_words
from dialogs.understanding.choice.meaning import by_meaning
from dialogs.understanding.choice.numbers import by_number
from dialogs.understanding.choice.option import ChoiceWords, without_article
from dialogs.understanding.folding import fold
from dialogs.understanding.keys import tight
from dialogs.understanding.reading import Reading

__all__ = ["ChoiceWords", "read_choice"]
_LONG_ENOUGH = 5  # letters: shorter words joined may be another word
LONGEST = 600  # characters: ten labels of sixty


def read_choice(text: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """The name of the option meant. Unsure readings carry up to three `candidates`, likeliest first.

    Order: name, label or alias, place in the list, what it means (yes, no, other, none), whole words in any dialect,
    then spelling at 90 with a margin of 10. A doubt at any step is a question, never a guess.
    """
    if len(text) > LONGEST:
        return Reading()
    plain = text.strip()
    exact = [option.name for option in options if plain == option.name]
    if exact and not plain.isdecimal():
        return Reading(exact[0], True)
    key = fold(text)
    if not key:
        return by_meaning(text, key, options)
    equal = tuple(dict.fromkeys(option.name for option in options if key in option.spellings()))
    if len(equal) == 1:
        return Reading(equal[0], True)
    if equal:
        labelled = [option.name for option in options if key in option.spellings()[:1]]
        return Reading(labelled[0], True) if len(labelled) == 1 else Reading(None, False, "choice_which", equal[:3])
    bare = without_article(key)
    named = tuple(o.name for o in options if bare in o.unlike()[0])
    if len(named) == 1:
        return Reading(named[0], True)
    together = tight(key)
    joined = tuple(o.name for o in options if together in o.unlike()[1])  # «واتس اب»
    if len(joined) == 1 and len(key) >= _LONG_ENOUGH:
        return Reading(joined[0], True)
    for read in (by_number, by_meaning, by_words):
        reading = read(text, key, options)
        if not reading.blank:
            return reading
        if reading.ask:
            return Reading()
    return Reading(exact[0], True) if exact else by_spelling(key, options)
