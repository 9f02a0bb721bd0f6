"""Names of functions that an earlier version wrote wrongly into Changes, told anew once for each work tree.

Where lines kept their ends it counted each twice, so that an edit was named after what stands halfway up its file. What
the file's text no longer tells is left as it is.
"""

import logging
from collections.abc import Callable, Iterator

from whence.analysis.symbols import outline_whole
from whence.background.writer import Unchanged, Writer
from whence.capture.coalesce import renamed
from whence.capture.worktree import Worktree
from whence.git import names
from whence.store import Store
from whence.values.errors import GitError
from whence.values.memory import Change, FileEdit, MemoryBase
from whence.values.protocol import Filter

log = logging.getLogger(__name__)

MARK = "symbols"
"""Under which name it is kept of a work tree that its memories are mended."""

_VERSION = 1

_MOST = 500
"""Changes that are looked at, the newest."""


def mended(tree: Worktree) -> bool:
    """Whether the memories of this work tree were mended before."""
    return bool(tree.snapshots.get(MARK) == _VERSION)


def done(tree: Worktree) -> None:
    """Keep that nothing of this work tree is to be mended, now and at later starts."""
    tree.snapshots.set(MARK, _VERSION)


def mend(tree: Worktree, store: Store, writer: Writer) -> Iterator[None]:
    """Mend the newest Changes that capture made, an edit a step; stopped in between, all of it is done again.

    Raises:
        StorageError: memories can't be read or written.
    """
    count = 0
    found = store.newest(Filter(kinds=("change",), archived=True), limit=_MOST)
    for change in found:
        if not isinstance(change, Change) or change.source not in ("save", "commit"):
            continue
        edits: list[FileEdit] = []
        for edit in change.edits:
            edits.append(_edit(edit, change, tree))
            yield
        if tuple(edits) != change.edits:
            count += writer.update_all([change.id], _replacing(change.edits, tuple(edits))) != [None]
    done(tree)
    log.info("the names of functions in %d changes were told anew", count)


def _edit(edit: FileEdit, change: Change, tree: Worktree) -> FileEdit:
    """The edit named by the first text that tells: the commit's, or the one last seen, or HEAD's."""
    if not edit.diff:
        return edit
    commits = [change.commit] if change.commit else []
    seen = None if commits else tree.snapshots.seen(edit.path)
    texts = [seen.text] if seen is not None and seen.state != "unread" else []
    for commit in commits or [tree.head.commit]:
        try:
            there, text = tree.contents(commit, [edit.path])[edit.path]
        except GitError:
            continue  # the commit is gone; the edit stays as it is told
        if text is not None or not there:
            texts.append(text)
    return next((told for text in texts if (told := names.renamed(edit, text, outline_whole))), edit)


def _replacing(old: tuple[FileEdit, ...], new: tuple[FileEdit, ...]) -> Callable[[MemoryBase], MemoryBase]:
    def change(current: MemoryBase) -> MemoryBase:
        if not isinstance(current, Change) or current.edits != old:
            raise Unchanged
        return renamed(current, new)

    return change
