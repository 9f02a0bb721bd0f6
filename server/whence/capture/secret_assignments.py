"""Finds secrets by what stands before them: a telling name, something that assigns, and a value worth hiding.

What follows the name may be an assignment in any usual language, a pair in a list, a call, a flag, an XML element or
attribute, a block of YAML, a chain of concatenated strings, or prose.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from whence.capture.secret_names import FOREIGN_KEYWORDS, KEYWORDS, SHORT_KEYWORDS, Strength, strength
from whence.capture.secret_values import (
    decoded_login,
    is_dense,
    is_hex,
    is_mixed,
    is_placeholder,
    is_random,
    is_uuid,
    is_wordlike,
    wordiness,
)


class Found(NamedTuple):
    """Where a secret stands in the text, and what it is called in the marker."""

    start: int
    end: int
    name: str


_LONGEST = 4096  # characters of a value; bounds the work for one name, and so keeps the whole linear
_NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$"
_NAME_REST = re.compile(r"[\w\-.]{0,48}")

_BREAK = r"[ \t]*\\?\r?\n[+\- ]?[ \t]*"  # a line's end, and in a diff the sign of the next line
_CLOSE = r"\\*[\"'`]?[\])]?(?:\[\d*\])?"  # what ends a quoted, indexed or array name
_OPERATOR = r"===?|!==?|=>|:=|\?=|\?\?=?|\|\|=?|\+=|<-|:-|=~?|::?(?=[ \t\"'`\[{|>(\r\n\\])|:(?=\S)|->|\bor\b"
_ASSIGN = re.compile(
    _CLOSE + r"(?:[ \t]*\??:[ \t]*[A-Za-z_&*][\w\[\]<>,|?.&*' :]{0,60}?[ \t]*(?P<typed>=)(?![=>~])"
    r"|(?:[ \t]+[A-Za-z][\w.]*){1,2}[ \t]*(?P<declared>:?=)(?![=>~])"
    rf"|[ \t]*(?P<operator>{_OPERATOR}))(?P<gap>[ \t]*)"
)
_OPEN = re.compile(
    rf"(?:{_BREAK})?(?:(?:new[ \t]+)?[A-Za-z_][\w.:!]{{0,40}}\((?:\)?{_BREAK}\.\w+\()?|\(|\[|\{{)?[ \t]*(?:{_BREAK})?(?:\)?\.append\()?"
)
_QUOTE = re.compile(r"([bBrRuUfFNL@$]{0,2})(\\*(?:\"\"\"|'''|[\"'`]))")
_NEXT_PIECE = re.compile(rf"(?:[ \t]*(?:\)?\.append\(|\+|\.\.|\.|&|\|\||<>|~|\\)[ \t]*(?:{_BREAK})?|{_BREAK}(?:\)?\.append\(|\+|\.\.|\.|&|~)?[ \t]*)")
_NEXT_ITEM = re.compile(rf"[ \t]*,?[ \t]*(?:{_BREAK})?")
_KEY_FOLLOWS = re.compile(r"\s*(?::(?!:)|=(?!=))")
_BLOCK = re.compile(r"[|>][+\-\d]*[ \t]*(?:#[^\n]*)?\r?\n")
_UNQUOTED = re.compile(r"[^\s\"'`<>]{1,512}")
_UNQUOTED_END = re.compile(r"[,;&][\w.\-]+=|[,;]$|\\n|\\r|\\$|[)\]}]+[,;]?$|;[A-Za-z]|&&")
_EXPRESSION = re.compile(
    r"[A-Za-z_$][\w$]*(?:\.|->|::|\?\.|\(|\[|!\.|\?\[)(?:[A-Za-z_$(\"'\[\]\d:@)*&]|$)|[(\[{!*&@]|\$[A-Za-z_({]|-?\d+(?:\.\d+)*$|0x[0-9a-fA-F]{1,8}$"
)

_XML_ATTRIBUTE = re.compile(r"[\"'][^<>\n]{0,60}?\b(?:value|content|string|text|default|password|Value)\s*=\s*(?=[\"'])")
_XML_ELEMENT = re.compile(r"(?:[\"'][^<>\n]{0,60})?>\s{0,40}(?=[^<\s])")
_XML_SIBLING = re.compile(r"</\w{1,20}>\s{0,40}(?:[+-]\s{0,40})?<(?:string|value|data)>(?=[^<])")
_VALUE_BELOW = re.compile(r"[\"']?(?:,?[ \t]*\r?\n[+\- ]?[ \t]*|,[ \t]*)[\"']?[vV]alue[\"']?[ \t]*[:=][ \t]*")
_COMMA = re.compile(rf"\\*[\"'],[ \t]*(?:{_BREAK})?(?=\\*[bruf]?\\*[\"'])")
_CALL = re.compile(r"\([ \t]*(?=[bruf]?[\"'])")
_SPACE = re.compile(r"[ \t]+")
_PROSE = re.compile(
    r"(?:[ \t]+(?:is|was|will be|set to|to|of|provided|used|changed to|=|:|key|value|again))*[ \t]*[:=(|]?[ \t]*\|?[ \t]*(?=\S)"
)
_CELL = re.compile(r"`?[ \t]+\|[ \t]+`?(?=\S)")
_LEAD = re.compile(
    r"[+\- ]?[ \t]*(?:#|//|--|;|\*|>)?[ \t]*(?:-[ \t]+)?(?:(?:export|set|setx|env|ENV|ARG|declare|local|readonly|typeset|let|-x|-gx|-e)[ \t]+|[$%@:]|\$env:)*"
)
_TOKEN = re.compile(r"(?<![A-Za-z0-9+/_=~-])[A-Za-z0-9+/_=~-]{20,512}")
_CAMEL = re.compile(r"[A-Z]*[a-z]*(?:[A-Z][a-z]{2,})*|[A-Z]+")
_TELLING = re.compile(r"(?i)passw|secret|token|pass\b|credential")
_QUALIFIED = ("api", "access", "secret", "private", "auth", "license", "encryption", "signing", "admin")
_DIGEST = re.compile(r"(?:h1|zh|sha\d+|md5|10c0|SHA\d+|base64|integrity|checksum)[-:/=, ]{1,2}$")


def find(text: str) -> Iterator[Found]:
    """Every value which a telling name gives away, in order of the names."""
    done = 0
    for first, last in _telling(text):
        if first < done:
            continue
        window = text[max(done, first - 48) : first]
        start = first - (len(window) - len(window.rstrip(_NAME_CHARACTERS)))
        rest = _NAME_REST.match(text, last)
        name = text[start : rest.end() if rest else last].rstrip("-.")
        done = start + len(name)
        if name.lower() == "key" and text[max(0, start - 12) : start].lower().rstrip(" ").endswith(_QUALIFIED):
            name = "secret_key"
        if kind := strength(name):
            yield from _after(text, start, done, name, kind)


def _telling(text: str) -> list[tuple[int, int]]:
    """Where telling words stand, in order."""
    # The one letter which grows when it is lowered would shift the places.
    lowered = text.replace("İ", "I").lower()
    words = KEYWORDS if text.isascii() else [*KEYWORDS, *FOREIGN_KEYWORDS]
    places = [match.span() for match in SHORT_KEYWORDS.finditer(lowered)]
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            places.append((at, at + len(word)))
            at = lowered.find(word, at + len(word))
    return sorted(places)


def _after(text: str, start: int, end: int, name: str, kind: Strength) -> Iterator[Found]:
    """The values which belong to the name at `start`."""
    label = _label(name, kind)
    before = text[start - 1] if start else "\n"
    if found := _element(text, start, end, before, kind):
        yield Found(*found, label)
        return
    if below := _VALUE_BELOW.match(text, end):
        yield from _value(text, below.end(), kind, label, firm=True, plain=True)
        return
    if assign := _ASSIGN.match(text, end):
        operator = assign["typed"] or assign["declared"] or assign["operator"]
        if operator in (":", "=") and (block := _BLOCK.match(text, assign.end())):
            yield from _block(text, start, block.end(), kind, label)
            return
        spans = list(_value(text, assign.end(), kind, label, firm=True, plain=_is_plain(text, start, assign, operator)))
        yield from spans or _later(text, assign.end(), kind, label)
        return
    for pattern in (_COMMA, _CALL, _CELL):
        if match := pattern.match(text, end):
            spans = list(_value(text, match.end(), kind, label, firm=True, plain=pattern is _CELL))
            yield from spans or _later(text, match.end(), kind, label)
            return
    if space := _SPACE.match(text, end):
        flag = name.startswith("-")
        line = text.rfind("\n", 0, start) + 1
        leads = _LEAD.fullmatch(text, line, start) is not None
        if flag or leads or text[space.end() : space.end() + 1] in "'\"":
            spans = list(_value(text, space.end(), kind, label, firm=flag or name.isupper(), plain=flag or leads))
            if spans:
                yield from spans
                return
        yield from _prose(text, end, kind, label)


def _label(name: str, kind: Strength) -> str:
    lowered = name.lower()
    if kind is Strength.PASSWORD:
        return "password"
    if "aws" in lowered and "secret" in lowered:
        return "aws-secret-key"
    return "private-key" if "private" in lowered and "key" in lowered else "high-entropy-secret"


def _is_plain(text: str, start: int, assign: re.Match[str], operator: str) -> bool:
    """Whether an unquoted value may be a literal: in configurations, shells, queries and logs, not in code."""
    if operator not in ("=", ":", ":-", ":="):
        return False
    return not assign["typed"] and not assign["declared"]


def _value(text: str, at: int, kind: Strength, label: str, *, firm: bool, plain: bool) -> Iterator[Found]:
    """The literal at `at`, in one piece or several, if it is worth hiding."""
    opening = _OPEN.match(text, at)
    called = opening is not None and opening[0].strip() != "" and "(" in opening[0].strip()[1:]
    listed = opening is not None and "[" in opening[0]
    begin = opening.end() if opening else at
    pieces: list[tuple[int, int]] = []
    while piece := _quoted(text, begin):
        first, last, closed = piece
        if pieces or "\n" in text[at:first]:
            # On a line of its own a string before a colon or an equals sign is the next key.
            if _KEY_FOLLOWS.match(text, closed):
                break
        pieces.append((first, last))
        glue = (_NEXT_ITEM if listed else _NEXT_PIECE).match(text, closed)
        if glue is None or glue.end() == closed or len(pieces) >= 64:
            break
        begin = glue.end()
    if pieces:
        joined = "".join(text[first:last] for first, last in pieces)
        if is_secret(joined, kind, quoted=True, firm=firm and not called):
            for first, last in pieces:
                if first < last:
                    yield Found(first, last, label)
        return
    if plain and (raw := _UNQUOTED.match(text, at)):
        value = raw[0]
        if cut := _UNQUOTED_END.search(value):
            value = value[: cut.start()]
        follows = text[at + len(value) : at + len(value) + 1]
        if not value or (_EXPRESSION.match(value) and not (is_random(value, 20) and not set(value) & set("()[]{}"))):
            return
        listed = follows in (",", ")", ";", "}", "]") and text[at - 1 : at] != "="
        if is_secret(value, kind, quoted=False, firm=firm and not listed):
            yield Found(at, at + len(value), label)


def _quoted(text: str, at: int) -> tuple[int, int, int] | None:
    """First, last and closing position of the string literal at `at`."""
    opening = _QUOTE.match(text, at)
    if opening is None:
        return None
    quote, first = opening[2], opening.end()
    limit = min(len(text), first + _LONGEST)
    last = text.find(quote, first, limit)
    while last > first and len(quote) == 1 and text[last - 1] == "\\" and text[last - 2] != "\\":
        last = text.find(quote, last + 1, limit)
    if last < 0:
        return None
    newline = text.find("\n", first, last)
    if newline >= 0 and len(quote) == 1 and quote != "`" and text[newline - 1] != "\\":
        return None
    return first, last, last + len(quote)


def _element(text: str, start: int, end: int, before: str, kind: Strength) -> tuple[int, int] | None:
    """The value of an XML element or attribute of that name."""
    if attribute := _XML_ATTRIBUTE.match(text, end):
        if literal := _quoted(text, attribute.end()):
            first, last, _ = literal
            return (first, last) if is_secret(text[first:last], kind, quoted=True, firm=True) else None
        return None
    content = None
    if before in "<:/.\"'" or text[start - 2 : start - 1] == "<":
        content = _XML_ELEMENT.match(text, end)
    content = content or _XML_SIBLING.match(text, end)
    if content is None or "<" not in text[max(0, start - 120) : end]:
        return None
    last = text.find("<", content.end(), content.end() + _LONGEST)
    if last < 0:
        return None
    value = text[content.end() : last].rstrip()
    if "\n" not in value and is_secret(value, kind, quoted=True, firm=True):
        return content.end(), content.end() + len(value)
    return None


def _block(text: str, start: int, at: int, kind: Strength, label: str) -> Iterator[Found]:
    """The lines of a YAML block scalar: those indented more than the key."""
    line = text.rfind("\n", 0, start) + 1
    sign = text[line : line + 1] in "+-"
    head = text[line + sign : start]
    indent = len(head) - len(head.lstrip(" -"))
    first = last = at
    content = ""
    for _ in range(64):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        body = text[at:stop]
        body = body[1:] if sign and body[:1] in ("+", "-", " ") else body
        inner = body.lstrip(" \t")
        if not inner.strip() or len(body) - len(inner) <= indent:
            break
        if not content:
            first = stop - len(inner)
        content += inner.strip()
        last = stop - (len(inner) - len(inner.rstrip()))
        at = stop + 1
        if stop == len(text):
            break
    if content and is_secret(content, kind, quoted=True, firm=True):
        yield Found(first, last, label)


def _later(text: str, at: int, kind: Strength, label: str) -> Iterator[Found]:
    """Random and dense strings further on in the line, as in `token = wrap(env, "...")`."""
    if kind < Strength.SECRET:
        return
    stop = text.find("\n", at, at + 200)
    for token in _TOKEN.finditer(text, at, at + 200 if stop < 0 else stop):
        if _DIGEST.search(text, max(at, token.start() - 10), token.start()) or _DIGEST.match(token[0]):
            continue
        if is_dense(token[0]) and not is_placeholder(token[0]):
            yield Found(token.start(), token.end(), label)


def _prose(text: str, end: int, kind: Strength, label: str) -> Iterator[Found]:
    """`the password is ...`, `use token ...`: the next word, if nothing but a secret looks like that."""
    if kind < Strength.SECRET:
        return
    link = _PROSE.match(text, end)
    if link is None:
        return
    begin = link.end()
    if literal := _quoted(text, begin):
        first, last, _ = literal
    elif word := _UNQUOTED.match(text, begin):
        first, last = begin, begin + len(word[0].rstrip(".,;:)]}"))
    else:
        return
    value = text[first:last]
    if _EXPRESSION.match(value) or is_placeholder(value) or is_hex(value) or is_uuid(value):
        return
    if is_dense(value, 8 if kind is Strength.PASSWORD else 20) or (
        kind is Strength.PASSWORD and len(value) >= 8 and is_mixed(value) and wordiness(value) < 0.45 and value.isascii()
    ):
        yield Found(first, last, label)


def is_secret(value: str, kind: Strength, *, quoted: bool, firm: bool) -> bool:
    """Whether a value beside a name of that strength is worth hiding.

    `firm` says that the value is assigned to the name; otherwise it merely stands near it, or code may stand there.
    """
    value = value.strip()
    if is_placeholder(value) or is_wordlike(value):
        return False
    if kind is Strength.PASSWORD:
        return _is_password(value, quoted=quoted, firm=firm)
    if kind is Strength.WEAK:
        login = decoded_login(value)
        return (login is not None and not is_placeholder(login)) or (is_dense(value) and " " not in value)
    if " " in value:
        return _is_phrase(value)
    if len(value) < 8:
        return False
    if is_hex(value):
        return firm and len(value) >= 16 and is_mixed(value)
    if is_uuid(value):
        return firm
    if is_random(value, 10 if firm else 16):
        return True
    return firm and len(value) >= 16 and wordiness(value) < 0.3 and sum(map(str.isalpha, value)) * 2 > len(value)


def _is_phrase(value: str) -> bool:
    """The words from which a wallet is restored: twelve to twenty-four of them, small, in multiples of three."""
    words = value.split()
    return len(words) in (12, 15, 18, 21, 24) and all(w.isalpha() and w.islower() and 3 <= len(w) <= 8 for w in words)


def _is_password(value: str, *, quoted: bool, firm: bool) -> bool:
    if len(value) < 4 or not value.isascii():
        return len(value) >= 6 and is_mixed(value)
    if " " in value:
        return (is_mixed(value) and wordiness(value) < 0.3) or _is_phrase(value)
    if value.isalpha():
        # One plain word is a label or a type as often as a password; only oddly built ones count.
        odd = len(value) >= 8 and not _CAMEL.fullmatch(value) and wordiness(value) < (0.47 if firm else 0.36)
        return odd or (firm and quoted and len(value) >= 6 and wordiness(value) < 0.45)
    if value.isdigit():
        return firm
    if not any(c.isdigit() for c in value) and (_TELLING.search(value) or not set(value) - set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:/"
    )):
        return len(value) >= 12 and wordiness(value) < 0.3
    if quoted and firm:
        return True
    if value.isidentifier() and not firm:
        return len(value) >= 8 and is_mixed(value) and wordiness(value) < 0.4
    return is_mixed(value) or not value.replace("_", "").isalnum()
