"""Relevance, scored by the small model over what a search found, and remembered."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from whence.engine.candidates import known_kinds, look_for
from whence.engine.completion import Ask, Thought, think_all, thinks
from whence.engine.relevance import page
from whence.engine.relevance.prompt import RELEVANCE, Relevant
from whence.engine.relevance.scores import Scores, key
from whence.models.prompt import Material
from whence.project.project import Project
from whence.retrieval import judgement
from whence.retrieval.judgement import Boosts, Near
from whence.secrets.redaction import redact
from whence.values.base import Time, Words, now, one_line, unique
from whence.values.errors import ApprovalNeeded, InvalidRequest, WhenceError
from whence.values.memory import MemoryBase
from whence.values.operation import Progress, operation
from whence.values.protocol import Filter, Focus, Hit, SearchResult
from whence.values.reports import cite
from whence.values.reports.relevance import Relevance, ScoredMemory

_ASKED = 4000
"""Characters of a question that a model is shown."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What became of the candidates."""

    found: dict[str, ScoredMemory]
    """Those that have a score, with what counts besides, by id."""
    asked: int
    note: str
    model: str


@thinks
@operation
def score(
    project: Project,
    query: str,
    kinds: Words = (),
    files: Words = (),
    labels: Words = (),
    since: Time | None = None,
    until: Time | None = None,
    focus: Focus | None = None,
    threshold: Annotated[float, Field(ge=0, le=1)] = judgement.THRESHOLD,
    limit: Annotated[int, Field(ge=1, le=50)] | None = None,
    progress: Progress = lambda message, share: None,
) -> Relevance:
    """Have the small model score how relevant the memories are that a search finds, each with a reason.

    A score is remembered by what was asked, so that the same question costs nothing again. What the current file
    depends on counts 0.15 more, what was modified in the last 7 days 0.10. Without a small model relevance is
    retrieval's own.

    Args:
        query: what they are to be relevant for: a task, a question, an error.
        kinds: only these kinds of memory.
        files: only memories that concern these files or files in these folders.
        labels: only memories with one of these labels.
        since: only memories of this moment or later.
        until: only memories from before this moment.
        focus: where the user is.
        threshold: the least relevance, from 0 to 1.
        limit: the most memories to return; without, 10, and 15 where a file is in focus.

    Raises:
        InvalidRequest: nothing is asked, or a kind is unknown.
        ApprovalNeeded: the user has to be asked before a model is, and this face can't.
    """
    if not query.strip():
        raise InvalidRequest("Say what the memories are to be relevant for.")
    chosen = Filter(kinds=known_kinds(kinds), files=files, labels=labels, since=since, until=until)
    wanted = limit or _wanted(focus)
    found = look_for(project, query, chosen, judgement.candidates(wanted), focus)
    if not found.hits:
        return Relevance(note=found.note)
    judged = _judge(project, query, found.hits, focus, progress)
    if not judged.found:
        return _by_retrieval(project, query, found, wanted, judged.note)
    shown = page.best(judged.found.values(), threshold, wanted)
    unscored = [memory for memory in _of(project, found.hits) if memory.id not in judged.found]
    return page.report(
        query,
        Relevance(
            memories=shown,
            candidates=len(found.hits),
            asked=judged.asked,
            below=sum(scored.score < threshold for scored in judged.found.values()),
            unscored=tuple(map(cite, unscored)),
            note=judged.note,
            model=judged.model,
        ),
        threshold,
    )


def judged(project: Project, query: str, found: SearchResult, focus: Focus | None) -> SearchResult:
    """What a search found for a task, as the small model scores it, if the user wants that; otherwise as it is.

    What is scored below the threshold is left away; what could not be scored stands behind what could.
    """
    if not project.settings.search.scored or not query.strip() or not found.hits:
        return found
    looked_at = unique(hit.id for hit in found.hits)[: judgement.candidates(_wanted(focus))]
    hits = [hit for hit in found.hits if hit.id in looked_at]
    try:
        judged = _judge(project, query, hits, focus, lambda message, share: None, more=True)
    except ApprovalNeeded as needed:
        return found.model_copy(update={"note": " ".join(unique([found.note, f"Not scored: {needed}"]))})
    if not judged.found:
        return found.model_copy(update={"note": " ".join(unique([found.note, judged.note]))})
    best = {scored.cited.id: scored for scored in page.best(judged.found.values(), judgement.THRESHOLD, _wanted(focus))}
    kept = page.rescored(hits, {id: (scored.score, scored.reason) for id, scored in best.items()})
    kept += [hit for hit in hits if hit.id not in judged.found]
    nothing = "" if kept else f"None of the {len(looked_at)} memories found is relevant, as {judged.model} scores them."
    note = " ".join(unique([found.note, judged.note, nothing]))
    return found.model_copy(update={"hits": tuple(kept), "note": note, "weak": found.weak and not best})


