"""Voice notes, pictures, papers, stickers, cards and places that come in an interview: told to it, and never lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from dialogs.interview import Answered, Event, FileKept, Said, SaidMedia, Session, Unexpected, VoiceKept
from dialogs.interview.offering import MEDIA_KINDS
from dialogs.interview.pages import item
from dialogs.interview.standing import marked
from dialogs.understanding import read_intent
from referrals.conversations.desk import Desk
from referrals.conversations.interviews.sessions import StoredSession
from referrals.conversations.stages import helping
from referrals.directory.places.places import Point
from referrals.directory.places.stored import stored_places
from referrals.inbound import Content
from referrals.media.keeping import LARGEST, keep_remote
from referrals.transcribing.following import keep_beside, keep_caption

IN_ONE_GO = timedelta(seconds=10)  # pictures that come closer than anybody reads a question were chosen together
NEAR_ENOUGH_KM = 60
NEAREST = 8
LONGEST_NAME = 60  # characters of a card's name that are said back
ALBUM = "album"


def said_of(desk: Desk, stored: StoredSession, content: Content) -> Said:
    """What the interview hears of a thing; the file is noted, to be fetched. A sticker counts by its emoji alone."""
    if content.media is not None and content.media.kind == "sticker":
        speaks = bool(content.text) and read_intent(content.text).value in ("yes", "no")
        return Said(text=content.text) if speaks else Said(media=SaidMedia("sticker", ""))
    if content.media is not None:
        name = str(keep_remote(desk, content.media))
        return Said(text=content.text, media=SaidMedia(content.media.kind, name))
    if content.point is not None:
        return Said(point=content.point, near=tuple(_near(desk, stored, content.point)))
    return Said(contact_phone=content.contact_phone or content.card_phone)


def is_thing(content: Content) -> bool:
    """Whether something else than words or a tap was sent."""
    return bool(content.media or content.point or content.contact_phone or content.card_phone)


def is_too_large(content: Content) -> bool:
    """Whether the platform says that the file is larger than it may be."""
    return content.media is not None and content.media.size > LARGEST


def keep_for_staff(desk: Desk, content: Content, *, restricted: bool = False) -> None:
    """A file that came with words for staff waits in their queue; nothing where there is none, or no interview yet."""
    media = content.media
    if media is None or media.kind == "sticker" or is_too_large(content) or desk.session_id is None:
        return
    keep_beside(desk.uow, desk.session_id, keep_remote(desk, media), desk.at, restricted=restricted)


def tell_at_rest(desk: Desk, content: Content) -> bool:
    """A thing while nothing is asked: staff see a file beside the application. False for one that has none yet."""
    media = content.media
    if content.contact_phone:
        desk.say("desk.phone_here")
    elif media is None or media.kind == "sticker":
        desk.say("interview.not_asked_for")
    elif is_too_large(content):
        desk.say("interview.too_large")
    elif desk.session_id is None:
        return False
    else:
        keep_for_staff(desk, content)
        desk.say(f"interview.beside.{media.kind}")
    return True


def one_more_of_an_album(desk: Desk, stored: StoredSession, content: Content) -> bool:
    """Keeps a picture that came with the last one beside it; False for anything else. What is pending stays so."""
    before, media = desk.state.get(ALBUM), content.media
    if before is None or media is None or media.kind not in ("image", "video", "file"):
        return False
    if not _together(desk, stored, before, media.album):
        return False
    restricted = bool(before.get("restricted"))
    keep_beside(desk.uow, stored.id, keep_remote(desk, media), desk.at, restricted=restricted, alone=False)
    desk.state[ALBUM] = {**before, "at": desk.at.isoformat()}
    desk.say("interview.one_more_kept", purpose="interview")
    return True


def keep_things(
    desk: Desk, stored: StoredSession, session: Session, events: Iterable[Event], content: Content
) -> tuple[str, ...]:
    """After the turn: what answered nothing is kept for staff, captions for whoever reads them. The lines to say."""
    asked = stored.session.pending.removeprefix("+")
    restricted = bool(asked) and marked(stored.form.question(asked), "restricted")
    lines: list[str] = []
    for event in events:
        if isinstance(event, Unexpected) and event.name.isdecimal():
            keep_beside(desk.uow, stored.id, int(event.name), desk.at, restricted=restricted)
        elif isinstance(event, Unexpected) and event.kind == "contact":
            helping.keep_question(desk, " ".join(filter(None, (content.card_name, _phone_of(content)))))
        elif isinstance(event, Unexpected) and event.kind == "point" and content.point and not event.name:
            helping.keep_question(desk, f"{content.point[0]:.6f}, {content.point[1]:.6f}")
        elif isinstance(event, Answered) and content.card_phone and content.card_name:
            lines.append(desk.voice.say("interview.contact_kept", name=content.card_name[:LONGEST_NAME]))
        if isinstance(event, VoiceKept | Unexpected) and event.name.isdecimal() and content.text:
            keep_caption(desk.uow, int(event.name), desk.data_key_id, content.text)
    if content.media is not None and any(isinstance(event, VoiceKept | FileKept | Unexpected) for event in events):
        album = content.media.album
        desk.state[ALBUM] = {"id": album, "at": desk.at.isoformat(), "restricted": restricted}
    return tuple(lines)


def _phone_of(content: Content) -> str:
    return content.contact_phone or content.card_phone


def _together(desk: Desk, stored: StoredSession, before: dict[str, object], album: str) -> bool:
    if album or before.get("id"):
        return bool(album) and album == before.get("id")
    asked = stored.session.pending.removeprefix("+")
    if not asked or stored.form.question(asked).kind in MEDIA_KINDS:
        return False
    return desk.at - datetime.fromisoformat(str(before["at"])) < IN_ONE_GO


def _near(desk: Desk, stored: StoredSession, point: tuple[float, float, float]) -> Iterable[str]:
    """Of the choices that are places those nearest to the point, or that it lies in, the likeliest first."""
    ref = stored.session.pending
    asked = item(stored.form, stored.session, ref, now=desk.at) if ref and not ref.startswith("+") else None
    names = {pick.name for pick in asked.options} if asked is not None and asked.kind == "select_one" else set()
    if not names or desk.programme_id is None:
        return []
    places = stored_places(desk.uow, desk.programme_id)
    if not any(name in places for name in names):
        return []
    close = places.nearest(Point(point[0], point[1]), limit=NEAREST)
    around = [each.code for place, km in close if km <= NEAR_ENOUGH_KM for each in places.chain(place.code)]
    return dict.fromkeys(code for code in around if code in names)
