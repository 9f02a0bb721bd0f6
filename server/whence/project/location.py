"""Which project a folder belongs to, and where on this machine its memory lives.

A project is known by its repository: by origin and root commit, so that worktrees and clones share one memory while
forks and templates don't; without an origin by its common git directory; without git by its path. A registry keeps the
id when a remote is added later or a folder moves.
"""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import TypedDict

from filelock import FileLock

from whence.git.repositories import RepositoryIdentity, identity
from whence.values.errors import StorageError
from whence.values.forge import forge
from whence.values.homes import cache_home as cache_home
from whence.values.homes import data_home as data_home
from whence.values.place import Place

_SHAPE = 1
"""Version of the registry's JSON."""


class _Entry(TypedDict):
    name: str
    keys: list[str]
    roots: list[str]


def locate(folder: Path, *, use_git: bool = True) -> Place:
    """The project of a folder, registered on first sight.

    Args:
        folder: an existing folder.
        use_git: whether git may be asked; an untrusted workspace's may not.

    Raises:
        StorageError: the folder doesn't exist, or the registry can't be written.
    """
    repository, root = _opened(folder, use_git=use_git)
    home = data_home()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(home / "projects.lock", timeout=10, mode=0o600):
            registry, amiss = _read(home / "projects.json")
            if amiss:  # what could be read of it is written anew below; the file itself is kept
                _keep_aside(home / "projects.json")
            id = _find(registry, repository, root) or _new_id(repository, root)
            entry = registry.setdefault(id, _Entry(name=root.name or "root", keys=[], roots=[]))
            before = json.dumps(entry)
            entry["keys"] = sorted({*entry["keys"], *_keys(repository, root)})
            if repository and repository.root_commit:
                entry["roots"] = sorted({*entry["roots"], repository.root_commit})
            if amiss or json.dumps(entry) != before or len(entry["keys"]) == 0:
                _write(home / "projects.json", registry)
    except (OSError, TimeoutError) as error:
        raise StorageError(
            f"The data folder can't be written ({error.__class__.__name__}). Check its permissions and free space, or "
            "name another one with WHENCE_HOME."
        ) from error
    folder = home / "projects" / id
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _place(id, entry["name"], folder, root, repository)


def known(folder: Path, *, use_git: bool = True) -> Place | None:
    """The same of a folder that was registered before, None for another one; nothing is written.

    Raises:
        StorageError: the folder doesn't exist, or the registry can't be read.
    """
    repository, root = _opened(folder, use_git=use_git)
    home = data_home()
    try:
        registry, _ = _read(home / "projects.json")
    except OSError as error:
        raise StorageError(f"The list of projects in the data folder can't be read ({type(error).__name__}).") from None
    # An id is made from what names the folder, so a project whose entry is lost is mostly found again by its folder.
    id = _find(registry, repository, root) or _new_id(repository, root)
    traces = (home / "projects" / id, home / "counts" / f"{id}.json")
    if id not in registry and not any(each.exists() for each in traces):
        return None
    name = registry[id]["name"] if id in registry else root.name or "root"
    return _place(id, name, home / "projects" / id, root, repository)


def registry_problem() -> str:
    """What is amiss with the list of projects; empty where nothing is, or where there is none yet.

    Raises:
        OSError: it can't be read at all.
    """
    return _read(data_home() / "projects.json")[1]


def _opened(folder: Path, *, use_git: bool) -> tuple[RepositoryIdentity | None, Path]:
    """The repository around a folder, if there is one, and the project's top.

    Raises:
        StorageError: the folder doesn't exist.
    """
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        raise StorageError(f"There is no folder {folder.name}. Open or name an existing folder.")
    repository = identity(folder) if use_git else None
    return repository, repository.root if repository else folder


def _place(id: str, name: str, home: Path, root: Path, repository: RepositoryIdentity | None) -> Place:
    author = repository.user if repository else ""
    return Place(
        id=id,
        name=name,
        root=root,
        home=home,
        git=repository is not None,
        author=author,
        forge=forge(repository.address) if repository else None,
    )


def _keys(repository: RepositoryIdentity | None, root: Path) -> list[str]:
    """All names that this folder goes by, the strongest first."""
    if repository is None:
        return [f"path:{_text(root)}"]
    named = [f"origin:{repository.origin}#{repository.root_commit}"] if _shared(repository) else []
    return [*named, f"git:{_text(repository.common_dir)}"]


