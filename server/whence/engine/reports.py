"""Reports for daily work: standup, review, project context, onboarding."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated

from pydantic import Field

from whence.analysis import conventions
from whence.analysis.generated import is_generated
from whence.analysis.habits import Tally
from whence.analysis.stack import Stack, stack
from whence.capture.ignore import own_files
from whence.engine import rules
from whence.engine.files import MARK, is_page, to_write, written
from whence.engine.search import search
from whence.git import branches
from whence.git.people import is_bot, is_person
from whence.git.text import read
from whence.pages import reports
from whence.pages.recent import told_once, worth_telling
from whence.project.project import Project
from whence.secrets.redaction import redact
from whence.values.base import Time, now
from whence.values.errors import GitError, InvalidRequest
from whence.values.memory import Bug, Change, Decision, MemoryBase, Session
from whence.values.operation import Command, Line, Menu, operation
from whence.values.protocol import Filter
from whence.values.reach import FileToWrite
from whence.values.reports import Report

_RECENT = 2000
"""Memories of a span that a page is made from, at most."""

_MANY = 1000
_FEW = 50
_LATELY, _TOLD = 200, 30
"""Changes that a project's context is chosen from, and those that it tells at most."""

_BUDGET = 1500
"""Tokens of a project's context, unless others are asked for."""

_LONG = 12_000
"""Tokens of an onboarding, unless others are asked for."""

_PEOPLE = 8
_MANIFEST_BYTES = 256 << 10
_AT_ONCE = 200
"""Files that storage is asked about at once."""

Budget = Annotated[int, Field(ge=100, le=200_000)]


@operation(palette=Command("Standup", doing="Preparing the standup", menus=(Menu("2_work@1"),)))
def standup(project: Project, since: Time | None = None) -> Report:
    """Tell what was done since the last working day, and what is left open.

    One's own changes, sessions and notes, and everybody's decisions and bugs. On Monday it looks back to Friday.

    Args:
        since: the moment to begin from; without it, the beginning of the last working day.
    """
    at = since or reports.last_working_day(now())
    if at > now():
        raise InvalidRequest("A standup looks back: name a moment that has been.")
    sessions = project.store.newest(Filter(kinds=("session",), states=("active",)), limit=_FEW)
    implementing = [each for each in known_decisions(project) if each.progress is not None and 0 < each.progress < 1]
    return reports.standup(
        project.store.newest(Filter(since=at), limit=_RECENT),
        _bugs(project),
        [*sessions, *project.store.opened(), *implementing],
        since=at,
        author=project.place.author,
    )


@operation(palette=Command("Prepare Review", doing="Preparing the review", menus=(Menu("2_work@2"),)))
def review(project: Project, base: str = "", head: str = "") -> Report:
    """Tell what is remembered of the files that a branch changes: decisions, bugs, recent changes, and by whom.

    Lines that it adds and that break a rule of the project's own come first.

    Args:
        base: the branch or commit to compare with; without it, the remote's default branch, or `main` or `master`.
        head: the branch or commit to review; without it, the work tree, uncommitted files included.

    Raises:
        InvalidRequest: there is no repository here, or no branch or commit of that name.
        GitError: git can't be asked.
    """
    repository = project.repository()
    if repository is None:
        raise InvalidRequest("There is no git repository here, or the workspace is not trusted.")
    found = branches.difference(repository, base.strip(), head.strip())
    paths = list(found.files)
    before = [what.removeprefix("renamed from ") for what in found.files.values() if what.startswith("renamed from ")]
    own = project.store.by_keys([f"commit:{id}" for id in found.commits])
    related: dict[str, MemoryBase] = {
        memory.id: memory for memory in (*known_decisions(project, every=True), *_bugs(project))
    }
    asked = paths + before
    for start in range(0, len(asked), _AT_ONCE):
        chosen = Filter(files=tuple(asked[start : start + _AT_ONCE]))
        related |= {memory.id: memory for memory in project.store.newest(chosen, limit=_MANY)}
    ordered = sorted(related.values(), key=lambda memory: (memory.created_at, memory.id), reverse=True)
    renamed = {what.removeprefix("renamed from "): path for path, what in found.files.items() if what[:7] == "renamed"}
    return reports.review(
        found.base,
        found.files,
        [memory for memory in reversed(own) if memory.deleted_at is None],
        [_followed(memory, renamed) for memory in ordered],
        tells=_tells,
        aside=is_generated,
        broken=rules.told(rules.in_added(project, repository, found, found.head if head.strip() else "")),
    )


