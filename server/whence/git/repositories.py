"""What git knows about a folder, as values: is there a repository, which one, where does its work tree stand."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from whence.git import people
from whence.git.plumbing import Repository, paths, run, z
from whence.values.errors import GitError

_REFUSALS = (
    (
        "dubious ownership",
        "git doesn't trust this folder, which belongs to another user. "
        "`git config --global --add safe.directory` with the folder's path says that you do.",
    ),
    (
        "cannot use bare repository",
        "git's setting `safe.bareRepository` forbids to look into a bare repository that isn't named. "
        "Clone it, and open the clone.",
    ),
    (
        "unknown repository extension",
        "This repository is kept in a form that the git installed here is too old for, such as reftable. "
        "Install a newer git.",
    ),
    ("unknown value for extensions", "The git installed here is too old for this repository. Install a newer git."),
    ("invalid value for 'extensions.", "The git installed here is too old for this repository. Install a newer git."),
    ("Expected git repo version", "The git installed here is too old for this repository. Install a newer git."),
)
"""What git says where it refuses a folder, and what to do about it."""

Operation = Literal["", "merge", "rebase", "cherry-pick", "revert", "bisect"]


@dataclass(frozen=True, slots=True)
class RepositoryIdentity:
    """What a repository is known by."""

    root: Path
    """Top of the work tree, resolved."""

    common_dir: Path
    """The common git directory, the same for all work trees, resolved."""

    origin: str
    """Address of the remote `origin`, normalised; empty without one."""

    address: str = field(repr=False)
    """The same as git is configured with it, which tells a port and the protocol; it may hold credentials."""

    root_commit: str
    """The first commit that HEAD descends from, by first parents; empty without a commit or in a shallow clone."""

    user: str
    """The user's name, as git would sign a commit."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a work tree stands."""

    commit: str
    """Id of the commit; empty before the first."""

    branch: str
    """The branch's short name; empty where HEAD is detached."""

    operation: Operation
    """What git has begun and not finished."""

    stash: tuple[str, ...]
    """Ids of the stash's entries, the newest first."""


def find(folder: Path) -> Repository | None:
    """The repository whose work tree holds the folder; None where there is none, or where it ignores the folder.

    A work tree that its configuration puts elsewhere (`core.worktree`) is not the folder's.

    Raises:
        GitError: there seems to be one, and git can't be asked: it is missing, or doesn't trust the owner.
    """
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return None
    try:
        answer = run(folder, "rev-parse", "--show-toplevel", "--git-dir", "--git-common-dir")
    except GitError as error:
        if (plain := refusal(folder, str(error))) is not None:
            raise plain from None
        return None
    lines = answer.rstrip(b"\n").split(b"\n")
    if len(lines) != 3:
        raise GitError("git's answer about the folder can't be read: is there a line end in its name?")
    root, git_dir, common_dir = ((folder / os.fsdecode(line)).resolve() for line in lines)
    inside = folder.resolve()
    if not inside.is_relative_to(root):
        return None  # `core.worktree` names another folder, which whoever opened this one did not ask for
    repository = Repository(root, git_dir, common_dir)
    repository = Repository(root, git_dir, common_dir, _filters(repository))
    within = inside != root and inside.is_relative_to(root)
    return None if within and ignored(repository, [inside.relative_to(root).as_posix()]) else repository


def refusal(folder: Path, text: str) -> GitError | None:
    """Why git refuses a folder, and what to do; None where there is no repository with a work tree.

    Args:
        folder: the folder.
        text: the failure's text.
    """
    for sign, advice in _REFUSALS:
        if sign in text:
            return GitError(f"{advice} Whence works without git here.")
    if "must be run in a work tree" in text:
        return None
    if "not a git repository" not in text:
        return GitError(text)
    link = next((each / ".git" for each in (folder, *folder.parents) if (each / ".git").exists()), None)
    if link is not None and link.is_file():
        return GitError(
            "The file `.git` here names a repository that is not there. If that was moved, `git worktree repair`, run "
            "in it with this folder's path, finds it again. Whence works without git here."
        )
    if link is not None and (link / "objects").is_dir():
        return GitError("The folder `.git` here is damaged: git takes it for no repository. Look at its file `HEAD`.")
    return None


