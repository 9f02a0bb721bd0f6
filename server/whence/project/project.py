"""One open project: its storage, its threads, and what every operation uses.

`open_project` builds the value, `start` sets it going, and its `close` ends it. Operations are functions of `engine`
that take it first.
"""

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Self

from whence.background.autosave import Autosave
from whence.background.code_graph import CodeGraphs
from whence.background.code_index import CodeIndex
from whence.background.decision_files import Records
from whence.background.indexer import Indexer
from whence.background.linker import Linker
from whence.background.neighbours import Neighbours
from whence.background.other_processes import OtherProcesses
from whence.background.recorder import Recorder
from whence.background.writer import Writer
from whence.capture.handed_out import HandedOut
from whence.git import repositories
from whence.git.plumbing import Repository
from whence.models.completion import Models
from whence.models.disclosure import ProviderEmbedder
from whence.models.spending import Spending
from whence.project.active_sessions import Active, settle
from whence.project.apart import place_apart
from whence.project.location import cache_home, data_home, locate
from whence.project.pictures import drop_pictures, pictures_of, undisturbed
from whence.project.recalls import Recalls
from whence.retrieval.rarity import Rarity
from whence.store import Ledger, Store
from whence.values.base import now, one_line
from whence.values.completion import CompletionAnswer, CompletionRequest, Estimate, ProviderRequest
from whence.values.errors import GitError, NotFound, StorageError, WhenceError
from whence.values.memory import Change, MemoryBase
from whence.values.place import Place
from whence.values.protocol import Filter
from whence.values.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

BIN_DAYS = 30
"""Days that a deleted memory can be restored."""

_PURGED_AT_ONCE = 500
"""Memories that are removed in one commit."""


@dataclass(eq=False)
class Project:
    """What is open of one project: a plain value, safe from any thread."""

    place: Place
    """Where it lives."""

    settings: Settings
    """The user's options."""

    trusted: bool
    """Whether the workspace is. Without trust nothing of it is read or run: no git, no capture."""

    storage: str
    """Where its database is: a folder, or an address."""

    store: Store
    """Its memories."""

    writer: Writer
    """The only one that writes them."""

    active: Active
    """Who has a session under way."""

    models: Models
    """What answers questions, where the user chose it."""

    spending: Spending
    """The user's consent and purse."""

    indexer: Indexer
    """Makes passages and vectors."""

    code_index: CodeIndex
    """The functions and classes of the work tree."""

    graphs: CodeGraphs
    """Their imports."""

    neighbours: Neighbours
    """What is near to a file."""

    decision_files: Records
    """Decision records, and the Decisions that are kept in step with them."""

    recalls: Recalls
    """How often memories were recalled."""

    handed: HandedOut
    """What was handed out lately."""

    linker: Linker
    """Has commits linked to what their messages speak of."""

    other_processes: OtherProcesses
    """Notices what others write."""

    recorder: Recorder | None
    """Captures the work tree; None where nothing is captured."""

    autosave: Autosave | None
    """Takes turns of transcripts; None where nobody wants that."""

    helpers: ThreadPoolExecutor
    """Threads that work for an operation while it does something else."""

    closing: threading.Event
    """Set once the project is to be closed."""

    lasting: bool
    """Whether this process stays, and so tidies up in the background."""

    captures: bool
    """Whether it is the one that notices what happens in the work tree."""

    rarity: tuple[int, Rarity] = (0, Rarity())
    """How many passages there were when words were last counted, and the counts."""

    plan: list[Estimate] | None = None
    """Where an operation is only planned, what it would ask of models so far: nothing is sent or written then."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is waiting and stop every thread."""
        self.closing.set()
        self.other_processes.close()
        if self.autosave:
            self.autosave.close()
        if self.recorder:
            self.recorder.close()
        self.decision_files.close()
        self.linker.close()
        self.code_index.close()
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
        linked = self.linker.settle(timeout)
        return recorded and linked and self.indexer.settle(timeout, vectors=vectors)

    def saved(self, path: Path) -> None:
        """Tell that the editor saved a file; returns at once."""
        self.code_index.saved([path])
        self.decision_files.stir()
        if self.recorder:
            self.recorder.saved(path)

    def opened(self, path: Path, text: str) -> None:
        """Tell that the editor opened a file with this text; returns at once."""
        if self.recorder:
            self.recorder.opened(path, text)

    def repository(self) -> Repository | None:
        """The project's repository; None without one, without trust, or where git can't be asked."""
        if not self.trusted or not self.place.git:
            return None
        try:
            return repositories.find(self.place.root)
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

    def vectors_of(self, texts: Sequence[str]) -> "NDArray[np.float32] | None":
        """The vectors of questions; None without a model, or where a provider would be sent what is only planned."""
        if self.plan is not None and not self.indexer.local:
            return None
        return self.indexer.vector(texts)

    def recalled(self, ids: Iterable[str]) -> None:
        """Count that memories were recalled; not where an operation is only planned. Returns at once."""
        if self.plan is None:
            self.recalls.note(ids)

    def handed_out(self, pages: Sequence[str]) -> None:
        """Keep in mind what somebody is shown, so that it is no memory where it is pasted. Returns at once."""
        if self.plan is None and not self.closing.is_set():
            for page in pages:
                self.helpers.submit(self.handed.keep, page)

    def purge(self, ids: Sequence[str]) -> None:
        """Remove memories for good, and the pictures that no other bug shows."""
        gone: set[str] = set()
        for start in range(0, len(ids), _PURGED_AT_ONCE):
            some = ids[start : start + _PURGED_AT_ONCE]
            gone |= pictures_of(self.store.get(some))
            self.writer.write(purge=some)
        if gone:
            folder, bugs = self.place.home / "pictures", Filter(kinds=("bug",), archived=True)
            with undisturbed(folder):
                left = chain(self.store.each(bugs), self.store.each(bugs, place="bin"))
                drop_pictures(folder, gone, pictures_of(bug for some in left for bug in some))


