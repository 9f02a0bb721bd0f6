"""Opening a project: `open_project` builds the value of what is open, and `start` sets it going."""

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

from whence.background.autosave import Autosave
from whence.background.code_graph import CodeGraphs
from whence.background.code_index import CodeIndex
from whence.background.daily import Daily
from whence.background.decision_files import Records
from whence.background.indexer import Indexer
from whence.background.linker import Linker
from whence.background.neighbours import Neighbours
from whence.background.origin_table import OriginTable
from whence.background.origins import Origins
from whence.background.other_processes import OtherProcesses
from whence.background.recorder import Recorder
from whence.background.team import Team
from whence.background.writer import Writer
from whence.capture.handed_out import HandedOut
from whence.git import repositories
from whence.models.completion import Models
from whence.models.disclosure import ProviderEmbedder
from whence.models.spending import Spending
from whence.project.active_sessions import Active, settle
from whence.project.apart import place_apart
from whence.project.bin import Moment, waited
from whence.project.location import cache_home, data_home, locate
from whence.project.project import Project
from whence.project.recalls import Recalls
from whence.project.storage import back_up, backups_of, database_of, due, opened, team_of
from whence.project.transcript_choice import TranscriptChoice
from whence.store import Ledger, Store
from whence.values.base import now
from whence.values.completion import CompletionAnswer, CompletionRequest, Estimate, ProviderRequest
from whence.values.errors import StorageError, WhenceError
from whence.values.memory import Change
from whence.values.place import Place
from whence.values.reach import Reach
from whence.values.settings import Settings

log = logging.getLogger(__name__)

BIN_DAYS = 30
"""Days that a deleted memory can be restored, at least."""


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
    reach: Reach | None = None,
) -> Project:
    """Open one project's memory; nothing runs before `start`.

    Args:
        folder: a folder of the project.
        settings: options; defaults without.
        capture: whether to notice changes by itself. The language server does, a one-shot command line doesn't.
        lasting: whether this process stays, and so makes vectors and backups in the background. One that captures
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
        reach: which files of this machine those may name who ask; any without.

    Raises:
        StorageError: the data folder or the database can't be opened.
    """
    settings = settings or Settings()
    place = locate(folder, use_git=trusted)
    place = place_apart(place, names) if names else place
    store = opened(settings, place)
    active = Active(place.home, place.author)
    closing = threading.Event()
    address = team_of(settings, place)
    team = Team(address, place.home, store, lambda ids: derive(ids), lambda: changed(())) if address else None
    if team:
        store.removing = team.removing
    models = Models(settings.models, secrets, ask_editor, fetch)
    spending = Spending(data_home() / "spending", settings.spending, place.id, Ledger.open, approve, closing)

    def derive(ids: tuple[str, ...]) -> None:
        code_index.written(ids)
        indexer.written(ids)
        decision_files.stir()
        changed(ids)

    def written(ids: tuple[str, ...]) -> None:
        derive(ids)
        if team:
            team.stir()

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
        phrasing=place.home / "phrasing.npz",
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
        storage=database_of(settings, place),
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
        daily=Daily(),
        other_processes=OtherProcesses(store, lambda: changed(()), remote=bool(settings.storage.uri) and not team),
        team=team,
        recorder=_recorder(place, settings, store, writer, linker, changed) if capture and trusted else None,
        autosave=_autosave(place, settings, store, writer) if capture and trusted else None,
        origins=_origins(place, settings) if capture and trusted else None,
        helpers=ThreadPoolExecutor(max_workers=3, thread_name_prefix="whence-search"),
        closing=closing,
        lasting=capture or lasting,
        captures=capture and trusted,
        reach=reach or Reach(),
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
    if project.origins:
        project.origins.start()
    if project.captures:
        project.decision_files.start()
    if project.lasting:
        empty_bin(project)
        project.daily.start(partial(_daily, project))
        project.other_processes.start()
        if project.team:
            project.team.start()


def _recorder(
    place: Place,
    settings: Settings,
    store: Store,
    writer: Writer,
    linker: Linker,
    changed: Callable[[tuple[str, ...]], None],
) -> Recorder | None:
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
        changed=lambda: changed(()),
    )


def _autosave(place: Place, settings: Settings, store: Store, writer: Writer) -> Autosave | None:
    wanted = TranscriptChoice(place.home).wanted(settings.conversations)
    return Autosave(wanted, place, store, writer) if wanted.auto_save else None


def _origins(place: Place, settings: Settings) -> Origins | None:
    wanted = TranscriptChoice(place.home).wanted(settings.conversations)
    if not wanted.auto_save:
        return None
    table = OriginTable(place.home, place.root)
    most = wanted.max_megabytes * 1_000_000
    return Origins(
        table, place.root, wanted.auto_save, lambda: repositories.find(place.root) if place.git else None, most
    )


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


def _daily(project: Project) -> None:
    empty_bin(project)
    wanted = project.settings.backups
    try:
        if wanted.enabled and due(project.store, backups_of(project.settings, project.place), now()):
            backup = back_up(project.store, project.place, project.settings, "daily")
            log.info("%d memories were backed up", backup.memories)
    except StorageError as error:
        log.warning("no backup was taken: %s", error)
        project.daily.message = f"The daily backup failed. {error}"
    else:
        project.daily.message = ""


def empty_bin(project: Project) -> None:
    """Remove for good what has been in the bin for its days, by the date and by time that is known to have passed."""
    store = project.store
    try:
        inside = store.deleted_before()
        ripe = set(waited(project.place.home / "bin.json", inside, BIN_DAYS, Moment.present()))
        if old := [id for id in store.deleted_before(now() - timedelta(days=BIN_DAYS)) if id in ripe]:
            project.purge(old)
    except (StorageError, OSError, TimeoutError) as error:
        log.warning("the bin could not be emptied: %s", error)