def identity(folder: Path) -> RepositoryIdentity | None:
    """What the repository around the folder is known by; None where there is none or git can't be asked."""
    try:
        repository = find(folder.resolve())
        if repository is None:
            return None
        origin = run(repository, "config", "--get", "remote.origin.url", ok=1).decode("utf-8", "replace").strip()
        return RepositoryIdentity(
            root=repository.root,
            common_dir=repository.common_dir,
            origin=normal_origin(origin, repository.root),
            address=origin,
            root_commit=_root_commit(repository),
            user=user(repository),
        )
    except GitError:
        return None


def user(repository: Repository) -> str:
    """The user's name as git shows it on commits, by `.mailmap` too, or nothing."""
    settings = run(repository, "config", "-z", "--get-regexp", r"^(user\.(name|email)|mailmap\.(file|blob))$", ok=1)
    said: dict[str, str] = {}
    for entry in settings.decode("utf-8", "replace").split("\0"):
        key, _, value = entry.partition("\n")
        said[key] = value.strip()
    name, email = said.get("user.name", ""), said.get("user.email", "")
    mapping = (repository.root / ".mailmap").is_file() or "mailmap.file" in said or "mailmap.blob" in said
    return people.mapped(repository, [(name, email)])[name, email][0] if mapping and name and email else name


def normal_origin(url: str, root: Path) -> str:
    """One spelling for all addresses of a repository: `host/path`, without protocol, credentials, port or `.git`.

    Args:
        url: a remote's address in any form that git takes.
        root: where a relative path starts from.
    """
    url = url.strip()
    if not url:
        return ""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url):
        try:
            parts = urlsplit(url)
        except ValueError:  # brackets that hold no address: as it is written, without who logs in
            return _trimmed(re.sub(r"^[^/@]*@", "", url.partition("://")[2]))
        if parts.scheme.lower() == "file":
            return f"file:{_trimmed(Path(unquote(parts.path)).as_posix())}"
        try:
            host = parts.hostname or ""
        except ValueError:
            host = parts.netloc.rpartition("@")[2].lower()
        path = unquote(parts.path)
    elif (match := re.match(r"(?:[^@/\\]*@)?(\[[^\]]+\]|[^:/\\]{2,}):(?!\\)(.*)", url)) is not None:
        # The short form of ssh. A single letter before the colon is a Windows drive.
        host, path = match[1].strip("[]").lower(), match[2]
    else:
        return f"file:{_trimmed(Path(os.path.normpath(root / url)).as_posix())}"
    # Both forges serve ssh on port 443 under another name.
    host = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com"}.get(host, host)
    return f"{host}/{_trimmed(path.lstrip('/'))}"


def head(repository: Repository) -> Head:
    """Where the work tree stands now."""
    commit = run(repository, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=1).decode().strip()
    branch = run(repository, "symbolic-ref", "--quiet", "--short", "HEAD", ok=1).decode("utf-8", "replace").strip()
    stash: tuple[str, ...] = ()
    if (repository.common_dir / "refs" / "stash").exists() or (repository.common_dir / "reftable").exists():
        try:
            stash = tuple(run(repository, "rev-list", "-g", "-n", "50", "refs/stash").decode().split())
        except GitError:
            stash = ()
    return Head(commit, branch, operation(repository), stash)


def operation(repository: Repository) -> Operation:
    """What git has begun here and not finished, such as a merge that waits for conflicts to be solved."""
    signs: tuple[tuple[Operation, str], ...] = (
        ("rebase", "rebase-merge"),
        ("rebase", "rebase-apply"),
        ("merge", "MERGE_HEAD"),
        ("cherry-pick", "CHERRY_PICK_HEAD"),
        ("revert", "REVERT_HEAD"),
        ("bisect", "BISECT_LOG"),
    )
    return next((name for name, sign in signs if (repository.git_dir / sign).exists()), "")


def signature(repository: Repository) -> tuple[object, ...]:
    """A value that changes when HEAD, its branch, the stash or an operation does; a dozen `stat` calls, no process."""
    own, common = repository.git_dir, repository.common_dir
    try:
        where = (own / "HEAD").read_text("utf-8", "replace").strip()
    except OSError:
        where = ""
    moving = (
        own / "logs" / "HEAD",
        common / (where.removeprefix("ref: ") or "HEAD"),
        common / "packed-refs",
        common / "refs" / "stash",
        common / "logs" / "refs" / "stash",
        common / "reftable" / "tables.list",
        own / "reftable" / "tables.list",
    )
    return (where, operation(repository), *(stamp(path) for path in moving))


