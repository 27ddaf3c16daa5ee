"""Reading XML that may be hostile: no entities, no DTD, no network, no huge trees."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from lxml import etree

from dialogs.expressions import Closure

XFORMS = "{http://www.w3.org/2002/xforms}"
XHTML = "{http://www.w3.org/1999/xhtml}"
JAVAROSA = "{http://openrosa.org/javarosa}"
OPENROSA = "{http://openrosa.org/xforms}"
ODK = "{http://www.opendatakit.org/xforms}"
CHAT = "{https://sanad.example/xforms/chat}"

LARGEST_XML = 20_000_000  # bytes
MOST_ATTRIBUTES = 500  # of one element; lxml reads each by going through those before it
MOST_TAGS = 2_000_000  # opening and closing; each takes a hundred times its length in memory

CompileSource: TypeAlias = Callable[[str], Closure]  # an expression's source -> its closure; ExpressionError


def parse_xml(content: str | bytes) -> etree._Element:
    """The root element. ValueError when it is no XML, too large, or declares a document type."""
    data = content.encode() if isinstance(content, str) else content  # of a lone surrogate: UnicodeEncodeError
    if len(data) > LARGEST_XML:
        raise ValueError(f"the XML has over {LARGEST_XML} bytes")
    if data.count(b"<") > MOST_TAGS or data.count(b"=") > MOST_TAGS:
        raise ValueError("the XML has too many elements")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("the XML declares a document type, which a form has no use for")
    if root.xpath(f"boolean(//*[count(@*) > {MOST_ATTRIBUTES}])"):
        raise ValueError(f"an element has over {MOST_ATTRIBUTES} attributes")
    return root


def written_xml(content: bytes) -> str:
    """The text of an XML file, whatever its encoding. ValueError as `parse_xml`."""
    root = parse_xml(content)
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    if encoding in ("UTF-8", "ASCII", "US-ASCII") and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-8-sig").lstrip()
    return etree.tostring(root, encoding="unicode")


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def elements(parent: etree._Element) -> list[etree._Element]:
    """The child elements, comments and the like left out."""
    return [child for child in parent if isinstance(child.tag, str)]


def text_of(element: etree._Element) -> str:
    """All its text, trimmed."""
    if not len(element):
        return (element.text or "").strip()
    return "".join(str(part) for part in element.itertext()).strip()
