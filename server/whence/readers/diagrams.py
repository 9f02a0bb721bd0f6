"""Diagrams that pictures carry: draw.io writes what it was drawn from into the PNGs that it exports.

https://www.drawio.com/doc/faq/embed-mode; the text `mxfile` of a PNG is XML, escaped as in a URL, and each page in it
is XML or the same deflated and in base64.
"""

import base64
import binascii
import html
import re
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from whence.readers.pictures import Looked, texts
from whence.values.base import one_line

MAX_PARTS = 100
"""Components that are read."""

MAX_WAYS = 300
"""Connections that are read."""

_MAX_CHARACTERS = 4_000_000
"""Characters of a page: a drawing of thousands of shapes has fewer."""

_ROLES = (
    (re.compile(r"cylinder|datastore|database|flowchart\.database"), "database"),
    (re.compile(r"actor|umlActor"), "person"),
    (re.compile(r"cloud"), "cloud"),
    (re.compile(r"queue|kafka|sqs"), "queue"),
    (re.compile(r"shape=(?:note|document)"), "document"),
)
_NO_PART = re.compile(r"(?:^|;)(?:text|edgeLabel|group)(?:;|$)")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a diagram was drawn from."""

    title: str
    """The name of its page."""

    parts: tuple[tuple[str, str], ...]
    """Name and role of each shape; the role empty where its form tells none."""

    ways: tuple[tuple[str, str, str], ...]
    """Where each line begins and ends, by the names of the shapes, and what is written at it."""


def drawn(picture: Looked) -> Drawn | None:
    """The diagram that a picture carries, its first page; None where it carries none that can be read."""
    for name, text in texts(picture):
        if name == "mxfile":
            try:
                return _read(unquote(text))
            except (ElementTree.ParseError, zlib.error, binascii.Error, ValueError, LookupError):
                return None
    return None


def _read(text: str) -> Drawn | None:
    page = next(_xml(text).iter("diagram"), None)
    if page is None:
        return None
    model = page.find("mxGraphModel")
    if model is None:
        packed = zlib.decompressobj(-15).decompress(base64.b64decode(page.text or "", validate=False), _MAX_CHARACTERS)
        model = _xml(unquote(packed.decode("utf-8")))
    names: dict[str, str] = {}
    parts: list[tuple[str, str]] = []
    lines: dict[str, tuple[str, str, str]] = {}
    labels: list[tuple[str, str]] = []
    for id, label, cell in _cells(model):
        style = cell.get("style", "")
        if cell.get("edge") == "1":
            lines[id] = (cell.get("source", ""), cell.get("target", ""), label)
        elif cell.get("vertex") == "1" and label and not _NO_PART.search(style) and len(parts) < MAX_PARTS:
            names[id] = label
            parts.append((label, next((role for form, role in _ROLES if form.search(style)), "")))
        elif label:
            labels.append((cell.get("parent", ""), label))
    for parent, label in labels:  # what is written at a line may be a shape of its own
        if parent in lines and not lines[parent][2]:
            lines[parent] = (*lines[parent][:2], label)
    ways = [(names[a], names[b], what) for a, b, what in lines.values() if a in names and b in names][:MAX_WAYS]
    return Drawn(one_line(page.get("name", ""), 200), tuple(parts), tuple(ways)) if parts else None


def _xml(text: str) -> ElementTree.Element:
    """The root of a document without definitions of its own, which could make it expand without end."""
    if len(text) > _MAX_CHARACTERS or "<!" in text:
        raise ValueError("not a drawing")
    return ElementTree.fromstring(text)


def _cells(model: ElementTree.Element) -> Iterator[tuple[str, str, ElementTree.Element]]:
    """Each cell's id, what is written in it, and the cell; some are wrapped in an object that holds the first two."""
    for each in model.iter():
        if each.tag in ("object", "UserObject") and (inner := each.find("mxCell")) is not None:
            yield each.get("id", ""), _plain(each.get("label", "")), inner
        elif each.tag == "mxCell" and each.get("id"):
            yield each.get("id", ""), _plain(each.get("value", "")), each


def _plain(label: str) -> str:
    """A label without its HTML."""
    return one_line(html.unescape(re.sub(r"<[^>]{0,500}>", " ", label)), 200)
