"""A work tree under watch: what its files were when last seen, and what has become of them since."""

import functools
import logging
import math
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

from whence.capture.causes import Content, Edited, Settled, Sighting, Written, causes, joined_moves
from whence.capture.coalesce import Draft, Outcome, continues
from whence.capture.ignore import Rules
from whence.capture.snapshots import Open, Seen, Snapshots
from whence.git import history, repositories
from whence.git.edits import Outline, is_copied, is_pasted
from whence.git.plumbing import Repository
from whence.git.repositories import Head
from whence.git.text import OnDisk, clean, digest, read
from whence.secrets.redaction import redact
from whence.values.base import new_id
from whence.values.errors import GitError
from whence.values.settings import CaptureSettings

log = logging.getLogger(__name__)

_TOGETHER = 500
"""Files whose changes are looked at together, so that a file that moved is found again."""

_IN_ONE_WRITE = 100
"""Changes that are written in one go."""

_MOST_BASELINE_FILES = 5_000
_MOST_BASELINE_BYTES = 20_000_000
"""What is read at first sight of a folder without git, to have something to compare with."""

_MOST_UNCOMMITTED = 500
"""Uncommitted files that become Changes at first sight of a repository, those written last."""

_MOST_UNREAD = 50_000
"""Further ones that are noted."""

_QUIET = 0.2
"""Seconds since the index was written after which git has surely moved HEAD too, if it was about to."""

_STALE = 60.0
"""Age in seconds at which a lock is taken for one that a crashed git left behind."""


