"""Importance: how much a memory or a turn of a conversation matters, by rules alone.

The rules are ours, and each is told with the weight that it gave, so that who sees it can disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from whence.retrieval.gist import announced, is_reply, said
from whence.values import reason
from whence.values.memory import FileEdit, MemoryBase

_USUAL = 5
_READ = 8000
"""Characters of a memory that are looked through for words that tell."""

_STANDING = {"accepted": 2, "proposed": 1, "rejected": -1, "deprecated": -2, "superseded": -2}
"""Points for where a decision stands."""

_LARGE, _SMALL = 200, 3
"""Lines that a change touches from which it counts as large, and up to which as small."""

_SHORT = 80
_LEAST, _STEP, _MOST = 0.3, 0.1, 0.7
"""Confidence of a rule-made figure: so much without a reason, so much more for each, at most so much."""


@runtime_checkable
class _Edited(Protocol):
    """The shape of a memory that tells what was done to files, and why."""

    edits: tuple[FileEdit, ...]
    reason: str


@runtime_checkable
class _Solved(Protocol):
    """The shape of a memory of what was met, and why it happened."""

    root_cause: str
    solution: str
    count: int


@dataclass(frozen=True, slots=True)
class Weight:
    """How much something matters."""

    score: float
    """From 1 (a trifle) to 10 (never forget)."""

    reasons: tuple[str, ...]
    """What made it so, as clauses."""

    @property
    def confidence(self) -> float:
        """How sure the rules are, from 0 to 1: the more of them speak, the surer."""
        return round(min(_LEAST + _STEP * len(self.reasons), _MOST), 2)


def of_memory(memory: MemoryBase, links: int = 0, recalls: int = 0) -> Weight:
    """How much a memory matters; the usual 5 without reasons where nothing speaks for more or less.

    Up by a decision that stands, a cause or solution that is known, being met again, a large change, words that tell of
    a cause, a decision or a danger, links from others, recalls, a pin; down by what is superseded, a small change, a
    save without a reason, a short text that tells nothing.

    Args:
        memory: the memory.
        links: how many others link to it.
        recalls: how often it was recalled.
    """
    told: list[tuple[int, str]] = []
    if points := _STANDING.get(str(getattr(memory, "status", "")), 0):
        told.append((points, f"it is {getattr(memory, 'status', '')}"))
    if isinstance(memory, _Solved):
        if memory.root_cause or memory.solution:
            told.append((1, "why it happened or what solved it is known"))
        if memory.count > 1:
            told.append((2 if memory.count > 2 else 1, f"it was met {memory.count} times"))
    if isinstance(memory, _Edited):
        told += _of_change(memory)
    text = f"{memory.title}\n{said(memory)[:_READ]}"
    words = announced(text)
    if words:
        told.append((1 if len(words) < 3 else 2, f"it speaks of {', '.join(words[:5])}"))
    elif len(text) < _SHORT and not told and not isinstance(memory, _Edited):
        told.append((-1, "it is short"))
    if links:
        told.append((2 if links > 2 else 1, f"{links} {'memory links' if links == 1 else 'memories link'} to it"))
    if recalls >= 5:
        told.append((1, f"it was recalled {recalls} times"))
    score = _USUAL + sum(points for points, _ in told)
    if memory.pinned:
        score = max(score, 8)
        told.append((0, "it is pinned"))
    return Weight(float(min(max(score, 1), 10)), tuple(reason for _, reason in told))


def of_turn(text: str, importance: int) -> Weight:
    """How much a turn matters, by what it says and by the importance of its conversation."""
    score, reasons = 2.0 + 0.4 * importance, [f"its conversation has importance {importance}"]
    if words := announced(text):
        score += min(1.0 * len(words), 3.0)
        reasons.append(f"it speaks of {', '.join(words[:5])}")
    if "```" in text:
        score += 1.0
        reasons.append("it holds code")
    if len(text) > 600:
        score += 0.5
        reasons.append("it is detailed")
    if len(text) < _SHORT and is_reply(text):
        score -= 3.0
        reasons.append("it is a short reply")
    return Weight(round(min(max(score, 1.0), 10.0), 1), tuple(reasons))


def _of_change(memory: _Edited) -> Sequence[tuple[int, str]]:
    lines = sum(edit.added + edit.removed for edit in memory.edits)
    told = []
    if lines >= _LARGE:
        told.append((1, f"it touches {lines} lines"))
    elif 0 < lines <= _SMALL:
        told.append((-1, f"it touches {lines} {'line' if lines == 1 else 'lines'}"))
    if not reason.said(memory.reason):
        told.append((-1, "nobody said what it was for"))
    return told
