"""Several questions in one message, where each message costs: numbered, with an example of how to answer in lines."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.interview import Prompt
from referrals.conversations.asking.authors_media import media_of
from referrals.conversations.asking.offering import answers_of
from referrals.conversations.desk import Desk
from referrals.messages import Message


def questions(desk: Desk, first: Prompt, before: Sequence[str]) -> Message:
    """One message for `first` and the questions that stand `together` with it; each is answered on its own line."""
    asked = (first, *first.together)
    parts = [
        *before,
        desk.voice.count("interview.together", len(asked)),
        *(_numbered(desk, number, prompt) for number, prompt in enumerate(asked, 1)),
        *([desk.voice.say("interview.together_blank")] if any(prompt.skippable for prompt in asked) else []),
        desk.voice.say("interview.together_so", example="\n".join(_example(desk, prompt) for prompt in asked)),
    ]
    media = tuple(intent for prompt in asked for intent in media_of(desk, prompt))
    text = "\n".join(part for part in parts if part)
    return Message(text, media=media, purpose="interview", language=desk.language)


def _numbered(desk: Desk, number: int, prompt: Prompt) -> str:
    """«٢. كم العمر بالسنوات؟ (للرضيع اكتبوا: ٠.)»; the answers to choose from follow the question."""
    answers = [option.label for _, option in answers_of(prompt)]
    asides = [aside for aside in (desk.voice.say("interview.or").join(answers), prompt.hint) if aside]
    aside = f" ({' '.join(asides)})" if asides else ""
    notes = "".join(f"{note}\n" for note in prompt.notes) if number > 1 else ""
    return notes + desk.voice.number(f"{number}. ") + prompt.label + aside


def _example(desk: Desk, prompt: Prompt) -> str:
    """A line as it may be answered."""
    answers = answers_of(prompt)
    if answers:
        return answers[0][1].label
    return desk.voice.number(prompt.example) or desk.voice.say("interview.together_words")
