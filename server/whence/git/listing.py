"""What git lists: the files of a work tree, the folders that it ignores, and which files each commit touched."""

import os
from collections.abc import Iterator

from whence.git.plumbing import Repository, paths, run

_SECONDS = 60.0
"""Seconds that listing a large repository may take."""


def files(repository: Repository) -> list[str]:
    """The files that git knows or would take: all that are not ignored, in no order, some of them twice.

    Raises:
        GitError: git could not say.
    """
    return paths(run(repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard", timeout=_SECONDS))


def ending_in(repository: Repository, end: str) -> list[str]:
    """The tracked files whose path ends in this one, such as `net/client.go`.

    Raises:
        GitError: git could not say.
    """
    plain = "".join(f"\\{character}" if character in "*?[]\\" else character for character in end)
    return paths(run(repository, "ls-files", "-z", "--", f":(top,glob)**/{plain}", timeout=5.0))


def ignored_folders(repository: Repository) -> set[str]:
    """The folders that git ignores whole.

    Raises:
        GitError: git could not say.
    """
    words = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    return {name.rstrip("/") for name in paths(run(repository, *words)) if name.endswith("/")}


def user_excludes(repository: Repository) -> str:
    """The file of the user's own ignore rules, as configured; empty where it is not.

    Raises:
        GitError: git could not say.
    """
    return os.fsdecode(run(repository, "config", "--type=path", "--get", "core.excludesFile", ok=1)).strip()


def by_commit(repository: Repository, most: int, timeout: float) -> Iterator[list[tuple[str, str]]]:
    """The files of each commit that led to HEAD, from the newest, as (name, name before); merges are left out.

    Args:
        repository: the repository.
        most: commits at most.
        timeout: seconds.

    Raises:
        GitError: git could not say.
    """
    words = ("log", "-z", "--no-merges", "--name-status", "-M", "-l200", "--format=%x01", f"-n{most}", "HEAD")
    said = run(repository, *words, "--", timeout=timeout)
    for commit in said.split(b"\x01")[1:]:
        fields = [name for field in commit.split(b"\0") if (name := os.fsdecode(field.strip(b"\n")))]
        touched: list[tuple[str, str]] = []
        at = 0
        while at + 1 < len(fields):
            if fields[at][0] in "RC" and at + 2 < len(fields):
                touched.append((fields[at + 2], fields[at + 1] if fields[at][0] == "R" else fields[at + 2]))
                at += 3
            else:
                touched.append((fields[at + 1], fields[at + 1]))
                at += 2
        yield touched