@operation(
    palette=Command(
        "Project Context",
        doing="Gathering the project’s context",
        asks=Line("focus", "What to look at in particular? May stay empty"),
        menus=(Menu("2_work@3"),),
    )
)
def project_context(project: Project, focus: str = "", budget: Budget | None = None) -> Report:
    """Tell what someone has to know to work on the project now.

    Its stack, the active session, decisions in force, open bugs, and recent changes by theme and file: those that say
    something, without releases, bumps, typos and what bots did.

    Args:
        focus: what to look at in particular, such as a feature or a file; what answers it comes first.
        budget: the most tokens of the page; without it, 1,500, or the setting `context.budget` if that is less.
    """
    focused: list[MemoryBase] = []
    wanted = focus.strip()
    if wanted:
        hits = search(project, wanted, limit=10).hits
        focused = project.store.get([hit.id for hit in hits])
    told = {memory.id for memory in focused}
    known = work_tree_stack(project)
    return reports.project_context(
        project.place.name,
        known.languages,
        _parts(known),
        session=_session(project),
        decisions=[decision for decision in reports.in_force(known_decisions(project)) if decision.id not in told][
            :_FEW
        ],
        bugs=[bug for bug in _bugs(project, "open") if bug.id not in told][:_FEW],
        changes=[change for change in _telling(_changes(project, _LATELY)) if change.id not in told][:_TOLD],
        focus=wanted,
        focused=focused,
        budget=budget or min(_BUDGET, project.settings.context.budget),
    )


@operation(palette=Command("Onboarding", doing="Writing the onboarding", menus=(Menu("2_work@4"),)))
def onboarding(
    project: Project, target: FileToWrite = "", budget: Budget | None = None, overwrite: bool = False
) -> Report:
    """Write what a newcomer should read: the stack, decisions, what matters most, lessons of bugs, whom to ask.

    Args:
        target: a file to write the page to, over HTTP below the folder of `--exports`; without it, it is only shown.
        budget: the most tokens of the page; without it, 12,000.
        overwrite: whether a file that was not written by Whence may be replaced.

    Raises:
        InvalidRequest: the file can't be written there.
    """
    if not target.strip():
        return _onboarding(project, budget or _LONG)
    with to_write(project, target) as aim:
        page = _onboarding(project, budget or _LONG)
        if not page.markdown:
            return page
        with written(aim.path, is_page, overwrite=overwrite) as file:
            file.write(f"{MARK} -->\n\n{page.markdown}")
        return page.model_copy(update={"note": f"Wrote {aim.path.name}. {page.note}".strip()})


# ------------------------------------------------------------ inside


def _onboarding(project: Project, budget: int) -> Report:
    files, changes = work_tree_files(project), _changes(project, _RECENT)
    known, tally = work_tree_stack(project, files), _tallied(changes, files)
    weighty = project.store.newest(Filter(min_importance=8), limit=_MANY)
    pinned = project.store.newest(Filter(), limit=_MANY, pinned=True)
    important = {memory.id: memory for memory in (*pinned, *weighty) if not isinstance(memory, Decision | Change)}
    lessons = [bug for bug in _bugs(project, "resolved", "fixed") if bug.prevention or bug.root_cause]
    return reports.onboarding(
        project.place.name,
        known.languages,
        _parts(known),
        decisions=sorted(reports.in_force(known_decisions(project)), key=_weight),
        important=sorted(important.values(), key=_weight)[:_FEW],
        bugs=lessons[:_FEW],
        people=_people(changes),
        busy=[(share.name, share.count) for share in tally.changed().shares],
        habits=conventions.rules((), (*tally.testing(), *tally.commits())),
        budget=budget,
    )


