"""Drafts of commit messages and pull request descriptions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from whence.analysis import commit_style
from whence.analysis.symbols import outline
from whence.capture.ignore import Rules
from whence.capture.pending import Pending, brought, pending
from whence.engine.completion import Ask, think, thinks
from whence.engine.drafts import composition
from whence.engine.drafts.composition import Known
from whence.engine.drafts.prompt import COMMIT_MESSAGE, PULL_REQUEST
from whence.engine.quotes import reading
from whence.git import branches, history, repositories
from whence.git.plumbing import Repository
from whence.models.prompt import Material
from whence.project.project import Project
from whence.secrets.redaction import redact
from whence.values.base import EPOCH, fenced, one_line, unique
from whence.values.errors import InvalidRequest
from whence.values.markdown import clean, inline
from whence.values.memory import Bug, Change, Decision, FileEdit, Link, MemoryBase, Note, Session
from whence.values.operation import Progress, operation
from whence.values.protocol import Filter
from whence.values.reports import cite
from whence.values.reports.drafts import Draft

_SUBJECTS = 60
"""Commits from which the project's wording is learnt."""

_COMMITS = 200
"""Commits of a branch whose messages are read, the newest."""

_COMMITS_SHOWN, _MESSAGE_SHOWN = 40, 1000
"""Commits whose messages a model reads, the newest, and characters of each."""

_LONGEST_MESSAGE = 20_000
"""Characters of a commit's message that are looked at."""

_DIFF_CHARACTERS = 24_000
"""Characters of the diff that a model reads, some 8,000 tokens."""

_MEMORY_TOKENS = 3000
"""Tokens of the memories that it reads."""

_HELD = 500
"""Memories of a session that are looked at, the newest."""

_CITED = 30


@thinks
@operation
def draft_commit_message(project: Project, progress: Progress = lambda message, share: None) -> Draft:
    """Draft the message of the next commit: of what is staged, or else of all that is not committed.

    It is worded as the project words its commits. Nothing is committed.

    Raises:
        InvalidRequest: there is no repository here, or the workspace is not trusted.
        GitError: git can't be asked.
        ApprovalNeeded: the user has to be asked first, and this face can't.
        Cancelled: `progress` asked to stop.
    """
    repository = project.repository()
    if repository is None:
        raise InvalidRequest("There is no git repository here, or the workspace is not trusted.")
    progress("Reading what is not committed", 0.0)
    head = repositories.head(repository)
    found = pending(repository, head.commit, _looked_at(project, repository), outline, _limit(project))
    if not found.edits:
        return Draft(title="", markdown="", branch=head.branch, left_out=found.left_out, note=_nothing(found))
    known = _known_of(project, found.edits, _since(project, repository, head.commit))
    how = _wording(project, repository)
    title, body = composition.commit_message(found.edits, known, how, head.branch)
    shown, cut = composition.changed(found.edits, _DIFF_CHARACTERS)
    read = reading(known.memories, _MEMORY_TOKENS)
    task = f"Write the commit message. Subjects of at most {how.length} characters."
    thought = think(
        project,
        Ask(COMMIT_MESSAGE, task, (*_habits(how), *_diffs(found.edits, shown), *read.material)),
        progress=progress,
    )
    if thought.answer is not None:
        title = one_line(clean(thought.answer.subject), 120)
        body = _with_closing(clean(thought.answer.body).strip(), known.solved)
    whole = f"{title}\n\n{body}".strip()
    return Draft(
        title=title,
        body=body,
        markdown=fenced(whole),
        branch=head.branch,
        files=len(found.edits),
        cited=tuple(cite(each) for each in known.memories[:_CITED]),
        left_out=found.left_out,
        model=thought.model,
        note=_notes(
            f"A {head.operation} is under way, for which git has a message of its own." if head.operation else "",
            "" if found.staged else "Nothing is staged: it is of all that is not committed.",
            _left(found),
            _cut(cut) if thought.model else "",
            read.note if thought.model else "",
            thought.note,
        ),
    )


