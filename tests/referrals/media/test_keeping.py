"""Files of a person: sealed, found again by a keyed hash, at most 20 MB, and gone with the person."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from referrals.families.identities import data_key_of
from referrals.families.records import Person
from referrals.inbound import MediaRef
from referrals.media import keeping
from referrals.media.keeping import TooLarge, add_drawing, content_of, is_of_person, keep_upload, store_content
from referrals.media.records import Media
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families

PHOTO = b"\xff\xd8 a sample photograph"


def _person(uow: UnitOfWork) -> tuple[int, int]:
    person_id = uow.session.scalars(select(Person.id).order_by(Person.id)).first() or 0
    return person_id, data_key_of(uow, person_id)


def test_a_photo_is_noted_in_the_turn_fetched_later_and_sealed(families: Families) -> None:
    families.apply("501", until="هل ترسلون صورة")
    families.say("501", media=MediaRef("image", "FILE1", "image/jpeg", "وصل.jpg", len(PHOTO)))
    families.all_handled()
    with families.store.unit_of_work() as uow:
        (media,) = uow.session.scalars(select(Media)).all()
        assert media.state == "owed"
        assert content_of(uow, media.id) is None
        person_id, key = _person(uow)
        store_content(uow, media.id, key, PHOTO)
        row = uow.connection.execute(select(Media.__table__)).one()
        assert PHOTO not in b"".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)
        assert content_of(uow, media.id) == (PHOTO, "image/jpeg")
        assert is_of_person(uow, media.id, person_id)
        assert not is_of_person(uow, media.id, person_id + 1)


def test_the_same_file_is_kept_once(families: Families) -> None:
    families.say("501", "السلام عليكم")

    def work(uow: UnitOfWork) -> Any:
        owner = _person(uow)
        first = keep_upload(uow, owner, families.sender_id, "image", PHOTO, "image/png", "a.png", families.clock())
        second = keep_upload(uow, owner, families.sender_id, "image", PHOTO, "image/png", "b.png", families.clock())
        cards = [add_drawing(uow, *owner, b"card", families.clock()) for _ in range(2)]
        return first.file_id, second.file_id, cards

    first, second, cards = families.store.transact(work)
    assert first == second
    assert cards[0] == cards[1]


def test_a_file_that_is_too_large_is_refused(families: Families, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LARGEST", 10)
    families.say("501", "السلام عليكم")

    def work(uow: UnitOfWork) -> None:
        keep_upload(uow, _person(uow), families.sender_id, "image", PHOTO, "image/png", "", families.clock())

    with pytest.raises(TooLarge):
        families.store.transact(work)
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Media)).all() == []


def test_nobody_takes_the_upload_of_somebody_else(families: Families) -> None:
    families.apply("501", until="هل ترسلون صورة")
    families.apply("502", until="هل ترسلون صورة")
    ref = families.store.transact(
        lambda uow: keep_upload(
            uow, _person(uow), families.sender_id, "image", PHOTO, "image/png", "a.png", families.clock()
        )
    )
    families.say("502", media=ref)
    families.all_handled()
    with families.store.reading() as uow:
        stored = uow.session.scalars(select(Media).where(Media.state == "stored")).one()
        assert stored.session_id is None


@pytest.mark.parametrize(
    ("content", "marked"), [(b"<html><script>sample()</script>", "dangerous"), (b"%PDF-1.7 sample", "mislabelled")]
)
def test_a_file_that_is_not_the_picture_it_was_called_is_kept_marked_and_never_shown(
    families: Families, content: bytes, marked: str
) -> None:
    families.say("501", "السلام عليكم")

    def work(uow: UnitOfWork) -> tuple[str, tuple[bytes, str] | None]:
        ref = keep_upload(
            uow, _person(uow), families.sender_id, "image", content, "image/jpeg", "صورة.jpg", families.clock()
        )
        media_id = int(ref.file_id.removeprefix("media:"))
        return uow.session.get_one(Media, media_id).marked, content_of(uow, media_id)

    assert families.store.transact(work) == (marked, (content, "application/octet-stream"))


def test_the_same_photo_of_two_people_is_kept_under_the_key_of_each(families: Families) -> None:
    for who in ("501", "502"):
        families.say(who, "السلام عليكم")

    def work(uow: UnitOfWork) -> set[str]:
        people = uow.session.scalars(select(Person.id).order_by(Person.id)).all()
        return {
            keep_upload(
                uow, (each, data_key_of(uow, each)), families.sender_id, "image", PHOTO, "", "", families.clock()
            ).file_id
            for each in people
        }

    assert len(families.store.transact(work)) == 2
    with families.store.reading() as uow:
        assert all(row.same_as_id is None for row in uow.session.scalars(select(Media)))
