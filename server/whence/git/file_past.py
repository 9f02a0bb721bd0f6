"""A file's past in bulk: every commit that touched it, under whatever name it had."""

import re
from dataclasses import dataclass
from datetime import datetime

from whence.git import commit_text
from whence.git.plumbing import Repository, run
from whence.secrets.redaction import redact
from whence.values.errors import GitError

_MOST = 2_000
"""Commits that are read, the newest."""

_SECONDS = 5.0

_FORMAT = "%x01%H%x00%aN%x00%aE%x00%at%x00%s"
_COUNTED = re.compile(rb"(\d+)\t(\d+)\t")
_RAW = re.compile(rb":\d{6} \d{6} \S+ \S+ ([A-Z])")


@dataclass(frozen=True, slots=True)
class Touch:
    """What a commit did to the file."""

    commit: str
    author: str
    """As `.mailmap` has it, redacted."""
    email: str
    at: datetime
    subject: str
    """The first line of its message, redacted."""
    added: int
    removed: int
    begins: bool
    """Whether there was no such file before."""


def touches(repository: Repository, path: str) -> list[Touch]:
    """The commits that touched a file, the newest first, followed through renames; merges are left out.

    Args:
        repository: where.
        path: the file, relative to the repository's top.

    Raises:
        GitError: git can't be asked, or takes too long.
    """
    words = ("--follow", "--no-merges", "-M", "--raw", "--numstat", "-w", "--no-ext-diff", "--no-textconv")
    output = run(repository, "log", *words, f"-n{_MOST}", f"--format={_FORMAT}", "--", path, timeout=_SECONDS)
    return [touch for each in output.split(b"\x01")[1:] if (touch := _touch(each))]


def _touch(printed: bytes) -> Touch | None:
    head, _, rest = printed.partition(b"\n")
    parts = head.split(b"\0", 4)
    if len(parts) != 5:
        return None
    commit, author, email, at, subject = parts
    counted, raw = _COUNTED.search(rest), _RAW.search(rest)
    added, removed = (int(each) for each in counted.groups()) if counted else (0, 0)
    return Touch(
        commit.decode("ascii", "replace"),
        redact(commit_text.decoded(author)).text,
        commit_text.decoded(email),
        commit_text.moment(int(at) if re.fullmatch(rb"-?\d{1,20}", at) else 0),
        redact(commit_text.decoded(subject).strip()).text,
        added,
        removed,
        raw is not None and raw[1] == b"A",
    )


def known(repository: Repository, path: str) -> list[Touch]:
    """The same, nothing where git can't tell."""
    try:
        return touches(repository, path)
    except GitError:
        return []