@thinks
@operation
def draft_pull_request(project: Project, base: str = "", progress: Progress = lambda message, share: None) -> Draft:
    """Draft the title and description of a pull request: what, why, how tested, decisions, errors solved.

    From the branch's commits and their diff against where it parted from the base, and what the session and the
    Changes remember. Without commits of its own, from what is not committed; without git, from the session alone.

    Args:
        base: the branch or commit to merge into; without it, the remote's default branch, or `main` or `master`.

    Raises:
        InvalidRequest: there is no branch or commit of that name.
        GitError: git can't be asked.
        ApprovalNeeded: the user has to be asked first, and this face can't.
        Cancelled: `progress` asked to stop.
    """
    repository = project.repository()
    progress("Reading what the branch changes", 0.0)
    found, against, branch, note = Pending(), "", "", ""
    commits: list[str] = []
    messages: list[str] = []
    if repository is not None:
        head = repositories.head(repository)
        branch, looked_at = head.branch, _looked_at(project, repository)
        if head.commit:
            parted = branches.difference(repository, base.strip(), head.commit)
            against, commits = parted.base, list(reversed(parted.commits[:_COMMITS]))
            if commits:
                found = brought(repository, parted.fork, head.commit, looked_at, outline, _limit(project))
                messages = [redact(_whole_lines(each.message)).text for each in history.commits(repository, commits)]
        waiting = history.status(repository)
        if not commits and waiting:
            found = pending(repository, head.commit, looked_at, outline, _limit(project))
            note = "The branch has no commits of its own: it is of what is not committed."
        elif waiting:
            note = f"What is not committed is not in it ({_files(len(waiting))})."
    known = _known_of(project, found.edits, EPOCH, commits)
    if not found.edits:
        tracked = [each for each in known.changes if known.session and each.session == known.session.id]
        found = replace(found, edits=_merged(tracked))
        note = "git tells of no change: it is from the session alone." if found.edits else note
    if not found.edits:
        nothing = f"{branch or 'The work tree'} changes nothing" + (f" against {against}" if against else "")
        return Draft(
            title="",
            markdown="",
            branch=branch,
            base=against,
            left_out=found.left_out,
            note=_notes(
                f"{nothing}, and no session tells of changes: there is no pull request to draft.", _left(found)
            ),
        )
    how = _wording(project, repository)
    title, body = composition.pull_request(found.edits, messages, known, how, branch)
    shown, cut = composition.changed(found.edits, _DIFF_CHARACTERS)
    read = reading(known.memories, _MEMORY_TOKENS)
    said = tuple(Material("Commit", each[:_MESSAGE_SHOWN]) for each in messages[-_COMMITS_SHOWN:])
    task = f"Write the pull request for the branch {one_line(branch, 100) or 'at hand'}."
    thought = think(
        project,
        Ask(PULL_REQUEST, task, (*_habits(how), *said, *_diffs(found.edits, shown), *read.material)),
        progress=progress,
    )
    if (answer := thought.answer) is not None:
        title = one_line(clean(answer.title), 120)
        body = composition.described(
            found.edits, known, what=answer.what, why=answer.why, tested=answer.tested, careful=answer.careful
        )
    return Draft(
        title=title,
        body=body,
        markdown=f"# {inline(title, 300)}\n\n{body}",
        branch=branch,
        base=against,
        files=len(found.edits),
        cited=tuple(cite(each) for each in known.memories[:_CITED]),
        left_out=found.left_out,
        model=thought.model,
        note=_notes(
            note,
            _left(found),
            _cut(cut) if thought.model else "",
            read.note if thought.model else "",
            thought.note,
        ),
    )


# ------------------------------------------------------------ what is at hand


def _limit(project: Project) -> int:
    return project.settings.capture.max_file_kilobytes * 1024


def _looked_at(project: Project, repository: Repository) -> Rules:
    return Rules(repository.root, repository, project.settings.capture.exclude, project.place.home)


def _wording(project: Project, repository: Repository | None) -> commit_style.Style:
    if repository is None:
        return commit_style.Style()
    return commit_style.style([redact(each).text for each in history.recent_messages(repository, _SUBJECTS)])


def _since(project: Project, repository: Repository, commit: str) -> datetime:
    """When the last commit was made: what is not committed came after it."""
    found = history.commits(repository, [commit]) if commit else []
    return found[0].at if found else EPOCH