def known_decisions(project: Project, *, every: bool = False) -> list[Decision]:
    """The decisions, the newest first; with `every`, archived ones too."""
    chosen = Filter(kinds=("decision",), archived=every)
    return [each for each in project.store.newest(chosen, limit=_RECENT) if isinstance(each, Decision)]


def _bugs(project: Project, *states: str) -> list[Bug]:
    chosen = Filter(kinds=("bug",), states=states)
    return [each for each in project.store.newest(chosen, limit=_RECENT) if isinstance(each, Bug)]


def _changes(project: Project, most: int) -> list[Change]:
    return [each for each in project.store.newest(Filter(kinds=("change",)), limit=most) if isinstance(each, Change)]


def _telling(changes: Sequence[Change]) -> list[Change]:
    return told_once(filter(_tells, changes))


def _tells(change: Change) -> bool:
    return worth_telling(change, is_bot, is_generated)


def _people(changes: Sequence[Change]) -> list[tuple[str, int, datetime]]:
    """Who made most of the changes, with their number and the time of the latest; nobody whom one can't ask."""
    latest: dict[str, datetime] = {}
    for change in changes:
        latest.setdefault(change.author, change.created_at)
    counted = Counter(change.author for change in changes if is_person(change.author))
    return [(who, count, latest[who]) for who, count in counted.most_common(_PEOPLE)]


def _tallied(changes: Sequence[Change], files: Sequence[str]) -> Tally:
    """The changes counted, with files by their names of today.

    Args:
        changes: the newest first.
        files: those of the work tree.
    """
    tally = Tally()
    for each in changes:
        automatic = is_bot(each.author)
        tally.add(each.created_at, each.reason, each.author, each.edits, commit=bool(each.commit), automatic=automatic)
    if files:
        tally.leave_out(frozenset(files).__contains__)
    return tally


def _session(project: Project) -> Session | None:
    """The active session of whoever works here."""
    found = project.store.newest(Filter(kinds=("session",), states=("active",)), limit=_FEW)
    own = (each for each in found if isinstance(each, Session) and each.author in ("", project.place.author))
    return next(own, None)


def work_tree_files(project: Project) -> list[str]:
    """The files of the work tree that are the project's own; none without trust, since nothing of it is read then."""
    if not project.trusted:
        return []
    exclude = project.settings.capture.exclude
    try:
        return list(own_files(project.place.root, project.repository(), exclude, project.place.home))
    except GitError:
        return []


def work_tree_stack(project: Project, files: Sequence[str] | None = None) -> Stack:
    """What the work tree is made of.

    Args:
        project: the project.
        files: those of the work tree, where they are known already.
    """
    return stack(work_tree_files(project) if files is None else files, partial(_text, project))


def _text(project: Project, path: str) -> str | None:
    raw = read(project.place.root / path, _MANIFEST_BYTES).raw
    return None if raw is None else raw.decode("utf-8-sig", "replace")


def _parts(known: Stack) -> Sequence[reports.Part]:
    return [
        reports.Part(each.path, each.kind, each.name, each.dependencies, redact(each.about).text)
        for each in known.manifests
    ]


def _weight(memory: MemoryBase) -> tuple[bool, int, float]:
    """The pinned first, then the important, then the latest."""
    return not memory.pinned, -memory.importance, -memory.created_at.timestamp()


def _followed(memory: MemoryBase, renamed: dict[str, str]) -> MemoryBase:
    """A memory of a file under its former name also concerns it under its new one."""
    now_called = [renamed[path] for path in memory.files if path in renamed]
    return memory.model_copy(update={"files": (*memory.files, *now_called)}) if now_called else memory
