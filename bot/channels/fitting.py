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
from referrals.messages import Capabilities, Choice, MediaIntent, Message, OpensScreens

POINT = "point"  # a media intent that needs no file
SCREENS_LABEL = 20  # WhatsApp: the button that opens a Flow, without emoji
PARAMETER_LIMIT = 1024  # WhatsApp: the body of a template with its parameters is at most 1,024 characters


@dataclass(frozen=True)
class Attachment:
    """A drawn or stored file, ready to upload."""

    content: bytes
    content_type: str
    file_name: str


@dataclass(frozen=True)
class Pin:
    """A point on the map, with what stands there where that is known."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""

    @property
    def link(self) -> str:
        """A map that any browser opens at this point."""
        point = f"{self.latitude:.6f}", f"{self.longitude:.6f}"
        return f"https://www.openstreetmap.org/?mlat={point[0]}&mlon={point[1]}#map=17/{'/'.join(point)}"


@dataclass(frozen=True)
class Fitted:
    """One message exactly as one channel can show it; a `Message` becomes one or more of these, in order.

    `media` names the file that delivery has to draw and put in with `with_file` before sending. `offered` are the
    choices as they were said, also where the text carries them as numbers. With `template` it is a template message.
    With `edits` it takes the place of that message of ours, and is sent anew where the platform no longer lets it.
    `link` is opened by a button that says `link_label`, and so are `screens`: beside them choices stand in the text, to
    be typed, below the lead of the screens. An `album` is several pictures shown as one message.
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
    link: str = ""
    link_label: str = ""
    album: tuple[Fitted, ...] = ()
    pin: Pin | None = None
    screens: OpensScreens | None = None

    def with_file(self, content: bytes, content_type: str = "image/png", file_name: str = "card.png") -> Fitted:
        """The same piece with the file that its media intent stands for."""
        return replace(self, file=Attachment(content, content_type, file_name))


def fit(message: Message, capabilities: Capabilities) -> tuple[Fitted, ...]:
    """The pieces to send, in order; empty for a message that says nothing. Only the last one carries choices."""
    words = words_of(message.language)
    screens = _screens(message, capabilities)
    keyboard = lay_out(
        message.choices,
        replace(capabilities, buttons=0, rows=0) if screens else capabilities,
        arabic_digits=_uses_arabic_digits(message),
        numbered=message.numbered,
        marking=label_directed if is_right_to_left(message.language) else str,
    )
    link = _link_label(message, capabilities, bool(keyboard.choices))
    body = _body(message, keyboard.listed, keyboard.layout, words, _links(message, capabilities, link))
    has_keyboard = bool(keyboard.choices) or bool(message.ask) or bool(link) or bool(screens)
    tail_limit = (capabilities.text_with_choices if has_keyboard else capabilities.text) - 1  # U+200F leads a piece
    tail_limit -= units(screens.lead) if screens else 0
    texts = [
        _led(text, message) for text in split_before_tail(_marked(body, message), capabilities.text - 1, tail_limit)
    ]
    pieces = [_shown(intent, message.language) for intent in message.media if intent.kind != POINT or capabilities.pins]
    captioned = bool(pieces) and _takes_caption(pieces[-1]) and not has_keyboard and len(texts) == 1
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
    if link:
        pieces[-1] = replace(pieces[-1], link=message.link, link_label=link)
    if screens:
        pieces[-1] = replace(pieces[-1], text=screens.lead + pieces[-1].text, screens=screens)
    if capabilities.can_edit and len(pieces) == 1 and not message.media and not message.ask:
        pieces[0] = replace(pieces[0], edits=message.edits)
    return tuple(pieces)


def grouped(pieces: Sequence[Fitted], capabilities: Capabilities) -> tuple[Fitted, ...]:
    """The same pieces, drawn, with pictures that follow one another as one album where the channel has such a thing."""
    gathered: list[list[Fitted]] = []
    for piece in pieces:
        if gathered and len(gathered[-1]) < capabilities.album and _in_album(piece) and _in_album(gathered[-1][-1]):
            gathered[-1].append(piece)
        else:
            gathered.append([piece])
    return tuple(
        Fitted(album=tuple(together), language=together[0].language) if len(together) > 1 else together[0]
        for together in gathered
    )


def _in_album(piece: Fitted) -> bool:
    """Whether it may stand in an album: a picture or a film, with no buttons of its own."""
    shown = piece.file is not None and piece.file.content_type.startswith(("image/", "video/"))
    return shown and not piece.choices and not piece.ask and not piece.link


def _shown(intent: MediaIntent, language: str) -> Fitted:
    """The piece of a picture or a file, which delivery draws; a point on the map is whole already."""
    if intent.kind != POINT:
        return Fitted(media=intent, language=language)
    return Fitted(pin=pin_of(intent), language=language)


def pin_of(intent: MediaIntent) -> Pin:
    """The point that a `point` intent stands for."""
    told = intent.parameters
    return Pin(
        float(told["latitude"]), float(told["longitude"]), str(told.get("name", "")), str(told.get("address", ""))
    )


def _takes_caption(piece: Fitted) -> bool:
    return piece.media is not None and not is_heard(piece.media)


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


def _link_label(message: Message, capabilities: Capabilities, has_choices: bool) -> str:
    """What the button of the message's link says; blank where the link has to stand in the text instead."""
    if not message.link or message.ask or not capabilities.link_button:
        return ""
    if not message.link.startswith("https://") or (has_choices and not capabilities.link_beside_choices):
        return ""
    label = " ".join(message.link_label.split())
    marked = label_directed(label) if is_right_to_left(message.language) else label
    return marked if label and units(marked) <= capabilities.link_button else ""


def _links(message: Message, capabilities: Capabilities, button: str) -> list[str]:
    """What is to be opened from the text itself: a link without a button, and a map where no pin can be shown."""
    links = [f"{message.link_label}: {message.link}".removeprefix(": ")] if message.link and not button else []
    if not capabilities.pins:
        links += [pin_of(intent).link for intent in message.media if intent.kind == POINT]
    return links


def _screens(message: Message, capabilities: Capabilities) -> OpensScreens | None:
    """The screens as this channel opens them; None where it has none, or the message asks for something else."""
    screens = message.screens
    if screens is None or not capabilities.screens or message.ask or message.link:
        return None
    label = truncated(" ".join(screens.label.split()), SCREENS_LABEL)
    lead = _led(_marked(screens.lead, message), message) + "\n" if screens.lead else ""
    return replace(screens, label=label, lead=lead)


def _body(message: Message, listed: Sequence[str], layout: Layout, words: Words, links: Sequence[str] = ()) -> str:
    text = message.text.strip() or (words.continued if message.choices or message.ask or message.link else "")
    text = "\n".join(filter(None, [text, *links]))
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
