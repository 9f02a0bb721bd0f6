"""Who wrote each line of a commit, once it is known how likely each session is."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from whence.retrieval.origins.sessions import Belief, Found
from whence.retrieval.origins.values import SHORTEST, SURE, TELLING, Hunk, Origin, bare, digest, placed

_AROUND = 6
"""Lines before and after one that are looked at to tell whose it is."""

_LINES_TO_BELIEVE = 1.5
"""Lines of its own around at which a session is believed to two thirds."""

_LEAST_FITTING = 0.3
"""What a line counts for that at the least, however old its edit is and wherever it was."""

_ALIKE, _MOVED, _REFLOWED, _REWRITTEN, _BESIDE, _SOMEWHERE = 0.98, 0.92, 0.9, 0.85, 0.45, 0.45
"""How sure a line's origin can be at best: it stands there as it was written; so, but in another file; broken or joined
by a formatter; changed; unlike all that was written, but beside such a line; in a commit of which most was written."""

_SIMILAR = 0.5
"""Share of two lines' words that must be the same for the one to be taken for a rewriting of the other."""

_MOST_READ = 200
"""Edits of a file, the latest, among whose lines rewritten ones are looked for."""

_NEAR = 3
"""Lines within which a short line belongs to those that have an origin."""

_WORD = re.compile(r"[^\W_]+")


def lines_of(
    found: Found, hunk: Hunk, belief: Belief, sessions: Sequence[tuple[int, float]], texts: "Texts"
) -> list[tuple[Origin, ...]]:
    """Who wrote each added line of a hunk, the likeliest first.

    Args:
        found: what speaks for each session.
        hunk: the lines.
        belief: how likely each session is.
        sessions: the likeliest sessions, with how sure each is.
        texts: what they wrote into the file.
    """
    run = _Run(hunk, [found.weights(line, hunk.path, found.known.added) for line in hunk.added], belief)
    lines = [_exact(found, hunk, run, at) for at in range(len(hunk.added))]
    for at, line in enumerate(hunk.added):
        if not lines[at] and (edit := texts.alike(line)):
            trace = found.known.edits[edit]
            sure = (_REWRITTEN if texts.mixed else _REFLOWED) * run.trust(at, trace.session, ())
            lines[at] = (Origin(trace.session, trace.turn, edit, sure, mixed=texts.mixed),)
    return [_near(hunk, lines, at, sessions) for at in range(len(lines))]


class _Run:
    """What the lines around a line say of a session.

    Args:
        hunk: the lines.
        weights: for each, the sessions that wrote it, and how well each fits.
        belief: what the whole commit says.
    """

    def __init__(self, hunk: Hunk, weights: Sequence[Mapping[int, tuple[float, int]]], belief: Belief) -> None:
        self.weights, self.belief = weights, belief
        self._counts = [min(1.0, len(bare(line)) / TELLING) for line in hunk.added]

    def trust(self, at: int, session: int, rivals: Iterable[int]) -> float:
        """How far a session can be believed to have written a line that looks like its own.

        Either much of the commit speaks for it, more than for others that didn't write such a line; or the lines around
        are its own too: one line may be anybody's, five in a row are not.

        Args:
            at: the line's place.
            session: the session.
            rivals: sessions that wrote such a line as well.
        """
        share = self.belief.share
        mine = share.get(session, 0.0) + 0.15
        others = max((each for other, each in share.items() if other != session and other not in rivals), default=0.0)
        support = 0.0
        for each in range(max(0, at - _AROUND), min(len(self.weights), at + _AROUND + 1)):
            if session in (weights := self.weights[each]):
                fits = max(_LEAST_FITTING, min(1.0, weights[session][0]))
                support += self._counts[each] * fits / len(weights)
        believed = self.belief.enough.get(session, 0.0) * mine / (mine + others)
        return max(believed, 1.0 - math.exp(-support / _LINES_TO_BELIEVE))


