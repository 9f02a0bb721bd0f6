"""The value of an element or an attribute of XML that is called as a secret is, or of the element behind it."""

import re

from whence.secrets.literals import LONGEST, Found, Name, string_at
from whence.secrets.values import Tie, keeps

_XML_ATTRIBUTE = re.compile(r"[\"'][^<>\n]{0,60}?\b(?:[vV]alue|content|string|text|default|password)\s*=\s*(?=[\"'])")
_XML_ELEMENT = re.compile(
    r"(?:[\"'][^<>\n]{0,60}|[ \t][^<>\n]{1,120})?>\s{0,40}(?:<(?:Value|value|string)(?:[ \t][^<>\n]{0,60})?>\s{0,40})?"
    r"(?=[^<\s])(?![+-]\s{0,40}<)"
)
_XML_SIBLING = re.compile(
    r"(?:</[\w.-]{1,24}>|[\"'][^<>\n]{0,60}>)\s{0,40}(?:[+-]\s{0,40})?"
    r"<(?:[\w.-]{0,20}[-_])?(?:string|[vV]alue|data)(?:Prop)?(?:[ \t][^<>\n]{0,60})?>(?=[^<])"
)


def element(text: str, name: Name) -> Found | None:
    """The value of an XML element or attribute of that name."""
    if attribute := _XML_ATTRIBUTE.match(text, name.end):
        first, last, _ = string_at(text, attribute.end()) or (0, 0, 0)
    else:
        content = None
        if text[max(0, name.start - 1) : name.start] in ("<", ":", "/", ".", '"', "'"):
            content = _XML_ELEMENT.match(text, name.end)
        content = content or _XML_SIBLING.match(text, name.end)
        if content is None or "<" not in text[max(0, name.start - 120) : name.end]:
            return None
        first = content.end()
        last = text.find("<", first, first + LONGEST)
        last = first + len(text[first:last].rstrip()) if last > first else first
    if first < last and "\n" not in text[first:last] and keeps(text[first:last], name.promise, Tie.QUOTED):
        return Found(first, last, name.label)
    return None
