"""Filling a form at the desk, page by page without a script: begun, answered, read back, filed, a centre chosen."""

from __future__ import annotations

import re

import pytest

from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest, InterviewSession
from referrals.families.records import Consent, Person
from referrals.filling.records import DeskFilling
from referrals.media.records import Media
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store
from referrals.submissions.records import ReceivedSubmission
from tests.conftest import FrozenClock
from tests.console.at_a_desk import ANSWERS, Clerk, DeskWorld, plain
from tests.families import Families

PNG = b"\x89PNG\r\n\x1a\n" + b"a picture of nothing (sample)"


@pytest.fixture
def world(sqlite_store: Store, clock: FrozenClock) -> DeskWorld:
    """Kuwait's programme with its sample staff."""
    return DeskWorld(sqlite_store, clock).employ()


@pytest.fixture
def clerk(world: DeskWorld) -> Clerk:
    """Somebody at the first centre's desk."""
    return world.clerk()


def test_a_whole_application_at_the_desk(world: DeskWorld, clerk: Clerk) -> None:
    assert "لا طلبات غير مكتملة هنا" in clerk.opens("/console/filling")
    first = clerk.starts()
    review = clerk.fills_everything(first)
    page = plain(clerk.opens(review))
    assert "فاطمة عيّنة" in page
    assert "٤٢" in page
    done = clerk.submits(review)
    page = plain(clerk.opens(done))
    application = world.one(Application)
    assert application.submitted_by == "clerk"
    number = application.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert number in page
    assert "أي مكان تختار الأسرة؟" in page
    path = f"/console/filling/{world.filling().id}"
    receipt = clerk.opens(f"{path}/receipt")
    assert number in receipt
    assert "<svg" in receipt
    assert "الإيجار" not in receipt  # a paper that others may see names no need
    status, page = clerk.sends(f"{path}/centre", centre="1")
    assert status == 200
    assert "لا شيء غير ذلك. هل توافقون؟" in page
    assert clerk.sends(f"{path}/refer", centre="1", agreed="yes")[1].endswith("said=referred")
    assert world.one(Referral).state == "requested"
    assert world.one(Consent, purpose="referral").method == "oral"
    assert "أُرسل إلى" in clerk.opens(f"{path}/done")
    assert clerk.get(f"{path}/review").status_code == 404  # the answers are no longer this desk's to read


def test_nothing_begins_before_the_family_agreed_and_was_asked_whether_it_is_safe(
    world: DeskWorld, clerk: Clerk
) -> None:
    page = clerk.opens("/console/filling/new")
    assert "يقرأ إجاباتكم موظفو البرنامج" in page
    assert "We keep your answers" in clerk.opens("/console/filling/new?language=en") or world.count(Person) == 0
    assert "لا نبدأ قبل أن توافق الأسرة" in clerk.sends("/console/filling/new", language="ar", safe="yes")[1]
    assert "اسألوا الأسرة هل هي في أمان" in clerk.sends("/console/filling/new", language="ar", agreed="yes")[1]
    assert world.count(Person) == 0
    assert "لم نحفظ شيئاً" in clerk.opens("/console/filling/refused")


def test_who_is_not_safe_reaches_those_who_may_know_it(world: DeskWorld, clerk: Clerk) -> None:
    clerk.opens("/console/filling/new")
    status, where = clerk.sends("/console/filling/new", language="ar", agreed="yes", safe="no")
    assert (status, where.endswith("/danger")) == (303, True)
    page = clerk.opens(where)
    assert "عرف المختصون الآن" in page
    request = world.one(HelpRequest)
    assert (request.kind, request.restricted, request.conversation_id) == ("danger", True, None)
    supervisor = world.clerk("supervisor@kuwait.invalid")
    assert f"/console/help/{request.id}" in supervisor.opens("/console/help/danger")
    assert supervisor.get(f"/console/help/{request.id}").status_code == 200
    assert f"/console/help/{request.id}" not in clerk.opens("/console/help")


def test_a_page_keeps_what_fits_and_says_what_does_not_beside_the_question(world: DeskWorld, clerk: Clerk) -> None:
    first = clerk.starts()
    status, page = clerk.fills(first, {**ANSWERS, "كم العمر": "ألف"})
    assert status == 422
    asked = clerk.questions(page)
    age = next(each for text, each in asked.items() if "كم العمر" in text)
    assert "لم نفهم العمر. أجيبوا برقم، مثل: ٤٢." in age.words
    assert age.fields[f"t-{age.key}"] == ["ألف"]  # what was typed is still there
    assert "فاطمة عيّنة" in page
    assert world.filling().settled == 3
    status, where = clerk.fills(first)
    assert (status, where) == (303, first.replace("/pages/1", "/pages/2"))


