"""Shortening: a memory in pieces, the ones that matter for a query first.

A change comes apart into what it was for and the hunks of its diffs, a conversation into its turns, any other memory
into its paragraphs. What is kept of them stands in its order, with the gaps marked.
"""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple, Protocol, runtime_checkable

from whence.values.base import one_line
from whence.values.markdown import clean
from whence.values.memory import MAX_TITLE, FileEdit, MemoryBase
from whence.values.reason import said

GAP = "[…]"
"""Stands where something was left away."""

PIECE_CHARACTERS = 600
"""Characters of a piece, some 170 tokens: fewer tell too little, more leave no choice. A longer one is cut."""

MAX_PIECES = 60
"""Pieces of one memory that are looked at; what comes after them is left away."""

MAX_ASKED = 32
"""Terms of the query that pieces are compared with, the heaviest."""


class Piece(NamedTuple):
    """A part of a memory that can stand for itself."""

    number: int
    """Its place among the pieces; those of adjacent numbers adjoin."""
    text: str
    place: str = ""
    """Where it belongs, such as the path of a diff; told once above the pieces that share it."""
    turn: int = -1
    """The turn of a conversation that it is of."""


class Pieces(NamedTuple):
    """A memory, taken apart."""

    parts: list[Piece]
    """Those that may be chosen, in order; none is empty."""
    end: int
    """One more than the last one's number, of all that there are; only more than that where some are not looked at."""


@runtime_checkable
class _Edited(Protocol):
    """The shape of a memory that tells what was done to files, and why."""

    title: str
    edits: tuple[FileEdit, ...]
    reason: str


def pieces(memory: MemoryBase, turns: Iterable[int] = ()) -> Pieces:
    """The memory in pieces of about `PIECE_CHARACTERS`.

    Args:
        memory: any.
        turns: of a conversation, those that answer; they and the ones beside them may be chosen, and the first.
    """
    if said := memory.pieces():
        near = {turn + step for turn in turns for step in (-1, 0, 1)} or set(range(len(said)))
        found = _of_turns(said, near | {0})
    else:
        cut = (
            _of_change(memory)
            if isinstance(memory, _Edited)
            else ((part, "") for part in _paragraphs(memory.markdown()))
        )
        found = (Piece(number, text, place) for number, (text, place) in enumerate(cut))
    parts = list(islice(found, MAX_PIECES))
    more = len(parts) == MAX_PIECES or any(part.turn < len(said) - 1 for part in parts[-1:])
    return Pieces(parts, (parts[-1].number + 1 if parts else 0) + more)


def matches(texts: Sequence[Sequence[Piece]], asked: Iterable[tuple[str, float]]) -> list[list[float]]:
    """How much of the query each piece of each memory holds: the sum of the weights of the terms that stand in it.

    Terms are stems, looked for as parts of words. One that stands in few of the pieces counts more, as in BM25.

    Args:
        texts: the pieces, memory by memory.
        asked: terms of the query with their weights, the heaviest first.
    """
    terms = [(term, weight) for term, weight in asked if len(term) > 2 or not term.isascii()][:MAX_ASKED]
    held = [[_held(piece, terms) for piece in each] for each in texts]
    total = sum(map(len, texts))
    rarity = [
        weight * math.log(1 + (total + 1) / (0.5 + sum(number in piece for each in held for piece in each)))
        for number, (_, weight) in enumerate(terms)
    ]
    return [[sum(rarity[number] for number in piece) for piece in each] for each in held]


def joined(pieces: Pieces, kept: Iterable[int]) -> str:
    """The kept pieces, by their index, in order, their places above them, and marks where others are left away."""
    lines: list[str] = []
    next_number, place = 0, ""
    for part in (pieces.parts[at] for at in sorted(kept)):
        if part.number > next_number:
            lines.append(GAP)
        if part.place != place and part.place:
            lines.append(part.place)
        lines.append(part.text)
        next_number, place = part.number + 1, part.place
    if next_number < pieces.end:
        lines.append(GAP)
    return "\n".join(lines)


def _held(piece: Piece, terms: Sequence[tuple[str, float]]) -> frozenset[int]:
    lowered = f"{piece.place}\n{piece.text}".lower()
    return frozenset(number for number, (term, _) in enumerate(terms) if term in lowered)


def _of_turns(said: Sequence[str], near: Collection[int]) -> Iterator[Piece]:
    number = 0
    for turn, text in enumerate(said):
        if turn not in near:
            number += 1  # it is a gap, however long
            continue
        for part in _paragraphs(text):
            yield Piece(number, part, turn=turn)
            number += 1


def _of_change(change: _Edited) -> Iterator[tuple[str, str]]:
    reason = clean(said(change.reason))
    first, _, rest = reason.partition("\n")
    told = first.strip().startswith(change.title.rstrip("…")) and len(first) <= MAX_TITLE
    yield from ((part, "") for part in _paragraphs(rest if told else reason))
    named = []
    for edit in change.edits:
        place = one_line(clean(f"{edit.path} (was {edit.old_path})" if edit.old_path else edit.path), PIECE_CHARACTERS)
        if edit.diff.strip():
            yield from ((hunk, place) for hunk in _hunks(clean(edit.diff)))
        else:
            named.append(place)
    if named:
        yield one_line(f"Without a diff: {', '.join(named)}", PIECE_CHARACTERS), ""


def _hunks(diff: str) -> Iterator[str]:
    """The hunks of a diff; a long one in parts, each under its own head."""
    for hunk in re.split(r"^(?=@@)", diff, flags=re.MULTILINE):
        head, _, body = hunk.partition("\n") if hunk.startswith("@@") else ("", "", hunk)
        for part in _lines(body.rstrip()):
            if part.strip():
                yield f"{head}\n{part}" if head else part


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs of a text, short ones together, long ones parted between lines, or words in a long line."""
    gathered = ""
    for paragraph in re.split(r"\n\s*\n", clean(text).strip("\n")):
        for part in _lines(paragraph):
            if gathered and len(gathered) + len(part) > PIECE_CHARACTERS:
                yield gathered
                gathered = ""
            gathered += ("\n\n" if gathered else "") + part
    if gathered.strip():
        yield gathered


def _lines(text: str) -> Iterator[str]:
    """A text in runs of lines of at most `PIECE_CHARACTERS`."""
    if len(text) <= PIECE_CHARACTERS:
        yield text
        return
    group: list[str] = []
    size = 0
    for line in chain.from_iterable(map(_cut, text.split("\n"))):
        if group and size + len(line) > PIECE_CHARACTERS:
            yield "\n".join(group)
            group, size = [], 0
        group.append(line)
        size += len(line) + 1
    if group:
        yield "\n".join(group)


def _cut(line: str) -> Iterator[str]:
    """A line in parts that are no longer than a piece, cut between words where there are any."""
    at = 0
    while len(line) - at > PIECE_CHARACTERS:
        end = line.rfind(" ", at + PIECE_CHARACTERS // 2, at + PIECE_CHARACTERS) + 1 or at + PIECE_CHARACTERS
        yield line[at:end]
        at = end
    yield line[at:]
