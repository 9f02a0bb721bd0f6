"""Passages: how a memory is found: the words that it is searched by, what they count, and what is embedded of it.

A change is one passage, whose vector is the sum of three: what it was for, the names it touches, and its text as it
stands; where nobody said what it was for, and its text is too long to be read whole, half of what its sources changed.
A conversation is found turn by turn, each with a little of the turns around it. Any other memory is found by the words
of all of it and by the meaning of each piece.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import chain, islice, zip_longest
from typing import NamedTuple, Protocol, runtime_checkable

from whence.retrieval import fields
from whence.retrieval.fields import weigh
from whence.retrieval.frames import hunks_of
from whence.retrieval.spelling import respellings, spellings
from whence.retrieval.words import STOP_WORDS, read
from whence.values import reason as reasons
from whence.values.base import one_line, unique
from whence.values.handed_out import without_ours
from whence.values.memory import MAX_TITLE, FileEdit, MemoryBase, Message
from whence.values.passage import Diff, Hunks, Meaning, Passage
from whence.values.reason import gives_none

MAX_PASSAGES = 24
"""Passages of one text; of a longer one the rest is found by its words alone."""

MAX_TURNS = 600
"""Passages of one conversation, so that each turn is found; in a longer one several share one."""

PASSAGE_CHARACTERS = 800
"""Characters of a passage: some 200 tokens of prose, 250 of code; MiniLM reads 256. Measured: 600 to 1,200 do alike."""

EMBEDDED_CHARACTERS = 1500
"""Characters of a text that are given to the model, which reads 256 tokens: more only takes time to tokenise."""

MAX_TERMS = 4000
"""Terms that storage searches one memory by, repetitions included."""

MAX_NAMES = 40
"""Paths, and symbols, of one change that its first passage shows; further ones are only searched."""

MAX_IDENTIFIERS = 90
"""Words of identifiers that are embedded of a change. Measured."""

TELLING_WEIGHT = 0.5
"""Weight, in the vector of a long change of several files that nobody said a word of, of its changed lines. Measured;
where there is a message, it does harm."""

LONG_DIFFS = 900
"""Characters of diffs that the model reads no more to their end. Measured: with none, short ones gain nothing."""

MAX_TELLING = 20_000
"""Characters of a file's diff that are looked at for its changed lines."""

TITLE_REPEATED, PATH_REPEATED, SYMBOL_REPEATED = 3, 3, 2
"""How often the words that name a memory stand among those that storage finds candidates by."""

NEXT_WEIGHT, SECOND_WEIGHT = 0.4, 0.3
"""Weight of the turns next to a turn, and of the ones after these, in its vector. Measured."""

_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|testing|docs?|examples?|changelog|news)(?:[/_.]|$)|test_|_test\."
    r"|\.(?:md|rst|txt|lock|json|ya?ml|toml|cfg|ini)$",
    re.IGNORECASE,
)
"""Files that follow the sources: tests, texts, settings and data."""

_SECTION = re.compile(r"@@[^@\n]*@@ ?(.*)")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w{2,}")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_CODE = re.compile(
    r"\s*(?:@\w.*\n\s*)*(?:(?:export|default|public|private|protected|internal|static|async|abstract|final|unsafe|inline|"
    r"virtual|override|pub(?:\(\w+\))?) )*(?:def|class|function|func|fn|interface|struct|enum|impl|trait|type)\b\s*"
    r"(?:\([^()\n]*\)\s*)?(\w+)\s*[(:{<=\[]"
)


@runtime_checkable
class _Edited(Protocol):
    """The shape of a memory that tells what was done to files, and why."""

    edits: tuple[FileEdit, ...]
    reason: str


@runtime_checkable
class _Spoken(Protocol):
    """The shape of a memory of what was said, turn by turn."""

    messages: tuple[Message, ...]