def _known_of(project: Project, edits: Sequence[FileEdit], since: datetime, commits: Sequence[str] = ()) -> Known:
    """What is remembered of edits.

    Args:
        edits: what was done.
        since: memories of the session from before it belong to other edits.
        commits: ids of the commits that hold them.
    """
    paths = {path for each in edits for path in (each.path, each.old_path) if path}
    found = {each.id: each for each in project.store.by_keys([f"commit:{id}" for id in commits])}
    active = _active_of_mine(project)
    sessions = Counter(each.session for each in found.values() if each.session)
    session = active or next((each for each in _sessions_of(project, sessions) if isinstance(each, Session)), None)
    held: list[MemoryBase] = []
    if session is not None:
        held = project.store.newest(Filter(session=session.id, archived=True), limit=_HELD)
    beside = [*project.store.opened(), *held]
    for each in beside:
        touches = isinstance(each, Change) and (not paths or any(edit.path in paths for edit in each.edits))
        if isinstance(each, Change) and touches and (each.open or (not each.commit and each.created_at >= since)):
            found[each.id] = each
    changes = [each for each in found.values() if isinstance(each, Change) and each.deleted_at is None]
    ordered = tuple(sorted(changes, key=lambda each: (each.created_at, each.id)))
    targets = unique(link.target for each in ordered for link in each.links if link.relation == "implements")
    links = {Link(relation="solved_by", target=each.id) for each in ordered}
    solved = [each for each in project.store.linking(list(found)) if links & {*each.links}] if ordered else []
    fresh = [each for each in held if _at(each) >= since and (not each.files or not paths or paths & {*each.files})]
    related = {each.id: each for each in (*project.store.get(targets), *solved, *fresh) if each.deleted_at is None}
    told = sorted(related.values(), key=lambda each: (each.created_at, each.id))
    bugs = [each for each in told if isinstance(each, Bug)]
    return Known(
        session=session,
        changes=ordered,
        decisions=tuple(each for each in told if isinstance(each, Decision) and each.status in _IN_FORCE),
        solved=tuple(each for each in bugs if each.resolved),
        unsolved=tuple(each for each in bugs if not each.resolved),
        notes=tuple(each for each in told if isinstance(each, Note)),
    )


def _active_of_mine(project: Project) -> Session | None:
    found = project.store.newest(Filter(kinds=("session",), states=("active",)), limit=50)
    mine = (each for each in found if isinstance(each, Session) and each.author in ("", project.place.author))
    return next(mine, None)


def _sessions_of(project: Project, counted: Counter[str]) -> list[MemoryBase]:
    return project.store.get([id for id, _ in counted.most_common(3)])


_IN_FORCE = ("proposed", "accepted")


def _whole_lines(message: str) -> str:
    """A message, or of a long one its beginning; cut between lines, so that no half of a secret is left."""
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE].rpartition("\n")[0]


def _at(each: MemoryBase) -> datetime:
    """When it came to matter: a bug when it was solved."""
    return each.resolved_at or each.created_at if isinstance(each, Bug) else each.created_at


def _merged(changes: Sequence[Change]) -> tuple[FileEdit, ...]:
    """One edit for each file, of several the latest, with the lines of all."""
    found: dict[str, FileEdit] = {}
    for edit in (edit for each in changes for edit in each.edits):
        before = found.get(edit.path)
        counts = {"added": edit.added + before.added, "removed": edit.removed + before.removed} if before else {}
        found[edit.path] = edit.model_copy(update=counts)
    return tuple(sorted(found.values(), key=lambda each: each.path))


# ---------------------------------------------------------------- for a model


def _habits(how: commit_style.Style) -> tuple[Material, ...]:
    return (Material("Subjects of earlier commits", "\n".join(how.examples)),) if how.examples else ()


def _diffs(edits: Sequence[FileEdit], shown: Sequence[tuple[FileEdit, str]]) -> tuple[Material, ...]:
    held = tuple(Material(_headed(each), text) for each, text in shown)
    rest = [_headed(each) for each in edits if not each.diff]
    return (*held, Material("Further files", "\n".join(rest[:200]))) if rest else held


def _headed(each: FileEdit) -> str:
    moved = f" (was {each.old_path})" if each.old_path else ""
    return f"{each.path}{moved}: {each.action}, +{each.added} -{each.removed}"


def _with_closing(body: str, solved: Sequence[Bug]) -> str:
    missing = [each for each in composition.closing(solved) if each.casefold() not in body.casefold()]
    return "\n\n".join(part for part in (body, "\n".join(missing)) if part)


# ---------------------------------------------------------------- what to know


def _nothing(found: Pending) -> str:
    return _notes("There is nothing to commit: no file differs from the last commit.", _left(found))


def _left(found: Pending) -> str:
    told = [f"{each.count} × {each.reason} ({', '.join(each.examples)})" for each in found.left_out]
    return f"Left out: {'; '.join(told)}." if told else ""


def _cut(lines: int) -> str:
    return f"{lines} lines of the diff were more than the model was shown." if lines else ""


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _notes(*notes: str) -> str:
    return " ".join(each for each in notes if each)
