"""Diagnosis: patterns of recurring errors, and solutions suggested for one."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from whence.analysis import clusters
from whence.engine.bugs import failure, known_bug, signed_bug
from whence.engine.candidates import look_for
from whence.engine.completion import Ask, Thought, think, think_all, thinks
from whence.engine.diagnosis import cases, page
from whence.engine.diagnosis.groups import dates, describe, met
from whence.engine.diagnosis.prompt import ERROR, ERROR_PATTERN, SOLUTION, ErrorPattern, Solution
from whence.models.prompt import Material
from whence.project.project import Project
from whence.readers import traces
from whence.secrets.redaction import redact
from whence.values.base import Time, now, one_line, unique
from whence.values.calibration import calibration_of
from whence.values.errors import InvalidRequest
from whence.values.memory import Bug, MemoryBase
from whence.values.operation import Command, Progress, operation
from whence.values.protocol import Filter
from whence.values.reports import Cited, cite
from whence.values.reports.diagnosis import ErrorGroup, ErrorPatterns, SuggestedSolution

MOST_BUGS = 2000
"""Bugs that are looked at for groups, the newest: comparing each with each takes 0.3 s then."""

_MOST_ASKED = 10
"""Groups that a model is asked about, those met most often."""

_SHOWN = 5
"""Bugs of a group that a model reads."""

_CASES = 6
"""Cases that a solution names, and that a model reads."""

_FOUND = 20
_OF_FILE = 50
_ALTERNATIVES = 3
_CHARACTERS = 1500
"""Characters of a bug that a model reads, besides its trace's innermost calls."""

_NO_BUGS = "No error is remembered yet. Record one with “Record Error”, and what comes back will show here."
_NOTHING = "No case of this project fits: it may be a new kind of error here. Record what solves it, for the next time."


@thinks
@operation(palette=Command("Error Patterns"))
def error_patterns(
    project: Project,
    since: Time | None = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 10,
    progress: Progress = lambda message, share: None,
) -> ErrorPatterns:
    """Tell which errors come back, in groups of the same signature or the same meaning.

    For each group: how often and where it was met, the root cause beyond the symptom, prevention, a quick fix, and
    the bugs it is made of; from these bugs, or with a model from its reading of them.

    Args:
        since: only errors that were met at this moment or later.
        limit: at most so many groups, those met most often.
    """
    progress("Reading bugs", 0.0)
    bugs, more = _recent_bugs(project, since)
    grouped = _grouped(project, bugs, since)
    again = [group for group in grouped if sum(met(bug, since) for bug in group) > 1]
    again.sort(key=lambda group: (sum(met(bug, since) for bug in group), max(map(_last, group))), reverse=True)
    chosen = again[:limit]
    solutions = _solutions(project, [bug for group in chosen for bug in group])
    found = [describe(group, solutions, since) for group in chosen]
    thoughts = think_all(
        project,
        [_ask_why(group, each, solutions) for group, each in zip(chosen[:_MOST_ASKED], found, strict=False)],
        progress=progress,
    )
    told = [_interpreted(each, thought) for each, thought in zip(found, thoughts, strict=False)]
    told += found[len(told) :]
    once = len(grouped) - len(again)
    result = ErrorPatterns(
        title="Errors that come back",
        markdown="",
        cited=_distinct([cited for each in told for cited in each.cases]),
        note=_joined(_about(bugs, told, len(again), once, more=more), *unique(each.note for each in thoughts)),
        groups=tuple(told),
        bugs=len(bugs),
        once=once,
        model=next((each.model for each in thoughts if each.model), ""),
    )
    return result.model_copy(update={"markdown": page.patterns(result)})


