"""Runs git, safely. No other module starts it.

A workspace's configuration is its author's, so nothing in it may run a program: hooks, file-system monitors, external
diffs, text conversion and filters are all switched off. Locations that the environment might name are ignored, and no
call goes to the network.
"""

import functools
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from whence.values.errors import GitError

TIMEOUT = 20.0
"""Seconds after which a call to git is given up."""

_SCRUBBED = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_QUARANTINE_PATH",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_EXTERNAL_DIFF",
    "GIT_ATTR_SOURCE",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)

OPAQUE = b"\0"
"""Stands for a content that is too large to be looked into: like a binary, no one takes it for text."""

UNREADABLE = b"\0unreadable"
"""Stands for a content that git can't give, because it is damaged or was never fetched: no one takes it for text."""

_DEATHS = 100
"""Damaged contents of one call for which git is begun anew."""

_SAFE = (
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "log.showSignature=false"),
    # Settings of the user's by which git would answer otherwise than it is read here.
    *("-c", "i18n.logOutputEncoding=UTF-8", "-c", f"diff.orderFile={os.devnull}", "-c", "log.showRoot=true"),
    *("-c", "log.follow=false"),
)


@dataclass(frozen=True, slots=True)
class Repository:
    """A work tree and where git keeps its state."""

    root: Path
    """Top of the work tree, resolved."""

    git_dir: Path
    """State of this work tree: HEAD, index, operations under way."""

    common_dir: Path
    """State that all work trees share: objects, branches, the stash."""

    filters: tuple[str, ...] = ()
    """Configuration keys that name filter programs; every call empties them."""


def run(
    where: Repository | Path, *words: str | bytes, input: bytes | None = None, timeout: float = TIMEOUT, ok: int = 0
) -> bytes:
    """What git printed.

    Args:
        where: the repository, or a folder.
        words: the command and its arguments.
        input: what it reads from standard input.
        timeout: seconds.
        ok: an exit code, besides 0, which is an answer rather than a failure.

    Raises:
        GitError: git is missing, too slow, or failed; the text is git's own first line.
    """
    folder, filters = (where.root, where.filters) if isinstance(where, Repository) else (where, ())
    try:
        done = subprocess.run(
            [_executable(os.environ.get("PATH", "")), *_SAFE, *words],
            cwd=folder,
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            timeout=timeout,
            env=_environment(filters),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitError(f"git {_verb(words)} took longer than {timeout:.0f} s.") from None
    except (OSError, ValueError) as error:
        raise GitError(f"git could not be run ({error.__class__.__name__}).") from None
    if done.returncode not in (0, ok):
        raise GitError(f"git {_verb(words)} failed: {_said(done.stderr)[:300]}")
    return done.stdout


@contextmanager
def streaming(repository: Repository, *words: str, input: IO[bytes], timeout: float = TIMEOUT) -> Iterator[IO[bytes]]:
    """What git prints, to be read as it comes. Git is stopped where the reader leaves early.

    Args:
        words: the command and its arguments.
        input: an open file that it reads from standard input; with two pipes, each side might wait for the other.
        timeout: seconds for all of it, the reader's own time included.

    Raises:
        GitError: git is missing, or it failed or took too long, and the reader had read to the end of what it printed.
    """
    with _begun(repository, words, input) as child:
        assert child.stdout is not None
        watchdog = threading.Timer(timeout, child.kill)
        watchdog.start()
        try:
            yield child.stdout
            ended = not child.stdout.read(1)
        except BaseException:
            child.kill()
            raise
        finally:
            watchdog.cancel()
            watchdog.join()
        if not ended:
            child.kill()
    if ended and child.returncode:
        raise GitError(f"git {_verb(words)} failed or took too long.")


@contextmanager
def one_by_one(
    repository: Repository, limit: int, timeout: float = 300.0, kind: Literal["blob", "commit"] = "commit"
) -> Iterator[Callable[[str], bytes | None]]:
    """A function that reads the object of an id, one after the other; None for one that is damaged or isn't there.

    Args:
        limit: bytes; a longer one can't be read.
        timeout: seconds for all of them.
        kind: what they must be.

    Raises:
        GitError: git can't be asked at all, or took too long.
    """
    children: list[tuple[subprocess.Popen[bytes], threading.Timer]] = []
    deadline = time.monotonic() + timeout

    def begin() -> None:
        child = _begun(repository, ("cat-file", "--batch"), subprocess.PIPE)
        watchdog = threading.Timer(max(0.0, deadline - time.monotonic()), child.kill)
        watchdog.start()
        children.append((child, watchdog))

    def end() -> None:
        child, watchdog = children.pop()
        watchdog.cancel()
        _end(child)

    def ask(id: str) -> bytes | None:
        if not children:
            begin()
        child, _ = children[-1]
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(id.encode() + b"\n")
            child.stdin.flush()
            found = _next(child.stdout, limit, kind)
        except OSError:
            found = UNREADABLE
        if found == UNREADABLE:
            end()
            if time.monotonic() > deadline:
                raise GitError(f"git cat-file took longer than {timeout:.0f} s.")
            run(repository, "rev-parse", "--git-dir")  # it is this one alone, or else git fails altogether
        return None if found in (None, UNREADABLE, OPAQUE) else found

    try:
        yield ask
    finally:
        while children:
            end()


def listing(lines: Iterable[bytes]) -> IO[bytes]:
    """The lines as a file for git to read; it is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.writelines(line + b"\n" for line in lines)
    file.seek(0)
    return file


def objects(
    repository: Repository, names: Sequence[bytes], limit: int, kind: Literal["blob", "commit"] = "blob"
) -> list[bytes | None]:
    """The contents of git's objects, in the order of their names, such as an id or `<commit>:<path>`.

    Args:
        limit: bytes; `OPAQUE` stands for a larger one.
        kind: what they must be.

    Returns:
        None for each that isn't there or is of another kind; `UNREADABLE` for one that git fails at.

    Raises:
        GitError: git failed or took too long.
    """
    plain = list(dict.fromkeys(name for name in names if b"\n" not in name))
    found: dict[bytes, bytes | None] = {}
    deaths = 0
    while left := plain[len(found) :]:
        contents = _batch(repository, left, limit, kind) if deaths < _DEATHS else [UNREADABLE] * len(left)
        found |= zip(left, contents, strict=False)
        deaths += 1
    for name in set(names) - found.keys():
        try:
            size = int(run(repository, "cat-file", "-s", name))
            found[name] = run(repository, "cat-file", kind, name) if size <= limit else OPAQUE
        except GitError:
            found[name] = None
    return [found[name] for name in names]


def paths(output: bytes) -> list[str]:
    """The names in git's NUL-separated output."""
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


def z(path: str) -> bytes:
    """A name as git reads it from NUL-separated input."""
    return os.fsencode(path) + b"\0"


@functools.lru_cache(maxsize=4)
def _executable(search: str) -> str:
    """The program, from absolute entries of the PATH: Windows looks into the current folder, the workspace, first."""
    name = "git.exe" if os.name == "nt" else "git"
    for part in search.split(os.pathsep):
        candidate = Path(part) / name
        if candidate.is_absolute() and candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate)
    raise GitError("git is not installed, or not on the PATH: Whence works without it here.")


