"""Who is erased is gone: no column of any table opens or holds a word of theirs, and whoever was given one is told."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, func, select

from referrals.appointments.records import Appointment
from referrals.families.records import Consent, Identity, Person
from referrals.protection.audit_trail.verifying import check
from referrals.protection.erasure.erasing import AlreadyDecided, ask, carry_out, refuse
from referrals.protection.erasure.what_goes import LIST, STAYS
from referrals.protection.retention.carrying_out import retain
from referrals.protection.rights_records import ErasureNotice, ErasureRequest
from referrals.protection.vault import Erased, OpenVault, WrongKey, sealed_under
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.store.schema import metadata
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.families import Families
from tests.referrals.protection.everything_of_a_family import CHILD, LATIN, POSTER, SECRET, SECRETS, WHO, seed
from tests.referrals.protection.test_sealing import everything

OF_A_PERSON = {"person.id", "conversation.id", "interview_session.id", "application.id", "referral.id", "media.id"}
SEALED = ("فاطمة عيّنة", "50012345", WHO, "284010112345", SECRET, LATIN, CHILD)  # never in the clear, whoever is there
PUBLIC = ("definition", "definition_attachment")


def erase(families: Families) -> None:
    families.say(WHO, "امسح بياناتي")
    families.tap(WHO, "نعم، امسحوها")
    families.all_handled()


def say_farewell(families: Families) -> None:
    """The last word was sent; then their address goes too."""
    families.clock.forward(minutes=31)
    retain(families.store, families.clock())


def opened(store: Store) -> list[tuple[str, str, bytes]]:
    """Every sealed value that can be opened by any key of the database, whatever column it was sealed for."""
    found = []
    with store.reading() as uow:
        for table in metadata.sorted_tables:
            if table.name in PUBLIC:
                continue
            for column in table.columns:
                if not isinstance(column.type, LargeBinary):
                    continue
                for value in uow.connection.execute(select(column).where(column.is_not(None))).scalars():
                    plain = _opened(uow.vault, bytes(value))
                    if plain is not None:
                        found.append((table.name, column.name, plain))
    return found


def _opened(vault: OpenVault, sealed: bytes) -> bytes | None:
    """The plain bytes, without asking what they were sealed for: AES-GCM's counter mode, with its tag left out."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if len(sealed) < 37 or sealed[0] != 1:
        return None
    try:
        vault._key(sealed_under(sealed))
    except (Erased, WrongKey, struct.error):
        return None
    secret = _secret(vault, sealed_under(sealed))
    counter = modes.CTR(sealed[9:21] + (2).to_bytes(4, "big"))
    return Cipher(algorithms.AES(secret), counter).decryptor().update(sealed[21:-16])


def _secret(vault: OpenVault, key: int) -> bytes:
    table = metadata.tables["data_key"]
    row = vault._connection.execute(select(table).where(table.c.id == key)).one()
    return vault._unwrapped(row.wrapped, row.master_key_id)


def test_before_it_everything_can_be_found_by_who_has_the_key(families: Families) -> None:
    """The test below proves nothing where the words are not there to begin with."""
    seed(families)
    plain = b"\n".join(value for _, _, value in opened(families.store))
    assert [secret for secret in SEALED if secret.encode() not in plain] == []
    assert POSTER.encode() in everything(families.store)["contact_source"]


def test_no_column_of_any_table_opens_or_holds_a_word_of_who_was_erased(families: Families) -> None:
    seed(families)
    erase(families)
    say_farewell(families)
    stored = everything(families.store)
    leaks = [(table, secret) for table, content in stored.items() for secret in SECRETS if secret.encode() in content]
    assert leaks == []
    still = [
        (table, column, secret)
        for table, column, plain in opened(families.store)
        for secret in SECRETS
        if secret.encode() in plain
    ]
    assert still == []


def test_nothing_of_it_stands_in_the_database_file_either(sqlite_store: Store, clock: Any) -> None:
    families = Families(sqlite_store, clock)
    seed(families)
    erase(families)
    say_farewell(families)
    file = Path(sqlite_store.engine.url.database or "")
    content = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert b"erasure_request" in content
    assert [secret for secret in SEALED if secret.encode() in content] == []


def test_every_table_that_names_a_person_is_in_the_list_of_what_goes_or_stays() -> None:
    named = set()
    for table in metadata.sorted_tables:
        points = {key.target_fullname for column in table.columns for key in column.foreign_keys}
        if "person_id" in table.c or points & OF_A_PERSON:
            named.add(table.name)
    settled = {each.table for each in LIST} | set(STAYS) | OF_ITS_OWNER
    assert sorted(named - settled) == []


OF_ITS_OWNER = {
    # rows of a row of theirs: codes, states and dates, with what was sealed under the person's key
    *("application_event", "application_need", "match_run", "referral_event", "outgoing_submission"),
    *("offered_slot", "reminder", "webhook_delivery"),
}