@thinks
@operation
def suggest_solution(
    project: Project,
    message: str = "",
    error_type: str = "",
    stack_trace: str = "",
    file: str = "",
    line: Annotated[int, Field(ge=0)] = 0,
    id: str = "",
) -> SuggestedSolution:
    """Suggest how to solve an error, from the bugs that were solved here before, with how sure that is and why.

    Args:
        message: what the failure says; may be empty where a stack trace tells.
        error_type: its type, such as `TypeError`.
        stack_trace: the trace as it was printed.
        file: the file in which it happened.
        line: the line, from 1; 0 where it is not known.
        id: a bug that is remembered, instead of all these.

    Raises:
        InvalidRequest: there is neither a message nor a trace nor an id, or the id is not a bug's.
        NotFound: there is no such bug.
    """
    asked = _asked(project, message, error_type, stack_trace, file, line, id)
    found, solved = _from_cases(project, asked)
    if not solved:
        return _noted(project, found)
    shown = [Material(f"The error: {one_line(asked.title, 200)}", _read(asked, ""), ERROR)]
    shown += [Material(f"Bug: {case.title}", _read(case, solution), case.id) for case, solution in solved]
    thought = think(project, Ask(SOLUTION, "Suggest a solution for the error.", tuple(shown)))
    return _noted(project, _reasoned(found, thought, [case.id for case, _ in solved]))


def closest_solution(project: Project, id: str) -> SuggestedSolution:
    """How a remembered bug may be solved, without asking a model; for faces that tell it in passing.

    Raises:
        NotFound: there is no such bug.
    """
    return _shown(_from_cases(project, _asked(project, "", "", "", "", 0, id))[0])


# ------------------------------------------------------------ groups


def _recent_bugs(project: Project, since: Time | None) -> tuple[list[Bug], bool]:
    """The newest bugs, archived ones too, that were met since a moment; and whether there are more."""
    found = project.store.newest(Filter(kinds=("bug",), archived=True), limit=MOST_BUGS + 1)
    bugs = [memory for memory in found[:MOST_BUGS] if isinstance(memory, Bug)]
    return [bug for bug in bugs if met(bug, since)], len(found) > MOST_BUGS


def _grouped(project: Project, bugs: Sequence[Bug], since: Time | None) -> list[list[Bug]]:
    """The bugs in groups of one kind, those met most often first in each."""
    if not bugs:
        return []
    ordered = sorted(bugs, key=lambda bug: (met(bug, since), _last(bug)), reverse=True)
    model = project.settings.embedding.model
    known = {} if model == "none" else project.store.passages.vectors(model, [bug.id for bug in ordered])
    rows = cases.likenesses([known.get(bug.id) for bug in ordered], ordered)
    least, _ = cases.bounds(calibration_of(model) if known else None)
    groups = clusters.gather(rows, least, [bug.signature for bug in ordered])
    return [[ordered[at] for at in group] for group in groups]


def _solutions(project: Project, bugs: Sequence[Bug]) -> dict[str, str]:
    """What solved each bug, by id: what was said, or else the Change that solved it."""
    wordless = [each for each in bugs if not each.solution.strip()]
    links = {bug.id: [link.target for link in bug.links if link.relation == "solved_by"] for bug in wordless}
    changes = {memory.id: memory for memory in project.store.get(unique(id for ids in links.values() for id in ids))}
    found = {each.id: each.solution.strip() for each in bugs if each.solution.strip()}
    for id, targets in links.items():
        if titles := [changes[target].title for target in targets if target in changes]:
            found[id] = f"Solved by the change “{'”, “'.join(titles)}”."
    return found


# ------------------------------------------------------------ cases


def _asked(project: Project, message: str, error_type: str, stack_trace: str, file: str, line: int, id: str) -> Bug:
    """The bug to solve: the one of the id, or one made of what is said; nothing is written."""
    if id.strip():
        return known_bug(project, id.strip())
    told = failure(message, error_type, stack_trace)
    if not told.message:
        raise InvalidRequest("Say what failed: a message, a stack trace, or the id of a bug.")
    says = redact(told.message).text
    made = Bug(message=says, error_type=told.error_type, frames=told.frames, file=file, line=line)
    return signed_bug(project, made).model_copy(update={"id": ""})


