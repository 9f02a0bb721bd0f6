"""Searching: candidates by words and by meaning, ranked. Operations of several rooms come down to it."""

from collections import Counter
from collections.abc import Callable

from whence.engine.core import Opened
from whence.protocol import Candidate, Filter, Focus, SearchResult
from whence.retrieval import ranking, words
from whence.values import now

_CANDIDATES = 100
"""Passages that storage is asked for by each measure. 200 gain at most .003 nDCG@10 on any question set, and double
the work of ranking."""

_MEMORIES, _MOST = 10, 1600
"""Memories that the passages must be of, so long as so many passages were not asked for: a long conversation has
hundreds of short turns, and a few such would take all the places."""

_OF_ONE = 24
"""Passages of one memory that are ranked, its best ones."""


class Searching(Opened):
    """How memories are found."""

    def look_for(
        self, query: str, chosen: Filter, limit: int | None = None, focus: Focus | None = None
    ) -> SearchResult:
        """The memories that answer a query, best first; for an empty one the newest.

        Args:
            query: words, an identifier, a sentence.
            chosen: which memories may answer; storage filters before it takes the best.
            limit: at most so many; without it, as many as the settings say.
            focus: where the user is.
        """
        most = limit or self.settings.search.limit
        if query.strip():
            return self._find(query, chosen, most, focus or Focus())
        newest = self.store.newest(chosen, limit=most)
        return SearchResult(
            hits=tuple(ranking.listed(each) for each in newest),
            mode="time",
            note="" if newest else self._nothing(chosen),
        )

    def _find(self, query: str, chosen: Filter, most: int, focus: Focus) -> SearchResult:
        terms = words.query_terms(query)
        by_words = self.helpers.submit(_of_several, lambda limit: self.store.by_words(terms, chosen, limit))
        vector = self.indexer.vector([ranking.query_text(query)])
        candidates: list[Candidate] = []
        if vector is not None:
            near, model = vector[0], self.settings.embedding.model
            candidates += _of_several(lambda limit: self.store.by_vector(model, near, chosen, limit))
        candidates += by_words.result()
        hits = ranking.rank(
            candidates,
            query=query,
            focus=focus,
            now=now(),
            recency_weight=self.settings.search.recency_weight,
            limit=most,
        )
        note = "" if hits else self._nothing(chosen)
        return SearchResult(hits=tuple(hits), mode="words" if vector is None else "words and meaning", note=note)

    def _nothing(self, chosen: Filter) -> str:
        if not any(self.store.counts().values()):
            return "Nothing is remembered yet. Save a file, commit, or write a note, and search again."
        if chosen != Filter(archived=chosen.archived):
            return "Nothing fits within these filters. Try without them."
        return "Nothing fits. Try other words, or fewer."


def _of_several(ask: Callable[[int], list[Candidate]]) -> list[Candidate]:
    """The best passages, the best first; more are asked for where a few memories take all places."""
    limit = _CANDIDATES
    while True:
        found, counts = ask(limit), Counter[str]()
        if len(found) < limit or limit >= _MOST or len({each.passage.memory for each in found}) >= _MEMORIES:
            break
        limit *= 4
    kept = []
    for each in found:
        counts[each.passage.memory] += 1
        if counts[each.passage.memory] <= _OF_ONE:
            kept.append(each)
    return kept
