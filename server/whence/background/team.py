"""The team's store: what is remembered here goes there, and what others put there comes here.

The database of this machine holds everything and is the only one that is searched; the team's holds what is shared.
Both are compared by the states of their memories, and what changed on one side is written to the other, where nobody
wrote in between. So a write is acknowledged when it is on this disk, whether the team's store is there or not: what
waits is simply what the team's store does not have yet. Nothing has to be queued, and nothing can be sent twice: the
next comparison finds what a lost answer had done.

Of two changes of one memory the later counts, and the other is kept in `superseded.jsonl`. What is private, and what
may still grow, does not go; what was sent and is marked private later is taken back.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from whence.background.team_plan import Plan, goes, planned
from whence.background.team_state import Agreed, Reached, TeamState
from whence.background.writer import clean
from whence.store import Away, Mark, Shared, Store, drop
from whence.store.shared import reason, vanished
from whence.values.base import now
from whence.values.errors import SchemaTooNew, StorageError
from whence.values.memory import MemoryBase

log = logging.getLogger(__name__)

_SECONDS = 30.0
"""Between two looks at what others wrote; a look costs two requests where nothing changed."""

_GATHERED = 1.0
"""Seconds for which writes are gathered before they are sent."""

_LONGEST = 300.0
"""The most seconds between two tries while the store is away; the first comes after 5, then twice as long each."""

_LAST = 10.0
"""Seconds that a process which does one thing waits at its end until what it wrote is sent."""

_MOMENT = 2.0
"""Seconds that a process waits at its end for a comparison that is under way."""

_UPKEEP = 600.0
"""Seconds between two looks whether the team's database wants tidying: a look reads one file for each commit."""

_FRESH = 1.0
"""Seconds for which it is not looked up again whether the store is away: every search says so."""

_AT_ONCE = 200
"""Memories that are sent in one commit."""

_READ = 1000
"""Memories that are read at once of those that come: each read looks through the ids of all."""


class Synced(NamedTuple):
    """What one comparison came to."""

    sent: int
    """Memories that went to the team's store."""

    received: int
    """Memories that came from there."""

    removed: int
    """Memories that were removed for good, here or there."""


