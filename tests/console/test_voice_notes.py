"""Writing down what families said aloud: who may hear it, what of it is understood, and that nobody overwrites."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from console.security import HEADERS
from referrals.conversations.records import InterviewSession
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store
from referrals.transcribing.records import Transcription
from tests.conftest import FrozenClock
from tests.console.at_a_desk import DeskWorld, plain
from tests.families import Families
from tests.recordings import arrive, opus, refer_on, speak
from tests.stores import databases, sqlite_store

__all__ = ["databases", "sqlite_store"]
AGE, NAME = "كم العمر", "ما اسمكم"
CLERK, SUPERVISOR = "clerk@kuwait.invalid", "supervisor@kuwait.invalid"


@pytest.fixture
def world(sqlite_store: Store, clock: FrozenClock) -> DeskWorld:
    return DeskWorld(sqlite_store, clock).employ()


@pytest.fixture
def families(world: DeskWorld) -> Families:
    return Families(world.store, world.clock)


def spoken(families: Families, until: str = AGE, content: bytes | None = None) -> str:
    """A family that answers this question aloud; the page of its recording."""
    families.apply("501", until=until)
    speak(families, "501")
    arrive(families.store, content)
    with families.store.reading() as uow:
        row_id = uow.session.scalars(select(Transcription.id).order_by(Transcription.id.desc())).first()
    return f"/console/recordings/{row_id}"


def seen(page: str) -> str:
    return str(re.findall(r'name="seen" value="(\d+)"', page)[0])


def audited(world: DeskWorld, action: str) -> int:
    return world.count(AuditEvent, action=action)


def test_the_queue_shows_the_question_and_how_long_it_waits_and_nothing_of_the_family(
    world: DeskWorld, families: Families
) -> None:
    families.apply("501", until=NAME)
    families.say("501", "فاطمة عيّنة")
    path = spoken(families)
    world.clock.forward(hours=2)
    clerk = world.clerk(CLERK)
    listed = plain(clerk.opens("/console/recordings"))
    assert "كم العمر" in listed
    assert "ينتظر منذ ساعتين" in listed
    assert "فاطمة" not in listed
    opened = clerk.opens(path)
    assert "فاطمة" not in opened
    assert "التسجيلات ( ١ )" in " ".join(re.sub(r"<[^>]+>", " ", opened).split())


def test_words_are_read_shown_and_kept_once_they_are_agreed_to(world: DeskWorld, families: Families) -> None:
    path = spoken(families)
    clerk = world.clerk(CLERK)
    version = seen(clerk.opens(path))
    status, page = clerk.sends(f"{path}/write", words="عمري خمسة وتلاتين سنة", seen=version)
    assert (status, "فهمنا: ٣٥" in plain(page)) == (200, True)
    sent = {"words": "عمري خمسة وتلاتين سنة", "understood": "35", "do": "save", "seen": version}
    assert clerk.sends(f"{path}/write", **sent) == (303, "/console/recordings?said=recording_written")
    assert "كُتب" in plain(clerk.opens(path))
    assert clerk.sends(f"{path}/write", **sent)[0] == 409
    assert audited(world, "recording.written") == 1
    assert audited(world, "recording.read") >= 2


def test_what_is_no_answer_is_said_in_the_authors_words(world: DeskWorld, families: Families) -> None:
    path = spoken(families)
    clerk = world.clerk(CLERK)
    version = seen(clerk.opens(path))
    for words, told in (("٤٠٠", "لم نفهم العمر"), ("كلام كثير", "لم"), ("", "اكتبوا ما قيل")):
        status, page = clerk.sends(f"{path}/write", words=words, seen=version, do="save")
        assert (status, told in plain(page)) == (422, True), words
    # what was understood before the words were changed is not kept
    status, page = clerk.sends(f"{path}/write", words="٤١", understood="35", do="save", seen=version)
    assert (status, "فهمنا: ٤١" in plain(page)) == (200, True)
    assert world.one(Transcription).state == "waiting"


def test_a_choice_is_picked_or_said_and_a_forged_one_refused(world: DeskWorld, families: Families) -> None:
    path = spoken(families, "طلباً من قبل")
    clerk = world.clerk(CLERK)
    page = clerk.opens(path)
    assert 'value="unknown"' in page
    assert clerk.sends(f"{path}/write", picked="moon", seen=seen(page))[0] == 422
    _, shown = clerk.sends(f"{path}/write", picked="no", words="لا والله ما حد قدّم", seen=seen(page))
    assert "فهمنا: لا" in plain(shown)
    sent = {"picked": "no", "words": "لا والله ما حد قدّم", "understood": "no", "do": "save", "seen": seen(page)}
    assert clerk.sends(f"{path}/write", **sent)[0] == 303


def test_free_words_are_the_answer_as_they_are(world: DeskWorld, families: Families) -> None:
    path = spoken(families, NAME)
    clerk = world.clerk(CLERK)
    version = seen(clerk.opens(path))
    assert clerk.sends(f"{path}/write", words="مريم عيّنة", seen=version)[0] == 303


def test_two_clerks_do_not_overwrite_each_other_and_see_who_is_at_it(world: DeskWorld, families: Families) -> None:
    path = spoken(families)
    one, two = world.clerk(CLERK), world.clerk(SUPERVISOR)
    version = seen(one.opens(path))
    assert seen(two.opens(path)) == version
    one.sends(f"{path}/write", words="٤٠", seen=version)
    assert "يكتبه الآن سامي (عيّنة)" in plain(two.opens("/console/recordings"))
    assert one.sends(f"{path}/write", words="٤٠", understood="40", do="save", seen=version)[0] == 303
    status, page = two.sends(f"{path}/unheard", seen=version)
    assert (status, "كُتب هذا التسجيل" in page) == (409, True)


def test_who_writes_what_the_family_answered_meanwhile_is_told_so(world: DeskWorld, families: Families) -> None:
    path = spoken(families)
    clerk = world.clerk(CLERK)
    version = seen(clerk.opens(path))
    families.say("501", "رجوع")
    families.say("501", "٣٩")
    for do in ("read", "save"):
        status, page = clerk.sends(f"{path}/write", words="٤١", understood="41", do=do, seen=version)
        assert (status, "أجابت الأسرة بطريقة أخرى" in page) == (409, True)


def test_where_none_of_what_was_meant_is_right_the_whole_list_stands_below(
    world: DeskWorld, families: Families
) -> None:
    path = spoken(families, until="ما أهم شيء")
    clerk = world.clerk(CLERK)
    status, page = clerk.sends(f"{path}/write", words="ايجار والاكل", seen=seen(clerk.opens(path)))
    assert (status, "هل تقصدون" in page) == (422, True)
    values = re.findall(r'name="picked" value="([^"]+)"', page)
    assert {"housing", "food_clothes", "work"} <= set(values)
    assert len(values) == len(set(values))


def test_what_cannot_be_made_out_is_asked_again(world: DeskWorld, families: Families) -> None:
    path = spoken(families)
    clerk = world.clerk(CLERK)
    sent = clerk.sends(f"{path}/unheard", seen=seen(clerk.opens(path)))
    assert sent == (303, "/console/recordings?said=recording_asked_again")
    assert "لم يُسمع" in plain(clerk.opens(path))


def test_a_recording_is_heard_in_parts_and_every_hearing_is_audited(world: DeskWorld, families: Families) -> None:
    path = f"{spoken(families)}/file"
    clerk, whole = world.clerk(CLERK), opus()
    response = clerk.get(path)
    assert (response.status_code, response.content) == (200, whole)
    assert response.headers["content-type"] == "audio/ogg"
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["content-security-policy"] == HEADERS["content-security-policy"]
    for asked, content in (("bytes=0-9", whole[:10]), ("bytes=100-", whole[100:]), ("bytes=-7", whole[-7:])):
        part = clerk.get(path, headers={"range": asked})
        assert (part.status_code, part.content) == (206, content)
    assert part.headers["content-range"] == f"bytes {len(whole) - 7}-{len(whole) - 1}/{len(whole)}"
    beyond = clerk.get(path, headers={"range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    for odd in ("bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=" + "9" * 40 + "-"):
        assert clerk.get(path, headers={"range": odd}).status_code == 200
    assert audited(world, "recording.listened") == 9


def test_what_a_browser_cannot_play_is_only_saved_whatever_it_called_itself(
    world: DeskWorld, families: Families
) -> None:
    path = f"{spoken(families, content=b'<script>alert(1)</script>')}/file"
    response = world.clerk(CLERK).get(path)
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["content-type"] == "application/octet-stream"


def test_another_programme_another_desk_and_a_stranger_find_nothing(world: DeskWorld, families: Families) -> None:
    path = spoken(families)
    desk = world.clerk()
    assert "لا تسجيل ينتظر" in plain(desk.opens("/console/recordings"))
    for where in (path, f"{path}/file", "/console/recordings/999999"):
        assert desk.get(where).status_code == 404
    desk.opens("/console/account")
    assert desk.sends(f"{path}/write", words="٤٠", seen="0")[0] == 404
    assert desk.sends(f"{path}/unheard", seen="0")[0] == 404
    assert world.one(Transcription).state == "waiting"


def test_once_the_family_was_erased_there_is_nothing_to_hear(world: DeskWorld, families: Families) -> None:
    path = spoken(families)
    families.say("501", "توقف")
    families.tap("501", "مسح معلوماتي")
    families.tap("501", families.heard["501"][-1].choices[0].label)
    clerk = world.clerk(CLERK)
    assert clerk.get(path).status_code == 404
    assert clerk.get(f"{path}/file").status_code == 404
    assert world.one(InterviewSession).journal_sealed == b""


def test_a_centre_hears_what_was_shown_to_it_and_reads_what_was_written_since(
    world: DeskWorld, families: Families
) -> None:
    families.apply("501", until=NAME)
    speak(families, "501")
    arrive(families.store)
    referral_id = refer_on(families, "501", families.say("501", "٤٢"))
    desk = world.employ_at(_centre_of(world, referral_id))
    page = desk.opens(f"/console/referrals/{referral_id}")
    (source,) = re.findall(r'<audio[^>]* src="([^"]+)"', page)
    assert desk.get(source).content == opus()
    clerk = world.clerk(CLERK)
    row = world.one(Transcription)
    path = f"/console/recordings/{row.id}"
    assert clerk.sends(f"{path}/write", words="مريم عيّنة", seen=seen(clerk.opens(path)))[0] == 303
    assert "مريم عيّنة" in plain(desk.opens(f"/console/referrals/{referral_id}"))
    assert world.clerk("desk@two.invalid").get(source).status_code == 404
    assert desk.get(re.sub(r"\d+$", "999999", source)).status_code == 404


def _centre_of(world: DeskWorld, referral_id: int) -> int:
    return int(world.one(Referral, id=referral_id).to_location_id)