class _Piece(NamedTuple):
    """What a passage has of its own."""

    text: str
    terms: Callable[[], tuple[Sequence[str], bytes]]
    """The words that it is searched by, and what each counts: most of the work, which what is only embedded needn't."""
    meaning: Sequence[tuple[float, str]]
    turn: int = -1
    speaker: str = ""
    at: datetime | None = None
    code: bool = False
    hunks: Hunks = ()


def split(memory: MemoryBase) -> list[Passage]:
    """The passages of a memory, at least one."""
    return [_passage(memory, number, piece) for number, piece in enumerate(_pieces(memory))]


def meanings(memory: MemoryBase) -> list[tuple[str, Meaning]]:
    """Of each passage of a memory its id, and the texts whose vectors make up its own: less work than `split`."""
    return [(_id(memory, number), _embedded(piece)) for number, piece in enumerate(_pieces(memory))]


def _pieces(memory: MemoryBase) -> Iterable[_Piece]:
    match memory:
        case _Edited():
            return [_of_change(memory)]
        case _Spoken():
            return _of_turns(memory)
        case _:
            return _of_text(memory)


def _id(memory: MemoryBase, number: int) -> str:
    return f"{memory.id}#{number}"


def _embedded(piece: _Piece) -> Meaning:
    return tuple((weight, text[:EMBEDDED_CHARACTERS]) for weight, text in piece.meaning)


def _passage(memory: MemoryBase, number: int, piece: _Piece) -> Passage:
    words, weights = piece.terms()
    return Passage(
        id=_id(memory, number),
        memory=memory.id,
        kind=memory.kind,
        created_at=piece.at or memory.created_at,
        importance=memory.importance,
        pinned=memory.pinned,
        archived=memory.archived,
        folder=memory.folder,
        labels=memory.labels,
        files=memory.files,
        source=memory.source,
        title=memory.title,
        text=piece.text,
        words=" ".join(words),
        weights=weights,
        meaning=_embedded(piece),
        turn=piece.turn,
        speaker=piece.speaker,
        code=piece.code,
        hunks=piece.hunks,
        repeats=memory.repeats(),
    )


def readable(edits: Iterable[FileEdit | Diff]) -> list[str]:
    """What was done to files, in pieces small enough to read at a glance."""
    return list(islice(_layers(edits), MAX_PASSAGES - 1))


# ---------------------------------------------------------------- changes


def _of_change(memory: MemoryBase) -> _Piece:
    assert isinstance(memory, _Edited)
    title, reason, references = _told(memory, memory)
    edits = memory.edits
    paths = unique(path for edit in edits for path in (edit.path, edit.old_path)) or memory.files
    symbols = unique(symbol for edit in edits for symbol in edit.symbols)
    sections, changed, around = _lines_of(edits)
    headers = [*symbols, *sections]

    def terms() -> tuple[Sequence[str], bytes]:
        counted = [
            (fields.TITLE, read(title)),
            (fields.BODY, read("\n".join((reason, *references, *_beside(memory))))),
            (fields.PATH, read(" ".join(paths[:MAX_TERMS]))),
            (fields.HEADER, read("\n".join(headers))),
            (fields.CHANGED, read("\n".join(changed))),
            (fields.AROUND, read("\n".join(around))),
        ]
        repeated = (TITLE_REPEATED, 1, PATH_REPEATED, SYMBOL_REPEATED, 1)
        words = [term for (_, (own, _)), times in zip(counted, repeated, strict=False) for term in own * times]
        seen = set(words)
        words += [term for term in dict.fromkeys(counted[-1][1][0]) if term not in seen]
        spelt = _spelt(f"{title}\n{reason}")
        return [*words[: MAX_TERMS - len(spelt)], *spelt], weigh(counted, spelt)

    told = f"{'' if gives_none(title) else title}\n{reason}".strip()
    diffs = "\n".join(f"--- {edit.path}\n{edit.diff[:EMBEDDED_CHARACTERS]}" for edit in edits[:MAX_NAMES] if edit.diff)
    raw = "\n".join(part for part in (told, " ".join(paths[:MAX_NAMES]), diffs) if part)
    meaning = [(1.0, part) for part in (told, _identifiers(paths, [*headers, *changed]), raw) if part.strip()]
    if not told and (telling := _telling(edits)):
        meaning.append((TELLING_WEIGHT, telling))
    return _Piece(
        _introduction(memory, memory),
        terms,
        meaning or [(1.0, memory.title)],
        hunks=hunks_of(edits),
    )