class Worktree:
    """One folder, with its repository if it has one. For one thread.

    Args:
        root: the folder.
        state: a folder of ours for this work tree.
        settings: what to leave out, and how long a burst lasts.
        outline: names what encloses a line.
        since: when capture was begun, in seconds since 1970; what was written later is nothing that lay about before.
        own: gives of a text what is no copy of what Whence handed out.

    Raises:
        OSError: the state can't be opened.
    """

    def __init__(
        self,
        root: Path,
        state: Path,
        settings: CaptureSettings,
        outline: Outline,
        since: float = math.inf,
        own: Callable[[str], str] = lambda text: text,
    ) -> None:
        self._since, self.own = since, own
        self.root = root.resolve()
        self.settings = settings
        self.outline = outline
        self.limit = settings.max_file_kilobytes * 1024
        self.message = ""
        self.repository: Repository | None = None
        try:
            self.repository = repositories.find(self.root)
        except GitError as error:
            self.message = str(error)
        if self.repository:
            self.root = self.repository.root
        self.rules = Rules(self.root, self.repository, settings.exclude, state)
        self.author = repositories.user(self.repository) if self.repository else ""
        self.snapshots = Snapshots(state)
        self.head = Head("", "", "", ())
        self.signature: object = None
        """git's signature at the last look; None before the first."""
        self.later: set[str] = set()
        """Files to be captured in a moment; whoever asked takes them out."""
        self.left = True
        """Whether open Changes may have left the work tree for good since that was looked at."""
        self.unsure: set[str] = self.snapshots.unstored_paths()
        """Paths whose open Change may or may not be on disk: we were stopped while writing it."""

    @property
    def branch(self) -> str:
        """The branch's name, redacted; empty where HEAD is detached."""
        return redact(self.head.branch).text

    @property
    def outdated(self) -> bool:
        """Whether the folder has become a repository since, or is none any more."""
        return not self.message and (self.root / ".git").exists() != (self.repository is not None)

    def close(self) -> None:
        """Close the state."""
        self.snapshots.close()

    # ------------------------------------------------------------ what changed

    def capture(
        self,
        files: Iterable[str],
        *,
        by_editor: bool,
        at: Mapping[str, datetime] | None = None,
        hold: bool = False,
    ) -> Iterator[Outcome]:
        """The open Changes that come of looking at these files.

        Args:
            files: paths relative to the root; they may be gone.
            by_editor: whether the editor says that it saved them. What was merely noticed may be git's own work.
            at: when it happened to a file, where that was not now.
            hold: whether files wait for another time where one of them is gone: its new name may yet come.
        """
        times, now = at or {}, datetime.now(UTC)
        wanted, heads = self._wanted(list(dict.fromkeys(files)), by_editor)
        for start in range(0, len(wanted), _TOGETHER):
            found = self._changed(wanted[start : start + _TOGETHER], by_editor, heads)
            # git may have begun to write while we read: what it wrote is then known once it has moved HEAD.
            disturbed = found and not (self.at_rest() and self.unmoved())
            if disturbed or (hold and any(each.after is None for each in found)):
                self.later.update(each.path for each in found)
                continue
            moved = joined_moves(found)
            undone = {each.path: ids for each in moved if (ids := self._undone(each))}
            if undone:
                back = [each for each in moved if each.path in undone]
                ids = tuple(id for found_ids in undone.values() for id in found_ids)
                yield Outcome(discarded=ids, confirm=functools.partial(self._discarded, back))
            going_on = [each for each in moved if each.path not in undone]
            drafts = [self._draft(each, times.get(each.path, now)) for each in going_on]
            for first in range(0, len(drafts), _IN_ONE_WRITE):
                pairs = drafts[first : first + _IN_ONE_WRITE]
                confirm = functools.partial(self._confirm, [each for _, each in pairs])
                yield Outcome([draft for draft, _ in pairs], confirm=confirm)

    def _wanted(self, files: list[str], by_editor: bool) -> tuple[list[str], dict[str, Content]]:
        """Those that are looked at; and of saved ones that are new here what HEAD has, which git says meanwhile."""
        saved = files if by_editor and len(files) <= _TOGETHER else ()
        unseen = [path for path in saved if not self.rules.refuses(path) and self.snapshots.seen(path) is None]
        if not unseen:
            return self.rules.checked_out(self.rules.kept(files)), {}
        with ThreadPoolExecutor(1) as beside:
            heads = beside.submit(self.contents, self.head.commit, unseen)
            return self.rules.checked_out(self.rules.kept(files)), heads.result()

    def _changed(self, files: Sequence[str], by_editor: bool, heads: Mapping[str, Content]) -> list[Edited]:
        """The files that somebody edited; of the others it is noted how they are."""
        edited: list[Edited] = []
        for sighting in self._sightings(files, by_editor, heads):
            for cause in causes(sighting):
                match cause:
                    case Settled():
                        self.snapshots.put_text(cause.path, cause.after, cause.disk)
                    case Written():
                        self.git_wrote(cause.path, cause.after, cause.disk, as_head=cause.as_head, holds=cause.holds)
                    case Edited() if self._is_ours(cause):
                        self.note(cause.path, cause.after, cause.disk)
                    case Edited():
                        edited.append(cause)
                    case _:
                        assert_never(cause)
        return edited

    def _is_ours(self, found: Edited) -> bool:
        """Whether what Whence handed out is all that came."""
        pasted = is_pasted(found.last, found.after)
        return pasted or is_copied(found.path, found.last, found.after, self.own)

    def _sightings(self, files: Sequence[str], by_editor: bool, known: Mapping[str, Content]) -> Iterator[Sighting]:
        """The files that are not as they were last seen, each with what may tell why."""
        read_now = self._read_anew(files)
        index = repositories.index_stamp(self.repository) if self.repository and not by_editor else None
        # git writes its index after the files, and the editor tells of its own: what came later is not git's.
        then = index[0] if index else -1
        by_git = {path for path, disk, seen in read_now if then >= (disk.modified or (seen.read_at if seen else 0))}
        stashed = {} if by_editor else self._stashed([path for path, _, _ in read_now])
        asked = [path for path, _, seen in read_now if seen is None or seen.state == "unread"]
        heads = {**known, **self.contents(self.head.commit, {*asked, *by_git, *stashed} - known.keys())}
        for path, disk, seen in read_now:
            after = clean(disk.raw)
            if disk.there and after is None:
                continue
            yield Sighting(
                path,
                disk,
                after,
                seen,
                head=heads.get(path),
                index_later=path in by_git,
                stash=stashed.get(path, ()),
                unsure=path in self.unsure,
                unknown=not by_editor and self._never_seen(seen, disk),
            )

    def _read_anew(self, files: Sequence[str]) -> list[tuple[str, OnDisk, Seen | None]]:
        """The files whose bytes may not be those last seen."""
        read_now: list[tuple[str, OnDisk, Seen | None]] = []
        for path in files:
            disk = read(self.root / path, self.limit)
            seen = self.snapshots.seen(path)
            if disk.there and disk.raw is None:
                continue  # not looked into; what was seen of it before stays
            if seen and seen.is_same(disk) and path not in self.unsure:
                if disk.there:
                    self.snapshots.touch(path, disk)
                continue
            read_now.append((path, disk, seen))
        return read_now

    def _never_seen(self, seen: Seen | None, disk: OnDisk) -> bool:
        """Whether the file may have been there before we came, without git to tell what it was."""
        return self.repository is None and seen is None and disk.there and self.snapshots.get("baseline") != "complete"

    def _stashed(self, files: Sequence[str]) -> dict[str, list[tuple[str | None, str]]]:
        """What the newest entries of the stash hold of these files, each with the text that it was made from."""
        texts: dict[str, list[tuple[str | None, str]]] = {}
        for entry in self.head.stash[:3]:
            bases = self.contents(f"{entry}^1", files)
            for commit in (entry, f"{entry}^3"):
                for path, (_, text) in self.contents(commit, files).items():
                    if text is not None and text != bases[path][1]:
                        texts.setdefault(path, []).append((bases[path][1], text))
        return texts

    def contents(self, commit: str, files: Collection[str]) -> dict[str, Content]:
        """What a commit holds at these paths; nothing at all without git or before the first commit."""
        if self.repository is None or not commit or not files:
            return dict.fromkeys(files, (False, None))
        found = history.contents(self.repository, commit, files, self.limit)
        return {path: (raw is not None, clean(raw)) for path, raw in found.items()}

    # ------------------------------------------------------------ open Changes

    def _draft(self, found: Edited, at: datetime) -> tuple[Draft, Edited]:
        known = [each for each in self.snapshots.opens(found.old_path or found.path) if each.attached]
        if found.old_path:
            known += [each for each in self.snapshots.opens(found.path) if not each.stored]
        last = known[-1] if known else None
        if last is not None and continues(last, found.last, self.branch, at, self.settings):
            # A rename is told from where the file was when the Change began; a new file is just where it is now.
            old_path = (last.old_path or found.old_path) if last.before is not None else ""
            draft = Draft(
                id=last.id,
                path=found.path,
                before=last.before,
                last=found.last,
                after=found.after,
                branch=last.branch,
                at=at,
                old_path=old_path,
                stored=last.stored,
            )
            return draft, found
        return self._begin(found, at), found

    def _undone(self, found: Edited) -> tuple[str, ...]:
        """Ids of the file's open Changes where its text is what it was before all of them, as HEAD has it."""
        known = [each for each in self.snapshots.opens(found.path) if each.attached]
        first = known[0] if known else None
        if first is None or first.before != found.after or not all(each.stored and not each.old_path for each in known):
            return ()
        if found.old_path or (found.after is None and len(known) == 1):
            return ()  # made and gone again
        if self.repository is not None:
            head = self.contents(self.head.commit, [found.path])[found.path]
            if head != (found.after is not None, found.after):
                return ()
        return tuple(each.id for each in known)

    def _discarded(self, found: Sequence[Edited], outcome: Outcome) -> None:
        with self.snapshots.together():
            for id in outcome.discarded:
                self.snapshots.drop_open(id)
            for each in found:
                self.note(each.path, each.after, each.disk)
                self.unsure.discard(each.path)

    def _begin(self, found: Edited, at: datetime) -> Draft:
        # The id is kept before the memory is written: stopped in between, we go on with the same id.
        begun = Open(
            id=new_id(),
            path=found.path,
            branch=self.branch,
            before=found.last,
            after_digest=digest(found.last),
            saved_at=at.timestamp(),
            stored=False,
            attached=True,
            old_path=found.old_path,
        )
        self.snapshots.put_open(begun)
        return Draft(
            id=begun.id,
            path=found.path,
            before=found.last,
            last=found.last,
            after=found.after,
            branch=self.branch,
            at=at,
            old_path=found.old_path,
            fresh=True,
        )

    def begin_anew(self, draft: Draft) -> Draft:
        """The newest step of a draft as a Change of its own: the user removed the memory of the steps before."""
        self.snapshots.drop_open(draft.id)
        found = Edited(draft.path, draft.last, draft.after, OnDisk(False), draft.old_path)
        return self._begin(found, draft.at)

    def _confirm(self, found: Sequence[Edited], outcome: Outcome) -> None:
        with self.snapshots.together():
            for draft, each in zip(outcome.drafts, found, strict=True):
                self.settle_draft(draft, purged=draft.id in outcome.purged)
                self.note(each.path, each.after, each.disk)
                if each.old_path:
                    self.note(each.old_path, None, OnDisk(False))
                self.unsure.discard(each.path)

    def settle_draft(self, draft: Draft, *, purged: bool) -> None:
        """The draft is on disk, or was removed from it."""
        if purged:
            self.snapshots.drop_open(draft.id)
            return
        self.snapshots.put_open(
            Open(
                id=draft.id,
                path=draft.path,
                branch=draft.branch,
                before=draft.before,
                after_digest=digest(draft.after),
                saved_at=draft.at.timestamp(),
                stored=True,
                attached=True,
                old_path=draft.old_path,
            )
        )

    def note(self, path: str, text: str | None, disk: OnDisk) -> None:
        """Keep the text as the last one seen."""
        if text is None and self.repository is None:
            self.snapshots.drop(path)  # without git no row means no file
        else:
            self.snapshots.put_text(path, text, disk)

    def git_wrote(self, path: str, text: str | None, disk: OnDisk, *, as_head: bool, holds: str | None = None) -> None:
        """The file is as git made it: what it was before is no longer in the work tree, or is there again.

        Args:
            as_head: whether it is what HEAD holds, so that nothing in it is uncommitted.
            holds: the text whose open Changes came back, if git merged it into another one.
        """
        known = self.snapshots.opens(path)
        here: set[str] = set()
        if not as_head:
            wanted: bytes | None = digest(text if holds is None else holds)
            for each in reversed(known):
                if each.stored and each.after_digest == wanted:
                    here.add(each.id)
                    wanted = digest(each.before)
        self.left = self.left or len(here) < len(known)
        with self.snapshots.together():
            self.snapshots.attach([each.id for each in known if each.id in here], True)
            self.snapshots.attach([each.id for each in known if each.id not in here], False)
            if as_head and self.snapshots.seen(path) is None:
                return  # HEAD's content is what counts where there is no row
            self.snapshots.put_text(path, text, disk)

    # ------------------------------------------------------------ at first, and after an absence

    def first_sight(self) -> Iterator[None]:
        """Take a folder without git as it is, without a memory of it; a step at a time, for there may be much to read.

        As many texts are read as the bounds allow.
        """
        size = count = 0
        for path, found in self.rules.walk():
            if count >= _MOST_BASELINE_FILES or size >= _MOST_BASELINE_BYTES:
                log.info("this folder has no git and more than %d files: others are known from when they open", count)
                self.snapshots.set("baseline", "partial")
                return
            if found.st_size <= self.limit and self.snapshots.seen(path) is None:
                self.opened(path)
                count, size = count + 1, size + found.st_size
            yield
        self.snapshots.set("baseline", "complete")

    def uncommitted(self) -> list[tuple[str, datetime]]:
        """What differs from HEAD at first sight of a repository, and when it was written; to be captured.

        Files beyond the bounds, and those of an operation of git's that is under way, are noted unread: what HEAD has
        of them is what they were before. A file that moved stands beside where it was, if it kept its name.
        """
        if self.repository is None:
            return []
        stats = {path: _stat(self.root / path) for path in sorted(history.status(self.repository))[:_MOST_UNREAD]}
        now = time.time()
        written = {path: min(found.st_mtime, now) if found else now for path, found in stats.items()}
        newest = sorted(written, key=lambda path: written[path], reverse=True)
        at_work = repositories.head(self.repository).operation not in ("", "bisect")
        chosen = newest[: 0 if at_work else _MOST_UNCOMMITTED]
        rest = ((path, stats[path]) for path in newest[len(chosen) :])
        self.snapshots.put_unread((path, each.st_mtime_ns, each.st_size) for path, each in rest if each)
        ordered = sorted(chosen, key=lambda path: (path.rpartition("/")[2], path))
        return [(path, datetime.fromtimestamp(written[path], UTC)) for path in ordered]

    def opened(self, path: str) -> None:
        """The file was opened: what it holds is what was last seen of it, where nothing better is known."""
        seen = self.snapshots.seen(path)
        if (seen is not None and seen.state != "unread") or (self.repository is not None and seen is None):
            return
        if seen is None and self.snapshots.get("baseline") == "complete":
            return  # it came since, and its first save is a Change
        if not self.rules.kept([path]) or self.contents(self.head.commit, [path])[path][0]:
            return
        disk = read(self.root / path, self.limit)
        if disk.modified / 1e9 < self._since and (text := clean(disk.raw)) is not None:
            self.snapshots.put_text(path, text, disk)

    def away(self) -> list[tuple[str, float]]:
        """Files that may have changed while nobody looked, and when, in seconds since 1970."""
        stats = self.snapshots.stats()
        candidates = set(stats) | self.snapshots.open_paths()
        if self.repository is not None:
            candidates |= history.status(self.repository)
        elif self.snapshots.get("baseline"):
            candidates |= {path for path, _ in self.rules.walk()}
        changed: list[tuple[str, float]] = []
        for path in sorted(candidates):
            seen = stats.get(path)
            if seen is None or path in self.unsure or seen.differs(self.root / path):
                found = _stat(self.root / path)
                changed.append((path, found.st_mtime if found else time.time()))
        return changed

    def expand(self, names: Iterable[str]) -> set[str]:
        """Files behind names that may be those of folders, come or gone."""
        files: set[str] = set()
        gone: list[str] = []
        for name in names:
            if (self.root / name).is_dir():
                files.update(self._files_in(name))
                continue
            files.add(name)
            if not os.path.lexists(self.root / name):
                gone.append(name)
                files.update(self.snapshots.below(name))
        if self.repository is not None:
            files.update(history.listed(self.repository, gone))
        return files

    def _files_in(self, folder: str) -> Iterator[str]:
        for parent, folders, files in os.walk(self.root / folder):
            inside = Path(parent).relative_to(self.root).as_posix()
            folders[:] = [each for each in folders if self.rules.enters(f"{inside}/{each}")]
            for name in files:
                yield f"{inside}/{name}"

    # ------------------------------------------------------------ git at work

    def unmoved(self) -> bool:
        """Whether git has done nothing since the last look at it."""
        return self.repository is None or repositories.signature(self.repository) == self.signature

    def at_rest(self) -> bool:
        """Whether git is not in the middle of changing the work tree, as far as a look at its index tells."""
        if self.repository is None:
            return True
        lock = repositories.lock_stamp(self.repository)
        if lock is not None and 0 <= time.time() - lock[0] / 1e9 < _STALE:
            return False
        index = repositories.index_stamp(self.repository)
        return index is None or not 0 <= time.time() - index[0] / 1e9 < _QUIET


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except (OSError, ValueError):
        return None