def _from_cases(project: Project, asked: Bug) -> tuple[SuggestedSolution, list[tuple[Bug, str]]]:
    """What the bugs of the past tell by rules, and the solved ones that fit with what solved them."""
    candidates = _candidates(project, asked)
    likened = _likened(project, asked, candidates)
    solutions = _solutions(project, candidates)
    fitting = [bug for bug in candidates if likened[bug.id].fit != "none"]
    fitting.sort(key=lambda bug: (likened[bug.id].order, -_last(bug).timestamp()))
    solved = [(bug, solutions[bug.id]) for bug in fitting if bug.id in solutions][:_CASES]
    others = [bug for bug in fitting if bug.id not in solutions and bug.id != asked.id]
    changes = _touching(project, asked)
    tips = cases.tips(asked, solved, others, changes)
    shown = [cases.told(bug, likened[bug.id], solution) for bug, solution in solved]
    shown += [cases.told(bug, likened[bug.id], "") for bug in others[: max(0, _CASES - len(shown))]]
    named = [each.cited for each in shown] + [cite(memory) for memory in changes]
    found = SuggestedSolution(
        title=f"How to solve: {one_line(asked.title, 160)}", markdown="", cited=_distinct(named), cases=tuple(shown)
    )
    if not solved:
        return found.model_copy(update={"tips": tips, "note": _NOTHING}), solved
    (best, solution), *rest = solved
    return found.model_copy(
        update={
            "solution": solution,
            "confidence": likened[best.id].fit,
            "reasons": cases.reasons(asked, best, likened[best.id]),
            "alternatives": unique(text for _, text in rest if text != solution)[:_ALTERNATIVES],
            "tips": tips,
        }
    ), solved


def _candidates(project: Project, asked: Bug) -> list[Bug]:
    """Bugs that may be cases: of the same signature, alike by words and meaning, of the same file."""
    found: dict[str, MemoryBase] = {}
    if asked.signature:
        found = {
            memory.id: memory
            for memory in project.store.by_keys([f"bug:{asked.signature}"])
            if memory.deleted_at is None
        }
    calls = " ".join(frame.function for frame in asked.frames[: traces.OWN_FRAMES])
    query = f"{asked.error_type} {asked.message} {calls}"
    hits = look_for(project, query, Filter(kinds=("bug",), archived=True), _FOUND).hits
    found |= {memory.id: memory for memory in project.store.get([hit.id for hit in hits])}
    if asked.file:
        here = Filter(kinds=("bug",), files=(asked.file,), archived=True)
        found |= {memory.id: memory for memory in project.store.newest(here, limit=_OF_FILE)}
    if asked.id and not asked.solution:
        found.pop(asked.id, None)
    return [memory for memory in found.values() if isinstance(memory, Bug)]


def _noted(project: Project, found: SuggestedSolution) -> SuggestedSolution:
    """The same, its cases counted as recalled."""
    project.recalled(each.cited.id for each in found.cases)
    return _shown(found)


def _likened(project: Project, asked: Bug, candidates: Sequence[Bug]) -> dict[str, cases.Likeness]:
    """What each candidate has in common with the bug to solve, by id."""
    model = project.settings.embedding.model
    own = project.vectors_of([f"{asked.title}\n{asked.text()}"]) if candidates and model != "none" else None
    known = {} if own is None else project.store.passages.vectors(model, [bug.id for bug in candidates])
    mine = own[0] if own is not None and known else None
    rows = cases.likenesses([mine, *(known.get(bug.id) for bug in candidates)], [asked, *candidates])
    near, calibration = rows[1:] @ rows[0], calibration_of(model)
    return {
        bug.id: cases.liken(asked, bug, float(near[at]), calibration if bug.id in known else None)
        for at, bug in enumerate(candidates)
    }


def _touching(project: Project, asked: Bug) -> list[MemoryBase]:
    """The latest Changes of the file in which it happened."""
    if not asked.file:
        return []
    return project.store.newest(Filter(kinds=("change",), files=(asked.file,), until=now()), limit=2)


# ---------------------------------------------------------------- with a model