def open_project(
    folder: Path,
    settings: Settings | None = None,
    *,
    capture: bool = False,
    lasting: bool = False,
    trusted: bool = True,
    changed: Callable[[tuple[str, ...]], None] = lambda ids: None,
    approve: Callable[[Estimate], bool] | None = None,
    ask_editor: Callable[[CompletionRequest], CompletionAnswer] | None = None,
    fetch: Callable[[ProviderRequest], bool] | None = None,
    secrets: Mapping[str, str] | None = None,
    names: str = "",
) -> Project:
    """Open one project's memory; nothing runs before `start`.

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
        fetch: has what providers' models are asked with installed, after it asked the user; tells whether it is there.
        secrets: keys and addresses of providers, by the names of the environment variables that hold them otherwise,
            such as `OPENAI_API_KEY`; kept in memory alone.
        names: of a memory that is kept apart from the folder's own, as `apart` tells them.

    Raises:
        StorageError: the data folder or the database can't be opened.
    """
    settings = settings or Settings()
    place = locate(folder, use_git=trusted)
    place = place_apart(place, names) if names else place
    storage = _database(settings, place)
    store = Store.open(storage)
    active = Active(place.home, place.author)
    closing = threading.Event()
    models = Models(settings.models, secrets, ask_editor, fetch)
    spending = Spending(data_home() / "spending", settings.spending, place.id, Ledger.open, approve, closing)

    def written(ids: tuple[str, ...]) -> None:
        code_index.written(ids)
        indexer.written(ids)
        decision_files.stir()
        changed(ids)

    writer = Writer(store, written, active.stamp)
    indexer = Indexer(
        store,
        settings.embedding,
        cache_home() / "models",
        lambda: changed(()),
        background=capture or lasting,
        replaces=capture,
        lease=place.home / "vectors.lock",
        provider=_provider(settings, models, spending, place, closing),
    )
    code_index = CodeIndex(
        place.root,
        place.home / "code" / hashlib.sha256(os.fsencode(place.root)).hexdigest()[:16],
        (*settings.capture.exclude, *settings.code.exclude),
        indexer,
        settings.embedding.model,
        files_of=lambda ids: [file for memory in store.get(ids) for file in memory.files],
        always=settings.code.index,
        background=(capture or lasting) and trusted,
    )
    decision_files = Records(place, store, writer)
    graphs = CodeGraphs(code_index, trusted=trusted)
    linker = Linker(store, place.home / "unlinked")
    return Project(
        place=place,
        settings=settings,
        trusted=trusted,
        storage=storage,
        store=store,
        writer=writer,
        active=active,
        models=models,
        spending=spending,
        indexer=indexer,
        code_index=code_index,
        graphs=graphs,
        neighbours=Neighbours(code_index, graphs, linker.submit),
        decision_files=decision_files,
        recalls=Recalls(place.home / "recalls-1.sqlite3"),
        handed=HandedOut(place.home),
        linker=linker,
        other_processes=OtherProcesses(store, lambda: changed(()), remote=bool(settings.storage.uri)),
        recorder=_recorder(place, settings, store, writer, linker) if capture and trusted else None,
        autosave=_autosave(place, settings, store, writer) if capture and trusted else None,
        helpers=ThreadPoolExecutor(max_workers=4, thread_name_prefix="whence-search"),
        closing=closing,
        lasting=capture or lasting,
        captures=capture and trusted,
    )