class Team:
    """Keeps the database of this machine and the team's the same, as far as the team shares it.

    Args:
        address: the team's database, as LanceDB has it.
        home: the project's folder of ours.
        store: the database of this machine.
        written: called with the ids of what came or went here; it must be quick.
        told: called when the team's store goes or comes back; it must be quick.
    """

    def __init__(
        self,
        address: str,
        home: Path,
        store: Store,
        written: Callable[[tuple[str, ...]], None] = lambda ids: None,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self.address = address
        self.superseded = home / "superseded.jsonl"
        """Where changes are kept that a later one replaced."""
        self._store, self._written, self._told = store, written, told
        self._state = TeamState(home / "team.sqlite3")
        self._lock = FileLock(home / "team.lock", mode=0o600)
        self._shared: Shared | None = None
        self._looked: tuple[int, ...] = ()
        self._known: tuple[tuple[int, ...], dict[str, Mark], set[str]] = ((), {}, set())
        self._counted: tuple[int, int] = (-1, 0)
        self._tidied = time.monotonic()
        self._reached = (-_FRESH, Reached())
        self._begun = store.writes
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to keep both the same, on a thread of its own."""
        self._thread = threading.Thread(target=self._watch, name="whence-team", daemon=True)
        self._thread.start()

    def stir(self) -> None:
        """Something was written here."""
        self._wake.set()

    def removing(self, ids: Sequence[str]) -> None:
        """These are about to be removed here for good.

        Raises:
            StorageError: that can't be written down; nothing is to be removed then.
        """
        self._state.remove(ids)

    def close(self) -> None:
        """Stop. A process that has no thread for it sends what it wrote first, for a few seconds at most."""
        self._closing.set()
        self._wake.set()
        if self._thread is None and self._store.writes > self._begun and self.reached().away is None:
            self._thread = threading.Thread(target=self._last, name="whence-team", daemon=True)
            self._thread.start()
            self._thread.join(_LAST)
        elif self._thread is not None:
            self._thread.join(_MOMENT)  # one that waits for an answer is left: what it does can be cut off anywhere

    def reached(self) -> Reached:
        """How it stands with the team's store, as of the last second."""
        asked, reached = self._reached
        if time.monotonic() - asked > _FRESH:
            try:
                reached = self._state.reached()
            except StorageError as error:
                reached = Reached(away=now(), why=str(error))
            self._reached = (time.monotonic(), reached)
        return reached

    def waiting(self) -> int:
        """How many memories, or removals, the team's store does not have yet."""
        version = self._store.version()
        if self._counted[0] != version or self._counted[1]:
            agreed, here, removing = self._state.agreed(), self._store.states.marks(), self._state.removing()
            unsent = sum(
                goes(mark) and (not mark.binned if id not in agreed else agreed[id].here != mark.name)
                for id, mark in here.items()
                if id not in removing
            )
            self._counted = (version, unsent + sum(id in agreed and id not in here for id in removing))
        return self._counted[1]

    def message(self) -> str:
        """What a person should know: that the store is away, what waits, what was replaced. Empty if nothing."""
        found = []
        try:
            reached, waiting = self._state.reached(), self.waiting()
            if reached.away:
                found.append(away(self.address, reached))
            if waiting:
                waits = "memory of this machine waits" if waiting == 1 else "memories of this machine wait"
                found.append(f"{waiting} {waits} for the team's store.")
            if self.superseded.exists():
                with self.superseded.open("rb") as kept:
                    lines = sum(1 for _ in kept)
                what = "1 change was" if lines == 1 else f"{lines} changes were"
                found.append(f"{what} replaced by later ones of somebody else, and kept in {self.superseded}.")
        except (StorageError, OSError) as error:
            found.append(f"How it stands with the team's store can't be told ({type(error).__name__}).")
        return " ".join(found)

    # ------------------------------------------------------------ the thread

    def _watch(self) -> None:
        pause, failures = 0.0, 0
        while not self._closing.wait(pause):
            if not failures:
                self._wake.clear()
            try:
                self.sync(wait=0)
                failures = 0
            except StorageError as error:
                failures += 1
                log.info("the team's store is away: %s", error)
            except Exception:
                failures += 1
                log.exception("memories could not be exchanged with the team's store")
            pause = _GATHERED
            if failures:
                pause = min(5.0 * 2 ** (failures - 1), _LONGEST)
            else:
                self._wake.wait(_SECONDS)

    def _last(self) -> None:
        with suppress(StorageError):
            self.sync(wait=1)

    # ------------------------------------------------------------ comparing

    def sync(self, wait: float = 30) -> Synced:
        """Make both sides the same.

        Args:
            wait: seconds to wait for another process of this machine that is at it; nothing is done if it stays so.

        Raises:
            StorageError: the team's store is away, or one side can't be read or written. What was done until then
                stays; doing it again is safe.
        """
        try:
            with self._lock.acquire(timeout=wait):
                return self._synced()
        except Timeout:
            return Synced(0, 0, 0)
        except OSError as error:
            raise StorageError(f"The lock of the team's store can't be had ({type(error).__name__}).") from error

    def _synced(self) -> Synced:
        before = self._state.reached()
        try:
            try:
                try:
                    done = self._exchanged(self._opened())
                except Away as error:
                    if not vanished(error):
                        raise
                    self._let_go()
                    done = self._exchanged(self._opened())
                if time.monotonic() - self._tidied > _UPKEEP:
                    self._opened().maintain()
                    self._tidied = time.monotonic()
            except (Away, SchemaTooNew) as error:
                self._let_go()
                self._state.tell(reason(error))
                raise
            self._state.tell("")
        finally:
            if (before.away is None) != (self._state.reached().away is None):
                self._told()
        return done

    def _opened(self) -> Shared:
        if self._shared is None:
            self._shared, self._looked, self._known = Shared.open(self.address), (), ((), {}, set())
        return self._shared

    def _let_go(self) -> None:
        if self._shared is not None:
            self._shared.close()
            self._shared = None

    def _exchanged(self, shared: Shared) -> Synced:
        removing = self._state.removing()
        looked = (self._store.version(), *shared.state())
        if looked == self._looked and not removing:
            return Synced(0, 0, 0)
        # In this order: what is written while we look is newer than `looked`, and is seen at the next look.
        here, agreed = self._store.states.marks(), self._state.agreed()
        (there, gone) = self._known[1:] if self._known[0] == looked[1:] else (shared.states.marks(), shared.removed())
        plan = planned(here, there, gone, agreed, removing)
        self._state.agree(plan.agree)
        self._state.forget(plan.done)
        if plan.tell:
            shared.remove({id: there[id] for id in plan.tell})
            left = shared.states.marks(plan.tell)  # what somebody changed meanwhile
            self._state.forget(id for id in plan.tell if id not in left)
        sent = received = 0
        for start in range(0, len(plan.compare), _AT_ONCE):
            self._compare(shared, plan, plan.compare[start : start + _AT_ONCE], agreed)
        stored = dict(there)
        for start in range(0, len(plan.send), _AT_ONCE):
            done = self._send(shared, plan.send[start : start + _AT_ONCE], here, there, agreed)
            stored |= done
            sent += len(done)
        shared.back(gone & {*plan.send})
        for start in range(0, len(plan.receive), _READ):
            received += self._receive(shared, plan.receive[start : start + _READ], here, there, agreed)
        if plan.drop:
            dropped = drop(self._store, {id: here[id] for id in plan.drop})
            self._state.forget(dropped)
            self._written(tuple(dropped))
        self._looked = () if plan.send or plan.receive or plan.tell or plan.drop else looked
        self._known = ((), {}, set())
        if sent == len(plan.send) and not plan.tell and not gone & {*plan.send}:
            # One commit for each batch: where there are no more, what is there is what was there and what we sent.
            after = (looked[1] + -(-len(plan.send) // _AT_ONCE), looked[2])
            self._known = (after, stored, gone)
        return Synced(sent, received, len(plan.tell) + len(plan.drop))

    def _send(
        self,
        shared: Shared,
        ids: Sequence[str],
        here: Mapping[str, Mark],
        there: Mapping[str, Mark],
        agreed: Mapping[str, Agreed],
    ) -> dict[str, Mark]:
        """Send memories; those that are there now, with their states."""
        found = self._store.states.marked(ids)
        going = {each.id: mark for each, mark in found if not each.private and mark == here[each.id]}
        marks = shared.states.land([each for each, _ in found if each.id in going], there)
        same = {id: mark for id, mark in going.items() if id in marks and marks[id].at == mark.at}
        self._state.agree(
            {
                id: Agreed(mark.name, marks[id].name, agreed[id].ours if id in agreed else id not in there)
                for id, mark in same.items()
            }
        )
        return {id: marks[id] for id in same}

    def _receive(
        self,
        shared: Shared,
        ids: Sequence[str],
        here: Mapping[str, Mark],
        there: Mapping[str, Mark],
        agreed: Mapping[str, Agreed],
    ) -> int:
        found = [(clean(each), mark) for each, mark in shared.states.marked(ids) if mark == there[each.id]]
        marks = self._store.states.land([each for each, _ in found], here)
        same = {each.id: mark for each, mark in found if each.id in marks and marks[each.id].at == mark.at}
        self._state.agree(
            {
                id: Agreed(marks[id].name, mark.name, agreed[id].ours if id in agreed else False)
                for id, mark in same.items()
            }
        )
        if same:
            self._written(tuple(same))
        return len(same)

    def _compare(self, shared: Shared, plan: Plan, ids: Sequence[str], agreed: Mapping[str, Agreed]) -> None:
        """Decide about memories that both sides changed: the later counts, and the other one is kept aside."""
        mine, theirs = (
            {each.id: (each, mark) for each, mark in side.marked(ids)} for side in (self._store.states, shared.states)
        )
        for id in mine.keys() & theirs.keys():
            (own, mark), (other, there) = mine[id], theirs[id]
            if _same(own, other, ("updated_at",)):
                self._state.agree({id: Agreed(mark.name, there.name, False)})
                continue
            sends = (own.updated_at, mark.name) > (other.updated_at, there.name)
            if id in agreed or not _akin(own, other):
                self._keep_aside(other if sends else own)
            (plan.send if sends else plan.receive).append(id)

    def _keep_aside(self, each: MemoryBase) -> None:
        try:
            file = os.open(self.superseded, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
            with os.fdopen(file, "w", encoding="utf-8") as out:
                out.write(each.model_dump_json() + "\n")
        except OSError as error:
            raise StorageError("A change can't be kept aside that a later one replaces, and stays.") from error


def _same(one: MemoryBase, other: MemoryBase, but: Collection[str]) -> bool:
    """Whether two memories say the same, but for some fields."""
    return one.model_copy(update={name: getattr(other, name) for name in but}) == other


def _akin(one: MemoryBase, other: MemoryBase) -> bool:
    """Whether two memories that never met differ only in what each machine adds, as two imports of one history do."""
    return _same(one, other, ("updated_at", "links", "session", "importance", "author"))


def away(address: str, reached: Reached) -> str:
    """That the team's store is away, as a sentence."""
    since = f"{reached.away.astimezone():%Y-%m-%d %H:%M}" if reached.away else ""
    return f"The team's store {address} is away since {since}: {reached.why}. What others wrote since is not here."
