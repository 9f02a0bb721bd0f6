"""The files of a work tree as the code index wants them: listed, read, parsed, and made into rows without secrets."""

import json
import logging
import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from whence.analysis import entities as reading
from whence.analysis.entities import Entity, Parsed
from whence.analysis.languages import language_of
from whence.capture.ignore import Rules
from whence.git import listing, repositories
from whence.git.text import decode, digest, read, storable
from whence.retrieval import code as searching
from whence.secrets.redaction import redact
from whence.store.code_rows import CodeFile, Piece
from whence.values.errors import GitError
from whence.values.operation import Progress

log = logging.getLogger(__name__)

MAX_BYTES, MAX_FILES = 1 << 20, 50_000
"""Limits of what is indexed: a larger file was hardly written by a person."""

_REASONS = {
    "large": f"larger than {MAX_BYTES >> 20} MB",
    "minified": "lines too long to have been written by a person",
    "binary": "no text",
    "unreadable": "a file that can't be read",
    "unparsed": "a file that its grammar can't read",
    "many": f"more than {MAX_FILES} files",
}


@dataclass
class Pass:
    """What one look at the files found and did."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    broken: int = 0
    """Files of which a part could not be parsed."""
    left_out: Counter[str] = field(default_factory=Counter)
    """By the sentence that says why."""
    examples: dict[str, list[str]] = field(default_factory=dict)

    def leave_out(self, reason: str, path: str, count: int = 1) -> None:
        """Count what is left out."""
        told = _REASONS[reason]
        self.left_out[told] += count
        if len(shown := self.examples.setdefault(told, [])) < 5 and path:
            shown.append(path)


_TOLD_EVERY = 500
"""Files that are found between two reports of progress."""


class Files:
    """Which files of a work tree are indexed.

    Args:
        root: its top.
        exclude: glob patterns in .gitignore's syntax, of files that are left out.
        own: a folder of ours, which may lie inside.
    """

    def __init__(self, root: Path, exclude: Sequence[str], own: Path) -> None:
        self.root = root
        try:
            self._repository = repositories.find(root)
        except GitError:
            self._repository = None
        self._rules = Rules(root, self._repository, exclude, own)

    def listed(self, done: Pass, progress: Progress = lambda message, share: None) -> dict[str, os.stat_result]:
        """Every file to index, with its `lstat`."""
        listed: dict[str, os.stat_result] = {}
        more = 0
        for path, found in self._walk():
            if len(listed) < MAX_FILES:
                listed[path] = found
            else:
                more += 1
            if (len(listed) + more) % _TOLD_EVERY == 0:
                progress(f"Looking at the files: {len(listed):,}", 0.01)
            if more > MAX_FILES:  # who has so many more knows enough
                break
        if more:
            done.leave_out("many", "", more)
        return listed

    def _walk(self) -> Iterator[tuple[str, os.stat_result]]:
        if self._repository is None:
            yield from (each for each in self._rules.walk() if language_of(each[0]))
            return
        for path in sorted({path for path in listing.files(self._repository) if language_of(path)}):
            if storable(path) != path or self._rules.refuses(path):
                continue
            with suppress(OSError, ValueError):
                found = (self.root / path).lstat()
                if stat.S_ISREG(found.st_mode):
                    yield path, found

    def wanted(self, files: Sequence[str]) -> dict[str, os.stat_result]:
        """Those of the files that are there and are indexed."""
        found: dict[str, os.stat_result] = {}
        for path in self._rules.kept(path for path in files if language_of(path)):
            with suppress(OSError, ValueError):
                status = (self.root / path).lstat()
                if stat.S_ISREG(status.st_mode):
                    found[path] = status
        return found


# ---------------------------------------------------------------- files and rows


def read_file(root: Path, path: str, stamp: tuple[int, int, str] | None) -> tuple[CodeFile, Parsed | None, str]:
    """A file's row, what stands in it, and why it is left out if it is; `same`: only its time has changed."""
    found = read(root / path, MAX_BYTES)
    language = language_of(path)
    assert language is not None
    hash = digest(found.raw).hex() if found.raw is not None else ""

    def row(language: str = "", payload: object = None) -> CodeFile:
        text = json.dumps(payload or {}, ensure_ascii=False, separators=(",", ":"))
        return CodeFile(path, found.size, found.modified, hash, language, storable(text))

    if found.raw is None:
        reason = "large" if found.size > MAX_BYTES else "unreadable"
        return row(payload={"left_out": reason}), None, reason
    if stamp and stamp[2] == hash:
        return row(), None, "same"
    text = decode(found.raw)
    if text is None:
        return row(payload={"left_out": "binary"}), None, "binary"
    if reading.minified(text):
        return row(payload={"left_out": "minified"}), None, "minified"
    try:
        parsed = reading.parse(path, text)
    except Exception:
        log.exception("a file could not be parsed")
        parsed = None
    if parsed is None:
        return row(payload={"left_out": "unparsed"}), None, "unparsed"
    return row(language.name, _brought(parsed)), parsed, ""


def pieces_of(path: str, parsed: Parsed) -> list[Piece]:
    """The entities of a file as they are searched, without secrets."""
    pieces = []
    texts = _redacted([text for entity in parsed.entities for text in (entity.signature, entity.doc)])
    for number, entity in enumerate(parsed.entities):
        signature, doc = texts[2 * number], texts[2 * number + 1]
        text = searching.text(entity.kind, entity.names, signature, doc)
        payload = {
            "name": entity.name,
            "kind": entity.kind,
            "names": entity.names,
            "signature": signature,
            "doc": doc,
            "start": entity.start,
            "end": entity.end,
            "text": text,
        }
        pieces.append(
            Piece(
                path=path,
                language=parsed.language,
                key=searching.key(entity.name),
                words=searching.words(path, entity.names, signature, doc),
                payload=json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
                text=text,
            )
        )
    return pieces


_BORDER = "\n\x1e\n"


def _redacted(texts: list[str]) -> list[str]:
    """The texts without secrets, looked through together, which costs a tenth."""
    whole = _BORDER.join(text.replace("\x1e", " ") for text in texts)
    clean = redact(whole).text
    parts = clean.split(_BORDER)
    return parts if len(parts) == len(texts) else [redact(text).text for text in texts]


def _brought(parsed: Parsed) -> dict[str, object]:
    """What a file brings in, as its row keeps it."""
    targets = _redacted([import_.target for import_ in parsed.imports]) if parsed.imports else []
    return {
        "imports": [
            [target, import_.line, list(import_.names), import_.form]
            for target, import_ in zip(targets, parsed.imports, strict=True)
        ],
        "packages": list(parsed.packages),
        "mentions": list(parsed.mentions),
        "defines": list(reading.defines(parsed)),
        "broken": parsed.broken,
    }


def entity_of(piece: Piece) -> Entity:
    """The entity that a piece was made of, without secrets."""
    values = json.loads(piece.payload)
    del values["text"]
    return Entity(**{**values, "names": tuple(values["names"])})
