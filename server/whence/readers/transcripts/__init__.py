"""Transcripts: conversations out of the files that assistants, editors and websites write.

One module for each family of formats; this one tells by the content which family a text is of. A reader yields drafts
of conversations and counts what it leaves out: what nobody said, and what can't be read. Never imports another room.
"""

import codecs
import contextlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from whence.readers.sources import MAX_WHOLE, text_of
from whence.readers.transcripts import agents, aider, branches, exports, speakers
from whence.readers.transcripts.boilerplate import strip
from whence.readers.transcripts.streaming import Lines, elements
from whence.readers.transcripts.turns import Draft, Gathering, items
from whence.values.tally import Tally

__all__ = ["ENDINGS", "Draft", "Lines", "read", "read_file", "read_log", "read_log_of", "read_session", "strip"]

ENDINGS = frozenset({".json", ".jsonl", ".ndjson", ".md", ".markdown", ".mdx", ".txt", ".text", ".log", ".zip"})
"""Endings of files that may hold conversations."""

NOTHING = "no conversation that Whence recognises"

_DAMAGED: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError)
"""What reading an archive raises that is broken, locked, or packed in a way that this Python can't unpack."""

with contextlib.suppress(ImportError):  # Python may be built without it
    from lzma import LZMAError

    _DAMAGED += (LZMAError,)

_SAMPLE = 50
"""Lines of a log that are looked at to learn what wrote it."""

_MOST_SWELLING = 200
"""Times that a text may be larger than it is in an archive: chats are 5 to 20 times, and what is made to hurt 1,000."""


def read(text: str, name: str, tally: Tally, *, whole: bool = False) -> tuple[Draft, ...]:
    """The conversations in a text, role by role; none where nobody's role is recognised.

    Args:
        text: an export, a transcript, a Markdown document, a text.
        name: where it comes from; formats that tell it themselves are believed.
        tally: told what is left out.
        whole: whether all of the text was said by somebody, as in a selection of a chat.
    """
    return tuple(_of_stream(io.BytesIO(text.encode("utf-8", "replace")), name, tally, whole=whole))


def read_file(path: Path, name: str, tally: Tally) -> Iterator[Draft]:
    """The conversations in a file, streamed where its format allows; the reason is counted where there are none.

    Args:
        path: the file; of a ZIP archive, the files in it.
        name: how it is called among what is left out.
        tally: told what is left out.
    """
    tally.reading = name
    before, found = tally.total, False
    try:
        if not path.is_file():
            tally.add("no ordinary file")
        elif path.stat().st_size == 0:
            tally.add("an empty file")
        else:
            with path.open("rb") as stream:
                for draft in _of_file(stream, path, tally):
                    found = True
                    yield draft
    except OSError:
        tally.add("a file that can't be read")
    if not found and tally.total == before:
        tally.add(NOTHING)
    tally.reading = ""


def read_log(lines: Lines, origin: str, name: str, tally: Tally, thread: str = "") -> Iterator[Draft]:
    """The conversations in what an assistant appended to its transcript.

    Args:
        lines: the transcript, from where reading shall go on.
        origin: `claude-code` or `codex`.
        name: the file's name without its ending.
        tally: told what is left out.
        thread: the session's id, where the transcript tells it in its first line only.
    """
    if origin == agents.CODEX:
        return agents.codex(lines, name, tally, thread)
    return agents.claude_code(lines, name, tally)


def read_session(stream: BinaryIO, tally: Tally, *, log: bool) -> Iterator[Draft]:
    """The chat that VS Code keeps in a file of its own, without an answer that is still being written.

    Args:
        stream: the file.
        tally: told what is left out.
        log: whether it is a log of changes, as newer versions write it, and not one JSON object.
    """
    value = read_log_of(stream, tally) if log else next(elements(stream, tally), None)
    return exports.conversations(value, exports.VSCODE, tally, live=True) or iter(())


def read_log_of(stream: BinaryIO, tally: Tally) -> Any:
    """The object that a log of changes leads to, as newer versions of VS Code write it."""
    return _replayed(Lines(stream, tally, live=True))


# ---------------------------------------------------------------- recognising


def _of_file(stream: BinaryIO, path: Path, tally: Tally) -> Iterator[Draft]:
    if stream.read(4) == b"PK\3\4":
        return _of_archive(path, tally)
    stream.seek(0)
    return _of_stream(stream, path.stem, tally)


