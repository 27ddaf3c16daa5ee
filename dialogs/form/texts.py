"""Texts of a form: by language, with the places where `${}` puts a value, and the media beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lxml import etree

from dialogs.expressions import Closure, Context, ExpressionError, to_text
from dialogs.form.xml import XFORMS, CompileSource, local_name, text_of

_NO_MEDIA: Mapping[str, str] = MappingProxyType({})
_VALUE = f"{XFORMS}value"
_SAID = ("", "long")  # the forms of a text that are its words
FILLER = "-"  # what pyxform writes where a translation is missing


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in one language: literal parts and closures in turn, and file names by kind of media."""

    parts: tuple[str | Closure, ...] = ()
    media: Mapping[str, str] = field(default_factory=lambda: _NO_MEDIA)
    edges: tuple[str, str] = ("", "")  # the blanks around the whole, which nobody is shown

    def exact(self, context: Context) -> str:
        """The text as expressions read it, with the blanks around it."""
        before, after = self.edges
        return f"{before}{self.render(context)}{after}"

    def render(self, context: Context) -> str:
        """The text with its values filled in."""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        return "".join([part if isinstance(part, str) else to_text(part(context)) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Wordings:
    """One text in every language it has; a language whose text is missing is absent."""

    by_language: Mapping[str, Wording] = field(default_factory=lambda: MappingProxyType({}))

    def best(self, language: str, default: str) -> Wording:
        """The wording in `language`, else in the default language, else in any; an empty one when there is none."""
        if not self.by_language:
            return NO_WORDING
        found = self.by_language.get(language)
        if found is not None and found.parts:
            return found
        ranked = (self.by_language.get(default), *self.by_language.values())
        return next((wording for wording in ranked if wording is not None and wording.parts), NO_WORDING)

    def media(self, language: str, default: str) -> Mapping[str, str]:
        """The file names in `language`, else in the default language, else in any."""
        ranked = (self.by_language.get(language), self.by_language.get(default), *self.by_language.values())
        return next((wording.media for wording in ranked if wording is not None and wording.media), NO_WORDING.media)


NO_WORDING = Wording()
NO_WORDINGS = Wordings()


@dataclass(frozen=True, slots=True)
class Itext:
    """The translations of a form: languages in order, the default one, and texts by id and form."""

    languages: tuple[str, ...]
    default: str
    texts: Mapping[tuple[str, str], Wordings]  # (id, "") the text itself, (id, "guidance") its guidance

    def wordings(self, text_id: str, shape: str = "") -> Wordings:
        """The text of that id; empty when there is none."""
        return self.texts.get((text_id, shape), NO_WORDINGS)


def read_itext(model: etree._Element, compile_source: CompileSource) -> Itext:
    """The translations in the model."""
    translations = model.findall(f"{XFORMS}itext/{XFORMS}translation")
    languages = tuple(translation.get("lang", "") for translation in translations)
    marked = [t.get("lang", "") for t in translations if t.get("default") in ("true()", "true", "")]
    collected: dict[tuple[str, str], dict[str, Wording]] = {}
    for translation in translations:
        for text in translation.iterfind(f"{XFORMS}text"):
            _read_text(text, translation.get("lang", ""), len(languages) > 1, collected, compile_source)
    default = marked[0] if marked else (languages[0] if languages else "")
    return Itext(languages, default, {key: Wordings(found) for key, found in collected.items()})


def _read_text(
    text: etree._Element,
    language: str,
    may_be_filler: bool,
    collected: dict[tuple[str, str], dict[str, Wording]],
    compile_source: CompileSource,
) -> None:
    text_id = text.get("id", "")
    only = text[0] if len(text) == 1 else None
    if only is not None and only.tag == _VALUE and not only.attrib and not len(only):  # nearly all: one plain text
        written = only.text or ""
        whole = written.strip()
        if whole and not (may_be_filler and whole == FILLER):
            said = Wording((whole,)) if whole == written else Wording((whole,), edges=edges_of(only))
            collected.setdefault((text_id, ""), {})[language] = said
        return
    media: dict[str, str] = {}
    parts: tuple[str | Closure, ...] = ()
    edges = ("", "")
    for value in text.iterfind(f"{XFORMS}value"):
        shape = value.get("form", "")
        if may_be_filler and text_of(value) == FILLER:
            continue
        if shape in _SAID or (shape == "short" and not parts):
            parts, edges = read_parts(value, compile_source), edges_of(value)
        elif shape == "guidance":
            collected.setdefault((text_id, shape), {})[language] = Wording(read_parts(value, compile_source))
        else:
            media[shape] = text_of(value).rpartition("/")[2]
    if parts or media:
        found = Wording(parts, MappingProxyType(media), edges) if media else Wording(parts, edges=edges)
        collected.setdefault((text_id, ""), {})[language] = found


def edges_of(element: etree._Element) -> tuple[str, str]:
    """The blanks before and after the text of a label."""
    first, last = element.text or "", (element[-1].tail if len(element) else element.text) or ""
    return first[: len(first) - len(first.lstrip())], last[len(last.rstrip()) :]


def read_parts(element: etree._Element, compile_source: CompileSource) -> tuple[str | Closure, ...]:
    """The parts of a label: its text, with a closure for each `<output value=...>`.

    The blanks around the whole are left out, those beside a value that may be blank are not: so does ODK's engine.
    """
    if not len(element):
        whole = (element.text or "").strip()
        return (whole,) if whole else ()
    parts: list[str | Closure] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and local_name(child) == "output":
            try:
                parts.append(compile_source(child.get("value") or child.get("ref") or "''"))
            except ExpressionError:
                parts.append("")  # a label never keeps a form from being asked
        parts.append(child.tail or "")
    if all(isinstance(part, str) for part in parts):
        whole = "".join(part for part in parts if isinstance(part, str)).strip()
        return (whole,) if whole else ()
    first, last = parts[0], parts[-1]
    parts[0] = first.lstrip() if isinstance(first, str) else first
    parts[-1] = last.rstrip() if isinstance(last, str) else last
    return tuple(part for part in parts if part != "")
