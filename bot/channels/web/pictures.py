"""Pictures of the chat page: cards drawn once when a page first asks, and the files that this visitor sent."""

from __future__ import annotations

from collections import OrderedDict

from bot.channels.web.visits import Visit, own_message
from bot.clock import Clock
from referrals.definitions.attachments import attachment_of
from referrals.families.identities import data_key_of
from referrals.media.keeping import add_drawing, content_of, is_of_person
from referrals.messages import MediaIntent
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import Store

REMEMBERED = (
    4096  # drawings whose stored row this process knows; another process draws once more and finds the same row
)
SHOWN_IN_PAGE = (
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/gif",
    "audio/aac",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/webm",
    "video/mp4",
    "video/webm",
)


class Pictures:
    """Finds or draws what one visitor's page shows; everything of anybody else is None."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self._drawn: OrderedDict[tuple[int, int], int] = OrderedDict()

    def of_message(self, visit: Visit, row_id: int, n: int) -> tuple[bytes, str] | None:
        """The picture that goes with a message of this visitor: bytes and content type."""
        with self.store.reading() as uow:
            message = own_message(uow, visit, row_id)
            if message is None or visit.person_id is None or n >= len(message.media):
                return None
            intent = message.media[n]
            if intent.kind == "attachment":
                return attachment_of(uow, int(intent.parameters["definition_id"]), str(intent.parameters["name"]))
            if intent.kind == "known":
                return None
            known = self._drawn.get((row_id, n))
            known = int(intent.parameters["media_id"]) if intent.kind == "stored" else known
            found = content_of(uow, known) if known is not None else None
        if found is not None or intent.kind == "stored":
            return found
        return self._draw(visit.person_id, (row_id, n), intent)

    def paper(self, visit: Visit, row_id: int, n: int) -> bytes | None:
        """The paper that goes with a message of this visitor, as PDF; made anew each time and kept nowhere."""
        from referrals.documents.family_papers import known_paper  # typst: only who prints loads it

        with self.store.reading() as uow:
            message = own_message(uow, visit, row_id)
        if message is None or n >= len(message.media) or message.media[n].kind != "known":
            return None
        return known_paper(message.media[n].parameters)[0]

    def of_visitor(self, visit: Visit, media_id: int) -> tuple[bytes, str] | None:
        """A file that this visitor sent."""
        if visit.person_id is None:
            return None
        with self.store.reading() as uow:
            try:
                return content_of(uow, media_id) if is_of_person(uow, media_id, visit.person_id) else None
            except Erased:
                return None

    def _draw(self, person_id: int, place: tuple[int, int], intent: MediaIntent) -> tuple[bytes, str] | None:
        from referrals.documents.drawing import drawn  # drawing needs Pillow: only who draws loads it

        content = drawn(intent.kind, intent.parameters)
        if content is None:
            return None
        at = self.clock()
        kept = self.store.transact(lambda uow: add_drawing(uow, person_id, data_key_of(uow, person_id), content, at))
        self._drawn[place] = kept
        if len(self._drawn) > REMEMBERED:
            self._drawn.popitem(last=False)
        return content, "image/png"
