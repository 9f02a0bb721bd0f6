"""Who wrote whole files, kept as long as it holds: whoever moves through a file is answered without asking git again.

Git takes as long for a line as for the file's past. Once somebody asked about lines of a file, the whole of it is
blamed beside, as thoroughly as it goes, and what is asked next is read off that.
"""

import threading
from collections import OrderedDict
from dataclasses import replace

from whence.git import blame, repositories, text
from whence.git.blame import Blamed
from whence.git.ignored_revisions import CONVENTIONAL
from whence.git.plumbing import Repository
from whence.values.errors import GitError

_KEPT = 8
"""Files of which it is kept; a person moves between few."""

_MOST_BYTES = 2 << 20
"""A larger file is not blamed before somebody asks for all of it."""

_SECONDS = 20.0

_PATCHES = 200
"""Commits of one file whose patches are read."""

_Key = tuple[object, ...]


class WholeFiles:
    """Who wrote the files that were asked about last; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[_Key, Blamed]] = OrderedDict()
        self._learning = ""

    def lines(self, repository: Repository, path: str, first: int, last: int) -> Blamed | None:
        """Who wrote these lines of a file as it is on disk, where that is known and still holds.

        Args:
            repository: where the file is.
            path: the file, relative to the repository's top.
            first: the first line, from 1.
            last: the last one.
        """
        with self._lock:
            key, whole = self._known.get(path, ((), None))
        if whole is None or key != _holding(repository, path):
            return None
        lines = {id: tuple(line for line in some if first <= line <= last) for id, some in whole.lines.items()}
        lines = {id: some for id, some in lines.items() if some}
        return replace(whole, lines=lines, commits={id: whole.commits[id] for id in lines if id})

    def learn(self, repository: Repository, path: str, count: int) -> None:
        """Have the whole file blamed on a thread of its own, unless one is being; returns at once.

        Args:
            repository: where the file is.
            path: the file, relative to the repository's top.
            count: how many lines it has.
        """
        with self._lock:
            if self._learning:
                return
            self._learning = path
        threading.Thread(target=self._learn, args=(repository, path, count), name="whence-blame", daemon=True).start()

    def _learn(self, repository: Repository, path: str, count: int) -> None:
        try:
            key = _holding(repository, path)
            with self._lock:
                known = self._known.get(path, ((), None))[0] == key
            found = None
            if key is not None and not known:
                found = blame.blame(repository, path, 1, count, patience=_SECONDS, most=count, patches=_PATCHES)
            # What changed meanwhile may be in it or not.
            if key is not None and found is not None and found.followed and key == _holding(repository, path):
                with self._lock:
                    self._known[path] = (key, found)
                    self._known.move_to_end(path)
                    while len(self._known) > _KEPT:
                        self._known.popitem(last=False)
        except GitError:
            pass  # whoever asks for lines is told
        finally:
            with self._lock:
                self._learning = ""


def _holding(repository: Repository, path: str) -> _Key | None:
    """What changes when who wrote a file may have: its text, where HEAD stands, what blame is told to look through."""
    raw = text.read(repository.root / path, _MOST_BYTES).raw
    if raw is None:
        return None
    files = (repository.root / CONVENTIONAL, repository.root / ".mailmap", repository.common_dir / "config")
    return (text.digest(raw), repositories.signature(repository), *(repositories.stamp(each) for each in files))
