"""Candidates: what words and meaning find for a query, ranked. All operations that search come down to it."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from whence.engine.code import ASK_TO_INDEX, code_fits
from whence.engine.focus import around_user
from whence.engine.trace_lines import trace_of
from whence.project.project import Project
from whence.retrieval import code as in_code
from whence.retrieval import ranking, rarity
from whence.retrieval.nearness import Surroundings
from whence.retrieval.passages import readable
from whence.retrieval.query import Query
from whence.retrieval.reasons import snippet
from whence.values.base import Words, now, one_line
from whence.values.calibration import calibration_of
from whence.values.errors import InvalidRequest
from whence.values.handed_out import without_ours
from whence.values.memory import KINDS, Change, FileEdit, MemoryBase
from whence.values.passage import Candidate, Diff
from whence.values.protocol import Filter, Focus, Hit, SearchResult

if TYPE_CHECKING:
    from whence.store.snapshot import Snapshot

_CANDIDATES = 100
"""Passages that storage is asked for by each measure. 200 gain at most .003 nDCG@10 on any question set, and double
the work of ranking."""

_MEMORIES, _MOST = 10, 1600
"""Memories that the passages must be of, so long as so many passages were not asked for: a long conversation has
hundreds of short turns, and a few such would take all the places."""

_OF_ONE = 24
"""Passages of one memory that are ranked, its best ones."""

_APART = 50_000
"""Passages from which columns look words up while the query is embedded: fewer are quicker than another thread is."""

_WEAK = "Nothing fits well; these are the nearest."
_NOTHING = "Nothing fits. Try other words, or fewer."
_NAME_CODE = "Name a function or class, or say in words what the code does."


def newest(project: Project, chosen: Filter, limit: int = 200) -> list[MemoryBase]:
    """The memories in use that pass a filter, the newest first; for faces that make a page of them."""
    return project.store.newest(chosen, limit=limit)


def look_for(
    project: Project,
    query: str,
    chosen: Filter,
    limit: int | None = None,
    focus: Focus | None = None,
    *,
    turns: bool = False,
    pieces: bool = True,
    unsure: bool = False,
) -> SearchResult:
    """The memories that answer a query, best first; for an empty one the newest.

    Args:
        query: words, an identifier, a sentence.
        chosen: which memories may answer; storage filters before it takes the best.
        limit: at most so many; without it, as many as the settings say.
        focus: where the user is.
        turns: whether each turn of a conversation answers for itself, instead of the best one for all.
        pieces: whether changes are shown with the piece of their diffs that fits best, which takes reading them.
        unsure: whether memories that share no more than a word are better than no answer.
    """
    most = limit or project.settings.search.limit
    query = without_ours(query).strip() or query  # what Whence said itself asks for nothing
    chosen = by_people(project, chosen)
    if query.strip():
        project.indexer.catch_up()
        found = _find(project, Query(query), chosen, most, focus or Focus(), turns=turns, pieces=pieces, unsure=unsure)
    else:
        newest = project.store.newest(chosen, limit=2 * most)  # every second one may only repeat another
        found = SearchResult(hits=ranking.newest(newest, most), mode="time")
    missing = project.missing()
    note = missing if found.hits or missing else _nothing(project, chosen)
    return found.model_copy(update={"note": " ".join(filter(None, (found.note, note, project.absent())))})


def by_people(project: Project, chosen: Filter) -> Filter:
    """The filter with the whole names, as memories have them, of those whose names hold the parts that it says."""
    if not chosen.authors:
        return chosen
    wanted = [plain for each in chosen.authors if (plain := folded(each))]
    names = tuple(name for name in project.store.counts("author") if any(each in folded(name) for each in wanted))
    return chosen.model_copy(update={"authors": names or chosen.authors})


def folded(name: str) -> str:
    """A name as names are compared: in small letters, without accents, with single spaces."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).split())


def look_in_code(
    project: Project, query: str, chosen: Filter, limit: int, focus: Focus | None, *, mixed: bool
) -> SearchResult:
    """The entities of the code that answer a query, best first; the note says why code can't answer at all.

    Args:
        query: a name, words, or a sentence about what the code does.
        chosen: which files may answer; labels and dates are memories' alone.
        limit: at most so many.
        focus: where the user is.
        mixed: whether they are to stand among memories.
    """
    if not query.strip():
        return SearchResult(mode="words", note="" if mixed else _NAME_CODE)
    if not project.code_index.exists:
        return SearchResult(mode="words", note=ASK_TO_INDEX)
    if chosen.labels or chosen.authors or chosen.since or chosen.until:
        note = "Code has no labels, no authors and no dates: search for it without them."
        return SearchResult(mode="words", note=note)
    asked = Query(query)
    around = project.helpers.submit(partial(around_user, project), focus or Focus())
    found, meant = code_fits(project, asked, chosen.files, mixed=mixed)
    calibration = calibration_of(project.settings.embedding.model)
    here = Surroundings(*around.result(), _rare(project))
    answer = in_code.answer(found, here, limit, calibration, by_meaning=meant)
    stamps = project.code_index.store.stamps({each.entity.path for each in answer.found})
    hits = tuple(
        in_code.hit(
            each,
            asked,
            _moment(stamps[each.entity.path][1] if each.entity.path in stamps else 0),
            project.place.root.joinpath(each.entity.path).as_uri(),
            calibration.close,
        )
        for each in answer.found
    )
    return SearchResult(
        hits=hits,
        mode="words and meaning" if meant else "words",
        confidence=round(answer.confidence, 3),
        weak=answer.weak,
        note="" if mixed else _NOTHING if not hits else _WEAK if answer.weak else "",
    )


