"""The lines that the trace of a query runs through, and how the project's changes have moved them since."""

from collections.abc import Sequence

from whence.project.project import Project
from whence.readers import traces
from whence.retrieval.frames import NO_TRACE, Past, Trace, lines_of, touched
from whence.retrieval.query import MAX_HEAD, MAX_TAIL, Query
from whence.values.passage import Candidate


def trace_of(project: Project, query: Query, candidates: Sequence[Candidate]) -> Trace:
    """The lines of a query's trace, with the past of those files that candidates changed; nothing for a line of words.

    Args:
        project: whose changes tell how lines moved.
        query: what was asked.
        candidates: what may answer it.
    """
    if query.shape == "short":
        return NO_TRACE
    lines = lines_of(traces.parse(query.text[: MAX_HEAD + MAX_TAIL]).frames)
    files = touched((each.passage for each in candidates), lines) if lines else frozenset()
    if not files:
        return NO_TRACE
    moves = project.store.passages.hunks(sorted(files))
    return Trace(lines, {path: Past(changes) for path, changes in moves.items()})
