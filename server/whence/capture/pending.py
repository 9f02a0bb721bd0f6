"""What a commit or a branch would bring: its edits file by file, without secrets, and what is not looked into."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from whence.capture.ignore import Rules
from whence.git import history
from whence.git.edits import Outline, counted_edit, file_edit, is_made
from whence.git.history import Touched
from whence.git.plumbing import OPAQUE, Repository, objects
from whence.git.text import clean, read, storable
from whence.secrets.redaction import is_secret_file, redact_path
from whence.values.memory import FileEdit
from whence.values.reports import LeftOut
from whence.values.tally import Tally

MAX_FILES = 150
"""Files whose texts are compared; of further ones git's counts are taken."""

_AT_ONCE = 20
"""Files whose texts are in memory at once."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What would be committed, or is committed on a branch."""

    edits: tuple[FileEdit, ...] = ()
    """What was done to each file, sorted by path; diffs without secrets."""

    left_out: tuple[LeftOut, ...] = ()
    """Files that were not looked into, by reason."""

    staged: bool = False
    """Whether it is what the index holds."""


def pending(repository: Repository, head: str, rules: Rules, outline: Outline, limit: int) -> Pending:
    """What the next commit would bring: what is staged, or else all that differs in the work tree.

    Args:
        head: id of the commit that HEAD is at; empty before the first.
        rules: what is looked at.
        outline: names what encloses a line.
        limit: bytes of a file that is looked into.

    Raises:
        GitError: git can't be asked.
    """
    if staged := history.compared(repository, head, staged=True):
        return _edits(repository, staged, rules, outline, limit, staged=True)
    touched = history.compared(repository, head)
    fresh = [Touched(path, "", "A", "", "", None, None, True) for path in history.untracked(repository)]
    return _edits(repository, [*touched, *fresh], rules, outline, limit, tree=repository.root)


def brought(repository: Repository, old: str, new: str, rules: Rules, outline: Outline, limit: int) -> Pending:
    """What one commit has that another hasn't.

    Args:
        old: id of the commit to compare with.
        new: id of the commit.
        rules: what is looked at.
        outline: names what encloses a line.
        limit: bytes of a file that is looked into.

    Raises:
        GitError: git can't be asked.
    """
    return _edits(repository, history.compared(repository, old, new), rules, outline, limit)


def _edits(
    repository: Repository,
    touched: Sequence[Touched],
    rules: Rules,
    outline: Outline,
    limit: int,
    *,
    tree: Path | None = None,
    staged: bool = False,
) -> Pending:
    """The edits of these files.

    Args:
        tree: where what is new stands, if it is in no object of git's.
    """
    tally, edits = Tally(), []
    kept = set(rules.kept(each.path for each in touched))
    looked_at: list[Touched] = []
    for each in touched:
        if each.path not in kept:
            reason = "a file of secrets" if is_secret_file(each.path) else "a file that is not remembered"
            tally.add(reason, redact_path(storable(each.path)).text)
        elif not each.regular or is_made(each.path) or len(looked_at) >= MAX_FILES:
            edits.append(_counted(each))
        else:
            looked_at.append(each)
    for each, before, after in _texts(repository, looked_at, limit, tree):
        if before is None and after is None:
            edits.append(_counted(each))
            continue
        edit = file_edit(each.path, before, after, outline, old_path=each.old_path)
        if edit.added or edit.removed or each.status != "M":
            edits.append(edit)
        elif tree is None:  # a mode, or the ends of lines; in the work tree it may be its time alone
            edits.append(_counted(each))
    return Pending(tuple(sorted(edits, key=lambda each: each.path)), tally.left_out(), staged)


def _counted(each: Touched) -> FileEdit:
    return counted_edit(each.path, each.old_path, each.status, each.added, each.removed)


def _texts(
    repository: Repository, touched: Sequence[Touched], limit: int, tree: Path | None
) -> Iterator[tuple[Touched, str | None, str | None]]:
    """Each file's texts before and after, redacted; None where there is none, or what is there is no text."""
    for start in range(0, len(touched), _AT_ONCE):
        some = touched[start : start + _AT_ONCE]
        names = sorted({id.encode() for each in some for id in (each.old, each.new) if id})
        found = dict(zip(names, objects(repository, names, limit), strict=True))
        for each in some:
            before = found.get(each.old.encode()) if each.old else None
            after = found.get(each.new.encode()) if each.new else None
            if tree is not None and not each.new and each.status != "D":
                disk = read(tree / each.path, limit)
                after = disk.raw if disk.raw is not None or not disk.there else OPAQUE
            texts = clean(before), clean(after)
            binary = any(raw is not None and text is None for raw, text in zip((before, after), texts, strict=True))
            yield each, *((None, None) if binary else texts)
