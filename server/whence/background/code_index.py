"""The code index of a work tree: made when asked, kept up in the background from then on.

Indexing compares the files with what was indexed: an unchanged one costs a `stat`, a changed one is parsed again, one
that is gone is forgotten. It commits in batches, so that stopping loses nothing and beginning again resumes. A thread
of low urgency keeps up with what is saved and makes the vectors; of several processes one does so.
"""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from whence.background.code_files import Files, Pass, pieces_of, read_file
from whence.git import repositories
from whence.store.code import CodeStore
from whence.store.code_rows import CodeFile, Piece
from whence.values.errors import Cancelled, GitError, WhenceError
from whence.values.operation import Progress

if TYPE_CHECKING:
    from whence.background.indexer import Indexer

log = logging.getLogger(__name__)

_BATCH = 100
"""Files that are written in one commit."""

_EMBED_BATCH = 64
_LOOK_SECONDS = 5.0
"""How often the thread looks whether git moved, whether the model has come, and whether storage wants tidying."""

_REST_SECONDS = 0.3
"""Time that saves are waited for after the first, so that a burst is one commit."""


class CodeIndex:
    """The code index of one work tree.

    Args:
        root: its top.
        folder: a folder of ours for this work tree.
        exclude: glob patterns in .gitignore's syntax, of files that are left out.
        indexer: where vectors come from.
        model: the embedding model's name.
        files_of: the files that memories of these ids concern.
        always: whether to index without having been asked.
        background: whether to keep up.
        changed: called when there is more to find; it must be quick.
    """

    def __init__(
        self,
        root: Path,
        folder: Path,
        exclude: Sequence[str],
        indexer: "Indexer",
        model: str,
        *,
        files_of: Callable[[Sequence[str]], Iterable[str]] = lambda ids: (),
        always: bool = False,
        background: bool = False,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.root = root.resolve()
        self._folder, self._exclude, self._indexer, self._model = folder, tuple(exclude), indexer, model
        self._always, self._changed, self._files_of = always, changed, files_of
        self._store: CodeStore | None = None
        self._opening, self._passing = threading.Lock(), threading.Lock()
        self._dirty: dict[str, None] = {}
        self._written: dict[str, None] = {}
        self._wake = threading.Condition()
        self._stop = threading.Event()
        self._busy = False
        self._signature: object = None
        self._thread: threading.Thread | None = None
        if background:
            self._thread = threading.Thread(target=self._keep_up, name="whence-code", daemon=True)

    def start(self) -> None:
        """Begin to keep up, where the work tree was indexed before or always is."""
        if self._thread and (self._always or (self._folder / "files.lance").exists()):
            self._begin()

    def close(self) -> None:
        """Stop; what is undone is found at the next start."""
        self._stop.set()
        with self._wake:
            self._wake.notify_all()
        if self._thread and self._thread.is_alive():
            self._thread.join()
        if self._store:
            self._store.close()

    @property
    def exists(self) -> bool:
        """Whether anything was indexed here."""
        return (self._folder / "files.lance").exists()

    @property
    def store(self) -> CodeStore:
        """The index on disk, opened when first used.

        Raises:
            StorageError: it can't be opened.
        """
        with self._opening:
            if self._store is None:
                self._store = CodeStore.open(self._folder)
            return self._store

    def saved(self, files: Iterable[Path | str]) -> None:
        """Tell that these files were written, moved or removed, by path or relative to the root; returns at once."""
        if self._keeps_up:
            with self._wake:
                for each in files:
                    with suppress(ValueError):
                        self._dirty[(self.root / each).relative_to(self.root).as_posix()] = None
                self._wake.notify_all()

    def written(self, ids: Sequence[str]) -> None:
        """Tell that these memories were written: what they say of files may be news; returns at once."""
        if self._keeps_up:
            with self._wake:
                self._written.update(dict.fromkeys(ids))
                self._wake.notify_all()

    @property
    def _keeps_up(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def _told(self) -> bool:
        return bool(self._dirty or self._written)

    def settle(self, timeout: float) -> bool:
        """Wait until all that was told is indexed. False on timeout; true at once where nothing keeps up."""
        with self._wake:
            return self._wake.wait_for(lambda: not ((self._told or self._busy) and self._keeps_up), timeout)

    # ------------------------------------------------------------ indexing

    def index(self, progress: Progress = lambda message, share: None) -> Pass:
        """Bring the whole index up to date with the files.

        Raises:
            Cancelled: the progress callback asked to stop; the batches that were written stay.
            StorageError: the index can't be written.
        """
        with self._passing:
            done = Pass()
            progress("Looking at the files", 0.0)
            listed = self._files().listed(done, progress)
            known = self.store.stamps()
            # Until new files are read those that are gone are kept: a renamed one's vectors are taken over.
            changed = []
            for path, found in listed.items():
                stamp = known.get(path)
                if stamp is None or stamp[:2] != (found.st_size, found.st_mtime_ns):
                    changed.append(path)
            done.unchanged = len(listed) - len(changed)
            for start in range(0, len(changed), _BATCH):
                share = start / len(changed)
                progress(f"Indexing {len(changed):,} files: {start:,} done", 0.02 + 0.9 * share)
                self._write(changed[start : start + _BATCH], known, done)
            gone = [path for path in known if path not in listed]
            progress("Putting the index in order", 0.93)
            self._forget(gone, done)
            if changed or gone:
                self.store.maintain(force=len(changed) > _BATCH)
            self.store.finish()
            self._recount(done, listed, set(changed))
        self._begin()
        return done

    def look_at(self, files: Sequence[str]) -> Pass:
        """Bring the index up to date with these files alone, named relative to the root."""
        with self._passing:
            done = Pass()
            known = self.store.stamps(files)
            there = self._files().wanted(files)
            changed = [
                path
                for path, found in there.items()
                if path not in known or known[path][:2] != (found.st_size, found.st_mtime_ns)
            ]
            for start in range(0, len(changed), _BATCH):
                self._write(changed[start : start + _BATCH], known, done)
            self._forget([path for path in known if path not in there], done)
        return done

    def _write(self, batch: Sequence[str], known: dict[str, tuple[int, int, str]], done: Pass) -> None:
        """Read, parse and write some files, in one commit."""
        files: list[CodeFile] = []
        touched: list[CodeFile] = []
        pieces: list[Piece] = []
        for path in batch:
            row, parsed, reason = read_file(self.root, path, known.get(path))
            if reason == "same":
                touched.append(row)
                done.unchanged += 1
                continue
            files.append(row)
            if reason:
                done.leave_out(reason, path)
            elif parsed is not None:
                pieces += pieces_of(path, parsed)
                done.broken += parsed.broken
                done.added += path not in known
                done.updated += path in known
        self.store.put(files, pieces)
        self.store.touch(touched)

    def _files(self) -> Files:
        return Files(self.root, self._exclude, self._folder)

    def _forget(self, gone: Sequence[str], done: Pass) -> None:
        self.store.forget(gone)
        done.removed += len(gone)

    def _recount(self, done: Pass, listed: dict[str, os.stat_result], changed: set[str]) -> None:
        """Count again what was left out at an earlier pass and is as it was."""
        if len(changed) == len(listed):
            return
        for path, payload in self.store.left_out():
            if path not in changed:
                done.leave_out(json.loads(payload).get("left_out", "unreadable"), path)
                done.unchanged -= 1

    # ------------------------------------------------------------ keeping up

    def _begin(self) -> None:
        """Keep up from now on, if this process does."""
        with self._wake:
            if self._thread and self._thread.ident is None and not self._stop.is_set():
                self._busy = True
                self._thread.start()

    def _keep_up(self) -> None:
        keeper = FileLock(self._folder.parent / f"{self._folder.name}.keeper", thread_local=False, mode=0o600)
        try:
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            while not self._stop.is_set():
                if keeper.is_locked or _acquired(keeper):
                    self._round()
                with self._wake:
                    self._busy = False
                    self._wake.notify_all()
                    self._wake.wait_for(lambda: self._told or self._stop.is_set(), _LOOK_SECONDS)
                    self._busy = self._told
                self._stop.wait(_REST_SECONDS if self._busy else 0)
        except Exception:
            log.exception("the code index is not kept up any more; reload the window to start it again")
        finally:
            keeper.release()
            with self._wake:
                self._busy = False
                self._dirty.clear()
                self._written.clear()
                self._wake.notify_all()

    def _round(self) -> None:
        """Take up what was saved and what git did; then make some vectors."""
        with self._wake:
            files, ids = dict(self._dirty), list(self._written)
            self._dirty.clear()
            self._written.clear()
        try:
            if ids:
                files |= dict.fromkeys(self._files_of(ids))
            if self._moved():
                if self._always or self.store.complete:
                    self.index(self._unless_stopped)
                    self._changed()
            elif files:
                self.look_at(list(files))
                self._changed()
        except WhenceError as error:
            self._signature = None  # so that all files are looked at again
            self._say("the code index will be brought up to date later: %s", error)
        try:
            self.embed(until=lambda: self._told or self._stop.is_set())
            self.store.maintain()
        except WhenceError as error:
            self._say("the code index is searched by words alone for now: %s", error)

    def _say(self, message: str, error: WhenceError) -> None:
        if not self._stop.is_set():
            log.warning(message, error)

    def _unless_stopped(self, message: str, share: float) -> None:
        if self._stop.is_set():
            raise Cancelled("The window was closed.")

    def _moved(self) -> bool:
        """Whether git moved since the last look, or this is the first."""
        try:
            repository = repositories.find(self.root)
        except GitError:
            repository = None
        signature = ("",) if repository is None else repositories.signature(repository)
        moved, self._signature = signature != self._signature, signature
        return moved

    def embed(
        self, until: Callable[[], bool] = lambda: False, progress: Progress = lambda message, share: None
    ) -> bool:
        """Give entities their vectors until all have one or `until` says so. False without a model."""
        if not self._indexer.local:
            return False  # the source code itself is not sent to a provider
        todo = self.store.unembedded(self._model, _EMBED_BATCH)
        total = self.store.count()[1] if todo else 0
        done = total and self.store.embedded(self._model)
        while todo and not until():
            vectors = self._indexer.vector([text for _, text in todo])
            if vectors is None:
                return False
            self.store.put_vectors(self._model, [(handle, vectors[n]) for n, (handle, _) in enumerate(todo)])
            self.store.maintain()  # every batch is a commit, and reads slow down with them
            done += len(todo)
            progress(f"Making vectors: {done:,} of {total:,}", min(1.0, done / max(total, 1)))
            todo = self.store.unembedded(self._model, _EMBED_BATCH)
        return True


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return False
    return True