def test_a_required_answer_is_asked_for_in_the_authors_words_and_may_come_later(world: DeskWorld, clerk: Clerk) -> None:
    first = clerk.starts()
    status, page = clerk.fills(first, {})
    assert status == 422
    assert "اختاروا إجابة، أو اختاروا: لا أريد الإجابة." in page
    status, where = clerk.fills(first, {"كم العمر": "٤٢"}, do="later")
    assert (status, where.endswith("/pages/2")) == (303, True)
    assert world.filling().settled == 3
    page = clerk.opens(first.replace("/pages/1", "/review"))
    assert "لمن هذا الطلب" in page
    seen = re.findall(r'name="seen" value="(\d+)"', page)[0]
    status, page = clerk.sends(first.replace("/pages/1", "/review"), seen=seen, read_back="yes")
    assert status == 422
    assert "بقيت أسئلة لازمة" in page
    assert world.count(Application) == 0


def test_questions_that_an_answer_brings_come_on_the_same_page_and_cascades_follow(
    world: DeskWorld, clerk: Clerk
) -> None:
    first = clerk.starts()
    status, page = clerk.fills(first, {"لمن هذا الطلب": "لأحد أقاربي", "كم العمر": "٤٢"})
    assert status == 200
    assert "ظهرت أسئلة جديدة" in page
    assert any("هل يعرف أصحاب الطلب" in text for text in clerk.questions(page))
    place = first.replace("/pages/1", "/pages/5")
    assert not any("أين تسكنون؟" in text and "محافظة" not in text for text in clerk.questions(clerk.opens(place)))
    clerk.fills(place, {"في أي محافظة": "الجهراء"})
    page = clerk.opens(place)
    assert '<option value="الجهراء">' in page
    assert '<option value="السالمية">' not in page
    status, page = clerk.fills(place, {"أين تسكنون": "كوكب بعيد"})
    assert (status, "لا توجد هذه الإجابة في القائمة." in page) == (422, True)


def test_answers_that_fall_away_are_said(world: DeskWorld, clerk: Clerk) -> None:
    second = clerk.starts().replace("/pages/1", "/pages/2")
    clerk.fills(second, {"ما أهم شيء": "الإيجار أو السكن"}, do="later")
    clerk.fills(second, {"ما الأقرب إلى": "دفع الإيجار"}, do="later")
    status, page = clerk.fills(second, {"ما أهم شيء": "علاج أو دواء"})
    assert status in (200, 422)
    assert "لم تعد هذه الأسئلة لازمة بعد التغيير" in page
    assert "دفع الإيجار" not in page.split("filling-form")[0]  # a private answer is not repeated


def test_one_answer_is_kept_by_itself_and_the_page_comes_back_with_its_version(world: DeskWorld, clerk: Clerk) -> None:
    first = clerk.starts()
    page = clerk.opens(first)
    key = next(each.key for text, each in clerk.questions(page).items() if "كم العمر" in text)
    status, page = clerk.sends(first, **{"do": "keep", "seen": "0", "on": key, f"t-{key}": "اثنان وأربعون"})
    assert status == 200
    assert clerk.questions(page)["كم العمر بالسنوات؟"].fields[f"t-{key}"] == ["٤٢"]
    assert re.findall(r'name="seen" value="(\d+)"', page) == ["1"]


def test_what_another_page_answered_meanwhile_is_shown_and_nothing_is_overwritten(
    world: DeskWorld, clerk: Clerk
) -> None:
    first = clerk.starts()
    clerk.fills(first, {"كم العمر": "٤٢"}, do="later")
    status, page = clerk.fills(first, {"كم العمر": "٥٠", "ما اسمكم": "زينب عيّنة"}, seen="0")
    assert status == 409
    assert "تغيّرت الإجابات في هذه اللحظة" in page
    asked = clerk.questions(page)
    assert asked["كم العمر بالسنوات؟"].fields["t-10"] == ["٤٢"]
    assert "كتبتم هنا: ٥٠" in asked["كم العمر بالسنوات؟"].words
    assert world.filling().settled == 1


def test_members_by_their_number_have_a_page_each(world: DeskWorld, clerk: Clerk) -> None:
    home = clerk.starts().replace("/pages/1", "/pages/3")
    clerk.fills(home, {"كم عددكم": "٣"}, do="later")
    clerk.fills(home, {"نكتب أهل البيت": "نعم، الآن"}, do="later")
    page = plain(clerk.opens(home.replace("/pages/3", "/pages/4-2")))
    assert "فرد من البيت ٢ من ٢" in page
    assert "ما القرابة بينكم؟" in page
    assert clerk.get(home.replace("/pages/3", "/pages/4-3")).status_code == 404


