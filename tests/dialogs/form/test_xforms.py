"""An XForm that another tool made, or a person wrote, is the same form here."""

from __future__ import annotations

from dialogs.form import Form, Instance, form_xml_of, read_form
from tests.dialogs.form.filling import INSTANCE_ID, NOON

HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
    'xmlns:odk="http://www.opendatakit.org/xforms" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
)


def form(model: str, body: str) -> Form:
    xml = f"{HEAD}<h:head><h:title>T</h:title><model>{model}</model></h:head><h:body>{body}</h:body></h:html>"
    return read_form(xml.encode(), name="form.xml")


def opened(model: str, body: str) -> Instance:
    return Instance.start(form(model, body), now=NOON, time_zone="UTC", instance_id=INSTANCE_ID)


def test_any_prefix_will_do() -> None:
    xml = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:xf="http://www.w3.org/2002/xforms"><head><title>T</title>'
        '<xf:model><xf:instance><data xmlns="" id="p" version="2"><a/></data></xf:instance>'
        '<xf:bind nodeset="/data/a" type="int"/></xf:model></head>'
        '<body><xf:input ref="/data/a"><xf:label>How many?</xf:label></xf:input></body></html>'
    )
    found = read_form(xml.encode(), name="a")
    assert (found.id, found.version, found.question("/data/a").kind) == ("p", "2", "integer")


def test_controls_may_name_their_bind_or_start_at_their_group() -> None:
    instance = opened(
        '<instance><d id="x"><a/><g><b/></g><top/></d></instance>'
        '<bind id="of-a" nodeset="/d/a" type="date"/><bind nodeset="/d/g/b" type="xsd:int"/>',
        '<input bind="of-a"><label>A</label></input><group ref="/d/g"><input ref="b"><label>B</label></input></group>'
        '<input ref="top"><label>Top</label></input>',
    )
    kinds = {question.name: question.kind for question in instance.form.questions}
    assert (kinds["a"], kinds["b"]) == ("date", "integer")
    assert list(instance.walk()) == ["/d/a", "/d/g/b", "/d/top"]
    assert instance.label("/d/g/b") == "B"


def test_a_value_may_be_set_by_the_id_of_a_bind_on_events_of_old() -> None:
    instance = opened(
        '<instance><d id="x"><a/></d></instance><bind id="of-a" nodeset="/d/a"/>'
        '<setvalue bind="of-a" event="xforms-ready" value="concat(\'4\', \'2\')"/>',
        '<input ref="/d/a"><label>A</label></input>',
    )
    assert instance.node("/d/a").value == "42"


def test_a_form_without_an_instance_id_is_given_one() -> None:
    instance = opened('<instance><d id="x"><a/></d></instance>', '<input ref="/d/a"><label>A</label></input>')
    assert instance.submission() == (
        '<d xmlns:orx="http://openrosa.org/xforms" id="x"><a/>'
        f"<orx:meta><orx:instanceID>uuid:{INSTANCE_ID}</orx:instanceID></orx:meta></d>"
    )
    kept = opened(
        '<instance><d id="x"><a/><meta><instanceName/></meta></d></instance>'
        '<bind nodeset="/d/meta/instanceName" calculate="\'n\'"/>',
        "",
    )
    assert "<meta><instanceName>n</instanceName><instanceID>uuid:" in kept.submission()


def test_a_form_that_knows_no_prefix_for_it_has_a_plain_instance_id() -> None:
    xml = (
        b'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:x="http://www.w3.org/2002/xforms"><head><x:model>'
        b'<x:instance><d xmlns="" id="x"><a/></d></x:instance></x:model></head><body/></html>'
    )
    instance = Instance.start(read_form(xml, name="a"), now=NOON, time_zone="UTC", instance_id=INSTANCE_ID)
    assert f"<meta><instanceID>uuid:{INSTANCE_ID}</instanceID></meta>" in instance.submission()


def test_the_submission_is_written_as_odk_writes_it() -> None:
    instance = opened(
        '<instance><d xmlns="https://example.org/d" id="x" orx:version="3" odk:tag="t"><a/><g><b/></g><n>1</n>'
        "<orx:meta><orx:instanceID/></orx:meta></d></instance>"
        '<bind nodeset="/d/g/b" relevant="/d/a = \'y\'"/>'
        '<bind nodeset="/d/orx:meta/orx:instanceID" jr:preload="uid"/>',
        '<input ref="/d/a"><label>A</label></input>',
    )
    instance.set("/d/a", "e\u0301 < \x00& > \"q\" 'p'")
    assert instance.submission() == (
        '<d xmlns:orx="http://openrosa.org/xforms" xmlns:odk="http://www.opendatakit.org/xforms" '
        'id="x" orx:version="3" odk:tag="t"><a>\u00e9 &lt; &amp; &gt; "q" \'p\'</a><g/><n>1</n>'
        f"<orx:meta><orx:instanceID>uuid:{INSTANCE_ID}</orx:instanceID></orx:meta></d>"
    )
    assert instance.form.version == "3"


def test_choices_written_into_the_body_are_choices() -> None:
    instance = opened(
        '<itext><translation lang="ar" default=""><text id="y"><value>نعم</value></text></translation>'
        '<translation lang="en"><text id="y"><value>Yes</value><value form="image">jr://images/y.png</value></text>'
        '</translation></itext><instance><d id="x"><a/></d></instance><bind nodeset="/d/a" type="select1"/>',
        '<select1 ref="/d/a" appearance="minimal"><label>A</label>'
        "<item><label ref=\"jr:itext('y')\"/><value>y</value></item><item><label>No</label><value>n</value></item>"
        "</select1>",
    )
    yes, no = instance.choices("/d/a")
    assert (yes.name, yes.label("ar"), yes.label("en"), no.label("ar")) == ("y", "نعم", "Yes", "No")
    assert instance.form.default_language == "ar"


def test_metadata_of_every_preload_is_read() -> None:
    found = form(
        '<instance><d id="x"><s/><e/><t/><dev/><c/></d></instance>'
        '<bind nodeset="/d/s" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>'
        '<bind nodeset="/d/e" type="dateTime" jr:preload="timestamp" jr:preloadParams="end"/>'
        '<bind nodeset="/d/t" type="date" jr:preload="date" jr:preloadParams="today"/>'
        '<bind nodeset="/d/dev" jr:preload="property" jr:preloadParams="deviceid"/>'
        '<bind nodeset="/d/c" jr:preload="context" jr:preloadParams="UserName"/>',
        "",
    )
    assert [question.preload for question in found.questions[:5]] == ["start", "end", "today", "deviceid", ""]


def test_a_blank_value_in_a_label_leaves_its_blanks() -> None:
    instance = opened(
        '<instance><d id="x"><a/></d></instance>',
        '<input ref="/d/a"><label> <output value="/d/a"/> and more </label></input>',
    )
    assert instance.label("/d/a") == " and more"


def test_entities_are_let_through() -> None:
    xml = form_xml_of(
        b"""
| survey   |           |      |       |          |
|          | type      | name | label | save_to  |
|          | text      | who  | Who?  | full     |
| entities |           |      |       |          |
|          | list_name | label           | create_if |
|          | people    | concat(${who})  | true()    |
""",
        name="a.md",
    )
    found = read_form(xml.encode(), name="a")
    assert found.question("/data/who").kind == "text"
    instance = Instance.start(found, now=NOON, time_zone="UTC", instance_id=INSTANCE_ID)
    assert 'dataset="people"' in instance.submission()
