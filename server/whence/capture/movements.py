"""What git does is not the user's editing: commits seal what they contain, and files that git wrote are seen anew."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from whence.capture.causes import Content
from whence.capture.coalesce import Draft, Outcome, Sealed
from whence.capture.refresh import refresh
from whence.capture.snapshots import Open
from whence.capture.worktree import Worktree
from whence.git import history, repositories
from whence.git.diff import MAX_LINES
from whence.git.edits import counted_edit, file_edit, is_made
from whence.git.history import Commit, Moved, Step, Touched
from whence.git.plumbing import UNREADABLE, Repository, objects
from whence.git.repositories import Head
from whence.git.text import clean, digest, read
from whence.secrets.redaction import redact
from whence.values.errors import GitError
from whence.values.memory import FileEdit

log = logging.getLogger(__name__)

MAX_FILES = 2000
"""Files that the memory of a commit lists."""

MAX_DIFFS = 200
"""Files of a commit whose diffs are kept."""

MAX_DIFF_LINES = 4000
"""Lines of all diffs of a commit."""

_PATIENCE = 3.0
"""Seconds that git is waited for while it moves."""

_ENTRIES = 50
"""Entries of the stash that may hold what left the work tree."""

_IN_ONE_WRITE = 50
"""Commits that are written in one go."""


def look(tree: Worktree, remembered: Callable[[str], bool]) -> Iterator[Outcome]:
    """Notice what git has done since the last look, and take it up. Costs a dozen `stat` calls where it did nothing.

    Args:
        remembered: whether there is a memory of the commit of this id.

    Raises:
        GitError: git can't be asked; nothing was noted, so the next look finds the same.
    """
    repository = tree.repository
    if repository is None or tree.unmoved():
        return
    signature = _await(repository)
    now = repositories.head(repository)
    was, known = _noted(tree)
    if was is None:
        mark = history.log(repository, None)[0]
        tree.head = now
    else:
        newest, entries = history.log(repository, known)
        steps, mark = _steps(was, now, known, newest, entries)
        for step in steps:
            yield from _seal(tree, repository, step, now, remembered)
        tree.head = now
        reset = entries is None or any(entry.message.startswith("reset") for entry in entries[1:])
        tree.later.update(refresh(tree, repository, was, now, reset=reset))
        tree.left = tree.left or (was.commit, was.stash) != (now.commit, now.stash)
    _note(tree, mark)
    tree.signature = signature


def thrown_away(tree: Worktree) -> Iterator[Outcome]:
    """The open Changes that left the work tree for good: their files are as HEAD has them, and no stash holds them.

    Costs nothing where none left since the last time. While git is at work it is put off.
    """
    if not tree.left or tree.later or tree.head.operation not in ("", "bisect"):
        return
    if not (tree.at_rest() and tree.unmoved()):
        return
    away: dict[str, list[Open]] = {}
    for each in tree.snapshots.detached():
        away.setdefault(each.path, []).append(each)
    held = _held_back(tree, away) if away else set()
    heads = tree.contents(tree.head.commit, list(away))
    gone = [each.id for path, known in away.items() if _is_as_head(tree, path, heads[path]) for each in known]
    tree.left = False
    if ids := tuple(id for id in gone if id not in held):

        def confirm(outcome: Outcome) -> None:
            with tree.snapshots.together():
                for id in outcome.discarded:
                    tree.snapshots.drop_open(id)

        yield Outcome(discarded=ids, confirm=confirm)


def _held_back(tree: Worktree, away: Mapping[str, list[Open]]) -> set[str]:
    """Ids of those Changes that an entry of the stash holds, in the text it has of their file or on the way there."""
    held: set[str] = set()
    for entry in tree.head.stash[:_ENTRIES]:
        tracked, untracked = (tree.contents(commit, list(away)) for commit in (entry, f"{entry}^3"))
        for path, known in away.items():
            texts = [tracked[path][1], *(text for there, text in [untracked[path]] if there)]
            for text in texts:
                wanted = digest(text)
                for each in reversed(known):
                    if each.after_digest == wanted:
                        held.add(each.id)
                        wanted = digest(each.before)
    return held


def _is_as_head(tree: Worktree, path: str, head: Content) -> bool:
    disk = read(tree.root / path, tree.limit)
    return (disk.there, clean(disk.raw)) == head


def pass_over(tree: Worktree) -> None:
    """Take git's state as it is, without a memory of how it came about."""
    if tree.repository is not None:
        tree.signature = repositories.signature(tree.repository)
        tree.head = repositories.head(tree.repository)
        _note(tree, history.log(tree.repository, None)[0])


