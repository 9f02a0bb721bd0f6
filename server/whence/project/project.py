"""One open project: its storage, its threads, and what every operation uses.

`opening` builds the value and sets it going, and its `close` ends it. Operations are functions of `engine` that take it
first.
"""

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Self

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
from whence.background.writer import Writer
from whence.capture.handed_out import HandedOut
from whence.git import repositories
from whence.git.plumbing import Repository
from whence.git.whole_files import WholeFiles
from whence.models.completion import Models
from whence.models.spending import Spending
from whence.project.active_sessions import Active
from whence.project.pictures import drop_pictures, pictures_of, undisturbed
from whence.project.recalls import Recalls
from whence.retrieval.rarity import Rarity
from whence.store import Store
from whence.values.base import one_line
from whence.values.completion import Estimate
from whence.values.errors import GitError, MemoryDamaged, NotFound
from whence.values.memory import Conversation, MemoryBase
from whence.values.place import Place
from whence.values.protocol import Filter
from whence.values.reach import Reach
from whence.values.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REPAIR = "`whence doctor --repair` mends what can be mended, and keeps the rest aside."
"""What to do about what is damaged."""

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

    daily: Daily
    """Takes backups, and empties the bin."""

    other_processes: OtherProcesses
    """Notices what others write."""

    recorder: Recorder | None
    """Captures the work tree; None where nothing is captured."""

    autosave: Autosave | None
    """Takes turns of transcripts; None where nobody wants that."""

    origins: Origins | None
    """Finds out which conversations wrote which lines; None where no transcripts are wanted."""

    helpers: ThreadPoolExecutor
    """Threads that work for an operation while it does something else."""

    closing: threading.Event
    """Set once the project is to be closed."""

    lasting: bool
    """Whether this process stays, and so tidies up in the background."""

    captures: bool
    """Whether it is the one that notices what happens in the work tree."""

    whole_files: WholeFiles = field(default_factory=WholeFiles)
    """Who wrote the files whose lines were asked about last."""

    rarity: tuple[int, Rarity] = (0, Rarity())
    """How many passages there were when words were last counted, and the counts."""

    reach: Reach = field(default_factory=Reach)
    """Which files of this machine those may name who ask."""

    ends: ExitStack = field(default_factory=ExitStack)
    """What others have hung on it, which is taken down before it is closed."""

    plan: list[Estimate] | None = None
    """Where an operation is only planned, what it would ask of models so far: nothing is sent or written then."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is waiting and stop every thread."""
        self.ends.close()
        self.closing.set()
        self.daily.close()
        self.other_processes.close()
        if self.autosave:
            self.autosave.close()
        if self.origins:
            self.origins.close()
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
            MemoryDamaged: it is damaged on disk, and no backup has it.
        """
        found = self.store.get([id])
        if not found and id in self.store.care.damaged:
            raise MemoryDamaged(f"This memory is damaged on disk, and no backup has it. {REPAIR}")
        if not found:
            raise NotFound(f"There is no memory {one_line(id, 60)}.")
        return found[0]

    def missing(self) -> str:
        """What was remembered once and is gone, and what to do about it, as sentences; empty where nothing is."""
        lost = self.store.care.missing()
        return f"{lost.told()} {self.store.care.remedy}" if lost else ""

    def damaged(self) -> str:
        """How many memories were found damaged on disk, as sentences; empty where none was."""
        found = self.store.care.damaged
        if not found:
            return ""
        saved = sum(found.values())
        lost = f", and no backup has {len(found) - saved} of them" if saved < len(found) else ""
        what = "1 memory is" if len(found) == 1 else f"{len(found)} memories are"
        return f"{what} damaged on disk; {saved} shown from a backup{lost}. {REPAIR}"

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
        """Remove memories for good, pictures that no other bug shows, and what is known of a conversation's edits."""
        gone: set[str] = set()
        known = OriginTable(self.place.home, self.place.root)
        for start in range(0, len(ids), _PURGED_AT_ONCE):
            some = ids[start : start + _PURGED_AT_ONCE]
            found = self.store.get(some)
            gone |= pictures_of(found)
            known.forget((each.origin, each.thread) for each in found if isinstance(each, Conversation) and each.thread)
            self.writer.write(purge=some)
        if gone:
            folder, bugs = self.place.home / "pictures", Filter(kinds=("bug",), archived=True)
            with undisturbed(folder):
                left = chain(self.store.each(bugs), self.store.each(bugs, place="bin"))
                drop_pictures(folder, gone, pictures_of(bug for some in left for bug in some))