def test_a_private_answer_shows_only_on_demand_and_that_is_audited(world: DeskWorld, clerk: Clerk) -> None:
    second = clerk.starts().replace("/pages/1", "/pages/2")
    clerk.fills(second, {"ما أهم شيء": "الإيجار أو السكن"}, do="later")
    review = second.replace("/pages/2", "/review")
    page = clerk.opens(review)
    assert "إجابة خاصة، محفوظة" in page
    assert "الإيجار أو السكن" not in page
    question = re.findall(r'name="question" value="([\d-]+)"', page)[0]
    status, page = clerk.sends(second.replace("/pages/2", "/reveal"), question=question)
    assert (status, "الإيجار أو السكن" in page) == (200, True)
    assert world.count(AuditEvent, action="filling.revealed") == 1
    assert clerk.sends(second.replace("/pages/2", "/reveal"), question="999")[0] == 404
    assert "الإيجار أو السكن" in clerk.sends(second.replace("/pages/2", "/reveal"), question="every")[1]


def test_a_picture_is_kept_sealed_and_only_as_what_it_is(world: DeskWorld, clerk: Clerk) -> None:
    last = clerk.starts().replace("/pages/1", "/pages/6")
    page = clerk.opens(last)
    key = next(each.key for text, each in clerk.questions(page).items() if "هل ترسلون صورة" in text)
    fields = {"csrf": clerk.csrf, "seen": "0", "on": key, "do": "keep"}
    wrong = clerk.post(last, data=fields, files={f"f-{key}": ("photo.png", b"<script>", "image/png")})
    assert "الملف ليس من النوع المطلوب." in wrong.text
    kept = clerk.post(last, data=fields, files={f"f-{key}": ("photo.bin", PNG, "application/x-anything")})
    assert kept.status_code == 200
    media = world.one(Media)
    assert (media.content_type, media.session_id) == ("image/png", world.one(InterviewSession).id)
    file = clerk.get(last.replace("/pages/6", f"/files/{media.id}"))
    assert (file.content, file.headers["content-type"]) == (PNG, "image/png")
    assert clerk.get(last.replace("/pages/6", "/files/999")).status_code == 404
    assert world.clerk("desk@two.invalid").get(last.replace("/pages/6", f"/files/{media.id}")).status_code == 404
    too_large = clerk.post(last, data=fields, files={f"f-{key}": ("big.png", PNG + b"0" * 22_000_000, "image/png")})
    assert too_large.status_code == 413


def test_a_desk_sees_its_own_forms_and_a_stranger_none(world: DeskWorld, clerk: Clerk) -> None:
    first = clerk.starts()
    clerk.fills(first, {"ما اسمكم": "فاطمة عيّنة"}, do="later")
    other = world.clerk("desk@two.invalid")
    assert "فاطمة عيّنة" not in other.opens("/console/filling")
    for address in (first, first.replace("/pages/1", ""), first.replace("/pages/1", "/review")):
        assert other.get(address).status_code == 404
    for action in ("pages/1", "members/m1", "review", "reveal", "hand-back", "put-away", "danger", "centre", "refer"):
        assert other.sends(first.replace("pages/1", action), seen="1", do="save", read_back="yes")[0] in (303, 404)
    assert world.filling().state == "open"
    assert "فاطمة عيّنة" in world.clerk("clerk@kuwait.invalid").opens("/console/filling")
    assert world.clerk("supervisor@kuwait.invalid").get(first).status_code == 403


def test_every_page_is_refused_without_the_token_of_its_session(world: DeskWorld, clerk: Clerk) -> None:
    first = clerk.starts()
    assert clerk.post(first, data={"csrf": "", "do": "save", "seen": "0"}).status_code == 403
    assert clerk.post(first, data={"do": "save"}, files={"f-1": ("a.png", PNG, "image/png")}).status_code == 403
    forged = clerk.post(first, data={"csrf": clerk.csrf}, headers={"sec-fetch-site": "cross-site"})
    assert forged.status_code == 403


def test_forged_fields_change_nothing(world: DeskWorld, clerk: Clerk) -> None:
    first = clerk.starts()
    clerk.opens(first)
    forged: dict[str, str | list[str]] = {"on": ["10", "99", "1-1", "../x"], "t-10": "42", "v-99": "x", "p-10": ""}
    status, _ = clerk.sends(first, do="save", seen="0", **forged)
    assert status == 303
    assert world.filling().settled == 1
    assert clerk.sends(first, do="save", seen="not a number", on="10", **{"t-10": "43"})[0] == 409
    assert clerk.get(first.replace("/pages/1", "/pages/..%2f..")).status_code == 404


