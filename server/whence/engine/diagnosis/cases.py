"""Cases: how far what solved one bug may solve another; pure functions over bugs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from whence.analysis import clusters
from whence.readers import traces
from whence.retrieval.words import terms
from whence.values.base import one_line, unique
from whence.values.calibration import Calibration
from whence.values.memory import Bug, MemoryBase
from whence.values.reports import cite
from whence.values.reports.diagnosis import Case, Confidence

WORDS_ALIKE, WORDS_NEAR = 0.4, 0.55
"""`Calibration.alike_bugs` and `near_bugs` where meaning can't be compared; on 66 hand-written bugs of 34 kinds 19 of
the pairs that fall into one group are of one kind and one is not."""

MOST_TIPS = 5

_MESSAGE = 1000
"""Characters of a message, or a cause, whose words are compared."""

_ORDER: dict[Confidence, int] = {"high": 0, "medium": 1, "low": 2, "none": 3}


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two bugs have in common."""

    fit: Confidence
    """How sure it is that what solved one solves the other."""

    score: float
    """What orders bugs of the same fit: how alike they read, and a tenth for each thing in common."""

    reasons: tuple[str, ...]
    """What they have in common, as clauses."""

    @property
    def order(self) -> tuple[int, float]:
        """Sorts the closest first."""
        return _ORDER[self.fit], -self.score


def told_by(bug: Bug) -> list[str]:
    """The terms that tell what a bug is: its type, its message, where, and why."""
    calls = (frame.function for frame in bug.frames[: traces.OWN_FRAMES])
    return terms(" ".join((bug.error_type, bug.message[:_MESSAGE], bug.root_cause[:_MESSAGE], bug.file, *calls)))


def likenesses(vectors: Sequence[NDArray[np.float32] | None], bugs: Sequence[Bug]) -> clusters.Rows:
    """A row for each bug, whose products tell how alike two are: of words and, where there are vectors, of meaning."""
    words = clusters.word_vectors([told_by(each) for each in bugs])
    sizes = {len(each) for each in vectors if each is not None}
    if len(sizes) != 1:
        return words
    meaning = np.zeros((len(bugs), sizes.pop()), np.float32)
    for row, vector in zip(meaning, vectors, strict=True):
        if vector is not None:
            row[:] = vector
    return clusters.both(clusters.unit(meaning), words)


def bounds(calibration: Calibration | None) -> tuple[float, float]:
    """The likeness from which two bugs are of one kind, and the one from which they say nearly the same.

    Args:
        calibration: of the model by which meaning was compared; None where it was not.
    """
    return (calibration.alike_bugs, calibration.near_bugs) if calibration else (WORDS_ALIKE, WORDS_NEAR)


def liken(asked: Bug, case: Bug, likeness: float, calibration: Calibration | None) -> Likeness:
    """How far a bug is a case for another.

    The same signature is the same bug: `high`. Type and message the same is `high` at the same place, else `medium`. A
    text that says nearly the same is `medium` with a type or place in common, else `low`; one that is alike is `low`
    with one of these. What has only a type, or only a place, in common is no case.

    Of 66 hand-written bugs of 34 kinds, each asked about with the others solved, `medium` was right 9 times of 11 and
    `low` 10 of 11; 7 that have no other of their kind got none, and so did 37 that have one. Without MiniLM `medium`
    was right 8 times of 10, `low` 2 of 2.

    Args:
        asked: the bug to solve, signed.
        case: another.
        likeness: how alike the two read, -1 to 1.
        calibration: of the model by which meaning was compared for it; None where it was not.
    """
    common = _common(asked, case, likeness, bounds(calibration))
    reasons = _in_words(common, asked)
    return Likeness(_fit(common), float(likeness) + 0.1 * len(reasons), reasons)


@dataclass(frozen=True, slots=True)
class _Common:
    """What two bugs have in common."""

    same: bool
    """They are one bug."""
    typed: bool
    """Their types are the same."""
    said: bool
    """Their messages are."""
    place: bool
    """They happened in one file."""
    call: bool
    """They happened in functions of one name."""
    near: bool
    """They read nearly the same."""
    alike: bool
    """They read alike, or nearer."""

    @property
    def anything(self) -> bool:
        """Whether there is more than the words."""
        return self.typed or self.place or self.call


