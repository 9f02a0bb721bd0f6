"""The single writer: saves keep their order, and many small writes become one commit.

Every memory enters storage through one thread of one `Writer`. A call returns when its memories are on disk; calls that
arrive while a commit is under way share the next one (group commit).
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from whence.secrets.redaction import redact, redact_path
from whence.values import memory
from whence.values.base import now, unique
from whence.values.errors import NotFound, StorageError
from whence.values.memory import MemoryBase

if TYPE_CHECKING:
    from whence.store import Store

log = logging.getLogger(__name__)

_ATTEMPTS = 8
"""Times an update is tried again when another process wrote the same memory in between."""

_VERBATIM = frozenset(
    {"id", "kind", "project", "session", "source", "target", "relation", "commit", "status", "action", "signature"}
    | {"fingerprint"}
)
"""Fields that hold ids and words of closed sets, which redaction has no business in."""

_PATHS = frozenset({"path", "old_path", "files"})

_RELINKED = 500
"""Memories that go for good whose links are looked for at once."""


class Unchanged(Exception):
    """Raised by a change that wants the memory to stay as it is."""


@dataclass(slots=True)
class _Job:
    put: Sequence[MemoryBase] = ()
    new: bool = False
    purge: Sequence[str] = ()
    heir: str = ""
    update: tuple[str, Callable[[MemoryBase], MemoryBase]] | None = None
    dated: bool = False
    done: "Future[MemoryBase | None]" = field(default_factory=Future)
    result: MemoryBase | None = None
    failure: Exception | None = None

    def answer(self, failure: Exception | None) -> None:
        """Tell whoever waits what came of it; `failure` is the batch's, and counts where this came to nothing."""
        if failure := self.failure or (failure if self.result is None else None):
            self.done.set_exception(failure)
        else:
            self.done.set_result(self.result)


