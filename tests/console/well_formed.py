"""What every page owes to those who listen to it or use no mouse, read off its HTML: cheap enough for all pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement, fromstring

REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for", "list", "form")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def faults(text: str) -> list[str]:
    """What is wrong with a page, in a line each; empty is good."""
    page = fromstring(text)
    return [*_twice(page), *_leading_nowhere(page), *_headings(page), *_fields_unmarked(page), *_same_name(page)]


def title_of(text: str) -> str:
    return fromstring(text).findtext(".//title") or ""


def _elements(page: HtmlElement) -> Iterator[HtmlElement]:
    return (each for each in page.iter() if isinstance(each.tag, str))


def _ids(page: HtmlElement) -> Counter[str]:
    return Counter(name for each in _elements(page) if (name := each.get("id")))


def _twice(page: HtmlElement) -> Iterator[str]:
    yield from (f"the id {name} stands twice" for name, often in _ids(page).items() if often > 1)


def _leading_nowhere(page: HtmlElement) -> Iterator[str]:
    known = _ids(page)
    for each in _elements(page):
        for attribute in REFERENCES:
            for name in (each.get(attribute) or "").split():
                if name not in known:
                    yield f"{attribute}={name} is nowhere on the page"
        target = each.get("href") or ""
        if each.tag == "a" and target.startswith("#") and target[1:] not in known:
            yield f"a link leads to {target}, which is nowhere on the page"


def _headings(page: HtmlElement) -> Iterator[str]:
    levels = [int(each.tag[1]) for each in _elements(page) if each.tag in HEADINGS]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    for before, after in zip([0, *levels], levels, strict=False):
        if after > before + 1:
            yield f"a heading of level {after} after one of level {before}"


def _fields_unmarked(page: HtmlElement) -> Iterator[str]:
    """A field that is shown as wrong says so to everybody, and names the words that say what is wrong."""
    for each in _elements(page):
        if "is-invalid" in (each.get("class") or "").split():
            if each.get("aria-invalid") != "true":
                yield f"{each.get('id')} looks wrong, and does not say so"
            if not each.get("aria-describedby"):
                yield f"{each.get('id')} does not say what is wrong with it"


def _same_name(page: HtmlElement) -> Iterator[str]:
    """Two sections of one name: nobody who jumps from one to the next can tell them apart."""
    named = {each.get("id"): each.text_content().split() for each in _elements(page) if each.get("id")}
    labels = Counter(
        tuple(word for one in (each.get("aria-labelledby") or "").split() for word in named.get(one, ()))
        for each in _elements(page)
        if each.tag == "section" and each.get("aria-labelledby")
    )
    yield from (f"{often} sections are called «{' '.join(label)}»" for label, often in labels.items() if often > 1)
