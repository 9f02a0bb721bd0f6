"""Passages: the searchable pieces of a memory, small enough to read at a glance and for one embedding.

The first passage introduces the memory: its title, its reason or first paragraphs, its files and symbols. Those after
it are pieces of the rest. The *words* of the first speak for the whole memory, the ones that name it repeated, so that
a full-text search of one column is a search of whole memories with weighted fields: over six question sets this beat
words of each piece alone by .018 of nDCG@10, and by .06 where a report's words are spread over a change.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from typing import Protocol, runtime_checkable

from whence.memory import FileEdit, MemoryBase
from whence.protocol import Passage
from whence.retrieval.words import terms
from whence.values import one_line, unique

MAX_PASSAGES = 24
"""Passages of one memory; a commit of a thousand files is found by its message, paths and first hunks."""

MAX_TURN_PASSAGES = 600
"""Passages of a memory that is looked for piece by piece: each turn of a conversation is found, not its beginning."""

PASSAGE_CHARACTERS = 800
"""Characters of a passage: some 200 tokens of prose, 250 of code; MiniLM reads 256. Measured: 600 to 1,200 do alike."""

MAX_TERMS = 4000
"""Terms that speak for a whole memory, repetitions included."""

MAX_NAMES = 40
"""Paths, and symbols, of one change that its first passage names; further ones count once among its words."""

TITLE_WEIGHT, PATH_WEIGHT, SYMBOL_WEIGHT, LABEL_WEIGHT = 3, 3, 2, 2
"""How often the words that name a memory are repeated beside those of its body; measured, and flat from 2 to 4."""

_SECTION = re.compile(r"@@[^@\n]*@@ ?(.*)")


@runtime_checkable
class _Edited(Protocol):
    """The shape of a memory that tells what was done to files, and why."""

    edits: tuple[FileEdit, ...]
    reason: str


def split(memory: MemoryBase) -> list[Passage]:
    """The passages of a memory, at least one and at most `MAX_PASSAGES`, in the order in which they read.

    One that is looked for piece by piece has up to `MAX_TURN_PASSAGES`, none of which reaches over two pieces.
    """
    edits, body = (memory.edits, memory.reason) if isinstance(memory, _Edited) else ((), memory.text())
    paths = unique(path for edit in edits for path in (edit.path, edit.old_path)) or memory.files
    symbols = unique(symbol for edit in edits for symbol in edit.symbols)
    pieces = memory.pieces()
    most = MAX_TURN_PASSAGES if pieces else MAX_PASSAGES
    prose = chain.from_iterable(map(_cut, pieces or (body,)))
    opening = next(prose, "")
    told = one_line(opening, PASSAGE_CHARACTERS).startswith(memory.title.rstrip("…"))
    named = [" ".join(names[:MAX_NAMES]) for names in (paths, symbols)]
    shown = [names[:PASSAGE_CHARACTERS] for names in named] if edits else []
    texts = ["\n".join(part for part in ("" if told else memory.title, opening, *shown) if part) or memory.title]

    known_as = memory.keys()
    words = [
        *terms(memory.title) * TITLE_WEIGHT,
        *terms(" ".join((*memory.labels, memory.folder))) * LABEL_WEIGHT,
        *terms(" ".join((memory.author, *(name.partition(":")[2] for name in known_as)))),
        *terms(opening),
        *terms(named[0]) * PATH_WEIGHT,
        *terms(named[1]) * SYMBOL_WEIGHT,
        *terms(" ".join((*paths[MAX_NAMES:MAX_TERMS], *symbols[MAX_NAMES:MAX_TERMS]))),
    ]
    columns = [words]
    for text, own in chain(((text, terms(text)) for text in prose), _layers(edits)):
        if len(texts) < most:
            texts.append(text)
            columns.append(own)
        words.extend(own)
        if len(words) >= MAX_TERMS and len(texts) == most:
            break
    del words[MAX_TERMS:]
    return [
        Passage(
            id=f"{memory.id}#{number}",
            memory=memory.id,
            kind=memory.kind,
            created_at=memory.created_at,
            importance=memory.importance,
            pinned=memory.pinned,
            archived=memory.archived,
            folder=memory.folder,
            labels=memory.labels,
            files=memory.files,
            source=memory.source,
            title=memory.title,
            text=text,
            words=" ".join(own),
        )
        for number, (text, own) in enumerate(zip(texts, columns, strict=True))
    ]


def is_first(passage: Passage) -> bool:
    """Whether it is the one that introduces its memory, and whose words speak for all of it."""
    return passage.id.endswith("#0")


def _layers(edits: Iterable[FileEdit]) -> Iterator[tuple[str, list[str]]]:
    """Pieces of the diffs with their terms: the first of each file, then the second of each, and so on."""
    for layer in zip_longest(*(_of_diff(edit) for edit in edits)):
        yield from (piece for piece in layer if piece)


def _of_diff(edit: FileEdit) -> Iterator[tuple[str, list[str]]]:
    """Pieces of one file's diff, a hunk or several small ones each, the path above."""
    for lines in _grouped(edit.diff.splitlines()):
        changed: list[str] = []
        around: list[str] = []
        for line in lines:
            section = _SECTION.match(line)
            if section:
                changed.append(section[1])
            else:
                (changed if line[:1] in "+-" else around).append(line[1:])
        own = terms("\n".join(changed))
        seen = set(own)
        # What only stands beside the change counts once: measured, against counting it in full or not at all.
        own += [term for term in dict.fromkeys(terms("\n".join(around))) if term not in seen]
        if own:
            yield "\n".join((edit.path, *lines)), own


def _grouped(lines: Iterable[str]) -> Iterator[list[str]]:
    """Runs of lines of about `PASSAGE_CHARACTERS`, parted before a hunk where one is well filled."""
    group: list[str] = []
    size = 0
    for line in lines:
        line = line[:PASSAGE_CHARACTERS]  # the rest of a longer line is minified or data
        full = size + len(line) > PASSAGE_CHARACTERS or (line.startswith("@@") and size > PASSAGE_CHARACTERS * 0.6)
        if group and full:
            yield group
            group, size = [], 0
        group.append(line)
        size += len(line) + 1
    if group:
        yield group


def _cut(text: str) -> Iterator[str]:
    """Prose in pieces of at most `PASSAGE_CHARACTERS`, parted between lines, or in a long line between words."""
    piece: list[str] = []
    size = 0
    for line in chain.from_iterable(_short(line) for line in text.splitlines()):
        if piece and size + len(line) > PASSAGE_CHARACTERS:
            if size:
                yield "\n".join(piece).strip("\n")
            piece, size = [], 0
        piece.append(line)
        size += len(line) + bool(line)
    if size:
        yield "\n".join(piece).strip("\n")


def _short(line: str) -> Iterator[str]:
    """One line, in parts if it is too long for a passage."""
    line = line.rstrip()
    while len(line) > PASSAGE_CHARACTERS:
        at = line.rfind(" ", PASSAGE_CHARACTERS // 2, PASSAGE_CHARACTERS) + 1 or PASSAGE_CHARACTERS
        yield line[:at].rstrip()
        line = line[at:]
    yield line
