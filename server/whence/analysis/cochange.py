"""Files that change together, from the commits of the past: what no import tells.

Support and confidence are those of association rules (R. Agrawal et al., "Mining association rules between sets of
items in large databases", 1993), with a commit as the basket.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_FILES = 30
"""Files of a commit from which it tells nothing of what belongs together: a reformatting, a renaming, an import."""

MIN_SUPPORT = 2
"""Commits that two files must have in common: one may be chance."""

MIN_CONFIDENCE = 0.2


@dataclass(frozen=True, slots=True)
class Pair:
    """A file that changes with the one asked about."""

    path: str
    """The other file."""

    support: int
    """Commits in which both changed."""

    confidence: float
    """The share of the commits of the one asked about in which the other changed too."""


@dataclass(frozen=True)
class Habits:
    """In which commits files changed."""

    commits: tuple[tuple[str, ...], ...] = ()
    """The files of each commit that counts."""

    looked_at: int = 0
    """Commits that were looked at."""

    left_out: int = 0
    """Commits that were too large to tell anything."""


def habits(commits: Iterable[Sequence[str]]) -> Habits:
    """What commits tell; those of one file count towards how often that file changes."""
    kept: list[tuple[str, ...]] = []
    looked_at = left_out = 0
    for files in commits:
        looked_at += 1
        if len(files) > MAX_FILES:
            left_out += 1
        elif files:
            kept.append(tuple(dict.fromkeys(files)))
    return Habits(tuple(kept), looked_at, left_out)


def together(known: Habits, path: str, limit: int = 20) -> list[Pair]:
    """The files that usually change with one, most closely first."""
    own = [files for files in known.commits if path in files]
    counts = Counter(other for files in own for other in files if other != path)
    pairs = [Pair(other, count, count / len(own)) for other, count in counts.items()]
    strong = [each for each in pairs if each.support >= MIN_SUPPORT and each.confidence >= MIN_CONFIDENCE]
    return sorted(strong, key=lambda each: (-each.confidence, -each.support, each.path))[:limit]


def current_names(log: Iterable[Sequence[tuple[str, str]]]) -> Iterable[list[str]]:
    """The files of each commit by the names that they have today.

    Args:
        log: commits from the newest to the oldest, each with (name, name before) of its files; the two are the same but
            where the file was renamed.
    """
    today: dict[str, str] = defaultdict(str)
    for files in log:
        yield [today.get(name, name) for name, _ in files]
        for name, before in files:
            if before != name:
                today[before] = today.get(name, name)
