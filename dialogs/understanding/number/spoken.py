"""Words and figures that are a number and nothing else: «خمسة وعشرين», «١٢ ألف», «تلات تلاف و500»."""

from __future__ import annotations

from dialogs.understanding.number.digits import Number, asking, exact, read_figure
from dialogs.understanding.number.grammar import compose
from dialogs.understanding.number.latin import latin_words
from dialogs.understanding.number.token import Token
from dialogs.understanding.number.words import ARABIC, NumberWord, known_word, parted
from dialogs.understanding.reading import Reading

AND = "و"
ANDS = frozenset({AND, "w", "we", "wa", "and", "wi"})
_ARTICLES = frozenset({"a", "an"})
_ELEVEN = ("واحد", "احد", "احدي", "واحدي")
_NAMED = frozenset({"unit", "part"})  # with «ال» and alone: a weekday, a lion, a half that was spoken of
_TEN = frozenset({"عشر", "عشره"})
_LONGEST_WORD = 28  # «تسعمائةوتسعةوتسعون» has 18
_MOST_WORDS = 48
_Found = list[tuple[NumberWord, bool, bool]]  # word, joined, definite


def _single(word: str) -> _Found | None:
    """One word, with or without «ال»."""
    found = known_word(word)
    if found is not None:
        return [(found, False, False)]
    bare = known_word(word[2:]) if word.startswith("ال") else None
    return None if bare is None else [(bare, False, True)]


def _glued(word: str) -> _Found | None:
    """Two words written together: «خمستلاف»."""
    both = parted(word)
    return None if both is None else [(one, False, False) for one in both]


def words_in(piece: str) -> _Found | None:
    """The number words written in one piece; None when a part of it is no number."""
    if piece.isascii():
        latin = latin_words(piece)
        return None if latin is None else [(word, joined, False) for word, joined in latin]
    if len(piece) > _LONGEST_WORD:
        return None
    return _single(piece) or _joined_in(piece) or _glued(piece)


def _joined_in(piece: str) -> _Found | None:
    """«وعشرين», «خمسةوعشرين», «والستون»: every «و» inside may part two words."""
    for at in range(2, len(piece) - 2):
        if piece[at] == AND:
            first, rest = _single(piece[:at]) or _glued(piece[:at]), _joined_in(piece[at:])
            if first is not None and rest is not None:
                return [*first, *rest]
    rest = words_in(piece[1:]) if piece[0] == AND and len(piece) > 2 else None
    return None if rest is None else [(rest[0][0], True, rest[0][2]), *rest[1:]]


def _tokens(words: tuple[str, ...]) -> tuple[list[Token], bool] | None:
    """The tokens and whether every figure was certain; None when a word is no number."""
    found: list[Token] = []
    joined, certain = False, True
    for place, word in enumerate(words):
        if word in ANDS and place:
            if joined:
                return None
            joined = True
            continue
        if word in _ARTICLES and place:  # half a million
            continue
        if word[-1].isdecimal() and (word[0].isdecimal() or word[0] in ".٫"):
            figure = read_figure(word)
            if figure.value is None:
                return None
            certain = certain and figure.sure
            found.append(Token(None, figure.value, joined))
        else:
            new = _eleven(words, place, bool(found)) or words_in(word)
            if new is None:
                return None
            found += [Token(one, 0, glued or (joined and not at), the) for at, (one, glued, the) in enumerate(new)]
        joined = False
    return (found, certain) if found and not joined else None


def _eleven(words: tuple[str, ...], place: int, after: bool) -> _Found | None:
    """«وأحد عشر» folds to «واحد عشر»: one and ten, joined to what stands before."""
    if words[place] not in _ELEVEN or words[place + 1 : place + 2] == () or words[place + 1] not in _TEN:
        return None
    return [(ARABIC["واحد"], after and words[place].startswith(AND), False)]


def read_spoken(words: tuple[str, ...], *, measured: bool = False) -> Reading[Number]:
    """The number that all the words are; blank when one is left over. Unsure where they allow two numbers.

    `measured` says that a unit was named: «ست» before «سنين» is six, alone it may be a lady.
    """
    if not words or len(words) > _MOST_WORDS:
        return Reading()
    if len(words) == 1 and words[0].isdecimal():
        return read_figure(words[0])
    read = _tokens(words)
    if read is None:
        return Reading()
    tokens, certain = read
    if len(tokens) == 1 and tokens[0].word is None:
        return read_figure(words[0]) if not tokens[0].joined else asking(tokens[0].digits)
    composed = compose(tokens, measured)
    if composed is None:
        return Reading()
    value = exact(composed.value)
    named = len(tokens) == 1 and tokens[0].definite and tokens[0].kind in _NAMED and not measured
    if composed.sure and certain and not named:
        return Reading(value, True)
    return asking(value) if composed.other is None else asking(value, exact(composed.other))