def _environment(filters: Sequence[str] = ()) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _SCRUBBED}
    kept |= {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        # A partial clone would otherwise go to the network for a blob. The second says it to older versions.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
    }
    if filters:
        # By the environment rather than `-c`, which can't say a key that holds an equals sign.
        count = int(kept.get("GIT_CONFIG_COUNT") or 0)
        for number, key in enumerate(filters, count):
            kept |= {
                f"GIT_CONFIG_KEY_{number}": key,
                f"GIT_CONFIG_VALUE_{number}": "false" if key.endswith(".required") else "",
            }
        kept["GIT_CONFIG_COUNT"] = str(count + len(filters))
    return kept


def _batch(
    repository: Repository, names: Sequence[bytes], limit: int, kind: Literal["blob", "commit"]
) -> list[bytes | None]:
    """The contents of the first of the names, at least one: up to the first that git fails at, or all."""
    contents: list[bytes | None] = []
    seconds = TIMEOUT + len(names) / 50
    begun = time.monotonic()
    try:
        with (
            listing(names) as listed,
            streaming(repository, "cat-file", "--batch", input=listed, timeout=seconds) as stream,
        ):
            while len(contents) < len(names):
                contents.append(_next(stream, limit, kind))
                if contents[-1] == UNREADABLE:
                    break
    except GitError:
        if not contents or contents[-1] != UNREADABLE:
            raise
    if contents[-1] == UNREADABLE:
        if time.monotonic() - begun >= seconds:
            raise GitError(f"git cat-file took longer than {seconds:.0f} s.")
        run(repository, "rev-parse", "--git-dir")  # it is this content alone, or else git fails altogether
    return contents


def _next(stream: IO[bytes], limit: int, kind: Literal["blob", "commit"]) -> bytes | None:
    """The next answer of `git cat-file --batch`; `UNREADABLE` where it ends before its time."""
    header = stream.readline()
    words = header.rsplit(b" ", 2)
    if not header:
        return UNREADABLE
    if header.endswith((b" missing\n", b" ambiguous\n")) or len(words) < 3 or not words[2].strip().isdigit():
        return None
    size = int(words[2])
    content = stream.read(size) if size <= limit else _passed_over(stream, size)
    if stream.read(1) != b"\n":
        return UNREADABLE
    return content if words[1] == kind.encode() else None


def _passed_over(stream: IO[bytes], size: int) -> bytes:
    while size > 0:
        size -= len(stream.read(min(size, 1 << 20))) or size
    return OPAQUE


def _begun(repository: Repository, words: Sequence[str], input: IO[bytes] | int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [_executable(os.environ.get("PATH", "")), *_SAFE, *words],
            cwd=repository.root,
            stdin=input,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(repository.filters),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise GitError(f"git could not be run ({error.__class__.__name__}).") from None


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):  # what waits to be written has nobody to read it
                pipe.close()
    child.wait()


def _said(stderr: bytes) -> str:
    """Why git failed: traces, warnings and hints may come before the line that tells it."""
    lines = stderr.decode("utf-8", "replace").splitlines()
    return next((line for sign in ("fatal: ", "error: ", "") for line in lines if line.startswith(sign)), "")


def _verb(words: Sequence[str | bytes]) -> str:
    return next((str(word) for word in words if not str(word).startswith("-") and "=" not in str(word)), "")
