"""Lines that were moved, told from lines that were only copied.

`git blame -M -C` follows a line to wherever the same one stood before, whether it was taken away there or not. A test
that was written after the pattern of another is new all the same: whoever asks why it is there wants the commit that
wrote it, not the pattern's. A commit that moves a line takes it away in one place and adds it in another.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from whence.git.plumbing import Repository, listing, streaming
from whence.values.errors import GitError

MOST_COMMITS = 8
"""Commits whose patches are read for one answer; what further ones say of lines counts as moved."""

_MOST_LINES = 200_000
"""Lines of a patch that are read; a commit of more is one of the whole project, which moves."""

_SECONDS = 5.0

_TELLING = 8
"""Letters and digits without which a line, such as `return`, stands in every file."""

_PATCH = ("-r", "--root", "--patch", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv")

Writers = Mapping[int, str]
"""The id of the commit of each line, by its number; empty for lines that are in no commit yet."""


def unmoved(
    repository: Repository, rows: Sequence[bytes], followed: Writers, plain: Writers, most: int = MOST_COMMITS
) -> dict[int, str]:
    """The lines that git followed to a commit they were only copied from, with the commits that wrote them.

    Args:
        repository: where.
        rows: the file's lines as git counts them.
        followed: what blame says with lines followed.
        plain: what it says without.
        most: commits whose patches are read.
    """
    found: dict[int, str] = {}
    read: dict[str, tuple[Counter[bytes], Counter[bytes]] | None] = {}
    for block, writer in _blocks(followed, plain):
        wanted = _telling([rows[number - 1].strip() for number in block if number <= len(rows)])
        if not wanted:
            continue
        if writer not in read:
            if len(read) >= most:
                continue
            texts = frozenset(row.strip() for row in rows)
            read[writer] = _patch(repository, writer, texts)
        if (counted := read[writer]) is None:
            continue
        added, removed = counted
        moved = sum(removed[row] >= added[row] for row in wanted)
        if 2 * moved < len(wanted):
            found |= dict.fromkeys(block, writer)
    return found


def _blocks(followed: Writers, plain: Writers) -> Iterator[tuple[list[int], str]]:
    """Lines that stand together, and of which both say the same two commits, with the one that is said without."""
    block: list[int] = []
    of = ("", "")
    for number in sorted(followed):
        pair = (followed[number], plain.get(number, followed[number]))
        if block and (pair != of or number != block[-1] + 1):
            yield block, of[1]
            block = []
        if pair[0] != pair[1]:
            block.append(number)
            of = pair
    if block:
        yield block, of[1]


def _telling(rows: Sequence[bytes]) -> list[bytes]:
    """Those of the rows that say something; all that aren't blank where none does."""
    said = [row for row in rows if row]
    return [row for row in said if len(re.findall(rb"\w", row)) >= _TELLING] or said


def _patch(
    repository: Repository, commit: str, wanted: frozenset[bytes]
) -> tuple[Counter[bytes], Counter[bytes]] | None:
    """How often a commit, or what is in none yet, added and removed each of these lines; None where it can't be read.

    A file that was moved was removed and added.
    """
    added: Counter[bytes] = Counter()
    removed: Counter[bytes] = Counter()
    words = ("diff-tree", "--stdin", "-m", *_PATCH) if commit else ("diff-index", *_PATCH[2:], "HEAD")
    try:
        with (
            listing([commit.encode()] if commit else []) as asked,
            streaming(repository, *words, input=asked, timeout=_SECONDS) as stream,
        ):
            for number, line in enumerate(stream):
                if number > _MOST_LINES:
                    return None
                mark, row = line[:1], line[1:].strip()
                if mark in (b"+", b"-") and row in wanted:
                    (added if mark == b"+" else removed)[row] += 1
    except GitError:
        return None
    return added, removed
