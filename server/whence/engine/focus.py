"""Whereabouts: what lies around the user: the active session, and the neighbours of the current file.

No search waits for it: the graph of imports and the habits of change are looked at on a thread beside, once a minute at
most while somebody searches, and a search takes what is known by then.
"""

import logging
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

from whence.analysis import cochange
from whence.analysis.cochange import Habits
from whence.analysis.graph import Graph
from whence.engine.structure import Structure
from whence.retrieval.nearness import Around, plain
from whence.values.errors import WhenceError
from whence.values.protocol import Filter, Focus

log = logging.getLogger(__name__)

_AGE = 60.0
"""Seconds for which what is known of neighbours is taken to hold."""

_MOST_FILES = 100
"""Files whose neighbours are kept at hand."""

_Beside = tuple[frozenset[str], dict[str, float]]
"""The neighbours of a file: by import, and by the habit of changing together with its confidence."""


@dataclass
class Neighbourhood:
    """What is known of all files, as it was when somebody looked."""

    at: float
    """When that was, by the monotonic clock."""

    graph: Graph
    """Their imports."""

    habits: Habits
    """In which commits they changed."""

    found: dict[str, _Beside] = field(default_factory=dict)
    """The neighbours of those that were asked about."""

    def of(self, path: str) -> _Beside:
        """The neighbours of a file; the first time that takes about a millisecond."""
        if path not in self.found:
            if len(self.found) >= _MOST_FILES:
                self.found.clear()
            imports = frozenset(self.graph.imports.get(path, ())) | frozenset(self.graph.imported_by.get(path, ()))
            together = {each.path: each.confidence for each in cochange.together(self.habits, path)}
            self.found[path] = imports, together
        return self.found[path]


class Whereabouts(Structure):
    """What is known of where the user is."""

    neighbourhood: Neighbourhood | None = None
    """What was seen at the last look."""

    _looking: Future[None] | None = None

    def around(self, focus: Focus) -> tuple[Focus, Around]:
        """The focus, its symbol looked up where only the line was told, and what lies around it."""
        session = self.active.current()
        inside = frozenset([session, *self.store.ids(Filter(session=session, archived=True))] if session else ())
        path = plain(focus.file)
        if not path:
            return focus, Around(session=inside)
        if focus.line and not focus.symbol:
            focus = focus.model_copy(update={"symbol": self._symbol(path, focus.line)})
        imports, together = self._neighbours(path)
        return focus, Around(imports, together, inside)

    def _symbol(self, path: str, line: int) -> str:
        try:
            names = self.symbols_at(path, range(line, line + 1))
        except WhenceError as error:
            log.warning("the symbol under the cursor could not be looked up: %s", error)
            return ""
        return names[0].rpartition(".")[2] if names else ""

    def _neighbours(self, path: str) -> _Beside:
        known = self.neighbourhood
        if known is None or time.monotonic() - known.at > _AGE:
            with suppress(RuntimeError):  # closing
                if self._looking is None or self._looking.done():
                    self._looking = self.relating.submit(self._look_around)
        return known.of(path) if known else (frozenset(), {})

    def _look_around(self) -> None:
        """Look at imports and habits; on a thread beside, since the first time takes seconds in a large project."""
        try:
            graph = self.graphs.known().graph if self.code.exists else Graph({})
        except WhenceError as error:
            log.warning("imports are left out of what is near: %s", error)
            graph = Graph({})
        graph.imported_by  # noqa: B018 - made here, not in a search
        self.neighbourhood = Neighbourhood(time.monotonic(), graph, self.graphs.habits())