class Writer:
    """Puts memories on disk, in order, from any thread.

    Args:
        store: where they go.
        written: called on the writer's thread with the ids of each commit, put and purged; it must be quick.
        prepare: gives each memory its last touch before it is redacted and written; it must be quick.
    """

    def __init__(
        self,
        store: "Store",
        written: Callable[[tuple[str, ...]], None] = lambda ids: None,
        prepare: Callable[[MemoryBase], MemoryBase] = lambda each: each,
    ) -> None:
        self._store = store
        self._written = written
        self._prepare = prepare
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="whence-writer", daemon=True)
        self._thread.start()

    def write(
        self, put: Sequence[MemoryBase] = (), purge: Sequence[str] = (), heir: str = "", *, new: bool = False
    ) -> list[MemoryBase]:
        """Put memories by id and remove others for good, in one commit; return when that is on disk.

        Secrets are redacted in every field first. No memory goes on linking to one that was removed.

        Args:
            put: memories, those that are there replaced.
            purge: ids of memories to remove.
            heir: the memory that takes the place of those removed in what links to them; without it the links go too.
            new: whether the ids of all that is put were made for them a moment ago, by chance, and nobody knows them
                yet: writing them takes a third of the time, and a quarter of the space until it is tidied up.

        Returns:
            What was put, in order, as it is stored: whoever tells of a memory tells of this, never of what was given.

        Raises:
            StorageError: nothing of this call is acknowledged; writing it again is safe.
        """
        cleaned = [clean(self._prepare(each)) for each in put]
        if cleaned or purge:
            self._submit(_Job(put=cleaned, new=new, purge=list(purge), heir=heir)).result()
        return cleaned

    def update(self, id: str, change: Callable[[MemoryBase], MemoryBase]) -> MemoryBase:
        """Read a memory, change it, and write it, with no write of any process lost in between.

        `change` may be called again with a newer memory, and runs on the writer's thread: it must be quick.

        Raises:
            NotFound: there is no such memory.
        """
        result = self._submit(_Job(update=(id, lambda current: clean(self._prepare(change(current)))))).result()
        if result is None:
            raise NotFound(f"There is no memory {id}.")
        return result

    def update_all(
        self, ids: Sequence[str], change: Callable[[MemoryBase], MemoryBase], *, dated: bool = False
    ) -> list[MemoryBase | None]:
        """Read memories, change each, and write them in few commits, as `update` does one.

        Args:
            ids: the memories, none twice.
            change: may raise `Unchanged`; runs on the writer's thread, perhaps more than once.
            dated: whether `change` gives a later `updated_at` itself; otherwise it is the present.

        Returns:
            For each what it came to; None where it isn't there, or was to stay as it is.
        """
        waiting = [_Job(update=(id, lambda current: clean(self._prepare(change(current)))), dated=dated) for id in ids]
        done: list[MemoryBase | None] = []
        for future in self._submit_all(waiting):
            try:
                done.append(future.result())
            except (NotFound, Unchanged):
                done.append(None)
        return done

    def close(self) -> None:
        """Write what is waiting, then stop."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _submit(self, job: _Job) -> "Future[MemoryBase | None]":
        return self._submit_all([job])[0]

    def _submit_all(self, jobs: Sequence[_Job]) -> "list[Future[MemoryBase | None]]":
        with self._wake:
            if self._closed:
                raise StorageError("This project's memory is closed.")
            self._jobs.extend(jobs)
            self._wake.notify()
        return [job.done for job in jobs]

    def _loop(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._jobs or self._closed)
                batch = list(self._jobs)
                self._jobs.clear()
            if not batch:
                return
            self._commit(batch)

    def _commit(self, batch: list[_Job]) -> None:
        touched: list[str] = []
        failure: Exception | None = None
        try:
            self._apply(batch, touched)
        except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must hear of it, not hang
            failure = error
        # First the listeners: who is answered may ask at once whether what follows from the write is done.
        try:
            if touched:
                self._written(unique(touched))
        except Exception:
            log.exception("a listener failed after a commit")
        for job in batch:
            job.answer(failure)

    def _apply(self, batch: list[_Job], touched: list[str]) -> None:
        """Carry the jobs out in order, as one write of the outcome; `touched` gets the ids as they are on disk."""
        outcome: dict[str, MemoryBase | None] = {}
        heirs: dict[str, str] = {}
        updates: list[_Job] = []
        settled: list[tuple[_Job, MemoryBase]] = []
        for job in batch:
            for each in job.put:
                outcome[each.id] = each
            for id in job.purge:
                outcome[id], heirs[id] = None, job.heir
            if job.update is not None:
                id, change = job.update
                if (current := outcome.get(id)) is not None:
                    if (changed := _attempt(job, change, current)) is not None:
                        outcome[id] = changed
                        settled.append((job, changed))
                else:
                    updates.append(job)
        if put := [each for each in outcome.values() if each is not None]:
            self._store.put(put, new=all(job.new for job in batch if job.put))
            touched += [each.id for each in put]
            for job, changed in settled:
                job.result = changed
        if purge := [id for id, each in outcome.items() if each is None]:
            for start in range(0, len(purge), _RELINKED):
                self._relink({id: heirs[id] for id in purge[start : start + _RELINKED]}, touched)
            self._store.purge(purge)
            touched += purge
        self._update([job for job in updates if job.update is not None], touched)

    def _relink(self, heirs: Mapping[str, str], touched: list[str]) -> None:
        """Have no memory link to one of these, which go: to its heir instead, or not at all."""
        for _ in range(_ATTEMPTS):
            holders = [each for each in self._store.linking(list(heirs)) if each.id not in heirs]
            if not holders:
                return
            pairs = [(each, _relinked(each, heirs)) for each in holders]
            swapped = self._store.swap(pairs)
            touched += [each.id for each, done in zip(holders, swapped, strict=True) if done]
        raise StorageError("Another process keeps changing memories that link to these. Try again.")

    def _update(self, jobs: list[_Job], touched: list[str]) -> None:
        """Compare and swap until every update is in: another process may write the same memories meanwhile."""
        for _ in range(_ATTEMPTS):
            if not jobs:
                return
            by_id: dict[str, list[_Job]] = {}
            for job in jobs:
                assert job.update is not None
                by_id.setdefault(job.update[0], []).append(job)
            pairs: list[tuple[MemoryBase, MemoryBase]] = []
            results: dict[str, list[tuple[_Job, MemoryBase]]] = {}
            for current in self._store.get(list(by_id)):
                latest = current
                for job in by_id.pop(current.id):
                    assert job.update is not None
                    if (changed := _attempt(job, job.update[1], latest)) is not None:
                        latest = changed
                        results.setdefault(current.id, []).append((job, changed))
                if latest is not current:
                    pairs.append((current, latest))
            for missing in by_id.values():
                for job in missing:
                    job.failure = NotFound(f"There is no memory {job.update and job.update[0]}.")
            jobs = []
            for (current, _), swapped in zip(pairs, self._store.swap(pairs) if pairs else [], strict=True):
                for job, changed in results[current.id]:
                    if swapped:
                        job.result = changed
                        touched.append(current.id)
                    else:
                        jobs.append(job)
        for job in jobs:
            job.failure = StorageError("Another process keeps changing this memory. Try again.")


def clean(each: MemoryBase) -> MemoryBase:
    """The memory with every secret redacted, in whatever field it is. Without one, the memory itself."""
    values = each.model_dump()
    cleaned = _clean(values, "")
    return each if cleaned == values else memory.parse(cleaned)


def _clean(value: Any, name: str) -> Any:
    match value:
        case str():
            if name in _VERBATIM:
                return value
            return (redact_path(value) if name in _PATHS else redact(value)).text
        case dict() if name == "metadata":
            return {redact(key).text: _clean_foreign(each, key) for key, each in value.items()}
        case dict():
            return {key: _clean(each, key) for key, each in value.items()}
        case list() | tuple():
            return type(value)(_clean(each, name) for each in value)
        case _:
            return value


def _clean_foreign(value: Any, key: str) -> Any:
    """What a program attached, redacted throughout: its keys mean what it likes, and tell what may be secret."""
    match value:
        case str():
            named = redact(f'{key} = "{value}"').text
            within = named.startswith(f'{key} = "') and named.endswith('"')
            return redact(named.removeprefix(f'{key} = "').removesuffix('"') if within else value).text
        case dict():
            return {redact(name).text: _clean_foreign(each, name) for name, each in value.items()}
        case list() | tuple():
            return [_clean_foreign(each, key) for each in value]
        case _:
            return value


def _attempt(job: _Job, change: Callable[[MemoryBase], MemoryBase], current: MemoryBase) -> MemoryBase | None:
    """The changed memory, dated later than the current one; None, and the job told, where `change` refuses."""
    try:
        changed = change(current)
    except Exception as error:  # noqa: BLE001 - a caller's function failed: it is the caller who must hear
        job.failure = error
        return None
    if job.dated:
        return changed
    return _dated(changed, current)


def _dated(changed: MemoryBase, current: MemoryBase) -> MemoryBase:
    later = max(now(), current.updated_at + timedelta(microseconds=1))
    return changed.model_copy(update={"updated_at": later})


def _relinked(each: MemoryBase, heirs: Mapping[str, str]) -> MemoryBase:
    """The memory with its links to those that go led to their heirs, never to itself."""
    led = (link.model_copy(update={"target": heirs.get(link.target, link.target)}) for link in each.links)
    links = tuple(dict.fromkeys(link for link in led if link.target and link.target != each.id))
    return _dated(each.model_copy(update={"links": links}), each)
