"""Fits a message to one channel: direction marks, cuts, keyboards. Pure; nothing of the message is lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.channels.isolates import RLM, directed, isolated, label_directed, value_directed
from bot.channels.keyboards import Layout, lay_out
from bot.channels.words import Words, is_right_to_left, words_of
from bot.channels.wrapping import split_before_tail, truncated, units
from referrals.messages import Capabilities, Choice, MediaIntent, Message

PARAMETER_LIMIT = 1024  # WhatsApp: the body of a template with its parameters is at most 1,024 characters


@dataclass(frozen=True)
class Attachment:
    """A drawn or stored file, ready to upload."""

    content: bytes
    content_type: str
    file_name: str


@dataclass(frozen=True)
class Fitted:
    """One message exactly as one channel can show it; a `Message` becomes one or more of these, in order.

    `media` names the file that delivery has to draw and put in with `with_file` before sending. `offered` are the
    choices as they were said, also where the text carries them as numbers. With `template` it is a template message.
    With `edits` it takes the place of that message of ours, and is sent anew where the platform no longer lets it.
    """

    text: str = ""
    layout: Layout = "text"
    choices: tuple[Choice, ...] = ()
    offered: tuple[Choice, ...] = ()
    opener: str = ""
    ask: Literal["", "location", "contact"] = ""
    media: MediaIntent | None = None
    file: Attachment | None = None
    language: str = "ar"
    template: str = ""
    parameters: tuple[str, ...] = ()
    edits: str = ""

    def with_file(self, content: bytes, content_type: str = "image/png", file_name: str = "card.png") -> Fitted:
        """The same piece with the file that its media intent stands for."""
        return replace(self, file=Attachment(content, content_type, file_name))


def fit(message: Message, capabilities: Capabilities) -> tuple[Fitted, ...]:
    """The pieces to send, in order; empty for a message that says nothing. Only the last one carries choices."""
    words = words_of(message.language)
    keyboard = lay_out(
        message.choices,
        capabilities,
        arabic_digits=_uses_arabic_digits(message),
        numbered=message.numbered,
        marking=label_directed if is_right_to_left(message.language) else str,
    )
    body = _body(message, keyboard.listed, keyboard.layout, words)
    has_keyboard = bool(keyboard.choices) or bool(message.ask)
    tail_limit = (capabilities.text_with_choices if has_keyboard else capabilities.text) - 1  # U+200F leads a piece
    texts = [
        _led(text, message) for text in split_before_tail(_marked(body, message), capabilities.text - 1, tail_limit)
    ]
    pieces = [Fitted(media=intent, language=message.language) for intent in message.media]
    captioned = bool(pieces) and not is_heard(message.media[-1]) and not has_keyboard and len(texts) == 1
    if captioned and units(texts[0]) <= capabilities.caption:
        pieces[-1] = replace(pieces[-1], text=texts.pop())
    pieces += [Fitted(text=text, language=message.language) for text in texts]
    if message.ask and pieces:
        pieces[-1] = replace(pieces[-1], ask=message.ask)
        if keyboard.choices:  # a request for a place and choices are two kinds of message on every platform
            pieces.append(Fitted(text=_led(words.or_choose, message), language=message.language))
    if message.choices:
        opener = words.choose if keyboard.layout == "rows" else ""
        pieces[-1] = replace(
            pieces[-1], layout=keyboard.layout, choices=keyboard.choices, offered=message.choices, opener=opener
        )
    if capabilities.can_edit and len(pieces) == 1 and not message.media and not message.ask:
        pieces[0] = replace(pieces[0], edits=message.edits)
    return tuple(pieces)


def is_heard(intent: MediaIntent) -> bool:
    """Whether it is a recording: no platform shows a caption with a voice."""
    return intent.parameters.get("shows") == "audio"


def fit_template(message: Message, *, quick_replies: int = 0) -> Fitted:
    """The same thing as its approved template; `quick_replies` of the template's buttons answer the first choices.

    WhatsApp takes no new line, tab or four spaces in a parameter, and no empty one.
    Raises `ValueError` when the message names no template.
    """
    if not message.template:
        raise ValueError("the message names no template")
    parameters = [" ".join(parameter.split()) or "–" for parameter in message.parameters]
    if is_right_to_left(message.language):
        parameters = [value_directed(parameter) for parameter in parameters]
    return Fitted(
        text=message.text,
        choices=message.choices[:quick_replies],
        offered=message.choices,
        language=message.language,
        template=message.template,
        parameters=tuple(truncated(parameter, PARAMETER_LIMIT) for parameter in parameters),
    )


def _body(message: Message, listed: Sequence[str], layout: Layout, words: Words) -> str:
    text = message.text.strip() or (words.continued if message.choices or message.ask else "")
    if not listed:
        return text
    body = f"{text}\n\n" + "\n".join(listed)
    return body if layout != "text" else f"{body}\n\n{words.type_a_number}"


def _marked(body: str, message: Message) -> str:
    return directed(isolated(body)) if is_right_to_left(message.language) else body


def _led(text: str, message: Message) -> str:
    """A piece begins with an Arabic letter or U+200F of its own, also where it was cut from a longer text."""
    return directed(text) if is_right_to_left(message.language) and not text.startswith(RLM) else text


def _uses_arabic_digits(message: Message) -> bool:
    shown = message.text + "".join(choice.label for choice in message.choices)
    if re.search("[٠-٩]", shown):
        return True
    return is_right_to_left(message.language) and not re.search("[0-9]", shown)