def test_reading_is_audited_page_by_page(world: DeskWorld, clerk: Clerk) -> None:
    first = clerk.starts()
    before = world.count(AuditEvent, action="filling.read")
    clerk.opens(first)
    clerk.opens(first.replace("/pages/1", "/review"))
    assert world.count(AuditEvent, action="filling.read", object_kind="person") == before + 2


def test_a_form_begun_on_a_phone_is_found_by_its_code_shown_and_handed_back(world: DeskWorld, clerk: Clerk) -> None:
    families = Families(world.store, world.clock)
    families.apply("901", until="كم عددكم")
    code = families.move_code("901")
    clerk.opens("/console/filling")
    assert "لم نجد طلباً مفتوحاً بهذا الرمز" in clerk.sends("/console/filling/find", by="code", typed="000000")[1]
    assert clerk.sends("/console/filling/find", by="phone", typed="50012345")[0] == 422
    status, where = clerk.sends("/console/filling/find", by="code", typed=code)
    assert status == 303
    path = re.sub(r"\?.*", "", where)
    page = clerk.opens(f"{path}/pages/2")
    assert "إجابة خاصة، محفوظة" in page  # what the family told its phone shows only on demand
    key = re.findall(r'name="reveal" value="([\d-]+)"', page)[0]
    status, page = clerk.sends(f"{path}/pages/2", reveal=key, seen="0")
    assert (status, world.count(AuditEvent, action="filling.revealed")) == (200, 1)
    assert f'value="{key}"' in page
    assert "فاطمة عيّنة" in clerk.opens(f"{path}/pages/1")
    assert clerk.sends(f"{path}/hand-back")[1].endswith("said=handed_back")
    assert any("كم عددكم" in message.text for message in families.read("901"))
    assert clerk.get(f"{path}/pages/1").status_code == 404


def test_what_the_family_filed_itself_meanwhile_is_said_and_leaves_the_list(world: DeskWorld, clerk: Clerk) -> None:
    families = Families(world.store, world.clock)
    families.apply("901", until="كم عددكم")
    code = families.move_code("901")
    clerk.opens("/console/filling")
    _, where = clerk.sends("/console/filling/find", by="code", typed=code)
    assert "فاطمة عيّنة" in clerk.opens("/console/filling")
    families.apply("901")
    assert clerk.get(re.sub(r"\?.*", "", where)).status_code == 409
    assert "فاطمة عيّنة" not in clerk.opens("/console/filling")
    assert world.count(Application) == 1


def test_a_form_of_the_desk_alone_cannot_be_handed_to_a_phone(world: DeskWorld, clerk: Clerk) -> None:
    first = clerk.starts()
    assert "إعادة إلى هاتف الأسرة" not in clerk.opens(first)
    assert clerk.sends(first.replace("pages/1", "hand-back"))[0] == 404
    assert clerk.sends(first.replace("pages/1", "put-away"))[1].endswith("said=put_away")
    assert world.filling().state == "stopped"


def test_a_visit_is_recorded_from_the_referral_with_its_own_form(world: DeskWorld, clerk: Clerk) -> None:
    review = clerk.fills_everything(clerk.starts())
    clerk.submits(review)
    path = f"/console/filling/{world.filling().id}"
    clerk.sends(f"{path}/centre", centre="1")
    clerk.sends(f"{path}/refer", centre="1", agreed="yes")
    referral = world.one(Referral)
    manager = world.employ_at(referral.to_location_id)
    base = f"/console/referrals/{referral.id}"
    manager.opens(base)
    assert manager.sends(f"{base}/forms/visit")[0] == 404  # not before it was accepted
    manager.sends(f"{base}/accept")
    assert "تسجيل زيارة" in manager.opens(base)
    status, where = manager.sends(f"{base}/forms/visit")
    assert status == 303
    again = manager.sends(f"{base}/forms/visit")
    assert again == (303, where)  # the open one, not a second
    answers = {
        "متى كانت": "١/١١/٢٠٢٦",
        "كيف انتهت": "لم نجد أحداً",
        "ما الذي حدث": "نعود يوم الأحد (عيّنة)",
    }
    review = manager.fills_everything(manager.follows(where), answers)
    assert "راجعتُ هذه الإجابات" in manager.opens(review)
    assert manager.submits(review) == f"{base}?said=visit_kept"
    row = world.one(ReceivedSubmission)
    assert (row.form_name, row.application_id, row.person_id) == ("visit", referral.application_id, referral.person_id)
    assert world.one(DeskFilling, form_name="visit").state == "filed"
    assert manager.sends(f"{base}/forms/feedback")[0] == 404
