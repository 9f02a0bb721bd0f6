"""One open project: its storage, its threads, and what every operation uses."""

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Self

from whence.background.autosave import Autosave
from whence.background.code_index import CodeIndex
from whence.background.decision_files import Records
from whence.background.indexer import Indexer
from whence.background.other_processes import Elsewhere
from whence.background.recorder import Recorder
from whence.background.writer import Writer
from whence.engine.links.rules import Related
from whence.git import repositories
from whence.git.plumbing import Repository
from whence.models.completion import Models
from whence.models.disclosure import ProviderEmbedder
from whence.models.spending import Spending
from whence.project import link_queue
from whence.project.active_sessions import Active, settle
from whence.project.location import Project, cache_home, data_home, locate
from whence.project.pictures import drop_pictures, pictures_of, undisturbed
from whence.project.recalls import Recalls
from whence.store import Store
from whence.values.base import now, one_line
from whence.values.completion import CompletionAnswer, CompletionRequest, Estimate
from whence.values.errors import GitError, NotFound, StorageError, WhenceError
from whence.values.memory import Change, MemoryBase
from whence.values.protocol import Acknowledged, Filter
from whence.values.settings import Settings

log = logging.getLogger(__name__)

BIN_DAYS = 30
"""Days that a deleted memory can be restored."""


_LINKED_AT_ONCE = 100
"""Commits that are linked in one go."""

_PURGED_AT_ONCE = 500
"""Memories that are removed in one commit."""


