"""Relevance: what is shown of a memory to be scored, what counts besides, and which ones are relevant enough.

Threshold, counts and boosts are those of the API that `faces/dialects/memory_system` promises.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from whence.values.memory import MemoryBase
from whence.values.protocol import Hit

THRESHOLD = 0.7
"""Least relevance, from 0 to 1."""

MOST, MOST_OF_CODE = 10, 15
"""Relevant memories that are wanted, for a question of any kind and for one asked in a file."""

_EACH, _LEAST = 3, 30
"""Candidates that are scored for each memory that is wanted, and at least."""

SHOWN = 4000
"""Characters of a memory that a model is shown to score it."""

READ = 1_048_576
"""Bytes of a file that are looked through for identifiers."""
_GAP = "\n[…]\n"
_IDENTIFIER = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, slots=True)
class Boosts:
    """What counts besides relevance; 0 for what shall not."""

    dependency: float = 0.15
    """For what the current file uses, or what uses it."""
    recency: float = 0.10
    """For what was modified lately."""
    days: int = 7
    """Days that are lately."""


@dataclass(frozen=True, slots=True)
class Near:
    """What is near to the file that is worked on."""

    own: frozenset[str] = frozenset()
    """Its names; memories of the file itself are no dependency of it. Without one there is no such file."""
    stem: str = ""
    """Its name without folder and ending, by which others import it."""
    names: frozenset[str] = frozenset()
    """The identifiers in it."""
    files: frozenset[str] = frozenset()
    """The files that it imports, and those that import it, as far as the code is indexed."""


def identifiers(text: str) -> frozenset[str]:
    """The identifiers in a source file's text, of three letters or more."""
    return frozenset(_IDENTIFIER.findall(text[:READ]))


def candidates(wanted: int) -> int:
    """How many memories to score where so many are wanted."""
    return max(_EACH * wanted, _LEAST)


def excerpt(memory: MemoryBase, snippet: str, most: int = SHOWN) -> str:
    """A memory whole, or of a longer one the piece that matched and the beginning, of at most `most` characters."""
    text = memory.text()
    if len(text) <= most:
        return text
    piece = snippet[: most // 2]
    rest = most - len(piece) - len(_GAP)
    return f"{text[:rest]}{_GAP}{piece}" if piece and piece not in text[:rest] else text[:most]


def by_retrieval(hits: Sequence[Hit], confidence: float) -> list[float]:
    """Relevance without a model, from 0 to 1: the search's confidence in its best, and of it each one's share."""
    best = max((hit.score for hit in hits), default=0.0)
    sure = min(max(confidence, 0.0), 1.0)
    return [round(sure * min(max(hit.score / best, 0.0), 1.0), 3) if best > 0 else 0.0 for hit in hits]


def boosted(
    memory: MemoryBase, score: float, reason: str, near: Near, at: datetime, boosts: Boosts = Boosts()
) -> tuple[float, str]:
    """A score from 0 to 1 with what counts besides, and the reasons for it."""
    reasons = [reason]
    if boosts.dependency and depends(memory, near):
        score += boosts.dependency
        reasons.append("the current file depends on it")
    if boosts.recency and at - modified(memory) <= timedelta(days=boosts.days):
        score += boosts.recency
        reasons.append("modified lately")
    if len(reasons) > 1:
        reasons[0] = reason.rstrip(".")
    return min(score, 1.0), "; ".join(part for part in reasons if part)


def depends(memory: MemoryBase, near: Near) -> bool:
    """Whether a memory is of what the current file uses, or of what uses it."""
    mine = {*memory.files, str(memory.metadata.get("file_path", ""))} - {""}
    if not near.own or mine & near.own:
        return False
    name = str(memory.metadata.get("name", ""))
    return bool(mine & near.files) or (name in near.names if name else False) or near.stem in memory.text().split()


def modified(memory: MemoryBase) -> datetime:
    """When what a memory tells of was last modified, as far as it says so; otherwise when it happened."""
    try:
        return datetime.fromisoformat(str(memory.metadata.get("modified", ""))).astimezone(UTC)
    except ValueError:
        return memory.created_at
