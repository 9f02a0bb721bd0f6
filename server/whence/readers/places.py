"""Which file of the project a stack trace means: traces come from other machines, containers and bundlers."""

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from whence.git import listing
from whence.git.plumbing import Repository
from whence.values.errors import GitError

_FOREIGN = re.compile(
    r"(?:^|/)(?:node_modules|site-packages|dist-packages|\.venv|venv|vendor|third_party|bower_components|pkg/mod|lib/python[\d.]+|\.cargo|\.rustup"
    r"|\.gem|gems|rustc|\.pnpm|\.yarn)/|^(?:/usr/(?:lib|local/lib|local/go|include)|/nix|/opt/homebrew)/"
    r"|^(?:node|internal|native|deno|bun|dart):|^<|^\[|^(?:jdk|java|sun|kotlin|scala|javax|Swift|Foundation)/"
)
"""Places of code that is somebody else's, wherever it lies."""


def foreign(name: str) -> bool:
    """Whether a file, as a trace names it, is of a language, a runtime or a library, wherever it lies."""
    return bool(_FOREIGN.search(_plain(name)))


_SCHEME = re.compile(
    r"^(?:webpack(?:-internal)?|vite|file|https?|ng|rsc|turbopack|app|async|res|capacitor|ionic):/{1,3}", re.IGNORECASE
)
_HOST = re.compile(r"^https?://[^/]*/", re.IGNORECASE)
_DRIVE = re.compile(r"^/?[A-Za-z]:/")


_ASKED = 20
"""Names that git is asked for; each takes it some 4 ms."""


class Places:
    """Finds the project's file for a name in a trace.

    Args:
        root: the project's top.
        repository: its repository, whose list of files tells where a bare name lies; None where git isn't to be asked.
    """

    def __init__(self, root: Path, repository: Callable[[], Repository | None] = lambda: None) -> None:
        self._root = root
        self._top = root.as_posix().rstrip("/")
        self._repository = repository
        self._known: dict[str, str] = {}
        self._asked = 0

    def of(self, name: str) -> str:
        """The file, relative to the project, with forward slashes; empty where it is none of the project's."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> str:
        plain = _plain(name)
        inside = plain.removeprefix(f"{self._top}/") if plain.startswith(f"{self._top}/") else ""
        looked_at = inside or plain
        if not looked_at.strip("/") or _FOREIGN.search(looked_at):
            return ""
        if inside:
            return inside if ".." not in PurePosixPath(inside).parts else ""
        # Built elsewhere: the longest end of the path that is a file here.
        parts = [part for part in _DRIVE.sub("", plain).split("/") if part not in ("", ".", "..")]
        ends = ("/".join(parts[start:]) for start in range(len(parts)))
        return next((end for end in ends if self._there(end)), "") or self._listed(parts)

    def _there(self, path: str) -> bool:
        try:
            return (self._root / path).is_file()
        except (OSError, ValueError):
            return False

    def _listed(self, parts: list[str]) -> str:
        """The one tracked file whose path ends so, for traces that leave out the folders of the sources."""
        if len(parts) < 2 or self._asked >= _ASKED or (repository := self._repository()) is None:
            return ""
        self._asked += 1
        end = "/".join(parts[-6:])
        try:
            found = listing.ending_in(repository, end)
        except GitError:
            return ""
        return found[0] if len(found) == 1 else ""


def _plain(name: str) -> str:
    """The name with forward slashes, without what bundlers, browsers and URIs add."""
    path = name.strip().replace("\\", "/")
    path = re.sub(r"^package:([^/]+)/", r"\1/lib/", path).removeprefix("[project]/")  # Dart, Turbopack
    if _HOST.match(path):
        path = unquote(_HOST.sub("", path))
    elif path.lower().startswith("file:"):
        path = unquote("/" + _SCHEME.sub("", path).lstrip("/"))
        path = path[1:] if _DRIVE.match(path) else path
    else:
        path = _SCHEME.sub("", path)
    return re.sub(r"[?#].*$", "", path).removeprefix("./")
