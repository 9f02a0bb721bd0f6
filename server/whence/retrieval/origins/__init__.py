"""Origins: which edit of which conversation most likely wrote the lines of a commit, and how sure that is.

A line is compared with those that edits wrote: without its white space, the kind of its quotes and its last comma, so
that a formatter's run is no change; then by its words, among edits of the same file. Two sessions that wrote the same
line are told apart by what else of the commit they wrote, by time, by the branch that they stood on, and by the
commits that they made themselves. What an edit wrote after the commit can't be in it. Below `SURE` nothing is claimed.
"""

from whence.retrieval.origins.lines import Texts, lines_of
from whence.retrieval.origins.sessions import ENOUGH, Belief, Found
from whence.retrieval.origins.values import (
    MOST_ALIKE,
    SURE,
    Explained,
    Hunk,
    Known,
    Origin,
    Presence,
    Trace,
    Work,
    digest,
    digests,
    names,
)

__all__ = [
    "MOST_ALIKE",
    "SURE",
    "Explained",
    "Hunk",
    "Known",
    "Origin",
    "Presence",
    "Trace",
    "Work",
    "digest",
    "digests",
    "explain",
    "names",
]

_NAMED = 3
"""Sessions of a commit that are named."""


def explain(work: Work, known: Known) -> Explained:
    """Who wrote the lines of a work, the likeliest first, with how sure that is.

    Args:
        work: the commit.
        known: what was written by then.
    """
    found = Found(work, known)
    scores = found.scores()
    total = sum(score * score for score in scores.values())
    if not total:
        return Explained([], [[() for _ in hunk.added] for hunk in work.hunks])
    share = {session: score * score / total for session, score in scores.items()}
    enough = {session: min(1.0, score / ENOUGH) for session, score in scores.items()}
    ranked = sorted(share, key=lambda session: (-share[session], session))[:_NAMED]
    sessions = [(session, min(0.99, share[session] * enough[session])) for session in ranked]
    belief = Belief(share, enough)
    texts = {path: Texts(found, path, ranked) for path in {hunk.path for hunk in work.hunks}}
    return Explained(sessions, [lines_of(found, hunk, belief, sessions, texts[hunk.path]) for hunk in work.hunks])