def _find(
    project: Project, query: Query, chosen: Filter, most: int, focus: Focus, *, turns: bool, pieces: bool, unsure: bool
) -> SearchResult:
    model = project.settings.embedding.model
    columns = project.store.passages.columns.current()
    around = project.helpers.submit(partial(around_user, project), focus)
    named = partial(_by_words, project, columns, query, chosen, model)
    beside = None if columns and columns.count < _APART else project.helpers.submit(_of_several, named)
    vectors = project.vectors_of(query.embedded)
    worded = beside.result if beside else partial(_of_several, named)
    candidates: list[Candidate] = []
    # To compare the vectors of columns takes all processors; LanceDB looks for both at once.
    by_words = worded() if columns else []
    meaning = phrased = None
    if vectors is not None:
        meaning = vectors.sum(axis=0)
        meaning /= float(np.linalg.norm(meaning)) or 1.0
        near = meaning
        phrased = project.indexer.phrasing.of(meaning, query.shape)
        where, mapped = columns or project.store.passages, phrased is not None
        candidates += _of_several(lambda limit: where.by_vector(model, near, chosen, limit, vectors=mapped))
    candidates += by_words if columns else worded()
    focus, surroundings = around.result()
    found = ranking.rank(
        candidates,
        query=query,
        meaning=meaning,
        rarity=_rare(project, columns.count if columns else None),
        focus=focus,
        now=now(),
        recency_weight=project.settings.search.recency_weight,
        limit=most,
        calibration=calibration_of(model),
        turns=turns,
        around=surroundings,
        phrased=phrased,
        trace=trace_of(project, query, candidates),
        unsure=unsure,
    )
    return SearchResult(
        hits=_shown(project, columns, found.hits, query, candidates) if pieces else found.hits,
        mode="words" if vectors is None else "words and meaning",
        confidence=round(found.confidence, 3),
        weak=found.weak,
        note=_WEAK if found.hits and found.weak else "",
    )


def _by_words(
    project: Project,
    columns: "Snapshot | None",
    query: Query,
    chosen: Filter,
    model: str,
    limit: int,
) -> list[Candidate]:
    """Candidates by words: of all passages by what they will be ranked by, or those that full-text search finds."""
    if columns is None:
        return project.store.passages.by_words([*query.terms, *query.spelt, *query.mending], chosen, limit, model)
    return columns.by_words(*ranking.worths(query, _rare(project, columns.count)), ranking.K1, chosen, limit, model)


def _shown(
    project: Project, columns: "Snapshot | None", hits: Sequence[Hit], query: Query, candidates: Sequence[Candidate]
) -> tuple[Hit, ...]:
    """The hits, a change with the piece of its diff that fits best instead of its introduction."""
    changes = {hit.id for hit in hits if "edits" in KINDS[hit.kind].model_fields}
    found: dict[str, Sequence[Diff | FileEdit]] = {**columns.diffs(candidates, changes)} if columns else {}
    if missing := [id for id in changes if id not in found]:
        found |= {each.id: each.edits for each in project.store.get(missing) if isinstance(each, Change)}
    pieces = {id: readable(diffs) for id, diffs in found.items()}
    return tuple(
        hit.model_copy(update={"snippet": snippet(pieces[hit.id], query, hit.snippet)}) if hit.id in pieces else hit
        for hit in hits
    )


def _rare(project: Project, total: int | None = None) -> rarity.Rarity:
    """How rare words are, counted anew when there are a sixteenth more or fewer passages; `total` says how many."""
    count, (counted, known) = project.store.passages.count() if total is None else total, project.rarity
    if 16 * abs(count - counted) > counted:
        known = rarity.count(project.store.passages.sample(rarity.SAMPLE))
        project.rarity = count, known
    return known


def _nothing(project: Project, chosen: Filter) -> str:
    if not any(project.store.counts().values()):
        return "Nothing is remembered yet. Save a file, commit, or write a note, and search again."
    if chosen != Filter(archived=chosen.archived):
        return "Nothing fits within these filters. Try without them."
    return f"{_NOTHING} {by_words_alone(project)}".strip()


def by_words_alone(project: Project) -> str:
    """How much of memory can't be compared by meaning yet, and why, as sentences; empty where all can be."""
    status = project.indexer.status()
    bare = status.passages - status.embedded
    if not bare or status.state == "off":
        return ""
    told = f"{bare:,} of {status.passages:,} texts could be compared by words alone: they have no vector yet."
    return f"{told} {status.message}".strip()


def _of_several(ask: Callable[[int], list[Candidate]]) -> list[Candidate]:
    """The best passages, the best first; more are asked for where a few memories take all places."""
    limit = _CANDIDATES
    while True:
        found, counts = ask(limit), Counter[str]()
        if len(found) < limit or limit >= _MOST or len({candidate.passage.memory for candidate in found}) >= _MEMORIES:
            break
        limit *= 4
    kept = []
    for candidate in found:
        counts[candidate.passage.memory] += 1
        if counts[candidate.passage.memory] <= _OF_ONE:
            kept.append(candidate)
    return kept


def known_kinds(kinds: Words, *others: str) -> Words:
    """The kinds, as they are, without the others that may be asked for beside kinds of memory.

    Raises:
        InvalidRequest: there is no such kind.
    """
    for kind in kinds:
        if kind not in (*KINDS, *others):
            there = ", ".join((*KINDS, *others))
            raise InvalidRequest(f"There is no kind {one_line(kind, 40)!r}; there are {there}.")
    return tuple(kind for kind in kinds if kind not in others)


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)