class Opened:
    """One project's memory, open.

    Args:
        folder: a folder of the project.
        settings: options; defaults without.
        capture: whether to notice changes by itself. The language server does, a one-shot command line doesn't.
        lasting: whether this process stays, and so makes vectors and tidies up in the background. One that captures
            does, and it alone replaces the vectors of another model.
        trusted: whether the workspace is. Without trust nothing of it is read or run: no git, no capture.
        changed: called from other threads with the ids of memories written, empty where only the status changed; it
            must be quick.
        approve: asks the user whether a model may be asked, by an estimate of what that costs; it may take its time.
            Without it, what has to be asked about raises `ApprovalNeeded`.
        ask_editor: has the editor's own language model answer, where there is one.
        secrets: keys and addresses of providers, by the names of the environment variables that hold them otherwise,
            such as `OPENAI_API_KEY`; kept in memory alone.

    Raises:
        StorageError: the data folder or the database can't be opened.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings | None = None,
        *,
        capture: bool = False,
        lasting: bool = False,
        trusted: bool = True,
        changed: Callable[[tuple[str, ...]], None] = lambda ids: None,
        approve: Callable[[Estimate], bool] | None = None,
        ask_editor: Callable[[CompletionRequest], CompletionAnswer] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.trusted = trusted
        self.project: Project = locate(folder, use_git=trusted)
        self.changed = changed
        self.storage = _database(self.settings, self.project)
        self.store = Store.open(self.storage)
        self.active = Active(self.project.home, self.project.author)
        self.writer = Writer(self.store, self._written, self._prepare)
        self.closing = threading.Event()
        self.models = Models(self.settings.models, secrets, ask_editor)
        self.spending = Spending(
            data_home() / "spending", self.settings.spending, self.project.id, approve, self.closing
        )
        self.indexer = Indexer(
            self.store,
            self.settings.embedding,
            cache_home() / "models",
            lambda: self.changed(()),
            background=capture or lasting,
            replaces=capture,
            lease=self.project.home / "vectors.lock",
            provider=self._provider(),
        )
        self.code = CodeIndex(
            self.project.root,
            self.project.home / "code" / hashlib.sha256(os.fsencode(self.project.root)).hexdigest()[:16],
            (*self.settings.capture.exclude, *self.settings.code.exclude),
            self.indexer,
            self.settings.embedding.model,
            files_of=self._files_of,
            always=self.settings.code.index,
            background=(capture or lasting) and trusted,
        )
        self.records = Records(self.project, self.store, self.writer)
        self.recalls = Recalls(self.project.home / "recalls-1.sqlite3")
        self.helpers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="whence-search")
        self.relating = ThreadPoolExecutor(max_workers=1, thread_name_prefix="whence-links")
        self._unlinked = self.project.home / "unlinked"
        self.recorder: Recorder | None = None
        if capture and trusted and self.settings.capture.enabled:
            self.recorder = Recorder(
                self.project.root,
                project=self.project.id,
                state=self.project.home / "capture",
                settings=self.settings.capture,
                store=self.store,
                writer=self.writer,
                committed=self._committed,
            )
            self._link_later(link_queue.left(self._unlinked))
        self.autosave: Autosave | None = None
        if capture and trusted and self.settings.conversations.auto_save:
            self.autosave = Autosave(self.settings.conversations, self.project, self.store, self.writer)
        self.indexer.start()
        self._settle_sessions()
        self.code.start()
        if self.recorder:
            self.recorder.start()
        if self.autosave:
            self.autosave.start()
        if capture and trusted:
            self.records.start()
        self.elsewhere = Elsewhere(self.store, lambda: self.changed(()), remote=bool(self.settings.storage.uri))
        if capture or lasting:
            self._empty_bin()
            self.elsewhere.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is waiting and stop every thread."""
        self.closing.set()
        self.elsewhere.close()
        if self.autosave:
            self.autosave.close()
        if self.recorder:
            self.recorder.close()
        self.records.close()
        self.relating.shutdown()
        self.code.close()
        self.indexer.close()
        self.spending.close()
        self.helpers.shutdown()
        self.recalls.close()
        self.writer.close()
        self.store.close()

    def settle(self, timeout: float, *, vectors: bool = False) -> bool:
        """Wait until everything noticed so far is stored and found by words, and by meaning if `vectors`.

        Args:
            timeout: seconds for each of the steps.
            vectors: whether to wait for vectors too.
        """
        recorded = self.recorder is None or self.recorder.settle(timeout)
        linked = self._related(timeout)
        return recorded and linked and self.indexer.settle(timeout, vectors=vectors)

    # ------------------------------------------------------------ noticing

    def saved(self, path: Path) -> None:
        """Tell that the editor saved a file; returns at once."""
        self.code.saved([path])
        self.records.stir()
        if self.recorder:
            self.recorder.saved(path)

    def opened(self, path: Path, text: str) -> None:
        """Tell that the editor opened a file with this text; returns at once."""
        if self.recorder:
            self.recorder.opened(path, text)

    # ------------------------------------------------------------ inside

    def _prepare(self, each: MemoryBase) -> MemoryBase:
        """The last touch to a memory before it is written: the session that it came to be in."""
        return self.active.stamp(each)

    def _files_of(self, ids: Sequence[str]) -> list[str]:
        return [file for each in self.store.get(ids) for file in each.files]

    def _written(self, ids: tuple[str, ...]) -> None:
        self.code.written(ids)
        self.indexer.written(ids)
        self.records.stir()
        self.changed(ids)

    def _committed(self, ids: Sequence[str]) -> None:
        """Commits were captured: see to it that they are linked, by the next process if not by this one."""
        link_queue.keep(self._unlinked, ids)
        self._link_later(ids)

    def _link_later(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _LINKED_AT_ONCE):
            with suppress(RuntimeError):  # closing: they are written down
                self.relating.submit(self._relate, ids[start : start + _LINKED_AT_ONCE])

    def _relate(self, ids: Sequence[str]) -> None:
        """Link commits to what their messages speak of, on a thread of its own: no save waits for it."""
        try:
            found = [each for each in self.store.get(ids) if isinstance(each, Change)]
            self.relate(sorted(found, key=lambda each: (each.created_at, each.id)))
        except WhenceError as error:
            log.warning("what commit messages speak of could not be linked: %s", error)
        else:
            link_queue.done(self._unlinked, ids)

    def _related(self, timeout: float) -> bool:
        """Wait until the commits written so far are linked. False after `timeout` seconds."""
        try:
            self.relating.submit(lambda: None).result(timeout)
        except (TimeoutError, RuntimeError):
            return False
        return True

    def relate(self, changes: Sequence[Change]) -> Related:
        """Link Changes to what their messages speak of, as far as it is known how."""
        return Related()

    def keep(self, given: MemoryBase) -> Acknowledged:
        """Put a memory that someone made on disk."""
        self.writer.write([given])
        return Acknowledged(ids=(given.id,), note=f"Kept “{given.title}”.")

    def purge(self, ids: Sequence[str]) -> None:
        """Remove memories for good, and the pictures that no other bug shows."""
        gone: set[str] = set()
        for start in range(0, len(ids), _PURGED_AT_ONCE):
            some = ids[start : start + _PURGED_AT_ONCE]
            gone |= pictures_of(self.store.get(some))
            self.writer.write(purge=some)
        if gone:
            folder, bugs = self.project.home / "pictures", Filter(kinds=("bug",), archived=True)
            with undisturbed(folder):
                left = chain(self.store.each(bugs), self.store.each(bugs, place="bin"))
                drop_pictures(folder, gone, pictures_of(each for some in left for each in some))

    def _settle_sessions(self) -> None:
        """End sessions that were forgotten, and learn which ones are active."""
        try:
            with self.active.deciding():
                settle(self.active, self.store, self.writer, self.settings.session.forgotten_hours)
        except WhenceError as error:
            log.warning("the active session could not be looked up: %s", error)

    def _provider(self) -> ProviderEmbedder | None:
        """The embedding model, where it is a provider's: its name begins with the provider."""
        name = self.settings.embedding.model
        if "/" not in name:
            return None
        return ProviderEmbedder(name, self.models, self.spending, self.project.root, self.closing)

    def repository(self) -> Repository | None:
        """The project's repository; None without one, without trust, or where git can't be asked."""
        if not self.trusted or not self.project.git:
            return None
        try:
            return repositories.find(self.project.root)
        except GitError:
            return None

    def one(self, id: str) -> MemoryBase:
        """The memory of this id.

        Raises:
            NotFound: there is none.
        """
        found = self.store.get([id])
        if not found:
            raise NotFound(f"There is no memory {one_line(id, 60)}.")
        return found[0]

    def _empty_bin(self) -> None:
        try:
            if old := self.store.deleted_before(now() - timedelta(days=BIN_DAYS)):
                self.purge(old)
        except StorageError as error:
            log.warning("the bin could not be emptied: %s", error)


def _database(settings: Settings, project: Project) -> str:
    if settings.storage.uri:
        return f"{settings.storage.uri.rstrip('/')}/{project.id}"
    return str(project.home / "memory")
