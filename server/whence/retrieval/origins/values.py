"""What origins are found by: edits, turns, commits and their lines; and what lines are compared by."""

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SURE = 0.5
"""How sure an origin must be to be told: of those that are, fewer than three of a hundred are wrong, as
`benchmarks/origins.py` has it."""

MOST_ALIKE = 400
"""Edits that wrote the same line, of which more tell nothing about any of them."""

SHORTEST = 3
"""Characters that a line must have, without white space, to be told from others: a brace is anybody's."""

TELLING = 12
"""Characters from which on a line counts whole."""

_ELSEWHERE = 0.15
"""Weight of a line that an edit wrote into another file."""

_SHOWN = 0.3
"""Weight of a line that an assistant showed, and wrote into no file that it named."""

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Trace:
    """An edit, as far as it matters for comparing."""

    session: int
    turn: int
    at: float
    """Seconds since 1970."""
    path: str
    """The file, relative to the project, or as it was named where it lies outside; empty where lines were shown."""


@dataclass(frozen=True, slots=True)
class Presence:
    """A turn of a session, and the branch that was checked out during it."""

    session: int
    turn: int
    branch: str
    begun: float
    ended: float


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that were added in one place of a file, and those that stood there before."""

    path: str
    old_path: str
    added: Sequence[str]
    removed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be explained: a commit, or lines that are in none yet."""

    at: float
    """When it was made, in seconds since 1970."""
    hunks: Sequence[Hunk]
    made: Sequence[tuple[int, int]] = ()
    """Sessions that made the commit themselves, each with its turn."""
    present: Sequence[Presence] = ()
    """Turns on the commit's branch before it."""
    authored: float = math.inf
    """When its author wrote it first: picking and rebasing make it anew, months later."""


@dataclass(frozen=True, slots=True)
class Known:
    """What edits wrote, as far as it concerns the work."""

    edits: Mapping[int, Trace]
    """Those that wrote one of the lines, or edited a file of that name."""
    added: Mapping[int, Sequence[int]]
    """By a line's digest, the edits that wrote it."""
    removed: Mapping[int, Sequence[int]]
    """By a line's digest, the edits that took it out."""
    texts: Callable[[int], Sequence[str]]
    """The lines that an edit wrote."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a line."""

    session: int
    turn: int
    edit: int
    """The edit; 0, as its turn, where only the session is known."""
    confidence: float
    """How sure it is, up to 1."""
    mixed: bool
    """Whether somebody changed it after the edit."""


@dataclass(slots=True)
class Explained:
    """Who wrote a commit."""

    sessions: list[tuple[int, float]] = field(default_factory=list)
    """Sessions, the likeliest first, with how sure each is."""

    lines: list[list[tuple[Origin, ...]]] = field(default_factory=list)
    """For each hunk and each of its added lines the origins, the likeliest first."""


def bare(line: str) -> str:
    """A line without what a formatter changes: white space, the kind of quotes, a last comma or semicolon."""
    return _BLANKS.sub("", line).replace("'", '"').replace("`", '"').rstrip(",;")


def digest(line: str) -> int | None:
    """What a line is compared by; None where it is too short to be told from others."""
    text = bare(line)
    if len(text) < SHORTEST:
        return None
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def names(hunks: Iterable[Hunk]) -> set[str]:
    """The names of the files in some hunks, without folders."""
    return {name_of(path) for hunk in hunks for path in (hunk.path, hunk.old_path)}


def digests(hunks: Iterable[Hunk]) -> set[int]:
    """What is to be looked up for some hunks."""
    found = {digest(line) for hunk in hunks for line in (*hunk.added, *hunk.removed)}
    return {each for each in found if each is not None}


def placed(written: str, path: str) -> float:
    """How well the file that an edit wrote fits the one that is asked about."""
    if not written:
        return _SHOWN
    return 1.0 if name_of(written) == name_of(path) else _ELSEWHERE


def name_of(path: str) -> str:
    """A file's name without its folders, which differ between clones and after a move."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]
