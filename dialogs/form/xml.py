"""Reading XML that may be hostile: no entities, no DTD, no network, no huge trees."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from lxml import etree

from dialogs.expressions import Closure

XFORMS = "{http://www.w3.org/2002/xforms}"
XHTML = "{http://www.w3.org/1999/xhtml}"
JAVAROSA = "{http://openrosa.org/javarosa}"
ODK = "{http://www.opendatakit.org/xforms}"
CHAT = "{https://sanad.example/xforms/chat}"

LARGEST_XML = 20_000_000  # bytes

CompileSource: TypeAlias = Callable[[str], Closure]  # an expression's source -> its closure; ExpressionError


def parse_xml(content: str | bytes) -> etree._Element:
    """The root element. ValueError when it is no XML, too large, or declares a document type."""
    data = content.encode() if isinstance(content, str) else content
    if len(data) > LARGEST_XML:
        raise ValueError(f"the XML has over {LARGEST_XML} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("the XML declares a document type, which a form has no use for")
    return root


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def elements(parent: etree._Element) -> list[etree._Element]:
    """The child elements, comments and the like left out."""
    return [child for child in parent if isinstance(child.tag, str)]


def text_of(element: etree._Element) -> str:
    """All its text, trimmed."""
    return "".join(str(part) for part in element.itertext()).strip()