def start(project: Project, relate: Callable[[Project, Sequence[Change]], object]) -> None:
    """Set an opened project going: its threads, and what was left to do when it was closed.

    Args:
        project: as `open_project` built it.
        relate: links Changes to what their messages speak of.
    """
    project.linker.start(partial(relate, project), left=project.recorder is not None)
    project.indexer.start()
    _settle_sessions(project)
    project.code_index.start()
    if project.recorder:
        project.recorder.start()
    if project.autosave:
        project.autosave.start()
    if project.captures:
        project.decision_files.start()
    if project.lasting:
        _empty_bin(project)
        project.other_processes.start()


def _recorder(place: Place, settings: Settings, store: Store, writer: Writer, linker: Linker) -> Recorder | None:
    if not settings.capture.enabled:
        return None
    return Recorder(
        place.root,
        project=place.id,
        state=place.home / "capture",
        settings=settings.capture,
        store=store,
        writer=writer,
        committed=linker.committed,
        own=HandedOut(place.home).without,
    )


def _autosave(place: Place, settings: Settings, store: Store, writer: Writer) -> Autosave | None:
    wanted = settings.conversations.auto_save
    return Autosave(settings.conversations, place, store, writer) if wanted else None


def _settle_sessions(project: Project) -> None:
    """End sessions that were forgotten, and learn which ones are active."""
    try:
        with project.active.deciding():
            settle(project.active, project.store, project.writer, project.settings.session.forgotten_hours)
    except WhenceError as error:
        log.warning("the active session could not be looked up: %s", error)


def _provider(
    settings: Settings, models: Models, spending: Spending, place: Place, closing: threading.Event
) -> ProviderEmbedder | None:
    """The embedding model, where it is a provider's: its name begins with the provider."""
    name = settings.embedding.model
    return ProviderEmbedder(name, models, spending, place.root, closing) if "/" in name else None


def _empty_bin(project: Project) -> None:
    try:
        if old := project.store.deleted_before(now() - timedelta(days=BIN_DAYS)):
            project.purge(old)
    except StorageError as error:
        log.warning("the bin could not be emptied: %s", error)


def _database(settings: Settings, place: Place) -> str:
    if settings.storage.uri:
        return f"{settings.storage.uri.rstrip('/')}/{place.id}"
    return str(place.home / "memory")
