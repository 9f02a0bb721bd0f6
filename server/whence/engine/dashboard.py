"""The dashboard: a year of a project's memory, counted."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import median

from whence.analysis.habits import Tally
from whence.engine.bill import made
from whence.engine.line_shares import MONTHS, counted
from whence.engine.patterns.operations import met_by_file
from whence.engine.reports import work_tree_files
from whence.git.people import is_assisted, is_bot
from whence.pages.dashboard import page
from whence.pages.dates import day, first_of_month, midnight
from whence.project.project import Project
from whence.values.base import EPOCH
from whence.values.handed_out import marked
from whence.values.memory import KINDS, Bug, Change
from whence.values.operation import Progress, operation
from whence.values.protocol import Filter
from whence.values.reports.dashboard import Dashboard, Figure, Month, Week

_WEEKS = 53
_FILES = 80
_PAGE = 500
MOST_CHANGES = 20_000
"""Changes that are looked at, the newest: some 4 s."""

_MICROSECOND = timedelta(microseconds=1)


@operation
def dashboard(project: Project, progress: Progress = lambda message, share: None) -> Dashboard:
    """Count a year of the project's memory: by week and kind, hot files, decisions, bugs, who made changes, costs."""
    today = datetime.now().astimezone().date()
    begins = [_monday(today) - timedelta(weeks=_WEEKS - 1 - number) for number in range(_WEEKS + 1)]
    weeks = _weeks(project, begins)
    firsts = [first_of_month(today, number - MONTHS + 1) for number in range(MONTHS + 1)]
    edges = [midnight(day) for day in firsts]
    tally, makers, more = _changes(project, edges, progress)
    progress("Reading bugs", 0.9)
    met, solved, took = _bugs(project, edges)
    months = tuple(
        Month(
            begin=edges[number],
            until=edges[number + 1],
            met=met[number],
            solved=solved[number],
            people=makers[number, "people"],
            assistants=makers[number, "assistants"],
            programs=makers[number, "programs"],
        )
        for number in range(MONTHS)
    )
    shares, _ = counted(project, lambda message, share: progress(message, 0.9))
    if files := work_tree_files(project):
        tally.leave_out(frozenset(files).__contains__)
    found = Dashboard(
        title=f"{project.place.name}: a year of memory",
        markdown="",
        weeks=weeks,
        months=months,
        lines=shares.months if shares else (),
        files=tally.hot(met_by_file(project, edges[0])[0], _FILES),
        decisions=_standing(project, "decision"),
        bugs=_standing(project, "bug"),
        days_to_solve=round(median(took), 1) if took else None,
        costs=made(project.spending, edges[0], None).days,
        note=_note(project, weeks, tally.changes, more=more),
    )
    return found.model_copy(update={"markdown": marked(page(found))})


def _note(project: Project, weeks: tuple[Week, ...], changes: int, *, more: bool) -> str:
    if not any(week.kinds for week in weeks):
        if newest := project.store.newest(Filter(archived=True), limit=1):
            return f"Nothing happened in the last year: the newest memory is of {day(newest[0].created_at, None)}."
        return "Nothing is remembered yet. Import the repository’s history to begin with what is there."
    return f"Files and authors are told from the newest {changes:,} changes." if more else ""


# ------------------------------------------------------------ stretches of time


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _stretch(edges: list[datetime], at: datetime) -> int | None:
    """The number of the stretch in which a moment lies; the last one's are all that come after its beginning.

    What a clock that is ahead wrote is of the last stretch as well.
    """
    if at < edges[0]:
        return None
    return min(sum(edge <= at for edge in edges), len(edges) - 1) - 1


# ------------------------------------------------------------ what is counted


def _weeks(project: Project, days: list[date]) -> tuple[Week, ...]:
    edges = [midnight(day) for day in days]
    bounds = [(edge - EPOCH) // _MICROSECOND for edge in edges[:-1]]
    marks: list[list[Figure]] = [[] for _ in bounds]
    for kind, cls in KINDS.items():
        moments = project.store.moments(Filter(kinds=(kind,), since=edges[0], archived=True), but="discarded")
        ends = [bisect_left(moments, bound) for bound in bounds[1:]] + [len(moments)]
        begin = 0
        for number, end in enumerate(ends):
            if end > begin:
                span = f"since:{days[number]} until:{days[number + 1]}"
                marks[number].append(Figure(name=cls.label, count=end - begin, query=f"kind:{kind} {span}"))
            begin = end
    return tuple(
        Week(begin=edges[number], until=edges[number + 1], kinds=tuple(each)) for number, each in enumerate(marks)
    )


def _changes(
    project: Project, edges: list[datetime], progress: Progress
) -> tuple[Tally, Counter[tuple[int, str]], bool]:
    """What was done to files, by whom in which month, and whether there is more than was looked at."""
    tally, made = Tally(), Counter[tuple[int, str]]()
    for change in _newest(project, edges[0]):
        if tally.changes >= MOST_CHANGES:
            return tally, made, True
        if tally.changes % _PAGE == 0:
            progress(f"Reading changes: {tally.changes:,} so far", 0.9 * tally.changes / MOST_CHANGES)
        automatic = is_bot(change.author)
        commit = bool(change.commit)
        tally.add(change.created_at, change.reason, change.author, change.edits, commit=commit, automatic=automatic)
        month = _stretch(edges, change.created_at)
        if month is not None:
            assisted = change.source == "assistant" or is_assisted(change.author, change.reason)
            made[month, "assistants" if assisted else "programs" if automatic else "people"] += 1
    return tally, made, False


def _newest(project: Project, since: datetime) -> Iterator[Change]:
    """The changes since a moment that were not thrown away, the newest first."""
    before = None
    while True:
        chosen = Filter(kinds=("change",), since=since, archived=True)
        page = project.store.newest(chosen, limit=_PAGE, before=before, but="discarded")
        yield from (each for each in page if isinstance(each, Change))
        if len(page) < _PAGE:
            return
        before = (page[-1].created_at, page[-1].id)


def _bugs(project: Project, edges: list[datetime]) -> tuple[Counter[int], Counter[int], list[float]]:
    """How many bugs were met and how many solved in each month, and how many days it took to solve them.

    A bug that is known by its fix alone was met and solved in one moment: it tells nothing of how long one takes.
    """
    met, solved = Counter[int](), Counter[int]()
    took: list[float] = []
    for some in project.store.each(Filter(kinds=("bug",), archived=True)):
        for bug in some:
            if not isinstance(bug, Bug):
                continue
            if (month := _stretch(edges, bug.created_at)) is not None:
                met[month] += 1
            at = bug.resolved_at or (bug.created_at if bug.commit else None)
            if at is None or not (bug.resolved or bug.commit):
                continue
            if (month := _stretch(edges, at)) is not None:
                solved[month] += 1
                if not bug.commit:
                    took.append(max(0.0, (at - bug.created_at) / timedelta(days=1)))
    return met, solved, took


def _standing(project: Project, kind: str) -> tuple[Figure, ...]:
    """How many memories of a kind stand where, the most first."""
    found = project.store.standing(Filter(kinds=(kind,), archived=True))
    counts = sorted(
        ((state, count) for (_, state), count in found.items() if state), key=lambda each: (-each[1], each[0])
    )
    return tuple(Figure(name=state, count=count, query=f"kind:{kind} state:{state}") for state, count in counts)
