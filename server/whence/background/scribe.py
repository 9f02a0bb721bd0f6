"""The scribe: writes what capture came to as Changes: begun, grown, sealed by a commit, or gone again.

What the user does to a memory meanwhile is never lost: it is read, changed and written in one, by the writer.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from whence.analysis.symbols import outline_whole as outline
from whence.background.writer import Unchanged, Writer
from whence.capture.coalesce import Draft, Outcome, Sealed, begun, closed, discarded, extended, sealed, treasured
from whence.capture.worktree import Worktree
from whence.git.edits import file_edit
from whence.values.errors import NotFound
from whence.values.memory import Change, MemoryBase

if TYPE_CHECKING:
    from whence.store import Store

Committed = Callable[[Sequence[str]], None]
"""Told the ids of commits' memories that are on disk."""


class Scribe:
    """Writes what capture found as memories.

    Args:
        tree: the work tree; asked for its author, and for a Change begun anew where the user removed one.
        project: id of the project, for the memories.
        store: where memories are read.
        writer: where they are written.
        committed: called with the ids of commits' memories that are on disk.
    """

    def __init__(self, tree: Worktree, project: str, store: "Store", writer: Writer, committed: Committed) -> None:
        self._tree, self._project, self._store, self._writer = tree, project, store, writer
        self._committed = committed

    def remembers(self, commit: str) -> bool:
        """Whether there is a memory of the commit, be it in the bin; told again, since a crash may have come before."""
        found = self._store.by_keys([f"commit:{commit}"])
        self._committed([each.id for each in found if not each.deleted_at])
        return bool(found)

    def close(self, id: str) -> None:
        """An open Change that left the work tree long ago will be in no commit any more."""
        with suppress(NotFound):
            self._writer.update(id, lambda current: closed(_change(current)))

    def write(self, outcome: Outcome) -> None:
        """Put an outcome on disk, new memories in one commit.

        Raises:
            StorageError: it may be there in part; writing it again is safe.
        """
        put: list[MemoryBase] = []
        grown: list[int] = []
        purge: list[str] = []
        if outcome.discarded:
            self._writer.update_all(outcome.discarded, _discarded)
        vanished = [draft.id for draft in outcome.drafts if draft.vanished]
        found = self._store.get(vanished) if vanished else []
        kept = {memory.id for memory in found if isinstance(memory, Change) and treasured(memory)}
        for number, draft in enumerate(outcome.drafts):
            if draft.fresh:
                put.append(self._begun(draft))
            elif draft.vanished and draft.id not in kept:
                purge.append(draft.id)
            else:
                grown.append(number)
        outcome.purged.update(purge)
        for commit in outcome.sealed:
            put += self._seal(commit)
        if put or purge:
            self._writer.write(put, purge, new=not outcome.sealed)
        self._grow(outcome, grown)
        if outcome.sealed:
            here = self._changes(self._store.by_keys([f"commit:{each.commit.id}" for each in outcome.sealed]))
            self._committed([change.id for change in here if not change.deleted_at])

    def _begun(self, draft: Draft) -> Change:
        edit = file_edit(draft.path, draft.before, draft.after, outline, old_path=draft.old_path)
        return begun(draft, edit, project=self._project, author=self._tree.author)

    def _grow(self, outcome: Outcome, numbers: Sequence[int]) -> None:
        """Let open Changes grow; from several threads where there are many, for the writer commits them together."""
        if len(numbers) > 1:
            with ThreadPoolExecutor(max_workers=16) as pool:
                done = list(pool.map(self._extend, [outcome.drafts[number] for number in numbers]))
        else:
            done = [self._extend(outcome.drafts[number]) for number in numbers]
        anew: list[MemoryBase] = []
        for number in (number for number, grown in zip(numbers, done, strict=True) if not grown):
            draft = outcome.drafts[number]
            if draft.stored and draft.last == draft.after:
                outcome.purged.add(draft.id)  # the user removed it, and nothing came after
                continue
            if draft.stored:
                draft = outcome.drafts[number] = self._tree.begin_anew(draft)
            anew.append(self._begun(draft))
        if anew:
            self._writer.write(anew)

    def _extend(self, draft: Draft) -> bool:
        """Whether the memory was there to grow."""
        edit = file_edit(draft.path, draft.before, draft.after, outline, old_path=draft.old_path)

        def change(current: MemoryBase) -> MemoryBase:
            if not isinstance(current, Change) or not current.open or current.deleted_at is not None:
                raise _Gone
            return extended(current, edit)

        try:
            self._writer.update(draft.id, change)
        except (NotFound, _Gone):
            return False
        return True

    def _seal(self, found: Sealed) -> list[MemoryBase]:
        """Make open Changes part of a commit's memory; returns it where there is none to start from."""
        own = self._changes(self._store.by_keys([f"commit:{found.commit.id}"]))
        absorbed = self._changes(self._store.get(found.absorbed))
        others = [change for change in absorbed if change.open and not change.deleted_at]
        kept = next((change for change in own if not change.deleted_at), None)
        if own and not others and not found.replaces:
            return []  # it is known; or the user threw it away
        if kept is None and found.replaces:
            replaced = self._changes(self._store.by_keys([f"commit:{found.replaces.id}"]))
            kept = next((change for change in replaced if not change.deleted_at), None)
        if kept is None and others:
            kept, *others = others
        if kept is None:
            return [] if own else [sealed(found, None, (), project=self._project)]
        # Read, changed and written in one: nothing that the user does to it meanwhile is lost.
        self._writer.update(kept.id, lambda current: sealed(found, _change(current), others, project=self._project))
        if purge := [change.id for change in others if change.id != kept.id]:
            self._writer.write(purge=purge, heir=kept.id)
        return []

    def _changes(self, found: Iterable[MemoryBase]) -> list[Change]:
        return [each for each in found if isinstance(each, Change)]


class _Gone(Exception):
    """The memory to be extended is not open any more, or in the bin."""


def _discarded(current: MemoryBase) -> Change:
    change = _change(current)
    if not change.open:
        raise Unchanged
    return discarded(change)


def _change(current: MemoryBase) -> Change:
    if not isinstance(current, Change):
        raise TypeError(f"{current.id} is no Change")
    return current
