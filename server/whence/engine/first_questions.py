"""First questions: what to ask a memory that was just filled from a repository's past.

Each is made of what is remembered, and asked before it is proposed: one whose answer would disappoint is none. So a
memory that has little to tell gets fewer than three, or none.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from whence.analysis.generated import is_generated
from whence.analysis.graph import is_test
from whence.analysis.habits import WHOLESALE
from whence.analysis.languages import language_of
from whence.engine.provenance import why
from whence.engine.reports import work_tree_files
from whence.engine.search import search
from whence.git.people import is_bot
from whence.project.project import Project
from whence.values import reason
from whence.values.errors import WhenceError
from whence.values.markdown import code, inline
from whence.values.memory import Bug, Change, Decision
from whence.values.protocol import Filter
from whence.values.reports.history import Question

MOST = 3
"""Questions that are proposed."""

_NEWEST = 1500
"""Changes that are looked at, the newest: some 0.3 s."""

_TRIED = 6
"""Candidates of one sort that are asked, the most promising: an answer takes about a tenth of a second."""

_TIMES = 3
"""Changes from which a function counts as one that was rewritten. Ours."""

_LINES = 120
"""Lines of a function or class above which its story is too long for a first answer. Ours."""

_TITLE = 90
"""Characters of a title within a question."""

_BEGINNINGS = frozenset({"__init__", "__new__", "constructor", "initialize", "init", "new", "New"})
"""Functions that grow with whatever they are given: their story is that of all others."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the newest changes tell."""

    places: tuple[tuple[str, str], ...]
    """Functions and classes that were changed several times, by file and name, the most changed first."""

    people: Counter[str]
    """How many changes each person made."""

    changes: int
    """How many there are."""


def first_questions(project: Project) -> tuple[Question, ...]:
    """At most three questions, each of another sort as long as there are such, that memory answers well now."""
    asking = replace(project, plan=[])  # to try a question recalls nothing, and sends nothing to a provider
    known = _known(project)
    sorts = [_about_code(asking, known), _about_fixes(asking), _about_decisions(asking), _about_people(asking, known)]
    found: list[Question] = []
    while sorts and len(found) < MOST:
        for each in list(sorts):
            question = next(each, None)
            if question is None:
                sorts.remove(each)
            elif len(found) < MOST:
                found.append(question)
    return tuple(found)


def _known(project: Project) -> _Known:
    there = set(work_tree_files(project))
    places, people = Counter[tuple[str, str]](), Counter[str]()
    newest = project.store.newest(Filter(kinds=("change",)), limit=_NEWEST, but="discarded")
    for change in newest:
        if not isinstance(change, Change) or is_bot(change.author):
            continue
        people[change.author] += bool(change.author)
        if len(change.edits) <= WHOLESALE and reason.said(change.reason):
            places.update((edit.path, symbol) for edit in change.edits for symbol in edit.symbols)
    often = (place for place, count in places.most_common() if count >= _TIMES)
    return _Known(
        tuple((path, symbol) for path, symbol in often if path in there and _is_code(path)), people, len(newest)
    )


def _is_code(path: str) -> bool:
    return bool(language_of(path)) and not is_test(path) and not is_generated(path)


# ------------------------------------------------------------ what may be asked, the most promising first


def _about_code(project: Project, known: _Known) -> Iterator[Question]:
    """Why a function is as it is, of each file at most one: much rewritten, and at least one change says why."""
    asked, tried = set[str](), 0
    for path, symbol in known.places:
        if tried >= _TRIED or path in asked or symbol.rpartition(".")[2] in _BEGINNINGS:
            continue
        tried += 1
        try:
            answer = why(project, path, symbol=symbol)
        except WhenceError:
            continue  # it is gone, or there are several of that name
        made = [band for band in answer.bands if not band.about and band.id]
        reasons = sum(1 for band in made if band.said)
        if len(made) < _TIMES or not reasons or answer.end - answer.start >= _LINES:
            continue
        asked.add(path)
        say = "says" if reasons == 1 else "say"
        changes = f"{len(made)} changes made its lines in {code(path, 200)}"
        yield Question(
            text=f"Why is {code(symbol, _TITLE)} as it is?",
            told=f"{changes}; {reasons} of them {say} why.",
            operation="why",
            file=path,
            start=answer.start,
            end=answer.end,
        )


def _about_fixes(project: Project) -> Iterator[Question]:
    """How an error was fixed: first those whose fix was explained, of these the newest."""
    bugs = project.store.newest(Filter(kinds=("bug",), states=("fixed",)), limit=_NEWEST)
    found = [each for each in bugs if isinstance(each, Bug)]
    found.sort(key=lambda bug: not (bug.root_cause or bug.solution))
    for bug in found[:_TRIED]:
        solved = {link.target for link in bug.links if link.relation == "solved_by"}
        if _answers(project, bug.message, {bug.id, *solved}):
            told = "Its fix says how." if bug.solution or bug.root_cause else "The change that fixed it is known."
            yield _searched(f"How was “{inline(bug.message, _TITLE)}” fixed?", told, bug.message)


def _about_decisions(project: Project) -> Iterator[Question]:
    """Why something was decided: the newest decisions in force that give a reason."""
    found = project.store.newest(Filter(kinds=("decision",), states=("accepted",)), limit=_NEWEST)
    reasoned = [each for each in found if isinstance(each, Decision) and (each.rationale or each.context)]
    for decision in reasoned[:_TRIED]:
        if _answers(project, decision.title, {decision.id}):
            told = "The decision that was recorded gives its reason."
            yield _searched(f"Why was “{inline(decision.title, _TITLE)}” decided?", told, decision.title)


def _about_people(project: Project, known: _Known) -> Iterator[Question]:
    """What somebody worked on, where several people did: whoever changed most."""
    makers = [(name, count) for name, count in known.people.most_common(_TRIED) if count >= _TIMES]
    for name, count in makers if len(makers) > 1 else ():
        query = f'author:"{name}"'
        if '"' not in name and search(project, query, limit=1).hits:
            told = f"{count:,} of the newest {known.changes:,} changes are theirs."
            yield _searched(f"What did {inline(name, _TITLE)} change last?", told, query)


def _answers(project: Project, query: str, wanted: set[str]) -> bool:
    """Whether what is wanted is the first hit of a search, and one that fits well."""
    found = search(project, query, limit=1)
    return not found.weak and any(wanted & {hit.id, *hit.alike} for hit in found.hits)


def _searched(text: str, told: str, query: str) -> Question:
    return Question(text=text, told=told, operation="search", query=query)
