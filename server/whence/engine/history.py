"""History: the repository's past as memories, imported once and kept up."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from whence.analysis.enclosing import enclosing
from whence.analysis.symbols import outline
from whence.capture.coalesce import Sealed, sealed
from whence.capture.ignore import Rules
from whence.engine import origins
from whence.engine.authors import follow_mailmap
from whence.engine.first_questions import first_questions
from whence.engine.links.operations import relate
from whence.git import past
from whence.git.past import Listed, Past
from whence.git.patches import PatchOptions
from whence.git.people import is_bot
from whence.git.plumbing import Repository
from whence.pages.history import page
from whence.project.project import Project
from whence.project.unfinished import unfinished
from whence.readers.references import references
from whence.values.base import Time, Words, now, one_line
from whence.values.errors import InvalidRequest
from whence.values.handed_out import marked
from whence.values.memory import Change
from whence.values.operation import Progress, operation
from whence.values.protocol import Filter
from whence.values.reports import LeftOut
from whence.values.reports.history import ImportedHistory

_BATCH = 100
"""Commits that are read and written together: a write of so many takes a tenth of a second, and a save waits no longer.
LanceDB grows slow where each has a commit of its own."""

_TOLD = 100
"""Ids that an import answers."""

_EXAMPLES = 5
"""Names that are told of what was left out for one reason."""

_SETTLED = 10.0
"""Seconds that capture is given to take up what git did last, before its commits are listed, and the search index to
take up what was imported."""

_ALL = Filter(kinds=("change",), archived=True)


@operation
def import_history(
    project: Project,
    branches: Words = (),
    since: Time | None = None,
    limit: Annotated[int, Field(ge=1)] | None = None,
    progress: Progress = lambda message, share: None,
) -> ImportedHistory:
    """Make a Change of every commit of the repository's past, the newest first.

    What a commit says it fixes becomes a resolved bug, unless it is known.
    Commits that are known already, captured live or imported before, are passed over; so an import that was stopped
    goes on where it was, and one that is called again takes what came since. It can be searched by words while it
    runs; search by meaning follows in the background. The answer counts what memory holds by then, and has up to three
    questions to try, each of which was asked and has a good answer.

    Args:
        branches: branches whose commits are imported; without any, those that HEAD descends from.
        since: only commits of this moment or later.
        limit: at most so many commits, the newest.

    Raises:
        InvalidRequest: there is no repository here, no branch of that name, or the workspace is not trusted.
        GitError: git is missing or can't be asked.
        Cancelled: `progress` asked to stop; what was imported until then is kept.
    """
    repository = _past(project)
    if project.recorder:
        project.recorder.settle(_SETTLED)  # what was just committed is captured with what the user added to it
    progress("Listing commits", 0.0)
    tips = _tips(repository, branches)
    if not tips:
        return ImportedHistory(note="There is no commit yet, so there is no history to import.")
    listed, failure = past.reachable(repository, tips, since=since, limit=limit)
    known = project.store.keys("change")
    todo = [each for each in listed if f"commit:{each.id}" not in known]
    tally = _Tally(len(listed), unchanged=len(listed) - len(todo))
    rules = Rules(repository.root, repository, project.settings.capture.exclude, project.place.home)
    most = project.settings.capture.max_file_kilobytes * 1024
    options = PatchOptions(outline, rules.refuses, most, enclosing)
    unlinked = unfinished(project.place)
    if unlinked.exists():
        before = (memory for some in project.store.each(_ALL) for memory in some if isinstance(memory, Change))
        tally.citing += [change.id for change in before if change.commit][::-1]
    elif todo:
        unlinked.touch()
    for done in range(0, len(todo), _BATCH):
        progress(f"{done:,} of {len(todo):,} commits", done / len(todo))
        _import(project, repository, todo[done : done + _BATCH], options, tally)
    tally.citing.reverse()  # the oldest first: what one takes back, a later one may take back again
    for done in range(0, len(tally.citing), _BATCH):
        progress("Linking commits that name one another", 1.0)
        found = project.store.get(tally.citing[done : done + _BATCH])
        tally.bugs += relate(project, [memory for memory in found if isinstance(memory, Change)]).bugs
    unlinked.unlink(missing_ok=True)
    if renamed := follow_mailmap(project, repository):
        what = "1 change names its author" if renamed == 1 else f"{renamed} changes name their authors"
        tally.notes.append(f"{what} as `.mailmap` does by now.")
    origins.update(project, (), progress)
    if failure:
        tally.notes.append(f"There may be more: {failure}")
    if past.cut_off(repository):
        tally.notes.append("The clone is shallow: `git fetch --unshallow` brings what came before.")
    progress("Looking at what was found", 1.0)
    return _found(project, tally)


def _found(project: Project, tally: "_Tally") -> ImportedHistory:
    """The answer: what was done, what memory holds by now, and what can be asked of it."""
    project.indexer.settle(_SETTLED)  # a question is tried, and what was just written answers it
    counts = project.store.counts()
    found = tally.imported().model_copy(
        update={
            "title": f"The history of {project.place.name}",
            "changes": counts.get("change", 0),
            "fixes": project.store.standing(Filter(kinds=("bug",), archived=True)).get(("bug", "fixed"), 0),
            "decisions": counts.get("decision", 0),
            "people": sum(1 for name in project.store.counts("author") if name and not is_bot(name)),
            "questions": first_questions(project),
        }
    )
    return found.model_copy(update={"markdown": marked(page(found))})


def _past(project: Project) -> Repository:
    if not project.trusted:
        raise InvalidRequest(
            "This workspace is not trusted, so git is not run in it. Trust it, and import its history then."
        )
    repository = past.find(project.place.root)
    if repository is None:
        raise InvalidRequest("This folder is in no git repository, so there is no history to import.")
    return repository


def _import(
    project: Project, repository: Repository, listed: Sequence[Listed], options: PatchOptions, tally: "_Tally"
) -> None:
    """Read some commits and write what they tell, in one commit of storage."""
    begun = now()
    changes: dict[str, Change] = {}
    for each, found in past.read(repository, listed, options):
        if isinstance(found, str):
            tally.leave_out(found, each.id)
        else:
            tally.future += found.commit.at >= begun
            changes[f"commit:{each.id}"] = _change(each, found, project.place.id)
    # Whoever wrote one of them meanwhile, perhaps with a person's additions, was first.
    for memory in project.store.by_keys(list(changes)):
        for key in changes.keys() & set(memory.keys()):
            tally.unchanged += 1
            del changes[key]
    order = {each.id: number for number, each in enumerate(listed)}
    put = sorted(changes.values(), key=lambda change: order[change.commit])
    project.writer.write(put)
    # At once: an import that is stopped has its links, but for those to what is older.
    tally.bugs += relate(project, put[::-1]).bugs
    tally.added += len(put)
    tally.citing += [change.id for change in put if _cites(change)]
    tally.ids += [change.id for change in put[: _TOLD - len(tally.ids)]]


class _Tally:
    """What an import has come to so far."""

    def __init__(self, commits: int, unchanged: int) -> None:
        self.commits = commits
        self.added, self.unchanged, self.future, self.bugs = 0, unchanged, 0, 0
        self.ids: list[str] = []
        self.citing: list[str] = []
        """Changes whose messages name commits, which may be imported after them."""
        self.notes: list[str] = []
        self._left_out: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def leave_out(self, reason: str, commit: str) -> None:
        """Count a commit that is not imported."""
        self._left_out[reason] += 1
        if len(examples := self._examples.setdefault(reason, [])) < _EXAMPLES:
            examples.append(commit[:12])

    def imported(self) -> ImportedHistory:
        """What was done."""
        return ImportedHistory(
            commits=self.commits,
            added=self.added,
            unchanged=self.unchanged,
            left_out=tuple(
                LeftOut(reason=reason, count=count, examples=tuple(self._examples[reason]))
                for reason, count in self._left_out.most_common()
            ),
            ids=tuple(self.ids),
            note=" ".join(self._sentences()),
        )

    def _sentences(self) -> Iterator[str]:
        counts = ((self.unchanged, "known"), (self._left_out.total(), "left out"))
        known, left_out = (f"; {n:,} {'was' if n == 1 else 'were'} {what}" if n else "" for n, what in counts)
        yield f"Imported {self.added:,} {'commit' if self.added == 1 else 'commits'}{known}{left_out}."
        if self.bugs:
            yield f"{self.bugs:,} {'bug is' if self.bugs == 1 else 'bugs are'} known from fixes among them."
        if self.future:
            yield f"{self.future} with a date in the future count as made now."
        yield from self.notes


def _tips(repository: Repository, branches: Words) -> list[tuple[str, str]]:
    """The branches with the ids of their newest commits; none before the first commit.

    Raises:
        InvalidRequest: there is no branch of that name.
    """
    if not branches:
        return past.heads(repository)
    tips = [(branch, past.tip(repository, branch)) for branch in branches]
    if missing := [branch for branch, id in tips if not id]:
        raise InvalidRequest(f"There is no branch {one_line(missing[0], 60)!r} here; nothing was imported.")
    return tips


def _change(listed: Listed, found: Past, project: str) -> Change:
    change = sealed(Sealed(found.commit, found.edits, listed.branch, note=found.note), None, (), project=project)
    return change.model_copy(update={"source": "import"})


def _cites(change: Change) -> bool:
    """Whether its message names a commit, by id or as one that it reverts, which may be imported after it."""
    return any(named.thing == "commit" or named.verb == "reverts" for named in references(change.reason))