def _lines_of(edits: Sequence[FileEdit]) -> tuple[list[str], list[str], list[str]]:
    """The lines of all diffs: what encloses the hunks, what changed, and what stands around that."""
    sections: list[str] = []
    changed: list[str] = []
    around: list[str] = []
    for line in islice(chain.from_iterable(edit.diff.splitlines() for edit in edits), MAX_TERMS):
        line = line[:PASSAGE_CHARACTERS]  # the rest of a longer line is minified or data
        if section := _SECTION.match(line):
            sections.append(section[1])
        else:
            (changed if line[:1] in "+-" else around).append(line[1:])
    return sections, changed, around


def _telling(edits: Sequence[FileEdit]) -> str:
    """What a long change of several files changed: sources first, and of these what changed most. Empty of others."""
    diffs = [(edit.path, edit.diff[:MAX_TELLING]) for edit in edits if edit.diff]
    if len(diffs) < 2 or sum(len(diff) for _, diff in diffs) < LONG_DIFFS:
        return ""
    changed = [(path, [line[1:].strip() for line in diff.splitlines() if line[:1] in "+-"]) for path, diff in diffs]
    changed.sort(key=lambda each: (_ASIDE.search(each[0]) is not None, -len(each[1])))
    lines = chain.from_iterable((path, *filter(None, lines)) for path, lines in changed)
    return "\n".join(islice(lines, EMBEDDED_CHARACTERS))[:EMBEDDED_CHARACTERS]


def _told(memory: MemoryBase, change: _Edited) -> tuple[str, str, Sequence[str]]:
    """The line that names a change, the rest of what was said of it, and what is referred to beside that."""
    told = reasons.told(without_ours(change.reason))
    given = _given_title(memory).rstrip("…")
    first = reasons.subject(change.reason)
    if given and not first.startswith(given) and not change.reason.strip().startswith(given):
        return memory.title, told.reason, told.references
    rest = told.reason.partition("\n")[2] if told.reason.startswith(first) else told.reason
    return first, rest, told.references


def _identifiers(paths: Iterable[str], lines: Iterable[str]) -> str:
    """The words of paths and of the identifiers in these lines, each once."""
    found: dict[str, None] = {}
    for text in (*paths, *lines):
        for name in _IDENTIFIER.findall(text):
            for part in _PARTS.findall(name):
                if len(part) > 1 and (word := part.lower()) not in STOP_WORDS:
                    found[word] = None
        if len(found) >= MAX_IDENTIFIERS:
            break
    return " ".join(islice(found, MAX_IDENTIFIERS))


def _introduction(memory: MemoryBase, change: _Edited) -> str:
    """The change at a glance: title, the beginning of the reason, its files and symbols."""
    opening = next(_cut(reasons.said(without_ours(change.reason))), "")
    told = one_line(opening, PASSAGE_CHARACTERS).startswith(memory.title.rstrip("…"))
    paths = unique(path for edit in change.edits for path in (edit.path, edit.old_path)) or memory.files
    symbols = unique(symbol for edit in change.edits for symbol in edit.symbols)
    named = [" ".join(names[:MAX_NAMES])[:PASSAGE_CHARACTERS] for names in (paths, symbols)] if change.edits else []
    return "\n".join(part for part in ("" if told else memory.title, opening, *named) if part) or memory.title


def _layers(edits: Iterable[FileEdit | Diff]) -> Iterator[str]:
    """Pieces of the diffs: the first of each file, then the second of each, and so on."""
    for layer in zip_longest(*(_of_diff(edit) for edit in edits)):
        yield from (piece for piece in layer if piece)