def recall(tree: Worktree) -> bool:
    """Go on from where an earlier run was. False where there was none."""
    was, _ = _noted(tree)
    if was is not None:
        tree.head = was
    return was is not None


def _await(repository: Repository) -> tuple[object, ...]:
    """Wait, within bounds, until git has stopped moving; the signature then."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        signature = repositories.signature(repository)
        time.sleep(0.02)
        rests = repositories.lock_stamp(repository) is None and repositories.signature(repository) == signature
        if rests or time.monotonic() > deadline:
            return signature


def _note(tree: Worktree, mark: list[str]) -> None:
    tree.snapshots.set("head", {**asdict(tree.head), "branch": tree.branch, "mark": mark})


def _noted(tree: Worktree) -> tuple[Head | None, list[str]]:
    noted = tree.snapshots.get("head")
    if noted is None:
        return None, []
    return Head(noted["commit"], noted["branch"], noted["operation"], tuple(noted["stash"])), noted["mark"]


def _steps(
    was: Head, now: Head, known: list[str], newest: list[str], entries: list[Moved] | None
) -> tuple[list[Step], list[str]]:
    """What happened, and the place in HEAD's log up to which it is taken up."""
    if entries is None:
        # No log tells. On the same branch what is new has arrived; on another one HEAD was merely moved.
        arrived = was.commit != now.commit and was.branch in (now.branch, redact(now.branch).text)
        return ([Step("arrive", was.commit, now.commit, now.branch)] if arrived else []), newest
    steps, done = history.steps(entries, branch=now.branch, rebasing=now.operation == "rebase")
    if done == len(entries):
        return steps, newest
    return steps, [*(entry.mark for entry in reversed(entries[:done])), *known[1:]][: len(newest)]


# ---------------------------------------------------------------- commits


def _seal(
    tree: Worktree, repository: Repository, step: Step, now: Head, remembered: Callable[[str], bool]
) -> Iterator[Outcome]:
    """The commits that a step brought, the oldest first."""
    waiting = Outcome()
    try:
        commits, replaced = _new_commits(repository, step)
    except GitError as error:
        log.warning("commits could not be read: %s", error)
        return
    for commit in commits:
        try:
            files = history.touched(repository, commit)
            local = step.kind in ("commit", "amend")
            # What a merge brings was made elsewhere; the merge itself was made here.
            own = files if not local or commit.id == step.new else []
            absorbed, cut = _contained(tree, repository, own, local=local, at_head=commit.id == now.commit)
            if not absorbed and not cut and commit.id not in replaced and remembered(commit.id):
                continue
            if len(commit.parents) > 1:
                solved = history.solved(repository, commit)
                files = [file for file in files if file.path in solved]
            edits, note = _edits(tree, repository, files)
        except (GitError, ValueError) as error:
            log.warning("a commit could not be read: %s", error)
            continue
        ids = tuple(each.id for each in absorbed)
        found = Sealed(commit, edits, step.branch, ids, replaced.get(commit.id), note)
        if ids or cut or found.replaces:
            if waiting.sealed:
                yield waiting
                waiting = Outcome()
            yield _absorbing(tree, found, cut)
            continue
        waiting.sealed.append(found)
        if len(waiting.sealed) == _IN_ONE_WRITE:
            yield waiting
            waiting = Outcome()
    if waiting.sealed:
        yield waiting


def _new_commits(repository: Repository, step: Step) -> tuple[list[Commit], dict[str, Commit]]:
    """The commits of a step, and by the id of some of them the commit that each replaces."""
    if step.kind == "amend":
        new, old = history.commits(repository, [step.new]), history.commits(repository, [step.old])
        new = history.ordered(repository, new)
        return new, {step.new: old[0]} if old else {}
    if step.kind == "arrive" and not step.old:
        return [], {}  # a first pull is a clone: its history is imported when the user asks
    new = history.ordered(repository, history.commits(repository, history.between(repository, step.old, step.new)))
    if len(new) == history.MAX_COMMITS:
        log.info("more than %d commits came at once: the newest of them are remembered", len(new))
    if step.kind != "rebase":
        return new, {}
    dropped = history.commits(repository, history.between(repository, step.new, step.old))
    by_origin = {commit.origin: commit for commit in dropped}
    return new, {commit.id: by_origin[commit.origin] for commit in new if commit.origin in by_origin}


def _absorbing(tree: Worktree, found: Sealed, cut: list[Draft]) -> Outcome:
    def confirm(outcome: Outcome) -> None:
        with tree.snapshots.together():
            for id in found.absorbed:
                tree.snapshots.drop_open(id)
            for draft in outcome.drafts:
                tree.settle_draft(draft, purged=draft.id in outcome.purged)

    return Outcome(drafts=cut, sealed=[found], confirm=confirm)


