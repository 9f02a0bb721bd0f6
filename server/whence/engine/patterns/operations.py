"""What is usual in a project: languages, libraries, names, tests, commits, files that hurt."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from whence.analysis import conventions, libraries
from whence.analysis.habits import Tally, named_in
from whence.analysis.stack import Stack, language
from whence.background.code_files import entity_of
from whence.engine.completion import Ask, Thought, think, thinks
from whence.engine.diagnosis.groups import met
from whence.engine.patterns import page as patternpages
from whence.engine.patterns.prompt import INTERPRETATION, Interpretation
from whence.engine.patterns.worktree import Name, glance
from whence.engine.reports import known_decisions, work_tree_files, work_tree_stack
from whence.git.people import is_bot
from whence.models.prompt import Material
from whence.pages.reports import in_force
from whence.project.project import Project
from whence.values.base import Time, unique
from whence.values.errors import StorageError
from whence.values.handed_out import marked
from whence.values.memory import Bug, Change, Decision
from whence.values.operation import Command, Progress, operation
from whence.values.protocol import Filter
from whence.values.reports import cite
from whence.values.reports.patterns import Habit, ProjectPatterns, Share

LEAST, RECOMMENDED = 10, 30
"""Changes of files from which habits are told, and from which they are told well."""

MOST_CHANGES = 10_000
"""Changes that are looked at, the newest: some 2 s."""

_PAGE = 500
"""Changes that are read at once; of 200 or 1,000 reading 10,000 takes twice as long."""

_ENTITIES = 20_000
"""Functions and classes whose names are looked at, evenly spread over the project."""

_SHARE = re.compile(r"\d+(?:\.\d+)?\s?%")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_HURTING = 10
_DECISIONS = 8
_DECLARED = 12
_NAMED = {
    "function": "Functions",
    "method": "Functions",
    "class": "Classes",
    "interface": "Interfaces",
    "type": "Types",
}


@thinks
@operation(palette=Command("Project Patterns", name="patterns"))
def analyze_patterns(
    project: Project, since: Time | None = None, progress: Progress = lambda message, share: None
) -> ProjectPatterns:
    """Tell the patterns and preferences of the project.

    Languages, libraries, how names are written, habits of tests and of commits, and the files that hurt, counted
    from the history and the code index, and interpreted by a model if there is one. From 10 changes of files on; 30
    are recommended.

    Args:
        since: only changes of this moment or later.
    """
    tally, more = _tallied(project, since, progress)
    title = f"Patterns of {project.place.name}"
    if tally.edits < LEAST:
        few = ProjectPatterns(title=title, markdown="", note=_too_few(tally), changes=tally.changes, edits=tally.edits)
        return few.model_copy(update={"markdown": marked(patternpages.page(few))})
    progress("Reading the code index", 0.9)
    files = work_tree_files(project)
    if files:
        tally.leave_out(frozenset(files).__contains__)
    known, decisions = work_tree_stack(project, files), in_force(known_decisions(project))[:_DECISIONS]
    names, used = _code(project, files)
    hurt, errors = met_by_file(project, since)
    naming = conventions.naming([*names, *named_in(tally.paths())])
    testing, commits = (*tally.testing(), *_frameworks(used, known)), tally.commits()
    rules = conventions.rules(naming, (*testing, *commits))
    found = ProjectPatterns(
        title=title,
        markdown="",
        cited=tuple(cite(decision) for decision in decisions),
        changes=tally.changes,
        edits=tally.edits,
        enough=True,
        languages=tally.languages(),
        libraries=_libraries(used, known),
        naming=naming,
        testing=testing,
        commits=commits,
        changed=tally.changed(),
        errors=conventions.habit("Types of errors", errors),
        facts=tuple(_facts(tally, known)),
        hurting=tally.hurting(hurt, _HURTING),
        preferences=(*rules, *(f"Decided: {decision.title}" for decision in decisions)),
    )
    task = f"Tell the patterns and preferences of the project “{project.place.name}”, from {tally.changes:,} changes."
    material = tuple(_material(found, tally, decisions))
    thought = think(project, Ask(INTERPRETATION, task, material), progress=progress)
    result = _interpreted(found, thought, material)
    notes = (_about(tally, more=more), result.note, thought.note)
    result = result.model_copy(update={"note": " ".join(note for note in notes if note)})
    return result.model_copy(update={"markdown": marked(patternpages.page(result))})


# ------------------------------------------------------------ inside


def _tallied(project: Project, since: Time | None, progress: Progress) -> tuple[Tally, bool]:
    """The changes counted, the newest first and a page at a time; and whether there are more."""
    tally, before = Tally(), None
    chosen = Filter(kinds=("change",), since=since, archived=True)
    while tally.changes < MOST_CHANGES:
        progress(f"Reading changes: {tally.changes:,} so far", 0.9 * tally.changes / MOST_CHANGES)
        page = project.store.newest(chosen, limit=_PAGE, before=before)
        for each in page:
            if isinstance(each, Change):
                tally.add(
                    each.created_at,
                    each.reason,
                    each.author,
                    each.edits,
                    commit=bool(each.commit),
                    automatic=is_bot(each.author),
                )
        if len(page) < _PAGE:
            return tally, False
        before = (page[-1].created_at, page[-1].id)
    return tally, bool(project.store.newest(chosen, limit=1, before=before))


def met_by_file(project: Project, since: Time | None) -> tuple[Counter[str], Counter[str]]:
    """How often a bug was met in each file, and of each type that is known."""
    files: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for some in project.store.each(Filter(kinds=("bug",), archived=True)):
        for each in some:
            if isinstance(each, Bug) and (times := met(each, since)):
                types[each.error_type] += times
                files.update(dict.fromkeys({each.file, *each.files} - {""}, times))
    types.pop("", None)  # what is known of those is not their type
    return files, types


def _code(project: Project, files: Sequence[str]) -> tuple[list[tuple[str, str]], Counter[str]]:
    """What is named, and how, and in how many files each library is used: by the code index, or some of the files."""
    names, used = (_indexed(project), _used(project)) if project.code_index.exists else glance(project, files)
    return [(f"{_NAMED[kind]} in {written}", name) for kind, written, name in names if kind in _NAMED], used


def _used(project: Project) -> Counter[str]:
    """In how many files each library is used, by the code index."""
    try:
        known = project.graphs.known()
    except StorageError:
        return Counter()
    return libraries.used((known.files[path].language, each.outside) for path, each in known.resolved.items())


def _indexed(project: Project) -> list[Name]:
    """What the code index knows by name."""
    pieces = project.code_index.store.some(_ENTITIES)
    found = ((entity_of(piece), language(piece.path)) for piece in pieces)
    return [(each.kind, written, each.name) for each, written in found if not each.name.startswith("__")]


# ---------------------------------------------------------------- by counting


def _libraries(used: Counter[str], known: Stack) -> Habit:
    """Libraries by the files that import them; after them those that manifests declare and nothing seems to import."""
    files = max(1, sum(count for _, count in known.languages))
    shares = [
        Share(name=name, count=count, share=min(1.0, count / files))
        for name, count in used.most_common(conventions.MOST_SHARES)
    ]
    seen = {libraries.same(name) for name in used}
    declared = unique(name for each in known.manifests for name in each.dependencies)
    rest = [name for name in declared if libraries.same(name) not in seen]
    shares += [Share(name=name, count=0, share=0.0) for name in rest[: max(0, _DECLARED - len(shares))]]
    return Habit(about="Libraries", counted=len(used) + len(rest), shares=tuple(shares))


def _frameworks(used: Counter[str], known: Stack) -> Iterator[Habit]:
    counted: Counter[str] = Counter()
    for name, count in used.items():
        if shown := libraries.TESTS.get(name.lower()):
            counted[shown] += count
    for each in known.manifests:
        for name in each.dependencies:
            if (shown := libraries.TESTS.get(name.lower())) and shown not in counted:
                counted[shown] = 1
    if counted:
        yield conventions.habit("Written with", counted)


def _facts(tally: Tally, known: Stack) -> Iterator[str]:
    if tally.first and tally.last:
        yield f"The changes are from {tally.first:%Y-%m-%d} to {tally.last:%Y-%m-%d}."
        if (weeks := (tally.last - tally.first).total_seconds() / (7 * 86_400)) >= 1:
            yield f"{tally.changes / weeks:.1f} changes a week."
    yield f"Half of the changes have {tally.median():,} lines or fewer."
    if tally.authors:
        most, count = tally.authors.most_common(1)[0]
        total = tally.authors.total()
        people = "One person" if len(tally.authors) == 1 else f"{len(tally.authors)} people"
        whose = "" if len(tally.authors) == 1 else f"; {count / total:.0%} are by {most}"
        yield f"{people} made them{whose}."
    if known.languages:
        files = ", ".join(f"{count:,} of {name}" for name, count in known.languages[:5])
        yield f"The files there are now: {files}."
    for count, what in ((tally.wholesale, "of more than 100 files"), (tally.automatic, "by bots")):
        if count:
            changes, count_ = ("change", "counts as a change") if count == 1 else ("changes", "count as changes")
            yield f"{count:,} {changes} {what} {count_} alone."


def _too_few(tally: Tally) -> str:
    """What to say kindly where there is too little to see."""
    so_far = f"{tally.edits} {'change of a file is' if tally.edits == 1 else 'changes of files are'} remembered so far"
    return (
        f"Habits show from {LEAST} changes of files on, and well from {RECOMMENDED}; {so_far}. They come by themselves "
        "as you save and commit; “Import History” brings what was done before."
    )


def _about(tally: Tally, *, more: bool) -> str:
    parts = []
    if tally.edits < RECOMMENDED:
        parts.append(f"From {tally.edits} changes of files; from {RECOMMENDED} on habits are told well.")
    if more:
        parts.append(f"The newest {MOST_CHANGES:,} changes were looked at.")
    return " ".join(parts)


# ---------------------------------------------------------------- with a model


def _material(found: ProjectPatterns, tally: Tally, decisions: Sequence[Decision]) -> Iterator[Material]:
    """The figures as a model reads them."""
    groups = (
        ("languages", (found.languages, found.libraries)),
        ("naming", found.naming),
        ("testing", found.testing),
        ("commits", found.commits),
        ("files", (found.changed, found.errors)),
    )
    for id, habits in groups:
        lines = [f"{habit.about}: {patternpages.told(habit, 8)}" for habit in habits if habit.shares]
        if lines:
            yield Material(id.capitalize(), "\n".join(lines), id)
    if found.hurting:
        lines = [f"{hurting.path}: {patternpages.hurts(hurting)}" for hurting in found.hurting]
        yield Material("Files that hurt", "\n".join(lines), "hurting")
    yield Material("Further figures", "\n".join(found.facts), "facts")
    if tally.subjects:
        yield Material("The newest messages", "\n".join(tally.subjects), "messages")
    for decision in decisions:
        yield Material(f"Decision: {decision.title}", f"{decision.decision}\n{decision.rationale}"[:500], decision.id)


def _interpreted(
    found: ProjectPatterns, thought: Thought[Interpretation], material: Sequence[Material]
) -> ProjectPatterns:
    """The patterns with what a model makes of them, without what names a share that was not counted."""
    answer = thought.answer
    if answer is None:
        return found
    known = {share for each in material for share in _SHARE.findall(each.text)}

    def held(lines: Sequence[str]) -> tuple[str, ...]:
        return tuple(line for line in lines if known.issuperset(_SHARE.findall(line)))

    said: dict[str, tuple[str, ...]] = {
        "preferences": answer.preferences,
        "risks": answer.risks,
        "recommendations": answer.recommendations,
    }
    kept = {name: held(lines) for name, lines in said.items()}
    summary = " ".join(held(_SENTENCE.split(answer.summary.strip())))
    lost = sum(len(said[name]) - len(kept[name]) for name in said) + (summary != answer.summary.strip())
    note = f"{lost} of the model's statements named figures that were not counted, and were left out." if lost else ""
    first = [citation for citation in found.cited if citation.id in answer.cited]
    return found.model_copy(
        update={
            **kept,
            "preferences": kept["preferences"] or found.preferences,
            "summary": summary,
            "cited": (*first, *(citation for citation in found.cited if citation not in first)),
            "note": note,
            "model": thought.model,
        }
    )
