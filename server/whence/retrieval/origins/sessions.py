"""Which sessions wrote a commit: what speaks for each, and how far each is to be believed."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whence.retrieval.origins.values import (
    MOST_ALIKE,
    SHORTEST,
    TELLING,
    Known,
    Work,
    bare,
    digest,
    name_of,
    names,
    placed,
)

_CLOCKS = 60.0
"""Seconds by which two clocks may differ."""

_DAY = 86_400.0

_FRESH = 3.0
"""Days after which an edit's weight has fallen to a third: most work is committed within hours."""

_OLD, _UNDATED = 0.02, 0.1
"""The least that is left of it, and what an edit weighs whose time is not known."""

_REMOVED = 0.5
"""Weight of a removed line beside an added one."""

_FEWEST = 5.0
"""Lines that a commit counts at least: one line that is found says less than ten."""

_FILES, _COMMITTED, _BRANCH = 0.2, 0.5, 0.3
"""What it is worth, beside the share of the lines, to have edited the commit's files, to have made the commit, and to
have stood on its branch at the time."""

ENOUGH = 0.6
"""What must speak for a session for it to be believed to have written a commit: 1 is all of its lines, lately."""


@dataclass(frozen=True, slots=True)
class Belief:
    """How likely each session is to have written a commit."""

    share: Mapping[int, float]
    """Beside the others, in all 1."""
    enough: Mapping[int, float]
    """By itself, up to 1."""


class Found:
    """What speaks for each session.

    Args:
        work: the commit.
        known: what was written.
    """

    def __init__(self, work: Work, known: Known) -> None:
        self.work, self.known = work, known
        self.latest = work.at + _CLOCKS
        """What was written later can't be in it."""

    def weights(self, line: str, path: str, index: Mapping[int, Sequence[int]]) -> dict[int, tuple[float, int]]:
        """How much a line speaks for each session that wrote it by then, and the edit that did it best."""
        key = digest(line)
        edits = index.get(key, ()) if key is not None else ()
        found: dict[int, tuple[float, int]] = {}
        if len(edits) > MOST_ALIKE:
            return found
        for edit in edits:
            trace = self.known.edits.get(edit)
            if trace is not None and trace.at <= self.latest:
                weight = self.fresh(trace.at) * placed(trace.path, path)
                if weight > found.get(trace.session, (0.0, 0))[0]:
                    found[trace.session] = (weight, edit)
        return found

    def fresh(self, at: float) -> float:
        """How much an edit's age leaves of its weight: what it was when the commit was made, or written first."""
        until = self.work.authored if at <= self.work.authored < self.work.at else self.work.at
        return max(_OLD, math.exp(-max(0.0, until - at) / _DAY / _FRESH)) if at else _UNDATED

    def scores(self) -> dict[int, float]:
        """How much speaks for each session, about 1 where it wrote all of the commit."""
        content: dict[int, float] = defaultdict(float)
        size = 0.0
        for hunk in self.work.hunks:
            for line in hunk.added:
                size += self._credit(content, line, hunk.path, self.known.added, 1.0)
            for line in hunk.removed:
                self._credit(content, line, hunk.old_path, self.known.removed, _REMOVED)
        scores: dict[int, float] = defaultdict(float)
        for session, weight in content.items():
            scores[session] = weight / max(size, _FEWEST)
        for session, weight in self._files().items():
            scores[session] += _FILES * weight
        for session in {session for session, _ in self.work.made}:
            scores[session] += _COMMITTED
        for session, ended in self._present().items():
            scores[session] += _BRANCH * math.exp(-max(0.0, self.work.at - ended) / _DAY)
        return scores

    def _credit(
        self, content: dict[int, float], line: str, path: str, index: Mapping[int, Sequence[int]], worth: float
    ) -> float:
        """Share a line among the sessions that wrote it; what the line counts."""
        text = bare(line)
        if len(text) < SHORTEST:
            return 0.0
        counts = min(1.0, len(text) / TELLING)
        found = self.weights(line, path, index)
        total = sum(weight for weight, _ in found.values())
        for session, (weight, _) in found.items():
            content[session] += worth * counts * weight * math.sqrt(weight / total)
        return counts

    def _files(self) -> dict[int, float]:
        """The share of the commit's files that each session edited before it."""
        named = names(self.work.hunks)
        best: dict[tuple[int, str], float] = {}
        for trace in self.known.edits.values():
            name = name_of(trace.path)
            if name in named and trace.at <= self.latest:
                key = trace.session, name
                best[key] = max(best.get(key, 0.0), self.fresh(trace.at))
        found: dict[int, float] = defaultdict(float)
        for (session, _), weight in best.items():
            found[session] += weight / len(named)
        return found

    def _present(self) -> dict[int, float]:
        """Sessions that stood on the commit's branch before it, and until when."""
        found: dict[int, float] = {}
        for each in self.work.present:
            if each.begun <= self.latest:
                found[each.session] = max(found.get(each.session, 0.0), min(each.ended, self.work.at))
        return found