def _contained(
    tree: Worktree, repository: Repository, files: list[Touched], *, local: bool, at_head: bool
) -> tuple[list[Open], list[Draft]]:
    """The open Changes that a commit contains, and what remains of one of which it contains a part.

    Args:
        files: what the commit changed.
        local: whether it was made here from the index, so that it may hold a part of what is in the work tree.
        at_head: whether the work tree stands on it.
    """
    absorbed: list[Open] = []
    cut: list[Draft] = []
    for path, text in _committed(tree, repository, files):
        taken, rest = _taken(tree, path, text, local=local, at_head=at_head)
        absorbed += taken
        if rest is not None:
            cut.append(rest)
    return sorted(absorbed, key=lambda each: each.id), cut


def _committed(tree: Worktree, repository: Repository, files: list[Touched]) -> Iterator[tuple[str, str | None]]:
    """What a commit holds at each path of which there are open Changes: a text, or None where it removed the file."""
    targets = {file.path: file.new for file in files} | {file.old_path: "" for file in files if file.old_path}
    paths = sorted(tree.snapshots.with_opens(targets))
    wanted = [path for path in paths if targets[path]]
    raws = dict(zip(wanted, objects(repository, [targets[path].encode() for path in wanted], tree.limit), strict=True))
    for path in paths:
        text = clean(raws.get(path))
        if path not in raws or text is not None:
            yield path, text


def _taken(
    tree: Worktree, path: str, text: str | None, *, local: bool, at_head: bool
) -> tuple[list[Open], Draft | None]:
    """The open Changes of a file that a commit with this text of it contains, and what remains of the last one."""
    known = tree.snapshots.opens(path)
    here = [each for each in known if each.attached]
    away = [each for each in known if not each.attached and each.after_digest == digest(text)]
    reached = max((n for n, each in enumerate(here, 1) if each.after_digest == digest(text)), default=0)
    if reached or not here:
        return away + here[:reached], None
    seen = tree.snapshots.seen(path)
    last = seen.text if seen and seen.state != "unread" else None
    disk = clean(read(tree.root / path, tree.limit).raw) if at_head else last
    if (seen and last == text) or disk == text or (local and not (at_head and seen and disk == last)):
        return away + here, None  # what else is in the file, or was committed, came after and is taken up by itself
    if not local:
        return away, None
    # Something else than the file was staged: its last Change goes on from what was committed.
    return away + here[:-1], _rest(here[-1], path, text, last)


def _rest(change: Open, path: str, committed: str | None, last: str | None) -> Draft:
    """An open Change without what was committed of it."""
    return Draft(
        id=change.id,
        path=path,
        before=committed,
        last=last,
        after=last,
        branch=change.branch,
        at=datetime.fromtimestamp(change.saved_at, UTC),
        stored=change.stored,
    )


def _edits(tree: Worktree, repository: Repository, files: list[Touched]) -> tuple[tuple[FileEdit, ...], str]:
    """The edits of a commit, and a sentence on those that its memory leaves out."""
    shown = [file for file in files if _is_shown(tree, file)]
    told = [file for file in shown if file.regular and not is_made(file.path)][:MAX_DIFFS]
    names = [id.encode() for file in told for id in (file.old, file.new) if id]
    raws = dict(zip(names, objects(repository, names, tree.limit), strict=True))
    room = MAX_DIFF_LINES
    edits: list[FileEdit] = []
    for file in shown[:MAX_FILES]:
        counted = counted_edit(file.path, file.old_path, file.status, file.added, file.removed)
        if file not in told:
            edits.append(counted)
            continue
        before, after = (clean(raws.get(id.encode())) if id else None for id in (file.old, file.new))
        if (file.old and before is None) or (file.new and after is None):
            if any(id and raws.get(id.encode()) in (None, UNREADABLE) for id in (file.old, file.new)):
                edits.append(counted)  # a content is missing, as in a partial clone, or damaged
            continue  # no text by our measure, or too large
        if room <= 0 or is_made(file.path, after):
            edits.append(counted)
            continue
        edit = file_edit(
            file.path, before, after, tree.outline, old_path=file.old_path, most_lines=min(room, MAX_LINES)
        )
        room -= edit.diff.count("\n") + 1
        edits.append(edit)
    more = len(shown) - MAX_FILES
    return tuple(edits), f"(and {more} more files)" if more > 0 else ""


def _is_shown(tree: Worktree, file: Touched) -> bool:
    """Whether a commit's memory names the file: a text, a link or a submodule that no rule leaves out."""
    named = file.added is not None or not file.regular
    return named and not any(name and tree.rules.refuses(name) for name in (file.path, file.old_path))


# ---------------------------------------------------------------- files
