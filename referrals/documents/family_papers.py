"""A family's papers in the words of its catalogue: the receipt of an application, the appointment on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from referrals.documents.paper_facts import AppointmentFacts, Language, ReceiptFacts, Sheet, known_from_json

KNOWN_NAME = "sanad.pdf"  # of the file in a chat: it tells who looks over a shoulder nothing


def receipt(
    say: Callable[..., str],
    *,
    number: str,
    filed_on: str,
    day: str,
    language: Language,
    place: tuple[str, ...] = (),
    link: str = "",
    sheet: Sheet = "a5",
) -> ReceiptFacts:
    """The receipt as `say` (a `Voice.say`) words it: with the address of the chat for paper, without one in the chat.

    `number`, `filed_on` and `day` are shown as they are given; `place` is the chosen centre and where it stands.
    """
    return ReceiptFacts(
        title=say("card.title"),
        arrived=say("receipt.arrived", day=filed_on),
        label=say("receipt.label"),
        number=number,
        answer=say("receipt.answer", day=day),
        place=place,
        ask=say("receipt.ask"),
        ask_how=say("receipt.ask_by_code") if link else say("receipt.ask_here"),
        keep=say("receipt.keep"),
        qr=link,
        address=link,
        language=language,
        sheet=sheet,
    )


def appointment(
    say: Callable[..., str],
    *,
    number: str,
    day: str,
    time: str,
    place: tuple[str, ...],
    code: str,
    language: Language,
) -> AppointmentFacts:
    """The appointment's paper as `say` words it. `place` is the centre's name, then where it stands; `code` is what the
    desk scans."""
    return AppointmentFacts(
        title=say("card.title"),
        label=say("card.number"),
        number=number,
        day=day,
        time=time,
        centre=place[0],
        place=place[1:],
        bring_label=say("card.bring"),
        bring=(say("card.bring_paper"), say("card.bring_id")),
        footer=say("card.footer_paper"),
        qr=code,
        language=language,
    )


def known_paper(parameters: Mapping[str, Any]) -> tuple[bytes, str, str]:
    """The paper that a `known` intent stands for: content, content type, file name."""
    from referrals.documents.paper import paper  # typst is loaded by who prints

    return paper("known", known_from_json(parameters)), "application/pdf", KNOWN_NAME
