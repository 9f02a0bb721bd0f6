"""Capture under way: one round after another of what came in, what git did, and what nobody told of."""

import logging
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from whence.background import mending
from whence.background.scribe import Scribe
from whence.capture import movements
from whence.capture.coalesce import Outcome
from whence.capture.inbox import Inbox, Work
from whence.capture.watch import Watch
from whence.capture.worktree import Worktree
from whence.values.errors import WhenceError

_SWEEP = 300.0
"""Seconds between two looks at everything while something happens: the watcher may miss what it doesn't say."""

SWEEP_UNWATCHED = 15.0
"""The same where the folder can't be watched as a whole."""

_FORGOTTEN = 30 * 86400.0
"""Seconds after which a Change that was stashed, reset or thrown away is open no more."""

_HOLDS = 2
"""Times in a row that files which are gone wait for their new names. On a busy machine a moved folder's two halves are
told more than half a second apart."""

_AT_ONCE = 10
"""Uncommitted files that are taken in at a time when a folder is first seen."""

_SLICE = 0.05
"""Seconds that the first reading of a folder takes at a time; saves go in between."""


class Captor:
    """Conducts the capture of one work tree."""

    def __init__(
        self,
        tree: Worktree,
        watch: Watch | None,
        scribe: "Scribe",
        inbox: Inbox,
        log: logging.Logger,
    ) -> None:
        self._tree, self._watch, self._scribe, self._inbox, self._log = tree, watch, scribe, inbox, log
        self._watching = tree.settings.watch
        self._begun = self._active = self._lost = False
        self._held = 0
        self._cost = 0.0
        self._reading: Iterator[None] | None = None
        self.mending: Iterator[None] | None = None
        """What is to be mended of what an earlier version wrote, once everything else is done."""
        self._swept = time.monotonic()

    @property
    def reading(self) -> bool:
        """Whether a folder is still being read for the first time."""
        return self._reading is not None

    @property
    def pending(self) -> bool:
        """Whether something noticed waits until git is at rest."""
        return bool(self._inbox.noticed)

    def round(self, work: Work) -> bool:
        """Do what came in, and look at git. False where some of it is left for later.

        Raises:
            WhenceError: it could not be written, or git not be asked. It was given back, to be done again.
        """
        noticed: list[Path] = []
        try:
            if not self._begun:
                self._begin()
            for path in work.opened:
                if path in work.saved:
                    continue  # what was saved is no longer what it was when it was opened
                if (name := self._tree.rules.relative(path)) is not None:
                    self._tree.opened(name)
            self._look()
            work.saved.extend(Path(hint) for hint in self._tree.snapshots.take_hints())
            self._take_up(self._names(work.saved), by_editor=True)
            pending = bool(self._inbox.noticed)
            noticed = self._inbox.take_noticed(self._tree.at_rest)
            # A few times in a row: a folder in which files come and go all the time must not hold up the others.
            self._take_up(self._stirred(noticed), by_editor=False, hold=not work.closing and self._held < _HOLDS)
            self._held = self._held + 1 if self._put_off() else 0
            self._keep(movements.thrown_away(self._tree))
            self._look_around(bool(work.saved or noticed))
        except (WhenceError, OSError, sqlite3.Error):
            self._inbox.give_back(work, noticed)
            raise
        if self._reading is not None:
            self._read_on(self._reading)
            self._held = max(self._held, int(self._put_off()))
        if work.saved or noticed or work.closing:
            self._tree.snapshots.set("alive", time.time())
        finished = not (self._held or self._reading or (pending and not noticed))
        if finished and self.mending and not (work.saved or noticed or work.closing):
            self._mend_on(self.mending)
        return finished

    def _begin(self) -> None:
        tree = self._tree
        known = movements.recall(tree) or tree.snapshots.get("baseline") is not None
        if not known:
            mending.done(tree)
        if mending.mended(tree):
            self.mending = None
        if known:
            self._sweep()
        elif tree.repository is None:
            self._reading = tree.first_sight()
        else:
            uncommitted = tree.uncommitted()
            self._look()
            self._reading = self._take_in(uncommitted)
        for id in tree.snapshots.set_aside(time.time() - _FORGOTTEN):
            self._scribe.close(id)
            tree.snapshots.drop_open(id)
        self._begun = True

    def _take_in(self, uncommitted: Sequence[tuple[str, datetime]]) -> Iterator[None]:
        """Make open Changes of what differs from HEAD at first sight, a few files a step."""
        for start in range(0, len(uncommitted), _AT_ONCE):
            at = dict(uncommitted[start : start + _AT_ONCE])
            while not (self._tree.at_rest() and self._tree.unmoved()):
                yield
            # Nobody but the user left it so, whatever the index or the stash may hold.
            try:
                self._take_up(at, by_editor=True, at=at)
            except (WhenceError, OSError, sqlite3.Error) as error:
                self._log.warning("capture will try again: %s", error)
                self._tree.later.update(at)
            yield

    def _look(self) -> None:
        """Take up what git did. What was edited at the same time waits with what is noticed, for a rename's sake."""
        try:
            self._keep(movements.look(self._tree, self._scribe.remembers))
        except (WhenceError, OSError, sqlite3.Error):
            raise
        except Exception:  # noqa: BLE001 - our own mistake, whatever it is, which the log tells
            self._log.exception("what git did could not be taken up, and is passed over")
            movements.pass_over(self._tree)
        self._put_off()

    def _put_off(self) -> bool:
        """Keep with what is noticed the files that are to be captured in a moment. Whether there are any."""
        found = bool(self._tree.later)
        while self._tree.later:
            self._inbox.notice(self._tree.root / self._tree.later.pop())
        return found

    def _sweep(self) -> None:
        """Look at everything: something may have happened unheard."""
        tree = self._tree
        self._look()
        now = time.time()
        alive = min(tree.snapshots.get("alive") or 0.0, now)
        # A file's own time may be older than what is seen of it only now, as when an archive is unpacked.
        at = {name: datetime.fromtimestamp(min(max(when, alive), now), UTC) for name, when in tree.away()}
        self._take_up(at, by_editor=False, at=at)
        self._swept, self._cost = time.monotonic(), time.time() - now
        self._active = self._lost = False

    def _look_around(self, active: bool) -> None:
        """Look at everything now and then, and soon where something went unheard."""
        if not self._watching:
            return
        self._active = self._active or active or self._watch is None
        self._lost = self._lost or self._watch is None or self._watch.lost
        pause = max(SWEEP_UNWATCHED, self._cost * 20) if self._lost else _SWEEP
        if self._active and time.monotonic() - self._swept > pause:
            self._sweep()

    def _names(self, paths: Iterable[Path]) -> list[str]:
        return [name for path in paths if (name := self._tree.rules.relative(path)) is not None]

    def _take_up(
        self,
        names: Collection[str],
        *,
        by_editor: bool,
        at: Mapping[str, datetime] | None = None,
        hold: bool = False,
    ) -> None:
        try:
            self._keep(self._tree.capture(names, by_editor=by_editor, at=at, hold=hold))
        except (WhenceError, OSError, sqlite3.Error):
            raise
        except Exception:  # noqa: BLE001 - our own mistake, whatever it is, which the log tells
            # One file that we fail on must not cost the others.
            self._log.exception("a change could not be captured")
            if len(names) > 1:
                for name in names:
                    self._take_up([name], by_editor=by_editor, at=at)

    def _keep(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self._scribe.write(outcome)
            outcome.confirm(outcome)

    def _stirred(self, noticed: Sequence[Path]) -> set[str]:
        """Files behind what was noticed, folders that came and went included."""
        if not noticed:
            return set()
        tree = self._tree
        # First watch a new folder, then see what is in it: the other way round something might slip in between.
        if self._watch:
            folders = {name: path for path in noticed if path.is_dir() and (name := tree.rules.relative(path))}
            for name in tree.rules.kept(folders):
                self._watch.add(folders[name])
        return tree.expand(self._names(noticed))

    def _mend_on(self, rest: Iterator[None]) -> None:
        """Mend for a moment; whatever comes in then goes first."""
        deadline = time.monotonic() + _SLICE
        for _ in rest:
            if time.monotonic() > deadline:
                return
        self.mending = None

    def _read_on(self, reading: Iterator[None]) -> None:
        deadline = time.monotonic() + _SLICE
        for _ in reading:
            if time.monotonic() > deadline:
                time.sleep(_SLICE)  # what others do in this process comes first
                return
        self._reading = None
