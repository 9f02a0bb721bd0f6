"""Keeps the table of origins up: reads what assistants wrote since, and finds out which edit wrote which line."""

import hashlib
import logging
import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import islice
from pathlib import Path

from whence.background.origin_claims import Claims
from whence.background.origin_intake import Kept
from whence.background.origin_table import OriginTable, cleaned
from whence.git import hunks, notes, repositories
from whence.git.people import is_bot
from whence.git.plumbing import Repository
from whence.readers.attributions import NOTES
from whence.readers.transcripts import edits, homes
from whence.readers.transcripts.aider import AIDER
from whence.readers.transcripts.edits.cursor import CURSOR, STATE, common
from whence.readers.transcripts.edits.gemini import GEMINI
from whence.retrieval.origins import Hunk
from whence.values.errors import GitError
from whence.values.rounds import Rounds
from whence.values.tally import Tally

log = logging.getLogger(__name__)

_EVERY = 1.0
"""Seconds between two looks at the transcripts that are known, and at git."""

_ALL_EVERY = 60.0
"""Seconds between two looks for new transcripts, which may be among thousands."""

_REST = 1.0
"""Seconds of rest for each second of comparing."""

SOURCES = (*homes.SOURCES, AIDER, GEMINI, CURSOR)
"""The assistants whose edits are found on this machine."""

_AT_ONCE = 50
"""Commits that are explained in one transaction: a second at most, so that others can write in between."""

_CLOCKS = 60.0
"""Seconds by which a commit may be older than what is in it: clocks differ."""


Listed = tuple[Path, str, Path]
"""A transcript, whose it is, and the folder of the project that it is about."""


