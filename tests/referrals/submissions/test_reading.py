"""A submission is read or refused, whatever it is; nothing else can happen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dialogs.form import compile_xlsform, load_xform
from referrals.submissions.content_types import EXTENSIONS, SIGNATURES, content_type_of, extension_of
from referrals.submissions.reading import base_name, check_nodes, named_files, read_submission
from referrals.submissions.refusals import SubmissionRefused, Unfit

FORM = load_xform(
    compile_xlsform(
        b"""
| survey |              |        |        |
|        | type         | name   | label  |
|        | text         | words  | Words  |
|        | begin repeat | member | Member |
|        | integer      | age    | Age    |
|        | image        | face   | Face   |
|        | end repeat   |        |        |
| settings |         |         |
|          | form_id | version |
|          | sample  | 1       |
""",
        name="sample.md",
    )
)
PIECES = some.sampled_from(
    ["<data id='sample'>", "</data>", "<meta>", "</meta>", "<instanceID>", "uuid:1", "</instanceID>", "<words>", "&#0;"]
)


def filled(inner: str, meta: str = "<instanceID>uuid:1</instanceID>") -> bytes:
    return f'<data id="sample" version="1">{inner}<meta>{meta}</meta></data>'.encode()


@settings(max_examples=200)
@given(some.one_of(some.binary(max_size=200), some.lists(PIECES, max_size=12).map(lambda each: "".join(each).encode())))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    try:
        found = read_submission(content)
        check_nodes(found, FORM)
        named_files(found, FORM)
    except SubmissionRefused as refused:
        assert refused.key


@given(some.text(max_size=60))
def test_a_files_name_never_leads_anywhere(name: str) -> None:
    plain = base_name(name)
    assert "/" not in plain and "\\" not in plain and not plain.startswith(".")


def test_members_of_a_repeat_may_stand_many_times_and_questions_once() -> None:
    members = "<member><age>1</age></member>" * 3
    check_nodes(read_submission(filled(members)), FORM)
    with pytest.raises(Unfit, match="unknown_nodes"):
        check_nodes(read_submission(filled("<words>a</words><words>b</words>")), FORM)


def test_what_clients_add_to_meta_is_no_stranger() -> None:
    added = "<instanceID>uuid:1</instanceID><instanceName>x</instanceName><deprecatedID>uuid:0</deprecatedID>"
    found = read_submission(filled("<words>a</words>", added))
    check_nodes(found, FORM)
    assert (found.instance_id, found.deprecated_id) == ("uuid:1", "uuid:0")
    with pytest.raises(Unfit, match="unknown_nodes"):
        check_nodes(read_submission(filled("", added + "<secret>1</secret>")), FORM)


def test_files_are_named_by_the_questions_that_take_files() -> None:
    faces = "".join(f"<member><face>{n}.jpg</face></member>" for n in (1, 2))
    found = read_submission(filled(f"<words>x.jpg</words>{faces}"))
    assert named_files(found, FORM) == {"1.jpg": "image", "2.jpg": "image"}


def test_every_type_that_is_told_has_an_ending() -> None:
    assert {content_type for _, _, content_type in SIGNATURES} == set(EXTENSIONS)
    assert content_type_of(b"") == "application/octet-stream"
    assert extension_of("text/html") == "bin"
