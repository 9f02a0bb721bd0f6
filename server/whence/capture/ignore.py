"""Which files are looked at: neither what git ignores, nor secrets, nor what belongs to others or to us."""

import logging
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

from whence.git import listing, repositories
from whence.git.plumbing import Repository
from whence.secrets.redaction import is_secret_file
from whence.values.errors import GitError

log = logging.getLogger(__name__)

_TEMPORARY = re.compile(r"~$|^\.#|^#.*#$|^\..*\.sw[a-p]$|^\.DS_Store$|^4913$|\.tmp\.\d+(\.|$)|\.crswap$")
"""Names under which editors put a file aside for a moment."""

_BUILT = frozenset(
    {"node_modules", "bower_components", ".venv", "venv", "__pycache__", "site-packages", ".tox", ".nox", ".eggs"}
    | {
        "dist",
        "build",
        "target",
        "out",
        "coverage",
        ".next",
        ".nuxt",
        ".cache",
        ".parcel-cache",
        ".gradle",
        ".terraform",
    }
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", ".hg", ".svn", ".idea", ".vs"}
)
"""Folders that hold no work of the user's; asked only without git, whose users say it themselves."""

_MOST_FILES = 200_000
"""Files of a folder without git that are looked at."""


class Rules:
    """What is looked at in a work tree.

    Args:
        root: its top, resolved.
        repository: the repository, or None without git.
        exclude: the user's own patterns, in .gitignore's syntax.
        own: a folder of ours, which may lie inside.
    """

    def __init__(self, root: Path, repository: Repository | None, exclude: Sequence[str], own: Path) -> None:
        self._root, self._repository = root, repository
        self._exclude = _spec(exclude)
        # Beside the folder of our state lies the database.
        self._own = [
            place.relative_to(root).as_posix()
            for place in (own.resolve(), own.resolve().parent)
            if place != root and place.is_relative_to(root)
        ]
        self._files: dict[str, tuple[tuple[int, int] | None, GitIgnoreSpec | None]] = {}
        self._known: dict[str, tuple[object, ...]] = {}
        self._elsewhere = _elsewhere(repository) if repository else ()

    def relative(self, path: Path) -> str | None:
        """The file's name relative to the root, symbolic links resolved; None if that leads out of the root."""
        try:
            inside = Path(os.path.realpath(path)).relative_to(self._root)
        except (ValueError, OSError):
            return None
        return inside.as_posix() if inside.parts else None

    def kept(self, files: Iterable[str]) -> list[str]:
        """Those of the paths that are looked at. At most one call to git."""
        foreign: dict[str, bool] = {}
        wanted = [path for path in files if not self.refuses(path) and not self._is_foreign(path, foreign)]
        if self._repository is None:
            return [path for path in wanted if not self._ignored_without_git(path)]
        stamps = {path: self._stamps(path) for path in wanted}
        unsure = [path for path in wanted if self._known.get(path) != stamps[path]]
        ignored = repositories.ignored(self._repository, unsure)
        if len(self._known) > 20_000:
            self._known.clear()
        # Only a no is remembered: `git add --force` makes an ignored file tracked without touching any rule.
        self._known.update({path: stamps[path] for path in unsure if path not in ignored})
        return [path for path in wanted if path not in ignored]

    def checked_out(self, files: Sequence[str]) -> list[str]:
        """Those of the paths that are there, or are gone by somebody's hand: git's own sparse checkout takes none."""
        gone = [path for path in files if not os.path.lexists(self._root / path)]
        apart = repositories.not_checked_out(self._repository, gone) if self._repository and gone else set()
        return [path for path in files if path not in apart]

    def walk(self) -> Iterator[tuple[str, os.stat_result]]:
        """Every file that is looked at, with its `lstat`; for use without git."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            try:
                entries = sorted(os.scandir(self._root / folder), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                try:
                    found = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                if stat.S_ISDIR(found.st_mode):
                    if self.enters(path):
                        waiting.append(path)
                elif stat.S_ISREG(found.st_mode) and self.kept([path]):
                    yield path, found

    def skipped_folders(self) -> set[str]:
        """Folders in which nothing is looked at, the outermost alone."""
        if self._repository is not None:
            try:
                return listing.ignored_folders(self._repository)
            except GitError:
                return set()
        found: set[str] = set()
        for parent, folders, _ in os.walk(self._root):
            inside = Path(parent).relative_to(self._root)
            left = {name for name in folders if not self.enters((inside / name).as_posix())}
            found |= {(inside / name).as_posix() for name in left}
            folders[:] = [name for name in folders if name not in left]
        return found

    def enters(self, folder: str) -> bool:
        """Whether a folder may hold anything that is looked at, without asking git."""
        if folder in self._own or PurePosixPath(folder).name == ".git" or (self._root / folder / ".git").exists():
            return False
        return self._repository is not None or not self._ignored_without_git(f"{folder}/")

    def refuses(self, path: str) -> bool:
        """Whether the name alone says that the file is not looked at, whatever git ignores."""
        where = PurePosixPath(path)
        if where.is_absolute() or ".git" in where.parts or ".." in where.parts or _TEMPORARY.search(where.name):
            return True
        if any(path == own or path.startswith(f"{own}/") for own in self._own):
            return True
        return is_secret_file(path) or self._exclude.match_file(path)

    def _is_foreign(self, path: str, known: dict[str, bool]) -> bool:
        """Whether the file is in a submodule, or a repository of its own: its work tree is another project."""
        for parent in PurePosixPath(path).parents[:-1]:
            name = parent.as_posix()
            if name not in known:
                known[name] = os.path.lexists(self._root / name / ".git")
            if known[name]:
                return True
        return False

    def _stamps(self, path: str) -> tuple[object, ...]:
        """Changes when a file changes that says what git ignores at this path."""
        rules = [self._root / parent / ".gitignore" for parent in PurePosixPath(path).parents]
        return tuple(_stamp(file) for file in (*rules, *self._elsewhere))

    def _ignored_without_git(self, path: str) -> bool:
        where = PurePosixPath(path)
        folders = where.parts if path.endswith("/") else where.parts[:-1]
        if not _BUILT.isdisjoint(folders):
            return True
        for parent in where.parents:
            spec = self._spec_of(parent.as_posix())
            if spec is None:
                continue
            inside = path if parent.as_posix() == "." else path[len(parent.as_posix()) + 1 :]
            verdict = spec.check_file(inside).include
            if verdict is not None:
                return verdict
        return False

    def _spec_of(self, folder: str) -> GitIgnoreSpec | None:
        file = self._root / folder / ".gitignore"
        stamp = _stamp(file)
        known = self._files.get(folder)
        if known is None or known[0] != stamp:
            spec = None
            if stamp is not None:
                try:
                    spec = _spec(file.read_text("utf-8", "replace").splitlines())
                except OSError:
                    spec = None
            known = self._files[folder] = (stamp, spec)
        return known[1]


def _spec(patterns: Iterable[str]) -> GitIgnoreSpec:
    sound = []
    for pattern in patterns:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except (ValueError, re.error):
            log.warning("a pattern of ignored files can't be read and is left out")
        else:
            sound.append(pattern)
    return GitIgnoreSpec.from_lines(sound)


def own_files(root: Path, repository: Repository | None, exclude: Sequence[str], ours: Path) -> list[str]:
    """The files of a project that are its own: neither ignored nor secret, relative to its top, sorted.

    Args:
        root: the project's top.
        repository: its repository, or None without git.
        exclude: the user's own patterns.
        ours: a folder of ours, which may lie inside.
    """
    rules = Rules(root, repository, exclude, ours)
    if repository is None:
        return sorted(path for path, _ in zip((name for name, _ in rules.walk()), range(_MOST_FILES), strict=False))
    return sorted(path for path in set(listing.files(repository)) if not rules.refuses(path))


def _elsewhere(repository: Repository) -> tuple[Path, ...]:
    """Files outside the work tree that say what git ignores."""
    places = [repository.common_dir / "info" / "exclude"]
    try:
        said = listing.user_excludes(repository)
    except GitError:
        said = ""
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return (*places, Path(said) if said else Path(home).expanduser() / "git" / "ignore")


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
