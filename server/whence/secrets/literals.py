"""Reads the value that stands at a place: a string in one piece or several, a bare word, a block of YAML.

Each reader gives where the secret stands, if the value keeps what its name promises.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from whence.secrets.names import Strength
from whence.secrets.randomness import is_mixed, is_random, wordiness
from whence.secrets.values import APP_PASSWORD, Tie, keeps, kinds
from whence.secrets.wording import is_thought_up


class Found(NamedTuple):
    """Where a secret stands in the text, and what it is called in the marker."""

    start: int
    end: int
    name: str


class Name(NamedTuple):
    """A telling name in the text."""

    text: str
    start: int
    end: int
    promise: Strength
    label: str


LONGEST = 4096  # characters of a string; bounds the work for one name, and so keeps the whole linear
_PIECES = 64  # strings that are taken for one, and lines of a block
BREAK = r"[ \t]*\\?\r?\n[+\- ]?[ \t]*"  # a line's end, and in a diff the sign of the next line
_OPEN = re.compile(
    rf"(?:{BREAK})?(?P<opener>(?:new[ \t]+|\[\])?[A-Za-z_][\w.:!]{{0,40}}\((?:\)?{BREAK}\.\w+\()?|[(\[{{])?[ \t]*"
    rf"(?:{BREAK})?(?:\)?\.append\()?"
)
# What holds a value and looks nothing up.
_WRAPPERS = ("Array(", "Sensitive(", "SecretStr(", "SecretString(", "Some(", "Just(", "String(", "str(", "T(")
_QUOTE = re.compile(r"[bBrRuUfFNL@$]{0,2}(\\*(?:\"\"\"|'''|[\"'`]))")
_LONG_BRACKETS = re.compile(r"\[\[(?P<inner>[^\s\"'`\[\],(){}$]{4,256})\]\]")
_NEXT_PIECE = re.compile(
    rf"[ \t]*(?:\)?\.append\(|\+|\.\.?|&|\|\||<>|~|\\)[ \t]*(?:{BREAK})?"
    rf"|\)?{BREAK}(?:\)?\.append\(|\+|\.\.?|&|~)?[ \t]*"
)
_UNBROKEN = re.compile(r"\s*[^\s]+(?:\s*\n\s*[^\s]+)*\s*")  # lines of one word each
_NEXT_ITEM = re.compile(rf"[ \t]*,?[ \t]*(?:{BREAK})?")
_KEY_FOLLOWS = re.compile(r"\s*(?::(?!:)|=(?!=))")
BLOCK = re.compile(r"[|>][+\-\d]*[ \t]*(?:#[^\n]*)?\r?\n")
UNQUOTED = re.compile(r"[^\s\"'`<>]{1,4096}")
_UNQUOTED_END = re.compile(r"[,;&][\w.\-]+=(?![=,]|$)|\\[nr]|\\$|;[A-Za-z]|&&")
_WORDS = re.compile(r"[A-Za-z]+(?:[-_.][A-Za-z]+)*")
_ENDED = re.compile(r"[ \t]*(?:[;&\"'`<|]|\\|\r?$|[ \t]#|[ \t][\w.-]{1,40}=|[ \t]-|\.(?:\s|$))", re.MULTILINE)
_TAG = re.compile(r"(?:!![a-z]+|&[\w-]+)[ \t]+")
_CHAIN = re.compile(r"(?i)[\w.-]{0,40}(?:passw|token|secret|key|auth|session)[\w.-]{0,40}=[^=]")
EXPRESSION = re.compile(
    r"[A-Za-z_$][\w$]*(?:\.|->|::|\?\.|\(|\[|!\.|\?\[)(?:[A-Za-z_$(\"'\[\]\d:@)*&]|$)|[(\[{*&@]|!(?!\S*\d)|\$[A-Za-z_({]"
    r"|-?\d+(?:\.\d+)+$|0x[0-9a-fA-F]{1,8}$|(?:qr|r)?/(?:\^|\[|\()"
    r"|(?i:none|null|nil|true|false|undefined|self|this)\b"
)
_POINTED = re.compile(r"[A-Za-z0-9]{4,16}\.\d{3,}[A-Za-z]{0,4}[!?#$*]{0,3}")
"""A word and a number with a point between them: no field of anything has such a number for its name."""
_PHRASE = re.compile(r"[a-z]{3,10}(?: [a-z]{3,10}){3,23}(?=[.,;)\\\"'`]*(?:\s|$))")
ADDRESS = re.compile(r"0x(?=[0-9a-f]*[A-F])(?=[0-9A-F]*[a-f])[0-9a-fA-F]{40}")  # of a token on a chain


def value_at(text: str, at: int, name: Name, plain: Tie | None, quoted: Tie = Tie.QUOTED) -> Iterable[Found]:
    """The string at `at`, in one piece or several, or the bare words where `plain` allows them."""
    if (
        text[at : at + 1] in ("&", "!")
        and (tagged := _past_tag(text, at)) > at
        and text[tagged : tagged + 1] in ("'", '"')
    ):
        at = tagged
    if literal := _literal(text, at):
        return _in_literal(literal, text, name, quoted)
    if plain is None:
        return ()
    if name.promise is Strength.PASSWORD and (words := APP_PASSWORD.match(text, at)):
        return [Found(*words.span(), name.label)] if keeps(words[0], name.promise, plain) else ()
    if "phrase" in name.text.lower() and (words := _PHRASE.match(text, at)):
        return [Found(*words.span(), name.label)] if keeps(words[0], name.promise, plain) else ()
    return _bare(text, _past_tag(text, at), name, plain)


class _Literal(NamedTuple):
    """A string in one piece or several."""

    pieces: list[tuple[int, int]]
    """Where each begins and ends, without its quotes."""
    given: bool
    """Whether a call is given it."""


def _literal(text: str, at: int) -> _Literal | None:
    """The string at `at`, with what is joined to it."""
    opening = _OPEN.match(text, at)
    opener = (opening["opener"] or "") if opening else ""
    begin = opening.end() if opening and not text.startswith("[[", at) else at
    pieces: list[tuple[int, int]] = []
    while len(pieces) < _PIECES and (piece := string_at(text, begin)):
        first, last, closed = piece
        # On a line of its own a string before a colon or an equals sign is the next key.
        if (pieces or "\n" in text[at:first]) and _KEY_FOLLOWS.match(text, closed):
            break
        pieces.append((first, last))
        glue = (_NEXT_ITEM if opener in ("[", "Array(") else _NEXT_PIECE).match(text, closed)
        if glue is None or glue.end() == closed:
            break
        begin = glue.end()
    if not pieces:
        return None
    return _Literal(pieces, given=len(opener) > 1 and opener not in _WRAPPERS and "append(" not in text[at:begin])


def _in_literal(literal: _Literal, text: str, name: Name, quoted: Tie) -> Iterator[Found]:
    """The pieces of a string, if they are worth hiding together."""
    value = "".join(text[first:last] for first, last in literal.pieces)
    if "\n" in value and not _UNBROKEN.fullmatch(value):
        return
    if ADDRESS.fullmatch(value) and "secret" not in name.text.lower():
        return
    # What a call is given is a value less often: a key to look up, a prompt.
    if keeps(value, name.promise, Tie.CODE if literal.given else quoted):
        yield from (Found(first, last, name.label) for first, last in literal.pieces if first < last)


def _bare(text: str, at: int, name: Name, plain: Tie) -> Iterator[Found]:
    """The word without quotes at `at`, unless it is an expression or the next assignment."""
    if _CHAIN.match(text, at) or (word := UNQUOTED.match(text, at)) is None:
        return
    value = word[0]
    cut = _UNQUOTED_END.search(value)
    if cut and not (cut[0][0] == "&" and text[at - 1] == " "):  # no query follows a space
        value = value[: cut.start()]
    bare = value.rstrip(",;:)]}\\")
    if bare.endswith(".") and not bare.endswith(".."):
        bare = bare[:-1]  # of the sentence
    if not bare:
        return
    if EXPRESSION.match(bare) and (set(bare) & set("()[]{}") or not _is_noise(bare, name.promise)):
        return
    in_code = len(bare) < len(value) and value != f"{bare}." and text[at - 1] != "="
    # Words may go on as prose or as code; only at the end of an assignment are they all of the value.
    in_code = in_code or (_WORDS.fullmatch(bare) is not None and not _ends(text, at, at + len(bare), name))
    if keeps(bare, name.promise, Tie.CODE if in_code else plain):
        yield Found(at, at + len(bare), name.label)


def _ends(text: str, first: int, last: int, name: Name) -> bool:
    """Whether nothing goes on behind the bare word: a line, a string or a list of settings ends."""
    if text[last : last + 1] == " " and (name.text.startswith("-") or (name.text.isupper() and text[first - 1] == "=")):
        return True  # a word of a shell
    return _ENDED.match(text, last) is not None or (text[first - 1] == "=" and text[last : last + 1] in ("]", "}"))


def _is_noise(bare: str, promise: Strength) -> bool:
    """Whether what is written as an expression (`a.b`) can't be one: nobody calls things like that."""
    password = promise is Strength.PASSWORD and is_mixed(bare) and wordiness(bare) < 0.25 and kinds(bare) > 2
    if (promise is Strength.PASSWORD and is_thought_up(bare)) or _POINTED.fullmatch(bare):
        return True
    return is_random(bare, 20) or (password and is_random(bare, 10))