def _text(path: Path) -> str:
    """A path as UTF-8 has it, whatever encoding this process takes the disk's names to be in."""
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def _shared(repository: RepositoryIdentity) -> bool:
    return bool(repository.origin and repository.root_commit)


def _find(registry: dict[str, _Entry], repository: RepositoryIdentity | None, root: Path) -> str | None:
    for key in [*_keys(repository, root), f"path:{_text(root)}"]:  # the path: a folder that became a repository since
        for id, entry in registry.items():
            if key in entry["keys"]:
                return id
    if repository is None or not repository.root_commit or repository.origin:
        return None
    # A repository without an origin that nobody knows at this place: one that moved here, if its old place is empty.
    for id, entry in registry.items():
        places = [key.removeprefix("git:") for key in entry["keys"] if key.startswith("git:")]
        shared = any(key.startswith("origin:") for key in entry["keys"])
        if repository.root_commit in entry["roots"] and not shared and not any(Path(p).exists() for p in places):
            return id
    return None


def _new_id(repository: RepositoryIdentity | None, root: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", root.name.lower()).strip("-")[:40] or "project"
    if repository and _shared(repository):
        # Made from what all clones have in common, so that a team's members meet in one database.
        name = re.sub(r"[^a-z0-9]+", "-", repository.origin.rsplit("/", 1)[-1].lower()).strip("-")[:40] or "project"
    key = _keys(repository, root)[0].encode("utf-8", "surrogateescape")
    return f"{name}-{hashlib.sha256(key).hexdigest()[:12]}"


def _read(file: Path) -> tuple[dict[str, _Entry], str]:
    """The projects that a registry names, and what is amiss with it; whatever its shape, what can be read of it counts.

    Raises:
        OSError: it is there and can't be read.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return {}, ""
    text = content.decode("utf-8", "replace")
    try:
        whole = json.loads(content.decode("utf-8"))
        projects = whole["projects"] if isinstance(whole, dict) else None
        if isinstance(projects, dict):
            sound = {id: entry for id, each in projects.items() if (entry := _entry(each)) and _ID.fullmatch(id)}
            lost = len(projects) - len(sound)
            return sound, f"{lost} of {len(projects)} projects that it lists can't be read" if lost else ""
    except (ValueError, KeyError, RecursionError):
        pass
    found = _salvaged(text)
    return found, f"it is damaged, and {len(found)} projects can still be read of it"


_ID = re.compile(r"[a-z0-9-]{1,80}")
"""An id of a project, which is also the name of its folder."""

_BEGINS = re.compile(r'"([a-z0-9-]{1,80})"\s*:\s*(?={)')


def _salvaged(text: str) -> dict[str, _Entry]:
    """The entries that are whole in a text that is not: cut off, overwritten in part, or not of our shape."""
    decoder, found = json.JSONDecoder(), {}
    for begins in _BEGINS.finditer(text):
        try:
            each, end = decoder.raw_decode(text, begins.end())
        except (ValueError, RecursionError):
            continue
        if "\ufffd" not in text[begins.end() : end] and (entry := _entry(each)):  # else bytes of it are lost
            found[begins[1]] = entry
    return found


def _entry(each: object) -> _Entry | None:
    """An entry with the right shape, made of one of whatever shape; None where it names no folder."""
    if not isinstance(each, dict):
        return None
    keys, roots = _listed(each.get("keys")), _listed(each.get("roots"))
    name = each.get("name")
    return _Entry(name=name if isinstance(name, str) and name else "project", keys=keys, roots=roots) if keys else None


def _listed(each: object) -> list[str]:
    return [text for text in each if isinstance(text, str)] if isinstance(each, list) else []


def _keep_aside(file: Path) -> None:
    """Move a registry that is amiss out of the way, beside those that were before."""
    aside = file.with_suffix(".unreadable")
    count = 1
    while aside.exists():
        count += 1
        aside = file.with_suffix(f".unreadable-{count}")
    file.replace(aside)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write(file: Path, registry: dict[str, _Entry]) -> None:
    fresh = file.with_suffix(".new")
    with open(fresh, "w", encoding="utf-8", opener=_private) as new:
        new.write(json.dumps({"shape": _SHAPE, "projects": registry}, indent=1, sort_keys=True))
    fresh.replace(file)