def _read(bug: Bug, solution: str) -> str:
    """A bug as a model reads it."""
    calls = "\n".join(f"  {frame.function} {frame.file}:{frame.line}" for frame in bug.frames[:8])
    parts = (
        f"{bug.error_type}: {bug.message}" if bug.error_type else bug.message,
        f"File: {bug.file}:{bug.line}" if bug.file else "",
        f"Met {bug.count} times" if bug.count > 1 else "",
        f"Root cause: {bug.root_cause}" if bug.root_cause else "",
        f"Solution: {solution}" if solution else "",
        f"Prevention: {bug.prevention}" if bug.prevention else "",
    )
    told = "\n".join(each[:_CHARACTERS] for each in parts if each)
    return f"{told}\nInnermost calls:\n{calls}" if calls else told


def _ask_why(group: Sequence[Bug], told: ErrorGroup, solutions: Mapping[str, str]) -> Ask[ErrorPattern]:
    shown = tuple(
        Material(f"Bug: {each.title}", _read(each, solutions.get(each.id, "")), each.id) for each in group[:_SHOWN]
    )
    bugs = "this bug" if len(group) == 1 else f"these {len(group)} bugs"
    rest = f"; the {_SHOWN} met most often are shown" if len(group) > _SHOWN else ""
    return Ask(ERROR_PATTERN, f"Tell the pattern behind {bugs}, met {told.count} times{rest}.", shown)


def _interpreted(group: ErrorGroup, thought: Thought[ErrorPattern]) -> ErrorGroup:
    """The group as a model sees it, in so far as it says something; what it cites is named first."""
    answer = thought.answer
    if answer is None:
        return group
    known = {each.id: each for each in group.cases[:_SHOWN]}
    cited = [known[id] for id in unique(answer.cited) if id in known]
    return group.model_copy(
        update={
            "title": one_line(answer.name, 120),
            "root_cause": answer.root_cause.strip(),
            "prevention": answer.prevention.strip() or group.prevention,
            "quick_fix": answer.quick_fix.strip() or group.quick_fix,
            "cases": _distinct([*cited, *group.cases]),
            "model": thought.model,
        }
    )


def _reasoned(found: SuggestedSolution, thought: Thought[Solution], shown: Sequence[str]) -> SuggestedSolution:
    """What a model makes of the cases, checked against those that it was shown."""
    answer = thought.answer
    if answer is None:
        return found.model_copy(update={"note": _joined(found.note, thought.note)})
    cited = [id for id in unique(answer.cited) if id in shown]
    solution = answer.solution.strip()
    confidence, reasons, note = answer.confidence, list(answer.reasons), thought.note
    if not solution or confidence == "none":
        solution, confidence, cited, note = "", "none", [], _joined(_NOTHING, thought.note)
    elif not cited:
        confidence = "low"
        reasons.append("The model names no case of this project that bears this out.")
    first = [each for each in found.cases if each.cited.id in cited]
    return found.model_copy(
        update={
            "solution": solution,
            "confidence": confidence,
            "reasons": tuple(reasons),
            "alternatives": answer.alternatives if solution else (),
            "tips": unique([*answer.tips, *found.tips])[: 2 * cases.MOST_TIPS],
            "cases": (*first, *(each for each in found.cases if each not in first)),
            "note": note,
            "model": thought.model,
        }
    )


# ---------------------------------------------------------------- small change


def _shown(found: SuggestedSolution) -> SuggestedSolution:
    return found.model_copy(update={"markdown": page.solution(found)})


def _about(bugs: Sequence[Bug], told: Sequence[ErrorGroup], again: int, once: int, *, more: bool) -> str:
    """What to know about the groups, as sentences."""
    if not bugs:
        return _NO_BUGS
    parts = []
    if not told:
        parts.append("No error came back so far.")
    if again > len(told):
        further = again - len(told)
        parts.append(f"{further} further {'kind' if further == 1 else 'kinds'} of error came back.")
    if once:
        parts.append(
            f"{once} {'was' if once == 1 else 'were'} met once and {'is' if once == 1 else 'are'} like no other."
        )
    if more:
        parts.append(f"The newest {MOST_BUGS:,} bugs were looked at.")
    return " ".join(parts)


def _last(bug: Bug) -> Time:
    return max(dates(bug))


def _distinct(cited: Sequence[Cited]) -> tuple[Cited, ...]:
    return tuple({each.id: each for each in cited}.values())


def _joined(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)
