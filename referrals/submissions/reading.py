"""Reads the XML of a submission: which form and version it fills, its instance id, and whether it fits that form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from dialogs.form import Form
from dialogs.form.xml import elements, local_name, parse_xml
from referrals.submissions.refusals import TooBig, Unfit

LARGEST_XML = 10_000_000  # bytes: five million Arabic letters, far more than anybody says
LONGEST_ID = 120
MOST_NAMED = 3  # unknown nodes that a refusal names
INSTANCE_ID = re.compile(r"[^\s\x00-\x1f\x7f<>]+")
FILES = ("image", "audio", "video", "file", "audit", "background-audio")
# https://docs.getodk.org/openrosa-metadata: what a client may add whether or not the form asks for it
METADATA = frozenset(
    """instanceID instanceName deprecatedID timeStart timeEnd userID deviceID deviceId subscriberID simSerial
    phoneNumber username email audit edited""".split()
)


@dataclass(frozen=True)
class Filled:
    """A submission as far as its own XML tells; `root` is read further once the form is known."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    root: etree._Element


def read_submission(content: bytes) -> Filled:
    """What the XML says of itself. Raises `Unfit` or `TooBig`; entities and document types are never resolved."""
    if len(content) > LARGEST_XML:
        raise TooBig("too_big_xml", megabytes=LARGEST_XML // 1_000_000)
    try:
        root = parse_xml(content)
    except ValueError as failure:
        raise Unfit("not_xml", why=str(failure)[:200]) from failure
    form_id = root.get("id") or etree.QName(root).namespace or ""
    if not form_id:
        raise Unfit("no_form_id")
    if any(local_name(child) == "encryptedXmlFile" for child in elements(root)):
        raise Unfit("encrypted")
    instance_id = _meta(root, "instanceID") or root.get("instanceID", "").strip()
    if not instance_id:
        raise Unfit("no_instance_id")
    for each in (instance_id, _meta(root, "deprecatedID")):
        if each and (len(each) > LONGEST_ID or not INSTANCE_ID.fullmatch(each)):
            raise Unfit("bad_instance_id")
    return Filled(form_id, root.get("version", ""), instance_id, _meta(root, "deprecatedID"), root)


def check_nodes(filled: Filled, form: Form) -> None:
    """Raises `Unfit` where the XML holds nodes that the form has not, or one twice that is no repeat."""
    known = {question.ref: question for question in form.questions}
    repeats = {ref for ref, question in known.items() if question.kind == "repeat"}
    top = form.questions[0].ref.split("/")[1] if form.questions else local_name(filled.root)
    unknown = [ref for ref in _refs(filled.root, f"/{top}", repeats) if ref not in known and not _is_metadata(ref, top)]
    if unknown:
        raise Unfit("unknown_nodes", nodes=", ".join(list(dict.fromkeys(unknown))[:MOST_NAMED]))


def named_files(filled: Filled, form: Form) -> dict[str, str]:
    """The files that the answers name, with the kind of their question: `{"1700000000.jpg": "image"}`."""
    kinds = {question.ref: question.kind for question in form.questions if question.kind in FILES}
    found: dict[str, str] = {}
    for ref, text in _values(filled.root):
        below = "/" + ref.partition("/")[2]
        kind = next((kind for known, kind in kinds.items() if "/" + known.split("/", 2)[2] == below), "")
        if not kind and below == "/meta/audit":
            kind = "audit"
        if kind and text:
            found.setdefault(base_name(text), kind)
    found.pop("", None)
    return found


def answer_named(filled: Filled, name: str) -> str:
    """The first answer to a question of this name, blank when there is none."""
    return next((text for ref, text in _values(filled.root) if ref.rpartition("/")[2] == name and text), "")


def base_name(name: str) -> str:
    """A file's name without any path: `../../x.jpg` is `x.jpg`."""
    plain = "".join(sign for sign in name if sign.isprintable())
    return re.split(r"[/\\]", plain.strip())[-1].lstrip(".")[:200]


def _meta(root: etree._Element, name: str) -> str:
    for meta in elements(root):
        if local_name(meta) == "meta":
            for child in elements(meta):
                if local_name(child) == name:
                    return (child.text or "").strip()
    return ""


def _refs(element: etree._Element, ref: str, repeats: set[str]) -> Iterator[str]:
    """Every node's ref; one that stands twice without being a repeat comes back with a star, which no form has."""
    children = elements(element)
    often = Counter(local_name(child) for child in children)
    for child in children:
        mine = f"{ref}/{local_name(child)}"
        yield mine if often[local_name(child)] == 1 or mine in repeats else f"{mine} *{often[local_name(child)]}"
        yield from _refs(child, mine, repeats)


def _is_metadata(ref: str, top: str) -> bool:
    rest = ref.removeprefix(f"/{top}/")
    return rest == "meta" or (rest.startswith("meta/") and rest.removeprefix("meta/") in METADATA)


def _values(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The leaves, with their ref below the root: `data/group/photo`."""

    def below(element: etree._Element, ref: str) -> Iterator[tuple[str, str]]:
        children = elements(element)
        if not children:
            yield ref, (element.text or "").strip()
        for child in children:
            yield from below(child, f"{ref}/{local_name(child)}")

    yield from below(root, "data")
