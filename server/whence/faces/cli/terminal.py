"""A terminal as it is: code pages that lack what is written, and bytes that are no UTF-8.

What is printed never stops a command and loses nothing: typographic marks become plain ones, and any other character
that the terminal's encoding lacks becomes its number. Words and standard input are read as UTF-8, else as what the
terminal says, else as Western European text.
"""

import codecs
import io
import os
import sys

TYPE_CHECKING = False  # as typing has it: a quick command loads this module, and not that one
if TYPE_CHECKING:
    from typing import IO

_PLAIN = {
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•·‣▪●", "*"),
    **dict.fromkeys("\u00a0\u2009\u200a\u202f", " "),
    "…": "...",
    "→": "->",
    "←": "<-",
    "⇒": "=>",
    "×": "x",
    "✓": "ok",
    "✔": "ok",
    "✗": "x",
    "✘": "x",
    "│": "|",
    "┃": "|",
    "─": "-",
    "━": "-",
}
"""For marks of typography, how they are written without them."""

_HANDLER = "whence-terminal"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def settle() -> None:
    """See to it that whatever is printed can be, and read the words of the command."""
    codecs.register_error(_HANDLER, _replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)
    sys.argv[1:] = [_word(word) for word in sys.argv[1:]]


def knows_unicode(stream: "IO[str]") -> bool:
    """Whether all that can be said can be printed there."""
    return (getattr(stream, "encoding", "") or "").lower().replace("_", "-").startswith(("utf", "cp65001"))


def standard_input() -> str:
    """All that comes on standard input."""
    reading = getattr(sys.stdin, "buffer", None)
    return decoded(reading.read()) if reading is not None else sys.stdin.read()


def said(words: "list[str]") -> str:
    """The words as one text; all of standard input for a single dash."""
    return standard_input() if words == ["-"] else " ".join(words)


def decoded(raw: bytes) -> str:
    """Text of bytes, with the line ends that Python has."""
    text = _decoded(raw)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(raw: bytes) -> str:
    marked = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "")
    for encoding in (marked, "utf-8", getattr(sys.stdin, "encoding", ""), "cp1252"):
        try:
            return raw.decode(encoding) if encoding else raw.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("latin-1")  # which has a character for every byte


def _word(word: str) -> str:
    """A word whose bytes were not what the locale says; the name of a file on disk stays as it is."""
    if word.isascii() or not any("\udc80" <= sign <= "\udcff" for sign in word):
        return word
    file, mark, lines = word.rpartition(":")
    if os.path.lexists(word) or (mark and lines[:1].isdigit() and os.path.lexists(file)):
        return word
    return _decoded(os.fsencode(word))


def _replaced(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    told = []
    for sign in error.object[error.start : error.end]:
        plain = _PLAIN.get(sign) or sign.encode("ascii", "backslashreplace").decode("ascii")
        told.append(plain)
    return "".join(told), error.end