def _past_tag(text: str, at: int) -> int:
    """The place behind a type or an anchor of YAML."""
    tag = _TAG.match(text, at)
    return tag.end() if tag else at


def string_at(text: str, at: int) -> tuple[int, int, int] | None:
    """First, last and closing position of the string literal at `at`."""
    opening = _QUOTE.match(text, at)
    if opening is None:
        long = _LONG_BRACKETS.match(text, at)
        return (*long.span("inner"), long.end()) if long else None
    quote, first = opening[1], opening.end()
    limit = min(len(text), first + LONGEST)
    last = text.find(quote, first, limit)
    while last > first and len(quote) == 1 and text[last - 1] == "\\" and text[last - 2] != "\\":
        last = text.find(quote, last + 1, limit)
    if last < 0:
        return None
    newline = text.find("\n", first, last)
    if newline >= 0 and len(quote) == 1 and quote != "`" and text[newline - 1] != "\\":
        return None
    return first, last, last + len(quote)


def block_at(text: str, at: int, name: Name) -> Iterator[Found]:
    """The lines of a YAML block scalar: those indented more than the key."""
    line = text.rfind("\n", max(0, name.start - 400), name.start) + 1
    signed = text[line : line + 1] in ("+", "-") and text[line + 1 : line + 2] != " "
    signed = signed or text[at : at + 1] in ("+", "-")
    head = text[line + signed : name.start]
    indent = len(head) - len(head.lstrip(" -"))
    first = last = at
    content = ""
    for _ in range(_PIECES):
        stop = text.find("\n", at, at + LONGEST)
        stop = len(text) if stop < 0 else stop
        body = text[at + signed : stop]
        inner = body.strip()
        if not inner or stop - at > LONGEST or len(body) - len(body.lstrip(" \t")) <= indent:
            break
        first = first if content else stop - len(body.lstrip(" \t"))
        last = stop - (len(body) - len(body.rstrip()))
        content += inner
        at = stop + 1
    if content and keeps(content, name.promise, Tie.QUOTED):
        yield Found(first, last, name.label)
