"""What a commit object says, whatever wrote it: git, a converter of another system's history, or a broken tool.

An odd field never costs the others: what can't be read falls back, as git's own commands do it, and what that means for
the date is said.
"""

import codecs
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from whence.git import text

_NO_ENCODINGS_OF_TEXT = frozenset(
    {"utf-7", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape", "undefined", "idna"}
    | {"punycode"}
)
"""Names that Python decodes by, but that are no encoding of a commit; some may yield what can't be stored."""

_WESTERN = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
"""What Python makes of bytes that are no UTF-8, as characters of the western code page: git reads them alike."""

_LONGEST = 2_000
"""Bytes of a person's line that are read."""

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_ID = re.compile(rb"[0-9a-f]{40,64}")
_SECONDS = re.compile(rb"\s*(-?\d{1,20})(?=\s|$)")
_TRAILING_DATE = re.compile(rb"(?<!\S)(-?\d{1,20}(?=\s+[+-]\d+\s*$)|-?\d{8,20}(?=\s*$))(?:\s+[+-]\d+)?\s*$")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_NO_TEXT = re.compile(
    r"\x1b\[[0-9;?]*[@-~]|\x1b\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
"""Colours, links and other orders to a terminal, and characters that no one can see."""

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A commit's fields, as far as they can be read."""

    parents: tuple[str, ...]
    author: str
    email: str
    at: datetime
    """When its author made it; never in the future, never before 1970."""
    dated: str
    """What is to be said of the date where `at` isn't the one that the author's line names, in brackets; else empty."""
    committed: datetime | None
    """The committer's date within the same bounds; None where it can't be read."""
    message: str
    """Its lines end with line feeds alone; colours and unseen characters are taken out."""


def parse(raw: bytes) -> Parsed:
    """Read a commit object."""
    end = _END_OF_HEADERS.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    parents: list[str] = []
    fields: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        # Lines that go on from the one before, such as a signature's, begin with a space and so have no name.
        name, _, value = line.rstrip(b"\r").partition(b" ")
        if name == b"parent" and _ID.fullmatch(value):
            parents.append(value.decode())
        elif name:
            fields.setdefault(name, value)
    encoding = fields.get(b"encoding", b"utf-8").strip().decode("ascii", "replace")
    author, email, seconds = _person(fields.get(b"author", b""))
    committed = _person(fields.get(b"committer", b""))[2]
    at, dated = _date(seconds, committed)
    return Parsed(
        parents=tuple(parents),
        author=_named(author, email, encoding),
        email=_line(email, encoding),
        at=at,
        dated=dated,
        committed=None if committed is None else moment(committed),
        message=_message(body, encoding),
    )


def decoded(raw: bytes, encoding: str = "utf-8") -> str:
    """Text in the encoding that a commit names; what it can't be is taken for UTF-8, and else for western letters."""
    try:
        name = codecs.lookup(encoding).name
        if name not in _NO_ENCODINGS_OF_TEXT:
            return raw.decode(name, "strict" if name == "utf-8" else "replace")
    except (LookupError, ValueError):
        pass
    return raw.decode("utf-8", "surrogateescape").translate(_WESTERN)


def moment(seconds: int) -> datetime:
    """The time so many seconds after 1970, never in the future, never before 1970."""
    return datetime.fromtimestamp(min(max(_signed(seconds), 0), datetime.now(UTC).timestamp()), UTC)


def _person(line: bytes) -> tuple[bytes, bytes, int | None]:
    """Name, address and time of an author's or committer's line, each as far as it is there."""
    line = line[:_LONGEST]
    if b"<" in line:
        name, _, rest = line.partition(b"<")
        if b">" in rest:
            email, tail = rest.partition(b">")[0].rpartition(b"<")[2], rest.rpartition(b">")[2]
        else:
            email, _, tail = rest.partition(b" ")
        found = _SECONDS.match(tail)
        return name.strip(), email.strip(), int(found[1]) if found else None
    found = _TRAILING_DATE.search(line)
    name = (line[: found.start()] if found else line).strip()
    rest, _, last = name.rpartition(b" ")
    email = last if b"@" in last else b""
    return (rest if email else name), email, int(found[1]) if found else None


def _named(author: bytes, email: bytes, encoding: str) -> str:
    """The author's name; without one, what stands before the @ of the address."""
    return _line(author, encoding) or _line(email, encoding).partition("@")[0]


def _line(raw: bytes, encoding: str) -> str:
    return _CONTROLS.sub(" ", _NO_TEXT.sub("", decoded(raw.replace(b"\0", b""), encoding))).strip()


def _message(body: bytes, encoding: str) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and (wide := text.decode(body)) is not None:
        return wide.strip()
    said = decoded(body.replace(b"\0", b"") if encoding.lower().startswith("utf-8") else body, encoding)
    return _NO_TEXT.sub("", said).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip()


def _date(author: int | None, committer: int | None) -> tuple[datetime, str]:
    seconds = author if author is not None else committer
    if seconds is None:
        return _FIRST, "(its date can't be read)"
    if (signed := _signed(seconds)) < 0:
        try:
            return _FIRST, f"(dated {_FIRST + timedelta(seconds=signed):%Y-%m-%d}, before the first date kept here)"
        except OverflowError:
            return _FIRST, "(dated before the first date kept here)"
    return moment(seconds), "" if author is not None else "(its author's date can't be read; this is the committer's)"


def _signed(seconds: int) -> int:
    """The seconds; a converter that had none for a time before 1970 wrote what 64 bits make of it."""
    return seconds - (1 << 64) if seconds >= 1 << 63 else seconds
