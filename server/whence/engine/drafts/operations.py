"""Drafts of commit messages and pull request descriptions."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from whence.analysis import commit_style
from whence.analysis.symbols import outline
from whence.capture.ignore import Rules
from whence.capture.pending import Pending, brought, pending
from whence.engine.completion import Ask, think, thinks
from whence.engine.drafts import composition
from whence.engine.drafts.composition import Known
from whence.engine.drafts.known import known_of
from whence.engine.drafts.prompt import COMMIT_MESSAGE, PULL_REQUEST
from whence.engine.quotes import quotes_of
from whence.git import branches, history, repositories
from whence.git.plumbing import Repository
from whence.models.prompt import Material
from whence.project.project import Project
from whence.secrets.redaction import redact
from whence.values import reason
from whence.values.base import EPOCH, fenced, one_line
from whence.values.errors import InvalidRequest
from whence.values.markdown import clean, inline
from whence.values.memory import Bug, Change, FileEdit
from whence.values.operation import Progress, operation
from whence.values.reports import Draft, cite

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
    known = known_of(project, found.edits, _since(project, repository, head.commit))
    how = _wording(project, repository)
    title, body = composition.commit_message(found.edits, known, how, head.branch)
    shown, cut = composition.changed(found.edits, _DIFF_CHARACTERS)
    read = quotes_of(known.memories, _MEMORY_TOKENS)
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
    work = _Work() if repository is None else _of_branch(project, repository, base.strip())
    known = known_of(project, work.found.edits, EPOCH, work.commits)
    if not work.found.edits:
        work = _of_session(work, known)
    found, edits = work.found, work.found.edits
    if not edits:
        return _nothing_to_merge(work)
    how = _wording(project, repository)
    title, body = composition.pull_request(edits, work.messages, known, how, work.branch)
    shown, cut = composition.changed(edits, _DIFF_CHARACTERS)
    read = quotes_of(known.memories, _MEMORY_TOKENS)
    messages = [reason.said(each) or reason.subject(each) for each in composition.telling(work.messages)]
    said = tuple(Material("Commit", each[:_MESSAGE_SHOWN]) for each in messages[-_COMMITS_SHOWN:])
    task = f"Write the pull request for the branch {one_line(work.branch, 100) or 'at hand'}."
    thought = think(
        project,
        Ask(PULL_REQUEST, task, (*_habits(how), *said, *_diffs(edits, shown), *read.material)),
        progress=progress,
    )
    if (answer := thought.answer) is not None:
        title = one_line(clean(answer.title), 120)
        body = composition.described(
            edits, known, what=answer.what, why=answer.why, tested=answer.tested, careful=answer.careful
        )
    return Draft(
        title=title,
        body=body,
        markdown=f"# {inline(title, 300)}\n\n{body}",
        branch=work.branch,
        base=work.base,
        files=len(edits),
        cited=tuple(cite(memory) for memory in known.memories[:_CITED]),
        left_out=found.left_out,
        model=thought.model,
        note=_notes(
            work.note,
            _left(found),
            _cut(cut) if thought.model else "",
            read.note if thought.model else "",
            thought.note,
        ),
    )


# ------------------------------------------------------------ what is at hand


@dataclass(frozen=True, slots=True)
class _Work:
    """What a pull request would bring."""

    found: Pending = field(default_factory=Pending)
    base: str = ""
    """What it would be merged into."""
    branch: str = ""
    commits: tuple[str, ...] = ()
    """Ids of the branch's own commits, the oldest first."""
    messages: tuple[str, ...] = ()
    """What these say, redacted."""
    note: str = ""


def _of_branch(project: Project, repository: Repository, base: str) -> _Work:
    """What the branch changes: its commits, or else what is not committed."""
    head = repositories.head(repository)
    work, looked_at = _Work(branch=head.branch), _looked_at(project, repository)
    if head.commit:
        parted = branches.difference(repository, base, head.commit)
        work = replace(work, base=parted.base, commits=tuple(reversed(parted.commits[:_COMMITS])))
        if work.commits:
            told = history.commits(repository, list(work.commits))
            work = replace(
                work,
                found=brought(repository, parted.fork, head.commit, looked_at, outline, _limit(project)),
                messages=tuple(redact(_whole_lines(commit.message)).text for commit in told),
            )
    waiting = history.status(repository)
    if not waiting:
        return work
    if work.commits:
        return replace(work, note=f"What is not committed is not in it ({_files(len(waiting))}).")
    return replace(
        work,
        found=pending(repository, head.commit, looked_at, outline, _limit(project)),
        note="The branch has no commits of its own: it is of what is not committed.",
    )


def _of_session(work: _Work, known: Known) -> _Work:
    """The work as the Changes of the session tell of it, where git tells of none."""
    session = known.session
    edits = _merged([change for change in known.changes if session is not None and change.session == session.id])
    note = "git tells of no change: it is from the session alone." if edits else work.note
    return replace(work, found=replace(work.found, edits=edits), note=note)


def _nothing_to_merge(work: _Work) -> Draft:
    nothing = f"{work.branch or 'The work tree'} changes nothing" + (f" against {work.base}" if work.base else "")
    said = f"{nothing}, and no session tells of changes: there is no pull request to draft."
    return Draft(
        title="",
        markdown="",
        branch=work.branch,
        base=work.base,
        left_out=work.found.left_out,
        note=_notes(said, _left(work.found)),
    )


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


def _whole_lines(message: str) -> str:
    """A message, or of a long one its beginning; cut between lines, so that no half of a secret is left."""
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE].rpartition("\n")[0]


def _merged(changes: Sequence[Change]) -> tuple[FileEdit, ...]:
    """One edit for each file, of several the latest, with the lines of all."""
    found: dict[str, FileEdit] = {}
    for edit in (edit for change in changes for edit in change.edits):
        before = found.get(edit.path)
        counts = {"added": edit.added + before.added, "removed": edit.removed + before.removed} if before else {}
        found[edit.path] = edit.model_copy(update=counts)
    return tuple(sorted(found.values(), key=lambda each: each.path))


# ---------------------------------------------------------------- for a model


def _habits(how: commit_style.Style) -> tuple[Material, ...]:
    return (Material("Subjects of earlier commits", "\n".join(how.examples)),) if how.examples else ()


def _diffs(edits: Sequence[FileEdit], shown: Sequence[tuple[FileEdit, str]]) -> tuple[Material, ...]:
    held = tuple(Material(_headed(edit), text) for edit, text in shown)
    rest = [_headed(edit) for edit in edits if not edit.diff]
    return (*held, Material("Further files", "\n".join(rest[:200]))) if rest else held


def _headed(edit: FileEdit) -> str:
    moved = f" (was {edit.old_path})" if edit.old_path else ""
    return f"{edit.path}{moved}: {edit.action}, +{edit.added} -{edit.removed}"


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
