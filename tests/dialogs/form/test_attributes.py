"""Attributes that a form works out, as those of an entity, stand in the submission."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from dialogs.form import Instance, load_xform

NOON = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

HOUSES = """
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
        xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>Houses</h:title><model>
    <instance><data id="houses"><known/><people><name/><meta><entity dataset="people" create="" id=""/></meta></people>
      <meta><instanceID/><entity dataset="houses" create="1" update="" id=""><label/></entity></meta></data></instance>
    <bind nodeset="/data/known" type="string"/>
    <bind nodeset="/data/people/name" type="string"/>
    <bind nodeset="/data/people/meta/entity/@create" calculate="../../../name != ''" type="string"/>
    <bind nodeset="/data/meta/entity/@id" calculate="/data/known" type="string"/>
    <bind nodeset="/data/meta/entity/@create" relevant="/data/known = ''" type="string"/>
    <bind nodeset="/data/meta/entity/@update" calculate="/data/known != ''" type="string"/>
    <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
    <setvalue ref="/data/meta/entity/@id" event="odk-instance-first-load" value="uuid()"/>
    <setvalue ref="/data/people/meta/entity/@id" event="odk-instance-first-load odk-new-repeat" value="uuid()"/>
  </model></h:head>
  <h:body><input ref="/data/known"/><group ref="/data/people"><repeat nodeset="/data/people">
    <input ref="/data/people/name"/></repeat></group></h:body>
</h:html>
"""


def _houses() -> Instance:
    form = load_xform(HOUSES)
    return Instance.start(form, now=NOON, time_zone="UTC", instance_id="3b241101-e2bb-4255-8caf-4136c566a962")


def _entities(instance: Instance) -> list[dict[str, str]]:
    found = re.findall(r"<entity ([^>]*?)/?>", instance.submission())
    return [dict(re.findall(r'(\w+)="([^"]*)"', attributes)) for attributes in found]


def test_an_entity_is_created_under_an_id_of_its_own() -> None:
    *_, house = _entities(_houses())
    assert UUID.fullmatch(house["id"])
    assert (house["dataset"], house["create"], house["update"]) == ("houses", "1", "false")


def test_an_entity_that_is_known_keeps_its_id() -> None:
    instance = _houses()
    instance.set("/data/known", "house-7")
    *_, house = _entities(instance)
    assert (house["id"], house["create"], house["update"]) == ("house-7", "", "true")


def test_each_member_has_an_entity_with_an_id_of_its_own() -> None:
    instance = _houses()
    instance.set("/data/people[1]/name", "Sample A")
    instance.add_repeat("/data/people")
    one, other, _house = _entities(instance)
    assert one["create"] == "true"
    assert other["create"] == "false"
    assert UUID.fullmatch(one["id"])
    assert UUID.fullmatch(other["id"])
    assert one["id"] != other["id"]


def test_a_copy_holds_the_same_ids_and_asking_again_changes_nothing() -> None:
    instance = _houses()
    assert _entities(instance) == _entities(instance) == _entities(instance.copy())


def test_attributes_are_no_questions() -> None:
    assert not [ref for ref in _houses().refs() if "@" in ref]