def test_no_index_finds_them(families: Families) -> None:
    person = seed(families)
    erase(families)
    say_farewell(families)
    with families.store.reading() as uow:
        for table in ("identifier", "contact_point", "name_key", "duplicate_pair", "identity_alias", "private_note"):
            assert uow.connection.execute(select(func.count()).select_from(metadata.tables[table])).scalar_one() == 0, (
                table
            )
        index = uow.vault.index("identity:telegram", WHO)
        assert uow.session.scalar(select(Identity.id).where(Identity.value_index == index)) is None
        gone = select(Person.id).where(Person.told_by_id == person, Person.erased_at.is_(None))
        assert uow.session.scalars(gone).all() == [], "the child that only they told us of"


def test_what_was_open_ends_and_is_counted(families: Families) -> None:
    seed(families)
    erase(families)
    with families.store.reading() as uow:
        assert not set(uow.session.scalars(select(Referral.state))) & set(OPEN)
        assert set(uow.session.scalars(select(Appointment.state))) == {"cancelled"}
        assert uow.session.scalars(select(Consent.id).where(Consent.withdrawn_at.is_(None))).all() == []
        request = uow.session.scalars(select(ErasureRequest)).one()
        assert (request.state, request.answer, request.source) == ("done", "erased", "chat")
        counts = json.loads(request.counts)
        assert (counts["applications"], counts["referrals"], counts["people"]) == (1, 1, 2)
        assert check(uow).broken is None
    assert families.books().balance


def test_whoever_was_given_something_is_told_without_a_word_of_it(families: Families) -> None:
    seed(families)
    erase(families)
    with families.store.reading() as uow:
        notices = uow.session.scalars(select(ErasureNotice).order_by(ErasureNotice.id)).all()
        number = uow.connection.execute(select(metadata.tables["application"].c.number)).scalar_one()
        told = {(each.kind, each.reference) for each in notices}
        assert ("centre", number) in told
        assert ("server", "uuid:visit-of-the-house") in told
        assert len([each for each in notices if each.kind == "server"]) == 2
        assert not any(secret in each.reference for each in notices for secret in SECRETS if secret != "4821")


def test_the_district_stays_for_statistics_and_the_area_does_not(families: Families) -> None:
    seed(families)
    application = metadata.tables["application"]
    with families.store.reading() as uow:
        before = uow.connection.execute(select(application.c.area_code)).scalar_one()
    erase(families)
    with families.store.reading() as uow:
        row = uow.connection.execute(select(application)).one()
    assert row.area_code
    assert row.area_code != before
    assert before.startswith(row.area_code)
    assert row.anonymised_at is not None


def test_who_writes_again_before_the_address_is_gone_is_new_and_stays(families: Families) -> None:
    seed(families)
    erase(families)
    assert "بماذا نبدأ" in families.say(WHO, "السلام عليكم")[-1].text
    say_farewell(families)
    assert families.say(WHO, "القائمة")[-1].text
    families.all_handled()


def test_after_it_the_same_telephone_is_nobodys_past(families: Families) -> None:
    seed(families)
    erase(families)
    say_farewell(families)
    assert "بماذا نبدأ" in families.say(WHO, "السلام عليكم")[-1].text
    families.all_handled()


# ---- asked for at a desk


def test_staff_carry_out_what_was_asked_for_at_a_desk(families: Families) -> None:
    person = seed(families)
    at = families.clock()

    def work(uow: UnitOfWork) -> None:
        request = ask(uow, person, "phone", at, programme_id="kuwait", staff_id=7, proved_by="called_back")
        assert ask(uow, person, "phone", at).id == request.id, "asked twice is one request"
        carry_out(uow, request, at, 8)

    families.store.transact(work)
    say_farewell(families)
    still = [plain for _, _, plain in opened(families.store) if any(secret.encode() in plain for secret in SECRETS)]
    assert still == []
    with families.store.reading() as uow:
        request = uow.session.scalars(select(ErasureRequest)).one()
        assert (request.asked_by_id, request.decided_by_id, request.proved_by) == (7, 8, "called_back")


def test_a_request_is_decided_once_and_a_refusal_says_why(families: Families) -> None:
    person = seed(families)
    at = families.clock()

    def work(uow: UnitOfWork) -> int:
        request = ask(uow, person, "desk", at, staff_id=7)
        with pytest.raises(ValueError, match="reason"):
            refuse(uow, request, "no time", at, 8)
        refuse(uow, request, "not_them", at, 8)
        with pytest.raises(AlreadyDecided):
            carry_out(uow, request, at, 8)
        return request.id

    families.store.transact(work)
    with families.store.reading() as uow:
        assert uow.session.get_one(Person, person).erased_at is None