def _exact(found: Found, hunk: Hunk, run: _Run, at: int) -> tuple[Origin, ...]:
    """The edits that wrote a line as it is."""
    weights = run.weights[at]
    merits = {session: weight * run.belief.share[session] for session, (weight, _) in weights.items()}
    total = sum(merits.values())
    told = 0.7 + 0.3 * min(1.0, len(bare(hunk.added[at])) / TELLING)  # a short line may have been written by anybody
    origins = []
    for session in sorted(merits, key=lambda each: -merits[each])[:2]:
        _, edit = weights[session]
        trace = found.known.edits[edit]
        fits = 1.0 if placed(trace.path, hunk.path) == 1.0 else _MOVED
        trust = run.trust(at, session, weights)
        sure = _ALIKE * fits * max(told, trust) * trust * merits[session] / total
        origins.append(Origin(session, trace.turn, edit, sure, mixed=False))
    return tuple(origins)


class Texts:
    """The lines that the likeliest sessions wrote into a file, to find those of which a line is a rewriting.

    Args:
        found: what speaks for each session.
        path: the file.
        sessions: the likeliest sessions.
    """

    def __init__(self, found: Found, path: str, sessions: Sequence[int]) -> None:
        self._found, self._path, self._sessions = found, path, sessions
        self._words: dict[str, list[tuple[int, frozenset[str]]]] | None = None
        self._joined: list[tuple[int, str]] = []
        self.mixed = False
        """Whether the line that was asked about last is more than a formatter's work."""

    def alike(self, line: str) -> int:
        """The edit that wrote a line like this one; 0 where none did."""
        if self._words is None:
            self._words = self._read()
        index, text, words = self._words, bare(line), frozenset(_WORD.findall(line))
        if len(text) < 2 * SHORTEST:
            return 0
        self.mixed = False
        for edit, joined in self._joined:
            if text in joined:
                return edit  # a formatter broke the line, or joined others
        counted = Counter(each for word in words for each in index.get(word, ()))
        best, which = _SIMILAR, 0
        for (edit, others), common in counted.most_common(20):
            similar = common / len(words | others)
            if similar >= best and similar > 0:
                best, which = similar, edit
        self.mixed = True
        return which

    def _read(self) -> dict[str, list[tuple[int, frozenset[str]]]]:
        index: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
        edits = [
            (trace.at, id)
            for id, trace in self._found.known.edits.items()
            if trace.session in self._sessions
            and trace.at <= self._found.latest
            and placed(trace.path, self._path) == 1.0
        ]
        for _, id in sorted(edits, reverse=True)[:_MOST_READ]:
            lines = self._found.known.texts(id)
            self._joined.append((id, "".join(bare(line) + "," * line.rstrip().endswith(",") for line in lines)))
            for line in lines:
                words = frozenset(_WORD.findall(line))
                for word in words:
                    index[word].append((id, words))
        return index


def _near(
    hunk: Hunk, lines: Sequence[tuple[Origin, ...]], at: int, sessions: Sequence[tuple[int, float]]
) -> tuple[Origin, ...]:
    """The origin of a line that says too little by itself: that of the lines beside it, or else of the commit.

    A short line is its neighbours' if nothing speaks against that. A long one that is unlike all that was written may
    be anybody's, wherever it stands: who comes first is but a guess, and not sure enough to be told.
    """
    own = lines[at]
    if own and (own[0].confidence >= SURE or len(bare(hunk.added[at])) >= TELLING):
        return own
    for distance in range(1, _NEAR + 1):
        for there in (at - distance, at + distance):
            if 0 <= there < len(lines) and lines[there]:
                best = lines[there][0]
                if own and best.session == own[0].session:
                    sure = max(own[0].confidence, best.confidence * 0.95)
                    return (Origin(best.session, own[0].turn, own[0].edit, sure, mixed=False), *own[1:])
                if not own:
                    none = digest(hunk.added[at]) is None
                    sure = best.confidence * (0.95 if none else _BESIDE)
                    return (Origin(best.session, best.turn, best.edit, sure, mixed=best.mixed or not none),)
    if own or not sessions:
        return own
    session, sure = sessions[0]
    return (Origin(session, 0, 0, sure * _SOMEWHERE, mixed=True),)
