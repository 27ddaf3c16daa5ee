"""Paths: where they start, where they lead, and what their predicates keep."""

from __future__ import annotations

import pytest

from tests.dialogs.expressions.working_out import text_of


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/data/a", "1"),
        ("a", "1"),
        ("./a", "1"),
        (" /data/a ", "1"),
        ("a/../b", "2"),
        ("//b", "2"),
        ("/data/*[1]", "1"),
        ("child[2]/name", "يوسف"),
        ("child[last()]/name", "سلمى"),
        ("child[position() < 3][2]/name", "يوسف"),
        ("child[age = 12]/name", "ليلى"),
        ("child[age > 10 or name = 'سلمى'][2]/name", "سلمى"),
        ("child[age = /data/b + 7]/name", "يوسف"),
        ("child[age = current()/b + 7]/name", "يوسف"),
        ("child[2]/preceding-sibling::child/name", "ليلى"),
        ("child[2]/following-sibling::*/name", "سلمى"),
        ("child/ancestor::data/a", "1"),
        ("count(descendant::name)", "3"),
        ("count(a | b | a)", "2"),
        ("(child/name)[2]", "يوسف"),
        ("nowhere/at/all", ""),
        ("count(/data/nowhere)", "0"),
        ("instance('places')/root/item[kind = 'town'][2]/name", "qus"),
        ("instance('places')/root/item[@kind = 'city']/name", "qena"),
        ("instance('places')/root/item[name = current()/where]/kind", "town"),
        ("instance('places')/root/item['nag' = name]/kind", "town"),
        ("count(instance('places')/root/item[kind != 'town'])", "1"),
        ("instance('nothing')/root/item/name", ""),
    ],
)
def test_a_path_leads_to(path: str, says: str) -> None:
    assert text_of(path, a="1", b="2", where="nag") == says