def transcripts(root: Path, sources: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """The transcripts of a project on this machine, and whose each is; those of subagents come last.

    Args:
        root: the project's folder.
        sources: whose transcripts, of `SOURCES`.
    """
    subagents: list[tuple[Path, str]] = []
    for origin in (each for each in homes.SOURCES if each in sources):
        for path in homes.candidates(origin, root):
            try:
                if not homes.judged(path, origin, root):
                    continue
            except OSError:
                continue
            if path.stem.startswith("agent-"):
                subagents.append((path, origin))
                continue
            yield path, origin
            if origin == homes.CLAUDE_CODE:
                subagents += ((each, origin) for each in sorted(path.with_suffix("").glob("subagents/*.jsonl")))
    yield from subagents
    history = root / ".aider.chat.history.md"
    if AIDER in sources and history.is_file():
        yield history, AIDER
    if CURSOR in sources:
        for workspace in homes.workspaces_of_cursor(root):
            if (workspace / STATE).is_file():
                yield workspace / STATE, CURSOR
    if GEMINI in sources:
        home = Path(os.environ.get("GEMINI_CLI_HOME") or Path.home(), ".gemini", "tmp")
        for name in (hashlib.sha256(str(root).encode()).hexdigest(), root.name):
            yield from ((path, GEMINI) for path in sorted((home / name / "chats").glob("session-*.json*")))


def roots(root: Path, repository: Repository | None) -> list[Path]:
    """The folders in which a project is worked on: its own, and the same folder of its repository's other work trees.

    Args:
        root: the project's folder.
        repository: the project's; None where there is none.
    """
    try:
        trees = repositories.work_trees(repository) if repository else []
    except GitError:
        trees = []
    below = root.relative_to(repository.root) if repository and root.is_relative_to(repository.root) else Path()
    return [root, *(tree / below for tree in trees)]


def refresh(
    table: OriginTable,
    folders: Sequence[Path],
    tally: Tally,
    sources: Sequence[str] = SOURCES,
    going: Callable[[], bool] = lambda: True,
) -> int:
    """Read what transcripts of the project say that isn't known yet; how many of them said anything.

    Args:
        table: where it is kept, a transcript a transaction.
        folders: where the project is worked on (`roots`).
        tally: told what is left out.
        sources: whose transcripts, of `SOURCES`.
        going: whether to go on, asked before each transcript.

    Raises:
        sqlite3.Error: the table is busy, or there is no space.
        OSError: it can't be made.
    """
    return take(table, listed(folders, sources), tally, going)


def listed(folders: Sequence[Path], sources: Sequence[str]) -> list[Listed]:
    """The transcripts of a project in all folders in which it is worked on."""
    return [(path, origin, folder) for folder in folders for path, origin in transcripts(folder, sources)]


def take(table: OriginTable, some: Sequence[Listed], tally: Tally, going: Callable[[], bool] = lambda: True) -> int:
    """Read what these transcripts say that isn't known yet; how many of them said anything.

    Args:
        table: where it is kept, a transcript a transaction.
        some: the transcripts.
        tally: told what is left out.
        going: whether to go on, asked before each transcript.

    Raises:
        sqlite3.Error: the table is busy, or there is no space.
        OSError: it can't be made.
    """
    count = 0
    for path, origin, folder in some:
        if not going():
            break
        tally.reading = path.name
        try:
            (size, touched), mark = _stamp(path), homes.fingerprint(path)
        except OSError:
            tally.add("a file that can't be read")
            continue
        with table.open() as reading:
            kept = reading.intake.kept(path)
            if kept and (kept.mark, kept.size, kept.touched) == (mark, size, touched):
                continue
            begun = kept.begun if kept and kept.mark == mark and kept.size <= size else None
            try:
                if begun and (origin not in (homes.CLAUDE_CODE, homes.CODEX) or edits.went_back(path, begun)):
                    reading.intake.forget(begun.assistant, begun.session)
                    begun = None
                last = reading.intake.take(edits.read(path, origin, tally, begun=begun, folder=str(folder)))
            except OSError:
                tally.add("a file that can't be read")
                continue
            reading.intake.keep(path, Kept(mark, size, touched, last or begun))
        count += 1
    tally.reading = ""
    return count


def explain(
    table: OriginTable, repository: Repository, going: Callable[[], bool] = lambda: True, rest: float = 0.0
) -> int:
    """Find out which edits wrote the lines of commits that aren't explained yet, the newest first; how many they were.

    Args:
        table: where it is kept.
        repository: the project's.
        going: whether to go on, asked after some commits.
        rest: seconds of rest for each second of work, so that others can work meanwhile.

    Raises:
        GitError: git can't be asked.
        sqlite3.Error: the table is busy, or there is no space.
    """
    with table.open() as reading:
        known, count = reading.known_commits(), reading.edits()
    listed = hunks.reachable(repository)
    fresh = [id for id, merge, _ in listed if not merge and id not in known]
    older = {id: edits for id, edits in known.items() if edits != count}
    times = hunks.times(repository) if fresh or older else {}
    again = _touched_since(table, times, older)
    waiting = [*fresh, *(id for id, _, _ in listed if id in again)]
    oldest = min((times.get(id, 0) for id in waiting), default=0) - _CLOCKS
    merges = [(id, subject) for id, merge, subject in listed if merge and times.get(id, 0) >= oldest]
    branches = hunks.branches(repository, merges) if waiting else {}  # asks git once a merge
    done = 0
    claims = Claims(repository)
    commits = hunks.made(repository, waiting)
    with table.open() as reading:  # one for all commits: what it read of edits serves the next as well
        while some := list(islice(commits, _AT_ONCE)):
            begun = time.monotonic()
            claims.read([made.id for made in some])
            for made in some:
                added = () if is_bot(made.author, made.email) else made.hunks
                found = cleaned(Hunk(each.path, each.old_path, each.added, each.removed) for each in added)
                subject = made.message.partition("\n")[0]
                told = reading.explained(
                    found,
                    made.at,
                    authored=made.authored,
                    subject=subject,
                    commit=made.id,
                    branches=branches.get(made.id, ()),
                )
                reading.keep_explained(made.id, found, told, count, claims.stated(made.message))
                reading.noted.keep(made.id, claims.lines(made))
                done += 1
            reading.commit()
            if not going():
                return done
            time.sleep(rest * (time.monotonic() - begun))
    _read_notes(table, repository, claims, known.keys() - set(waiting), going)
    return done


def _touched_since(table: OriginTable, times: Mapping[str, int], known: Mapping[str, int]) -> Set[str]:
    """The commits that edits may have written which became known after they were explained: those that are younger.

    Args:
        table: where it is kept.
        times: when each commit was made, in seconds since 1970.
        known: commits, and how many edits were known when each was explained.
    """
    if not known:
        return frozenset()
    with table.open() as reading:
        since = {count: reading.earliest(count) for count in set(known.values())}
    return {id for id, count in known.items() if times.get(id, 0) >= since[count] - _CLOCKS}


def _read_notes(
    table: OriginTable, repository: Repository, claims: Claims, explained: Set[str], going: Callable[[], bool]
) -> None:
    """Take in notes that came, or changed, after their commits were explained: they are fetched apart from them."""
    now = notes.tip(repository, NOTES)
    with table.open() as reading:
        before = reading.noted.tip(NOTES)
    if now == before:
        return
    ids = sorted(notes.changed(repository, before, now) & explained) if now else []
    for begin in range(0, len(ids), _AT_ONCE):
        if not going():
            return
        some = ids[begin : begin + _AT_ONCE]
        claims.read(some)
        listed = list(hunks.made(repository, some))
        with table.open() as reading:
            for made in listed:
                reading.noted.keep(made.id, claims.lines(made))
    with table.open() as reading:
        reading.noted.keep_tip(NOTES, now)


class Origins:
    """Keeps the table up in the background, at low priority; what was not done is done by the next start.

    Args:
        table: where it is kept.
        root: the project's folder.
        sources: whose transcripts, of `SOURCES`.
        repository: finds the project's repository; None where there is none.
        most: bytes of the table from which on no more transcripts are read.
    """

    def __init__(
        self,
        table: OriginTable,
        root: Path,
        sources: Sequence[str],
        repository: Callable[[], Repository | None],
        most: float = math.inf,
    ) -> None:
        self._table, self._root, self._sources, self._repository = table, root, sources, repository
        self._most = most
        self._rounds = Rounds("whence-origins", self._try, _EVERY, _EVERY)
        self._listed: list[Listed] = []
        self._stamps: dict[Path, tuple[int, int] | None] = {}
        self._looked = -_ALL_EVERY
        self._found: Repository | None = None
        self._git: tuple[object, ...] = ()

    def start(self) -> None:
        """Begin, in a moment."""
        self._rounds.start()

    def close(self) -> None:
        """Stop."""
        self._rounds.close()

    def settle(self, timeout: float) -> bool:
        """Take in what is new now, and wait until that is done. False on timeout."""
        self._looked = -_ALL_EVERY
        return self._rounds.settle(timeout)

    def _try(self) -> None:
        try:
            self._round()
        except (sqlite3.Error, OSError, GitError) as error:
            log.info("origins are put off: %s", error)
        except Exception:
            log.exception("origins could not be found")

    def _round(self) -> None:
        new = False
        touched = {path for path, stamp in self._stamps.items() if _stamped(path) != stamp}
        places = {path.parent for path, _, _ in self._listed}
        if time.monotonic() - self._looked >= _ALL_EVERY or touched & places:  # one came, or is gone
            self._found = self._repository()
            self._looked = time.monotonic()
            self._listed = listed(roots(self._root, self._found), self._sources)
            touched = {path for path, _, _ in self._listed}
        if touched:
            known = {path for path, _, _ in self._listed}
            self._stamps |= {path: _stamped(path) for path in touched | {path.parent for path in known}}
            some = [each for each in self._listed if each[0] in touched]
            new = take(self._table, some, Tally(), self._room) > 0
        if self._found is None or not self._table.exists:
            return
        stands = (repositories.signature(self._found), repositories.stamp(self._found.common_dir / NOTES))
        if new or stands != self._git:
            explain(self._table, self._found, self._going, _REST)
            self._git = stands

    def _going(self) -> bool:
        return self._rounds.going

    def _room(self) -> bool:
        return self._rounds.going and self._table.size < self._most


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time of a transcript; of a database, with its log and the one that it refers to.

    Raises:
        OSError: it is gone.
    """
    found = [path.stat()]
    if path.name == STATE:
        files = (path, common(path))
        beside = [each.with_name(each.name + suffix) for each in files for suffix in ("", "-wal")]
        found += [each.stat() for each in beside if each != path and each.exists()]
    return sum(each.st_size for each in found), max(each.st_mtime_ns for each in found)


def _stamped(path: Path) -> tuple[int, int] | None:
    try:
        return _stamp(path)
    except OSError:
        return None