def _of_stream(stream: BinaryIO, name: str, tally: Tally, *, whole: bool = False) -> Iterator[Draft]:
    head = stream.read(1 << 16)
    stream.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = text_of(stream.read(MAX_WHOLE), tally.reading, tally) or ""
        stream, head = io.BytesIO(text.encode()), text[: 1 << 16].encode()
    first = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if first.startswith(b"{") and _is_log(first):
        found = _of_log(stream, name, tally)
    elif first.startswith((b"{", b"[{", b"[\n", b"[\r", b"[ ", b"[]", b"[[")):
        found = _of_values(elements(stream, tally), name, tally)
    else:
        found = iter(())
    nothing = True
    for draft in found:
        nothing = False
        yield draft
    if nothing and not (first.startswith((b"{", b"[{")) and not whole):
        yield from _of_text(stream, name, tally, whole=whole)


def _is_log(head: bytes) -> bool:
    """Whether the first line is a JSON object for itself."""
    line, ended, rest = head.partition(b"\n")
    if not ended:
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        if next(iter(Lines(io.BytesIO(line), Tally())), None):
            return True  # two objects in one line, or one behind the half of another
        return rest.lstrip().startswith(b'{"')  # the first line is broken, or longer than what is looked at


def _of_log(stream: BinaryIO, name: str, tally: Tally) -> Iterator[Draft]:
    begin = stream.tell()
    sample = list(islice(Lines(stream, Tally()), _SAMPLE))
    stream.seek(begin)
    if any(map(agents.is_claude_code, sample)):
        left = branches.left(Lines(stream, Tally()))
        stream.seek(begin)
        yield from agents.claude_code(Lines(stream, tally), name, tally, left)
    elif any(map(agents.is_codex, sample)):
        yield from agents.codex(Lines(stream, tally), name, tally)
    elif sample and sample[0].get("kind") == 0 and "v" in sample[0]:
        yield from exports.conversations(_replayed(Lines(stream, tally)), name, tally) or ()
    else:
        yield from _of_values(Lines(stream, tally), name, tally)


def _of_values(values: Iterable[Any], name: str, tally: Tally) -> Iterator[Draft]:
    """Conversations among values; messages that stand there by themselves are one."""
    loose = Gathering(name, tally)
    found, strange = False, 0
    for value in values:
        drafts = exports.conversations(value, name, tally)
        if drafts is not None:
            yield from drafts
        elif exports.is_turn(value):
            yield from exports.say(loose, value, first=not found)
        else:
            strange += 1
            continue
        found = True
    yield from loose.end()
    if found:
        tally.add("entries that are no conversation", count=strange)


def _of_text(stream: BinaryIO, name: str, tally: Tally, *, whole: bool) -> Iterator[Draft]:
    stream.seek(0)
    content = stream.read(MAX_WHOLE + 1)
    if len(content) > MAX_WHOLE:
        tally.add(f"larger than {MAX_WHOLE >> 20} MB")
    elif (text := text_of(content, tally.reading, tally)) is not None:
        if aider.is_history(text):
            yield from aider.conversations(text, tally)
        else:
            yield from speakers.conversations(text, name, tally, whole=whole) or ()


def _of_archive(path: Path, tally: Tally) -> Iterator[Draft]:
    """The conversations in the files of a ZIP archive, as ChatGPT and Claude hand out their exports."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                ending = Path(entry.filename).suffix.lower()
                if entry.is_dir() or ending not in ENDINGS - {".zip", ".txt", ".log"}:
                    continue
                if entry.file_size > max(MAX_WHOLE, _MOST_SWELLING * entry.compress_size):
                    tally.add("a file of an archive that unpacks to hundreds of times its size", entry.filename)
                    continue
                with archive.open(entry) as stream:
                    yield from _of_stream(cast("BinaryIO", stream), Path(entry.filename).stem, tally)
    except _DAMAGED:
        tally.add("an archive that is broken or locked")


def _replayed(entries: Iterable[dict[str, Any]]) -> Any:
    """The object that VS Code's log of changes leads to: set whole (0), a field set (1), pushed to (2), deleted (3)."""
    state: dict[str, Any] = {}
    for entry in entries:
        if entry.get("kind") == 0:
            state = {"": entry.get("v")}
            continue
        *way, last = ["", *items(entry.get("k"))]
        try:
            target: Any = state
            for step in way:
                target = target[step]
            match entry.get("kind"):
                case 1:
                    target[last] = entry.get("v")
                case 2:
                    held = target.setdefault(last, []) if isinstance(target, dict) else target[last]
                    del held[entry.get("i", len(held)) :]
                    held.extend(items(entry.get("v")))
                case 3:
                    del target[last]
        except (LookupError, TypeError, AttributeError):
            continue  # a change of something that a broken line would have made
    return state.get("")
