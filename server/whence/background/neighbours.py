"""The neighbours of files, by import and by the habit of changing together, looked at on a thread beside.

No search waits for it: the graph of imports and the habits are looked at once a minute at most while somebody searches,
and a search takes what is known by then.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from whence.analysis import cochange
from whence.analysis.cochange import Habits
from whence.analysis.graph import Graph
from whence.background.code_graph import CodeGraphs
from whence.background.code_index import CodeIndex
from whence.values.errors import WhenceError

log = logging.getLogger(__name__)

_AGE = 60.0
"""Seconds for which what is known of neighbours is taken to hold."""

_MOST_FILES = 100
"""Files whose neighbours are kept at hand."""

Beside = tuple[frozenset[str], dict[str, float]]
"""The neighbours of a file: by import, and by the habit of changing together with its confidence."""


@dataclass
class _Seen:
    """What is known of all files, as it was when somebody looked."""

    at: float
    """When that was, by the monotonic clock."""

    graph: Graph
    """Their imports."""

    habits: Habits
    """In which commits they changed."""

    found: dict[str, Beside] = field(default_factory=dict)
    """The neighbours of those that were asked about."""

    def of(self, path: str) -> Beside:
        """The neighbours of a file; the first time that takes about a millisecond."""
        if path not in self.found:
            if len(self.found) >= _MOST_FILES:
                self.found.clear()
            imports = frozenset(self.graph.imports.get(path, ())) | frozenset(self.graph.imported_by.get(path, ()))
            together = {other.path: other.confidence for other in cochange.together(self.habits, path)}
            self.found[path] = imports, together
        return self.found[path]


class Neighbours:
    """What is near to a file.

    Args:
        code: the code index.
        graphs: the graph of its imports.
        submit: does work on a thread beside; None once that is closing.
    """

    def __init__(
        self, code: CodeIndex, graphs: CodeGraphs, submit: "Callable[[Callable[[], None]], Future[None] | None]"
    ) -> None:
        self._code, self._graphs, self._submit = code, graphs, submit
        self._seen: _Seen | None = None
        self._looking: Future[None] | None = None

    @property
    def known(self) -> bool:
        """Whether anybody has looked yet."""
        return self._seen is not None

    def of(self, path: str) -> Beside:
        """The neighbours of a file as far as they are known; a look at them begins where that is old."""
        seen = self._seen
        if (seen is None or time.monotonic() - seen.at > _AGE) and (self._looking is None or self._looking.done()):
            self._looking = self._submit(self._look)
        return seen.of(path) if seen else (frozenset(), {})

    def _look(self) -> None:
        """Look at imports and habits; the first time takes seconds in a large project."""
        try:
            graph = self._graphs.known().graph if self._code.exists else Graph({})
        except WhenceError as error:
            log.warning("imports are left out of what is near: %s", error)
            graph = Graph({})
        self.take(graph, self._graphs.habits())

    def take(self, graph: Graph, habits: Habits) -> None:
        """Know these imports and habits until the next look."""
        graph.imported_by  # noqa: B018 - made here, not in a search
        self._seen = _Seen(time.monotonic(), graph, habits)
