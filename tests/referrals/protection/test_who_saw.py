"""«Who saw my file?»: told by role and centre as they were then, never by name, and without a word of what it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from referrals.protection.audit import audit
from referrals.protection.audit_trail.who_saw import what_of, who_saw
from referrals.referral.records import Referral
from referrals.staff.accounts import add_membership, add_staff
from referrals.staff.passwords import Passwords
from referrals.staff.records import StaffMembership
from tests.families import Families

QUICK = Passwords(memory_kib=64, time_cost=1, parallelism=1)


def test_a_look_at_the_file_and_at_a_list_are_told_with_the_role_and_the_centre_of_that_day(families: Families) -> None:
    families.refer("501")
    at = families.clock()

    def work(uow: Any) -> tuple[int, int, int]:
        referral = uow.session.query(Referral).one()
        person = add_staff(uow, "mona@sample.invalid", "منى (عيّنة)", None, at, passwords=QUICK)
        add_membership(uow, person.id, "desk", "kuwait", at, location="loc-kuwait-hawalli")
        return referral.id, referral.person_id, person.id

    referral_id, person_id, staff_id = families.store.transact(work)

    def looks(uow: Any) -> None:
        who: dict[str, Any] = {"at": at + timedelta(minutes=1), "actor": f"staff:{staff_id}"}
        audit(uow, **who, action="referral.read", object_kind="referral", object_id=referral_id)
        audit(uow, **who, action="queue.read", object_kind="queue", object_id=3, people=(person_id, 991, 992))
        audit(uow, **who, action="queue.read", object_kind="queue", object_id=2, people=(991, 992))
        audit(uow, **who, action="referral.read", object_kind="referral", object_id=referral_id + 1)

    families.store.transact(looks)

    def leaves(uow: Any) -> None:
        row = uow.session.query(StaffMembership).filter_by(staff_id=staff_id).one()
        row.ended_at = at + timedelta(days=1)
        uow.flush()
        add_membership(uow, staff_id, "supervisor", "kuwait", at + timedelta(days=1))

    families.store.transact(leaves)
    with families.store.reading() as uow:
        seen = who_saw(uow, [person_id])
        assert who_saw(uow, []) == []
    assert [(each.role_word, each.what) for each in seen] == [("desk", "list"), ("desk", "file")]
    assert len({each.place for each in seen}) == 1
    assert all(each.place and "منى" not in each.place for each in seen)


def test_what_was_done_has_one_of_six_words() -> None:
    assert what_of("referral.read", "referral") == "file"
    assert what_of("queue.read", "queue") == "list"
    assert what_of("recording.listened", "transcription") == "recording"
    assert what_of("help_request.read", "help_request") == "request"
    assert what_of("message.traced", "inbox_message") == "message"
    assert what_of("referral.accept", "referral") == "changed"
