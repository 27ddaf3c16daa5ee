"""The files that a form names come with it: stored once with its version, sent with their question, exported again."""

from __future__ import annotations

import asyncio
import io
import shutil
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.fitting import fit
from bot.channels.simulator import Simulator
from bot.channels.whatsapp_bodies import message_body
from bot.delivery.engine import Delivery
from bot.delivery.pictures import picture
from referrals.definitions import importing
from referrals.definitions.attachments import attachment_names, attachment_of, content_type
from referrals.definitions.exporting import export_programme
from referrals.definitions.importing import import_programme
from referrals.definitions.in_force import definition_id
from referrals.definitions.settings import BadProgramme
from referrals.families.identities import data_key_of
from referrals.families.records import Identity
from referrals.inbound import Address
from referrals.messages import CAPABILITIES, Choice, MediaIntent, Message
from referrals.outbox.owe import owe
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import GREETING, Families
from tests.stores import ROOT
from tests.transcript_forms import FORMS, put_in_force

VOICE = MediaIntent("attachment", {"definition_id": 1, "name": "name.ogg", "shows": "audio"})


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """With nothing parsed beforehand: definitions of a test have numbers that mean others in the next one."""
    sqlite_store._parsed = {}
    return sqlite_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Kuwait's folder with a sample form that names a recording and a picture, and other files beside it."""
    made = tmp_path / "kuwait"
    shutil.copytree(ROOT / "programmes" / "kuwait", made)
    shutil.copyfile(FORMS / "family.md", made / "intake.md")
    (made / "media").mkdir()
    (made / "media" / "name.ogg").write_bytes(b"a recording")
    (made / "media" / "nobody-names-this.png").write_bytes(b"another picture")
    (made / "intake-media").mkdir()
    (made / "intake-media" / "things.png").write_bytes(b"a picture")
    return made


def intake(store: Store) -> int:
    with store.reading() as uow:
        found = definition_id(uow, "kuwait", "form", "intake")
    assert found is not None
    return found


def bring_in(store: Store, folder: Path, clock: FrozenClock) -> list[str]:
    return store.transact(lambda uow: import_programme(uow, folder, clock()))


def test_a_form_brings_the_files_that_it_names_and_no_others(store: Store, folder: Path, clock: FrozenClock) -> None:
    assert bring_in(store, folder, clock) == ["form/intake"]
    with store.reading() as uow:
        assert attachment_names(uow, intake(store)) == {"name.ogg", "things.png"}
        assert attachment_of(uow, intake(store), "name.ogg") == (b"a recording", "audio/ogg")
        assert attachment_of(uow, intake(store), "nobody-names-this.png") is None


def test_another_recording_is_another_version_and_the_same_one_is_none(
    store: Store, folder: Path, clock: FrozenClock
) -> None:
    bring_in(store, folder, clock)
    first = intake(store)
    assert bring_in(store, folder, clock) == []
    (folder / "media" / "name.ogg").write_bytes(b"a clearer recording")
    assert bring_in(store, folder, clock) == ["form/intake"]
    with store.reading() as uow:
        assert attachment_of(uow, first, "name.ogg") == (b"a recording", "audio/ogg")


def test_a_comment_names_no_file(store: Store, folder: Path, clock: FrozenClock) -> None:
    with (folder / "intake.md").open("a") as form:
        form.write("# The codes are those of places.csv.\n")
    bring_in(store, folder, clock)
    with store.reading() as uow:
        assert "places.csv" not in attachment_names(uow, intake(store))


def test_what_was_exported_comes_in_again_as_it_is(
    store: Store, folder: Path, clock: FrozenClock, tmp_path: Path
) -> None:
    bring_in(store, folder, clock)
    with store.reading() as uow:
        files = export_programme(uow, "kuwait", tmp_path / "out")
    assert {"intake-media/name.ogg", "intake-media/things.png"} <= set(files)
    assert bring_in(store, tmp_path / "out", clock) == []


def test_a_file_that_no_platform_takes_is_named(
    store: Store, folder: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "LARGEST", 5)
    with pytest.raises(BadProgramme, match=r"name\.ogg.*20 MB"):
        bring_in(store, folder, clock)


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing of a workbook", b"\xff\xfe\x00"])
def test_a_form_that_nobody_can_read_names_no_files(content: bytes) -> None:
    assert "name.ogg" not in importing._names_in(content)


def test_a_workbook_is_asked_for_its_words_and_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as workbook:
        workbook.writestr("xl/sharedStrings.xml", "<sst><si><t>A &amp; B.ogg</t></si></sst>")
    assert "A & B.ogg" in importing._names_in(made.getvalue())
    monkeypatch.setattr(importing, "LARGEST_WORKBOOK", 10)
    assert importing._names_in(made.getvalue()) == ""


# ---- with their question


@pytest.fixture
def asked(store: Store, clock: FrozenClock) -> Families:
    """A family before the first question, which has a recording."""
    families = Families(store, clock)
    store.transact(lambda uow: put_in_force(uow, "kuwait", "family", clock()))
    families.say("501", GREETING)
    for label in ("تقديم طلب", "العربية", "أوافق", "أنا وحدي"):
        families.tap("501", label)
    return families


def test_a_recording_goes_before_its_question(asked: Families) -> None:
    message = asked.tap("501", "نعم")[-1]
    assert [intent.parameters["name"] for intent in message.media] == ["name.ogg"]
    voice, words = fit(message, CAPABILITIES["whatsapp"])
    assert (voice.media, voice.text, words.media) == (message.media[0], "", None)


def test_it_is_not_sent_again_when_the_question_was_not_understood(asked: Families) -> None:
    asked.tap("501", "نعم")
    assert asked.say("501", "السلام عليكم")[-1].media == ()


def test_a_file_that_is_gone_leaves_the_question_as_it_is(store: Store, clock: FrozenClock, asked: Families) -> None:
    gone = MediaIntent("attachment", {"definition_id": 1, "name": "gone.ogg", "shows": "audio"})
    assert picture(store, 1, gone, clock()) is None
    message = Message("ما اسمكم؟", (Choice("a", "نعم"),), media=(gone,))
    store.transact(lambda uow: owe_to_the_first(uow, asked, message))
    simulator = Simulator()
    asyncio.run(Delivery(store, clock, asked.sender_id, "telegram", simulator).deliver())
    assert [piece.text for pieces in simulator.sent.values() for piece in pieces] == ["ما اسمكم؟"]


def owe_to_the_first(uow: UnitOfWork, families: Families, message: Message) -> None:
    identity = uow.session.scalars(select(Identity)).one()
    owe(
        uow,
        message,
        key="sample",
        sender_id=families.sender_id,
        identity_id=identity.id,
        data_key_id=data_key_of(uow, identity.person_id),
        at=families.clock(),
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.ogg", "audio"), ("a.mp3", "audio"), ("a.mp4", "video"), ("a.png", "image"), ("a.webp", "document")],
)
def test_whatsapp_plays_it_in_the_chat_where_it_can(name: str, kind: str) -> None:
    (piece,) = fit(Message("", media=(VOICE,)), CAPABILITIES["whatsapp"])
    body = message_body(Address("phone", "+96550000000"), piece.with_file(b"bytes", content_type(name), name), "m1")
    assert body["type"] == kind
    assert "caption" not in body[kind]