def _of_diff(edit: FileEdit | Diff) -> Iterator[str]:
    """Pieces of one file's diff, a hunk or several small ones each, the path above."""
    for lines in _grouped(edit.diff.splitlines()):
        if any(line[1:].strip() for line in lines):
            yield "\n".join((edit.path, *lines))


# ---------------------------------------------------------------- conversations


def _of_turns(memory: MemoryBase) -> Iterator[_Piece]:
    assert isinstance(memory, _Spoken)
    named = len({each.name for each in memory.messages if each.name}) > 1
    cut = [
        (turn, memory.messages[turn].name if named else "", text)
        for turn, said in enumerate(memory.pieces())
        for text in _cut(without_ours(said))
    ]
    size = max(1, math.ceil(len(cut) / MAX_TURNS))
    groups = [cut[at : at + size] for at in range(0, len(cut), size)]
    texts = ["\n".join(text for _, _, text in group) for group in groups]
    own = cache(lambda at: read(texts[at]))

    def terms(number: int, around: Sequence[int]) -> tuple[Sequence[str], bytes]:
        beside = [[token for at in around for token in own(at)[half]] for half in (0, 1)]
        counted = [(fields.TURN, own(number)), (fields.NEIGHBOURS, (beside[0], beside[1]))]
        words = own(number)[0] * 2 + beside[0]
        if number == 0:
            about = read("\n".join((_given_title(memory), *_beside(memory))))
            counted.append((fields.TITLE, about))
            words += about[0] * TITLE_REPEATED
        spelt = _spelt(texts[number])
        return [*words[: MAX_TERMS - len(spelt)], *spelt], weigh(counted, spelt)

    for number, group in enumerate(groups):
        around = [at for at in range(number - 2, number + 3) if at != number and 0 <= at < len(texts)]
        meaning = [(1.0, texts[number])]
        meaning += [(NEXT_WEIGHT if abs(at - number) == 1 else SECOND_WEIGHT, texts[at]) for at in around]
        turn, speaker, _ = group[0]
        at = memory.messages[turn].at
        yield _Piece(texts[number], partial(terms, number, around), meaning, turn, speaker, at)


# ---------------------------------------------------------------- texts


def _of_text(memory: MemoryBase) -> Iterator[_Piece]:
    title, body = _given_title(memory), without_ours(memory.text())
    if title and one_line(body, MAX_TITLE).startswith(title.rstrip("…")):
        title = ""  # the text begins with it
    code = _CODE.match(body[:EMBEDDED_CHARACTERS])

    @cache
    def terms() -> tuple[Sequence[str], bytes]:
        counted = [
            (fields.TITLE, read(title)),
            (fields.BODY, read("\n".join((body, *_beside(memory))))),
            (fields.PATH, read(" ".join(memory.files))),
        ]
        repeated = (TITLE_REPEATED, 1, PATH_REPEATED)
        words = [term for (_, (own, _)), times in zip(counted, repeated, strict=True) for term in own * times]
        spelt = _spelt("\n".join((title, body, *memory.files)))
        return [*words[: MAX_TERMS - len(spelt)], *spelt], weigh(counted, spelt)

    texts = list(islice(_cut(body), MAX_PASSAGES)) or [""]
    texts[0] = f"{title}\n{texts[0]}".strip() or memory.title
    for number, text in enumerate(texts):
        found = terms if number == 0 else lambda: ((), terms()[1])
        yield _Piece(text, found, [(1.0, text)], code=bool(code))


def _spelt(text: str) -> list[str]:
    return [*spellings(text), *respellings(text)]


def _given_title(memory: MemoryBase) -> str:
    """The title, unless it only repeats the content."""
    return memory.title if memory.titled else ""


def _beside(memory: MemoryBase) -> Iterator[str]:
    """What a memory is found by besides its content."""
    yield " ".join((*memory.labels, memory.folder, memory.author))
    yield " ".join(name.partition(":")[2] for name in memory.keys())  # noqa: SIM118 - not a mapping


# ---------------------------------------------------------------- cutting


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
