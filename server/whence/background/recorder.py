"""The recorder: conducts capture, so that saves, outside edits and commits become Changes on disk.

One thread does it all. The editor's saves come first and are written at once; what the watcher notices waits until it
is quiet; git is looked at before anything is taken for the user's work, and once a second. A file lock sees to it that
one process captures a work tree; another one hands it the saves that it hears of, and takes over when it is gone.
"""

import errno
import hashlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from filelock import FileLock, Timeout

from whence.analysis.symbols import outline_whole as outline
from whence.background import mending
from whence.background.captor import SWEEP_UNWATCHED, Captor
from whence.background.scribe import Committed, Scribe
from whence.background.writer import Writer
from whence.capture.inbox import TICK, Inbox
from whence.capture.snapshots import Snapshots
from whence.capture.watch import Watch
from whence.capture.worktree import Worktree
from whence.values.errors import WhenceError
from whence.values.settings import CaptureSettings

if TYPE_CHECKING:
    from whence.store import Store

_LAST_WORDS = 2.0
"""Seconds that closing waits at most for git to be at rest; what is left is found at the next start."""

State = Literal["on", "off", "elsewhere"]


class Recorder:
    """Captures one work tree.

    Args:
        root: the workspace's folder.
        project: id of the project, for the memories.
        state: a folder of ours, for the capture of this project.
        settings: what to capture.
        store: where memories are read.
        writer: where they are written.
        committed: called on capture's thread with the ids of commits' memories that are on disk. Capture goes on once
            it returns; where a crash comes first, it is called again at the next start.
        own: gives of a text what is no copy of what Whence handed out.
        log: where it tells of what it can't do; never of contents.
    """

    def __init__(
        self,
        root: Path,
        *,
        project: str,
        state: Path,
        settings: CaptureSettings,
        store: "Store",
        writer: Writer,
        committed: Committed = lambda ids: None,
        own: Callable[[str], str] = lambda text: text,
        changed: Callable[[], None] = lambda: None,
        log: logging.Logger = logging.getLogger(__name__),  # noqa: B008 - loggers are named and shared
    ) -> None:
        self._root = root.resolve()
        self._project, self._settings, self._store, self._writer, self._log = project, settings, store, writer, log
        # A folder for each work tree: clones and work trees of one project share the project's folder.
        self._folder = state / hashlib.sha256(str(self._root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._committed, self._own, self._changed = committed, own, changed
        self._inbox = Inbox()
        self._since = time.time()
        self._state: State = "off"
        self._messages: tuple[str, ...] = ()
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="whence-capture", daemon=True)

    @property
    def state(self) -> State:
        """Whether changes are noticed here; `elsewhere`: by another process, which hears of the saves made here."""
        return self._state

    @property
    def messages(self) -> tuple[str, ...]:
        """What the user should know, as sentences."""
        return (*self._messages, self._trouble) if self._trouble else self._messages

    def start(self) -> None:
        """Begin; returns at once. What happened while nobody looked is caught up with first."""
        if self._settings.enabled:
            self._state = "on"
            self._thread.start()

    def saved(self, path: Path) -> None:
        """The editor saved a file; returns at once."""
        self._inbox.put(self._inbox.saved, path)

    def opened(self, path: Path, text: str) -> None:
        """The editor opened a file: what is on disk may be the first that is known of it. `text` may be unsaved."""
        self._inbox.put(self._inbox.opened, path)

    def settle(self, timeout: float) -> bool:
        """Wait until all that was noticed so far is on disk, git's doings included. False after `timeout` seconds."""
        return not self._thread.is_alive() or self._inbox.settle(timeout)

    def close(self) -> None:
        """Write what was noticed, stop all threads, and let another process take over."""
        self._inbox.close()
        if self._thread.ident is not None:
            self._thread.join()

    # ------------------------------------------------------------ the thread

    def _run(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._folder / "captor.lock", thread_local=False, mode=0o600)
            if not _acquired(lock):
                self._state = "elsewhere"
                self._hand_over(lock)
            if lock.is_locked:
                self._state = "on"
                try:
                    while not self._capture():
                        self._log.info("the folder came into, or out of, a repository: capture begins anew")
                finally:
                    lock.release()
        except Exception:  # noqa: BLE001 - a thread's end must be told, whatever ended it
            self._log.exception("capture has stopped")
            self._say("Capture has stopped; the log tells why. Reload the window to start it again.")
        finally:
            self._state = "off"
            self._inbox.end()

    def _hand_over(self, lock: FileLock) -> None:
        """While another process captures: tell it what was saved here. Ends with the lock, or when closing."""
        snapshots = Snapshots(self._folder)
        try:
            while True:
                work = self._inbox.take(TICK)
                snapshots.leave_hints(str(path) for path in work.saved)
                self._inbox.answer(work.asked)
                if work.closing or _acquired(lock):
                    return
        finally:
            snapshots.close()

    def _capture(self) -> bool:
        """While this process captures. False where it should begin anew."""
        tree = Worktree(self._root, self._folder, self._settings, outline, self._since, self._own)
        if tree.message:
            self._say(tree.message)
        watch = self._watch(tree) if self._settings.watch else None
        scribe = Scribe(tree, self._project, self._store, self._writer, self._committed)
        captor = Captor(tree, watch, scribe, self._inbox, self._log)
        captor.mending = mending.mend(tree, self._store, self._writer)
        ends = 0.0
        try:
            while True:
                work = self._inbox.take(0.0 if captor.reading else TICK)
                try:
                    if captor.round(work):
                        self._inbox.answer(work.asked)
                    self._held_up("")
                except (WhenceError, OSError, sqlite3.Error) as error:
                    self._held_up(_told(error))
                if work.closing:
                    ends = ends or time.monotonic() + _LAST_WORDS
                if tree.outdated or (work.closing and (self._trouble or not captor.pending or time.monotonic() > ends)):
                    return work.closing
        finally:
            if watch:
                watch.close()
            tree.close()

    def _watch(self, tree: Worktree) -> Watch | None:
        try:
            return Watch(tree.root, tree.rules.skipped_folders(), self._folder, self._inbox.notice)
        except OSError as error:
            hint = " Raise fs.inotify.max_user_watches to change that." if error.errno == errno.ENOSPC else ""
            self._say(
                "The folder can't be watched as a whole, so edits made outside the editor are looked for every "
                f"{SWEEP_UNWATCHED:.0f} seconds.{hint}"
            )
            return None

    def _held_up(self, why: str) -> None:
        """Tell once that what is noticed can't be kept, and once that it can again: in the log and to the user."""
        trouble = f"Changes are noticed and can't be kept: {why} They are kept once it can be done." if why else ""
        if trouble == self._trouble:
            return
        if trouble:
            self._log.warning("%s", trouble)
        else:
            self._log.info("changes are kept again")
        self._trouble = trouble
        self._changed()

    def _say(self, message: str) -> None:
        self._log.warning("%s", message)
        self._messages = (*self._messages, message)
        self._changed()


def _told(error: Exception) -> str:
    """Why something failed, as a sentence without names of files."""
    if isinstance(error, WhenceError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}."
    return f"{error}."


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True