def index_stamp(repository: Repository) -> tuple[int, int, int] | None:
    """When the index was last written: time in ns, size in bytes, inode."""
    return stamp(repository.git_dir / "index")


def lock_stamp(repository: Repository) -> tuple[int, int, int] | None:
    """The same of the index's lock, which exists while git changes the work tree; None without one."""
    return stamp(repository.git_dir / "index.lock")


def work_trees(repository: Repository) -> list[Path]:
    """The tops of the other work trees that share a repository's history, those that are gone from disk too.

    Raises:
        GitError: git can't be asked.
    """
    told = run(repository, "worktree", "list", "--porcelain", "-z").split(b"\0")
    tops = [Path(os.fsdecode(line[9:])) for line in told if line.startswith(b"worktree ")]
    return [top for top in tops if top != repository.root]


def not_checked_out(repository: Repository, files: Sequence[str]) -> set[str]:
    """Those of the paths that git itself keeps out of the work tree, as in a sparse checkout: nobody deleted them."""
    if not files or not (repository.git_dir / "info" / "sparse-checkout").exists():
        return set()
    found: set[str] = set()
    for start in range(0, len(files), 60):
        try:
            words = ("--literal-pathspecs", "ls-files", "-t", "-z", "--", *files[start : start + 60])
            found.update(os.fsdecode(each[2:]) for each in run(repository, *words).split(b"\0") if each[:2] == b"S ")
        except GitError:
            continue
    return found


def version() -> str:
    """What git calls itself, such as `git version 2.47.0`.

    Raises:
        GitError: there is none, or it can't be run.
    """
    return run(Path.home(), "--version").decode("utf-8", "replace").strip()


def is_shallow(repository: Repository) -> bool:
    """Whether its history was cut off when it was cloned.

    Raises:
        GitError: git could not say.
    """
    return run(repository, "rev-parse", "--is-shallow-repository").strip() == b"true"


def committed_at(repository: Repository) -> int:
    """When HEAD was committed, in seconds since the epoch.

    Raises:
        GitError: git could not say, as of an odd commit, or there is none.
    """
    seconds = run(repository, "log", "-1", "--format=%ct").strip()
    if not seconds.isdigit():
        raise GitError("git tells no date of the newest commit.")
    return int(seconds)


def ignored(repository: Repository, files: Sequence[str]) -> set[str]:
    """Those of the paths, relative to the root, that git ignores. What is tracked is never ignored."""
    if not files:
        return set()
    try:
        # With `./`, no name is taken for one of git's magic pathspecs.
        words = b"".join(b"./" + z(path) for path in files)
        answer = run(repository, "check-ignore", "-z", "-v", "-n", "--stdin", input=words, ok=1)
    except GitError:
        if len(files) == 1:
            # git refuses to say for paths in submodules and beyond symbolic links: neither is the user's work here.
            return set(files)
        middle = len(files) // 2
        return ignored(repository, files[:middle]) | ignored(repository, files[middle:])
    fields = answer.split(b"\0")
    return {
        os.fsdecode(path[2:])
        for source, pattern, path in zip(fields[0::4], fields[2::4], fields[3::4], strict=False)
        if source and not pattern.startswith(b"!")
    }


def _filters(repository: Repository) -> tuple[str, ...]:
    output = run(repository, "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.", ok=1)
    drivers = sorted({name.rpartition(".")[0] for name in paths(output)})
    return tuple(f"{driver}.{key}" for driver in drivers for key in ("clean", "smudge", "process", "required"))


def _root_commit(repository: Repository) -> str:
    if run(repository, "rev-parse", "--is-shallow-repository").strip() == b"true":
        return ""
    # By first parents: a history that is merged in later can't change who the project is.
    found = run(repository, "rev-list", "--max-parents=0", "--first-parent", "HEAD", "--", ok=128, timeout=60)
    return next(iter(found.decode().split()), "")


def _trimmed(path: str) -> str:
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    return path.removesuffix(".git").rstrip("/") or "/"


def stamp(path: Path) -> tuple[int, int, int] | None:
    """When a file was last written: time in ns, size in bytes, inode; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
