r"""Texts within texts: strings of JSON, entities of XML, words in `\u` escapes, read as what they stand for.

What gives a secret away may be escaped (`\"password\": \"...\"`, `contrase\u00f1a`, `&quot;token&quot;`), once or
several times. The lines with such escapes are read again without them, and what is found there is told by its place in
the text as it stands.
"""

import re

from whence.secrets.excerpts import Excerpt

_ESCAPE = re.compile(
    r"\\u(?P<code>[0-9a-fA-F]{4})|\\x(?P<byte>[2-7][0-9a-fA-F])|\\(?P<sign>[\"'\\/nrt])"
    r"|&(?:(?P<entity>quot|amp|apos|lt|gt)|#(?P<number>3[49]|6[02]|38|x2[267]|x3[ce]));"
    r"|%(?P<percent>2[26fF]|3[aAdDfF]|40)|(?P<doubled>\"\")"
)
# A quote doubled is one within a cell of CSV. A line is read again for these alone: `\n` is in most strings of code.
_TELLING = re.compile(
    r"\\\"|\\u[0-9a-fA-F]{4}|\\x(?:2[27]|3[aAdD])|&(?:quot|apos|#3[49]|#x2[27]);|&amp;[\w.-]{2,40}="
    r"|>(?:\\r)?\\n|\\n[ \t+-]*(?=[\w\"'.-]{1,40}[ \t]*[:=])"
    r"|[ ]{2}\w{2,30}[ ]{0,20}(?:\\r)?\\n(?=[\w=-])|\\n[ ]{0,8}(?:\*[ ]-|![ ])"
    r"|:\\n(?=[ \t])|\\t\w{1,20}\\n|(?<=\w)%3[dD](?=[\w.~-]{8})|\"\"(?<!\"\"\")(?=[\w$/+.-])"
)
_HINT = re.compile(r"\\[\"uxn]|&[aq#]|%3|\"\"(?<!\"\"\")(?=[\w$/+.-])")
"""A part of each of these that is faster to look for, since it begins with one of few characters."""
_SIGNS = {"n": "\n", "r": "\r", "t": "\t"}
_ENTITIES = {"quot": '"', "amp": "&", "apos": "'", "lt": "<", "gt": ">"}


def unescaped(text: str) -> Excerpt | None:
    """The lines of the text that hold telling escapes, read once without them; None where there are none."""
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    size = done = end = 0

    def add(piece: str, origin: int) -> None:
        nonlocal size
        pieces.append(piece)
        starts.append(size)
        origins.append(origin)
        size += len(piece)

    while hint := _HINT.search(text, done):
        first = text.rfind("\n", 0, hint.start()) + 1
        stop = text.find("\n", hint.end())
        done = last = len(text) if stop < 0 else stop
        if not _TELLING.search(text, first, last):
            continue
        at = first
        for escape in _ESCAPE.finditer(text, first, last):
            if at < escape.start():
                add(text[at : escape.start()], at)
            add(_meant(escape), escape.start())
            at = escape.end()
        if at < last:
            add(text[at:last], at)
        add("\n", last)
        end = last
    if not pieces:
        return None
    starts.append(size)
    origins.append(end)
    return Excerpt("".join(pieces), starts, origins)


def _meant(escape: re.Match[str]) -> str:
    """What an escape stands for, as one character."""
    if code := escape["code"] or escape["byte"] or escape["percent"]:
        return chr(int(code, 16))
    if sign := escape["sign"]:
        return _SIGNS.get(sign, sign)
    if entity := escape["entity"]:
        return _ENTITIES[entity]
    if escape["doubled"]:
        return '"'
    number = escape["number"]
    return chr(int(number[1:], 16) if number[0] == "x" else int(number))
