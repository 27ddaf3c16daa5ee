"""What no chat can carry: lines and areas on a map, drawings, recordings in the background."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject

REFUSED = {  # type of the survey sheet -> (what it is, what to do)
    "geotrace": ("a line on a map", "Ask for a geopoint, or for the places in words."),
    "geoshape": ("an area on a map", "Ask for a geopoint, or for the area in words."),
    "audit": ("a log of how the form was filled in", "Take it out of the intake; keep it in forms for ODK Collect."),
    "background-audio": ("a recording in the background", "Take it out: nobody is recorded unasked."),
    "background-geopoint": ("a place taken in the background", "Ask for a geopoint, which families may leave out."),
    "start-geopoint": ("a place taken in the background", "Ask for a geopoint, which families may leave out."),
    "osm": ("a building on a map", "Ask for a geopoint."),
}
APPEARANCES = {
    "image-map": ("a picture to tap on", "Offer the choices in words."),
    "draw": ("a drawing", "Ask for a photo instead."),
    "annotate": ("a picture drawn upon", "Ask for a photo instead."),
    "signature": ("a signature by finger", "Ask for a yes, or for a photo of the signed paper."),
    "bearing": ("a compass", "Take the question out."),
    "printer": ("a printer", "Take the question out."),
}


def what_no_chat_carries(subject: Subject) -> Iterator[Finding]:
    """Types and appearances that are refused, with what to ask instead."""
    for row in subject.rows.survey:
        kind = row.type.lower().partition(" ")[0]
        if kind in REFUSED:
            what, remedy = REFUSED[kind]
            cause = f"`{kind}` is {what}: a chat cannot carry it."
            yield Finding("error", "survey", row.number, row.name, cause, remedy)
    for definition in subject.definitions:
        question = definition.question
        if not subject.rows.survey and question.kind in REFUSED:
            what, remedy = REFUSED[question.kind]
            yield subject.find("error", definition, f"`{question.kind}` is {what}: a chat cannot carry it.", remedy)
        for word in question.appearance.split():
            if word in APPEARANCES:
                what, remedy = APPEARANCES[word]
                cause = f"`{definition.name}` appears as `{word}`, {what}: a chat cannot carry it."
                yield subject.find("error", definition, cause, remedy)
            elif word.startswith(("ex:", "ex(")) or word.endswith(".svg"):
                cause = f"`{definition.name}` opens another program (`{word}`): a chat cannot."
                yield subject.find("error", definition, cause, "Ask for the answer itself.")
