"""The graph of a work tree's code, made from its index and from git's history, and kept until one of them changes."""

import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from whence.analysis import cochange
from whence.analysis.cochange import Habits
from whence.analysis.graph import Graph
from whence.analysis.imports import Import
from whence.analysis.resolve import Resolved, resolve
from whence.analysis.sources import Project, SourceFile, is_configuration, join
from whence.background.code_index import CodeIndex
from whence.git import listing, repositories
from whence.git.text import decode, read
from whence.store.code_rows import CodeFile
from whence.values.errors import GitError

MAX_COMMITS = 5_000
"""Commits that are looked at for what changes together, the newest."""

_MOST_CONFIGURATION = 1 << 20
_MOST_COMMANDS = 24 << 20
"""Bytes of a `compile_commands.json` that is read: it names the compiler's words for each file anew."""

_MOST_ENTRIES = 5_000
"""Names in one folder that are looked at, where configuration asks for the folders in it."""

Stamp = tuple[int, int] | None
"""What changes when a file or a folder does; None for one that isn't there."""

_GIT_SECONDS = 60.0


@dataclass(frozen=True)
class Known:
    """What is known of how files hang together."""

    files: dict[str, SourceFile]
    """The files of the index, by path."""

    resolved: dict[str, Resolved]
    """What each brings in."""

    graph: Graph
    """The same as a graph."""


class CodeGraphs:
    """The graph of one work tree; made when it is asked for.

    Args:
        index: the code index.
        trusted: whether files of the work tree and git may be read for it.
    """

    def __init__(self, index: CodeIndex, *, trusted: bool) -> None:
        self._index, self._trusted = index, trusted
        self._making = threading.Lock()
        self._known: tuple[object, Known] | None = None
        self._consulted: dict[str, Stamp] = {}
        self._folders: tuple[int, frozenset[str]] | None = None
        self._habits: tuple[str, Habits] | None = None

    def known(self) -> Known:
        """The graph as the index is now.

        Raises:
            StorageError: the index can't be read.
        """
        with self._making:
            version = self._index.store.version
            if self._folders is None or self._folders[0] != version:
                files = _sources(self._index.store.files())
                self._folders = (version, Project(files).folders | {""})
                self._known = None
            stamps = dict(self._configurations(self._folders[1]))
            state = (version, stamps)
            stale = any(self._stamp(path) != stamp for path, stamp in self._consulted.items())
            if self._known is None or self._known[0] != state or stale:
                files = self._known[1].files if self._known else _sources(self._index.store.files())
                self._consulted = {}
                resolved = resolve(Project(files, frozenset(stamps), self._read, self._entries))
                graph = Graph({path: each.targets for path, each in resolved.items()})
                self._known = (state, Known(files, resolved, graph))
            return self._known[1]

    def habits(self) -> Habits:
        """What changes together, from the commits that led here; empty without git."""
        if not self._trusted:
            return Habits()
        with self._making:
            try:
                repository = repositories.find(self._index.root)
                head = repositories.head(repository).commit if repository else ""
                if repository is None or not head:
                    return Habits()
                if self._habits is None or self._habits[0] != head:
                    self._habits = (
                        head,
                        cochange.habits(
                            cochange.current_names(listing.by_commit(repository, MAX_COMMITS, _GIT_SECONDS))
                        ),
                    )
            except GitError:
                return Habits()
            return self._habits[1]

    def _configurations(self, folders: Iterable[str]) -> Iterator[tuple[str, tuple[int, int]]]:
        """The files that configure imports, with what changes when they do."""
        if not self._trusted:
            return
        for folder in folders:
            with suppress(OSError, ValueError), os.scandir(self._index.root / folder) as entries:
                for entry in entries:
                    if is_configuration(entry.name) and entry.is_file(follow_symlinks=False):
                        found = entry.stat(follow_symlinks=False)
                        yield join(folder, entry.name), (found.st_mtime_ns, found.st_size)

    def _stamp(self, path: str) -> Stamp:
        try:
            found = (self._index.root / path).stat()
        except (OSError, ValueError):
            return None
        return found.st_mtime_ns, found.st_size

    def _read(self, path: str) -> str | None:
        if not self._inside(path):
            return None
        most = _MOST_COMMANDS if path.endswith("compile_commands.json") else _MOST_CONFIGURATION
        found = read(Path(self._index.root / path), most)
        return None if found.raw is None else decode(found.raw)

    def _entries(self, folder: str) -> list[str]:
        if not self._inside(folder):
            return []
        with suppress(OSError, ValueError), os.scandir(self._index.root / folder) as entries:
            return sorted(entry.name for entry in islice(entries, _MOST_ENTRIES))
        return []

    def _inside(self, path: str) -> bool:
        """Whether a path may be looked at: links, as package managers make them, may not lead out of the work tree.

        What is looked at is noted, so that the graph is made anew when it changes.
        """
        if not self._trusted:
            return False
        self._consulted[path] = self._stamp(path)
        try:
            return (self._index.root / path).resolve().is_relative_to(self._index.root.resolve())
        except (OSError, ValueError, RuntimeError):  # the last one: links that lead in a circle
            return False


def _sources(files: Iterable[CodeFile]) -> dict[str, SourceFile]:
    found: dict[str, SourceFile] = {}
    for each in files:
        if not each.language:
            continue
        said = json.loads(each.payload)
        found[each.path] = SourceFile(
            path=each.path,
            language=each.language,
            imports=tuple(Import(target, line, tuple(names), form) for target, line, names, form in said["imports"]),
            packages=tuple(said["packages"]),
            mentions=frozenset(said["mentions"]),
            defines=tuple(said["defines"]),
        )
    return found