def _common(asked: Bug, case: Bug, likeness: float, least: tuple[float, float]) -> _Common:
    kind, words, call = _kind(asked), traces.normal(asked.message), _call(asked)
    alike, near = least
    return _Common(
        same=asked.id == case.id or (bool(asked.signature) and asked.signature == case.signature),
        typed=bool(kind) and kind == _kind(case),
        said=bool(words.strip("# ")) and words == traces.normal(case.message),
        place=bool(asked.file) and (asked.file == case.file or asked.file in case.files),
        call=bool(call) and call == _call(case),
        near=likeness >= near,
        alike=likeness >= alike,
    )


def _fit(common: _Common) -> Confidence:
    if common.same or (common.said and common.typed and (common.place or common.call)):
        return "high"
    if common.said or (common.near and common.anything):
        return "medium"
    if common.near or (common.alike and common.anything) or (common.typed and common.place):
        return "low"
    return "none"


def _in_words(common: _Common, asked: Bug) -> tuple[str, ...]:
    """What is in common, as clauses; what being the same bug says already is left out."""
    other = not common.same
    reasons = [
        (common.same, "the same bug, by its type, message and calls"),
        (common.typed and other, f"the same type, {_kind(asked)}"),
        (common.said and other, "the same message"),
        (common.place and other, f"in the same file, {asked.file}"),
        (common.call and other, f"in the same function, {_call(asked)}"),
        (common.near and not common.said and other, "it reads nearly the same"),
        (common.alike and not common.near and not common.said and other, "it reads alike"),
    ]
    return tuple(text for holds, text in reasons if holds)


def told(bug: Bug, likeness: Likeness, solution: str) -> Case:
    """A bug as a case, with what it has in common with the one asked about, and what solved it."""
    return Case(cited=cite(bug), fit=likeness.fit, reasons=likeness.reasons, solution=solution)


def reasons(asked: Bug, best: Bug, likeness: Likeness) -> tuple[str, ...]:
    """Why what solved the best case is thought to help, and what speaks against it, as sentences."""
    if best.id == asked.id:
        found = [f"It was solved so before; it was met {best.count} {'time' if best.count == 1 else 'times'}."]
    else:
        found = [f"“{one_line(best.title, 120)}” was solved so. In common: {'; '.join(likeness.reasons)}."]
    if best.root_cause:
        found.append(f"It happened because: {one_line(best.root_cause, 300)}")
    if best.count > 1 and not best.resolved:
        found.append("It came back after that, so look whether this treats the cause or a symptom.")
    return tuple(found)


def tips(
    asked: Bug, solved: Sequence[tuple[Bug, str]], others: Sequence[Bug], changes: Sequence[MemoryBase]
) -> tuple[str, ...]:
    """How to find out more, from what is remembered alone.

    Args:
        asked: the bug to solve.
        solved: cases with what solved them, the closest first.
        others: further ones, which are open or were solved without a word.
        changes: the latest Changes of the file in which it happened.
    """
    found = [f"To keep it from coming back: {one_line(each.prevention, 300)}" for each, _ in solved if each.prevention]
    if asked.frames and asked.file:
        own = tuple(path.rpartition("/")[2] for path in asked.files)
        calls = unique(frame.function for frame in asked.frames if frame.file.endswith(own))[: traces.OWN_FRAMES]
        line = f", line {asked.line}" if asked.line else ""
        found.append(f"Begin in {asked.file}{line}" + (f"; the calls there are {', '.join(calls)}." if calls else "."))
    found += [
        f"{asked.file} was changed lately: “{one_line(each.title, 120)}” ({each.created_at:%Y-%m-%d})."
        for each in changes
    ]
    for each in others:
        if each.resolved:
            who = f" Ask {one_line(each.author, 60)}." if each.author else ""
            found.append(f"“{one_line(each.title, 120)}” was solved, and nobody wrote down how.{who}")
        else:
            found.append(f"“{one_line(each.title, 120)}” is alike and still open; the two may have one cause.")
    return unique(found)[:MOST_TIPS]


def _kind(bug: Bug) -> str:
    return bug.error_type.strip().replace("::", ".").rpartition(".")[2]


def _call(bug: Bug) -> str:
    """The innermost call that has a name worth comparing."""
    name = next((frame.function for frame in bug.frames if frame.function), "")
    return name if name not in ("<module>", "main", "<anonymous>", "run", "test") else ""