# ------------------------------------------------------------ for programs


def nearest(project: Project, file: str, *, anywhere: bool = True) -> Near:
    """What is near to a file, for the boost of what depends on it; nothing where it can't be read.

    Args:
        file: its path, relative to the project or absolute.
        anywhere: whether it may lie outside of the project.
    """
    root = project.place.root.resolve()
    try:
        path = (root / file).resolve()
        inside = path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
        if not file or not (anywhere or inside):
            return Near()
        with path.open("rb") as opened:
            text = opened.read(judgement.READ).decode("utf-8", "replace")
    except (OSError, ValueError):
        return Near()
    own = frozenset(each for each in (inside, path.as_posix()) if each)
    beside: frozenset[str] = frozenset()
    if inside and project.trusted and project.code_index.exists:
        with suppress(WhenceError):  # without the graph the words decide
            graph = project.graphs.known().graph
            beside = frozenset(graph.imports.get(inside, ())) | frozenset(graph.imported_by.get(inside, ()))
    return Near(own, Path(path).stem, judgement.identifiers(text), beside)


def boosted(
    project: Project,
    memory: MemoryBase,
    score: float,
    reason: str,
    near: Near,
    *,
    dependency: float,
    recency: float,
    days: int,
) -> tuple[float, str]:
    """A score with what counts besides, and the reasons for it."""
    return judgement.boosted(memory, score, reason, near, now(), Boosts(dependency, recency, days))


# ------------------------------------------------------------ inside


def _judge(
    project: Project, query: str, hits: Sequence[Hit], focus: Focus | None, progress: Progress, *, more: bool = False
) -> _Judged:
    """Scores for these candidates: those that are remembered, the others by the small model.

    `more` says, as to `think_all`, whether the operation may ask other questions after these.
    """
    memories = _of(project, hits)
    snippets = {hit.id: hit.snippet for hit in reversed(hits)}  # of several hits of one memory the best
    model = project.settings.small_model
    task = f"Asked: {query.strip()[:_ASKED]}"
    asks = {memory.id: Ask(RELEVANCE, task, (_shown(memory, snippets[memory.id]),)) for memory in memories}
    keys = {id: key(model, RELEVANCE.messages(ask.task, ask.material)) for id, ask in asks.items()}
    kept = Scores(project.place.home / "scores-1.sqlite3")
    known = {} if model == "none" else kept.of(keys.values(), noted=project.plan is None)
    scores = {id: known[each] for id, each in keys.items() if each in known}
    remembered = frozenset(scores)
    missing = [id for id in keys if id not in scores]

    def answered(number: int, thought: Thought[Relevant]) -> None:
        assert thought.answer is not None
        reason = redact(one_line(thought.answer.reason, 300)).text
        scores[missing[number]] = (thought.answer.score, reason)
        kept.keep(keys[missing[number]], thought.answer.score, reason)

    thoughts = think_all(
        project, [asks[id] for id in missing], role="small", progress=progress, answered=answered, more=more
    )
    near = nearest(project, focus.file, anywhere=False) if focus and focus.file else Near()
    at, found = now(), {}
    for memory in memories:
        if memory.id in scores:
            score, reason = judgement.boosted(memory, *scores[memory.id], near, at)
            found[memory.id] = ScoredMemory(
                cited=cite(memory), score=round(score, 3), reason=reason, remembered=memory.id in remembered
            )
    return _Judged(
        found,
        asked=sum(each.answer is not None for each in thoughts),
        note=" ".join(unique(each.note for each in thoughts)),
        model=model if found else "",
    )


def _by_retrieval(project: Project, query: str, found: SearchResult, wanted: int, note: str) -> Relevance:
    """The best by retrieval's own confidence, to which the threshold of a model's scores does not apply."""
    scores = judgement.by_retrieval(found.hits, found.confidence)
    shown = [
        ScoredMemory(cited=cite(memory), score=score, reason=hit.why)
        for memory, hit, score in zip(_of(project, found.hits), found.hits, scores, strict=True)
    ][:wanted]
    told = f"{note} Relevance is retrieval's own, and no threshold is applied. {found.note}".strip()
    return page.report(query, Relevance(memories=tuple(shown), candidates=len(found.hits), note=told), 0.0)


def _of(project: Project, hits: Sequence[Hit]) -> list[MemoryBase]:
    return project.store.get([hit.id for hit in hits])


def _wanted(focus: Focus | None) -> int:
    return judgement.MOST_OF_CODE if focus and focus.file else judgement.MOST


def _shown(memory: MemoryBase, snippet: str) -> Material:
    return Material(f"{memory.kind.capitalize()}: {memory.title}", judgement.excerpt(memory, snippet))
