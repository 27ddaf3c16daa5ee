"""The picture, film or recording that a form's author gave a question."""

from __future__ import annotations

from dialogs.interview import Prompt
from referrals.conversations.desk import Desk
from referrals.definitions.attachments import attachment_names
from referrals.messages import MediaIntent

SHOWN_WITH = ("image", "video", "audio")  # in this order; the voice comes last, right before the question


def media_of(desk: Desk, prompt: Prompt) -> tuple[MediaIntent, ...]:
    """What goes before the question; a file that did not come with the form is left out, and the question stands."""
    if desk.form_id is None or not prompt.media:
        return ()
    here = attachment_names(desk.uow, desk.form_id)
    return tuple(
        MediaIntent("attachment", {"definition_id": desk.form_id, "name": prompt.media[shows], "shows": shows})
        for shows in SHOWN_WITH
        if prompt.media.get(shows) in here
    )
