"""After a family's whole way, nothing of its own words stands readable in any table of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from referrals.protection.audit_trail.verifying import check
from referrals.protection.vault import Erased
from referrals.store.schema import metadata
from referrals.store.unit_of_work import Store
from tests.families import Families

# what the sample family types or is told back, and the telephone and number by which it writes
OURS = ("فاطمة", "50012345", "96550012345", "٥٠٠١٢٣٤٥", "4821", "٤٨٢١", "501777123")


def everything(store: Store) -> dict[str, bytes]:
    """Every byte of every table, by table name. Definitions are the programme's own and public."""
    found: dict[str, bytes] = {}
    with store.reading() as uow:
        for table in metadata.sorted_tables:
            if table.name in ("definition", "definition_attachment"):
                continue
            told = [column for column in table.columns if not _is_counted(column)]
            rows = uow.connection.execute(select(*told)).all()
            found[table.name] = b"\n".join(_bytes(value) for row in rows for value in row)
    return found


def _is_counted(column: Any) -> bool:
    """True for what may hold the digits of a secret by chance: random hexadecimal ones, and ids that a database counts
    on, test after test.
    """
    return column.name == "master_key_id" or (
        column.type.python_type is int and (column.name == "id" or column.name.endswith("_id"))
    )


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def test_sealed_columns_hold_no_plain_text(families: Families) -> None:
    families.refer("501777123")
    families.say("501777123", "عندي سؤال عن فاطمة")
    families.all_handled()
    found = everything(families.store)
    leaks = [(table, secret) for table, content in found.items() for secret in OURS if secret.encode() in content]
    assert leaks == []
    assert found["inbox_message"]
    assert found["outbox_message"]


def test_nothing_of_it_stands_in_the_database_file_either(sqlite_store: Store, clock: Any) -> None:
    families = Families(sqlite_store, clock)
    families.refer("501777123")
    file = Path(sqlite_store.engine.url.database or "")
    content = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert b"person" in content
    assert [secret for secret in ("فاطمة عيّنة", *OURS[1:3]) if secret.encode() in content] == []


def test_a_failing_turn_says_why_without_the_familys_words(families: Families, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(desk: Any, content: Any) -> None:
        raise ValueError(f"cannot understand {content.text}")

    monkeypatch.setattr("referrals.conversations.turns.respond", fail)
    families.write(families.event("501", "اسمي فاطمة ورقمي 50012345"))
    families.turns()
    (row,) = families.inbox()
    assert row.reason.startswith("ValueError (test_sealing.py")
    assert everything(families.store)["inbox_message"].find("فاطمة".encode()) == -1


# ---- erasure


def erase(families: Families, who: str) -> None:
    families.say(who, "امسحوا بياناتي")
    families.tap(who, families.heard[who][-1].choices[0].label)


def test_erasure_leaves_nothing_that_could_be_opened_and_the_audit_chain_whole(families: Families) -> None:
    families.refer("501")
    with families.store.reading() as uow:
        sealed = uow.connection.execute(select(metadata.tables["application"].c.facts_sealed)).scalar_one()
        assert uow.vault.open(sealed, "application.facts") != b""
    erase(families, "501")
    families.all_handled()
    with families.store.reading() as uow:
        with pytest.raises(Erased):
            uow.vault.open(sealed, "application.facts")
        assert check(uow).broken is None
        assert uow.connection.execute(select(metadata.tables["identifier"])).all() == []
        assert uow.connection.execute(select(metadata.tables["contact_point"])).all() == []
    assert families.books().balance


def test_who_was_erased_is_told_so_and_is_new_when_they_write_again(families: Families) -> None:
    families.refer("501")
    erase(families, "501")
    assert families.heard["501"][-1].text
    got = families.say("501", "السلام عليكم")
    assert "بماذا نبدأ" in got[-1].text
    families.tap("501", "تقديم طلب")
    families.all_handled()


def test_what_was_said_right_after_asking_for_erasure_is_answered_as_from_somebody_new(families: Families) -> None:
    families.apply("501", until="كم العمر")
    families.say("501", "امسحوا بياناتي")
    button = families.heard["501"][-1].choices[0]
    families.write(families.event("501", choice=button.id), families.event("501", "السلام عليكم"))
    families.turns()
    families.all_handled()
    assert "بماذا نبدأ" in families.read("501")[-1].text


def test_nothing_that_waited_for_who_was_erased_is_sent_or_stops_the_others(families: Families) -> None:
    families.apply("501", until="كم العمر")
    families.say("501", "امسحوا بياناتي")
    button = families.heard["501"][-1].choices[0]
    outbox = metadata.tables["outbox_message"]
    last = families.outbox()[-1]

    def uncertain(uow: Any) -> None:
        uow.connection.execute(
            update(outbox)
            .where(outbox.c.id == last.id)
            .values(state="uncertain", leased_until=families.clock(), purpose="staff")
        )

    families.store.transact(uncertain)
    families.write(families.event("501", choice=button.id), families.event("502", "السلام عليكم"))
    families.turns()
    families.clock.forward(minutes=2)
    families.read()
    assert families.outbox()[[row.id for row in families.outbox()].index(last.id)].state == "cancelled"
    assert families.heard["502"]
    families.all_handled()


def test_erasure_reaches_everything_of_somebody_who_moved_between_channels(families: Families) -> None:
    """They began on one phone and went on with a code on another: both are forgotten, and both can write again."""
    families.apply("501", until="كم العمر")
    families.say("502", families.move_code("501"))
    erase(families, "502")
    families.all_handled()
    with families.store.reading() as uow:
        keys = metadata.tables["data_key"]
        open_keys = uow.connection.execute(
            select(keys.c.person_id).where(keys.c.wrapped.is_not(None), keys.c.person_id.is_not(None))
        ).scalars()
        erased = metadata.tables["person"]
        forgotten = set(uow.connection.execute(select(erased.c.id).where(erased.c.erased_at.is_not(None))).scalars())
        assert forgotten
        assert not forgotten & set(open_keys)
    for who in ("501", "502"):
        assert "بماذا نبدأ" in families.say(who, "السلام عليكم")[-1].text
    families.all_handled()
