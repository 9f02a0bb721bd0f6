"""Whose doing it is that a file isn't as it was last seen: somebody's edit, git's work, or merely our first look.

Nothing here reads or writes: `worktree` gathers what may tell, and applies what it means.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from whence.capture.snapshots import Seen
from whence.git.text import OnDisk

_ALIKE = 0.6
"""Share of lines that two files must have in common for the one to be the other, moved; git's own is one half."""

Content = tuple[bool, str | None]
"""Whether there is a file, and its redacted text; None if it has none."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file that is not as it was last seen, with what may tell how it came to be so."""

    path: str

    disk: OnDisk
    """As it was read now."""

    after: str | None
    """Its text now; None if it is gone."""

    seen: Seen | None
    """What it was when last seen, if it was."""

    head: Content | None = None
    """What HEAD holds; None where that was not asked, since nothing depends on it."""

    index_later: bool = False
    """Whether git wrote its index after the file, so that it may have written the file too."""

    stash: Sequence[tuple[str | None, str]] = ()
    """What the newest entries of the stash hold of it, each with the text that it was made from."""

    unsure: bool = False
    """Whether its open Change may or may not be on disk."""

    unknown: bool = False
    """Whether it may have been there before we came, without git to tell what it was."""

    @property
    def before(self) -> Content:
        """What it was: as we saw it, or as HEAD has it where we have not looked."""
        if self.seen is None or self.seen.state == "unread":
            return self.head or (False, None)
        return self.seen.state == "text", self.seen.text


@dataclass(frozen=True, slots=True)
class Settled:
    """Nobody did anything that is worth a memory: from now on this is what was last seen."""

    path: str
    after: str | None
    disk: OnDisk


@dataclass(frozen=True, slots=True)
class Written:
    """Git wrote the file."""

    path: str
    after: str | None
    disk: OnDisk
    as_head: bool
    """Whether it is what HEAD holds."""
    holds: str | None = None
    """The text whose open Changes came back with it."""


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody edited the file."""

    path: str
    last: str | None
    after: str | None
    disk: OnDisk
    old_path: str = ""


Cause = Settled | Written | Edited


def causes(of: Sighting) -> Iterator[Cause]:
    """Why a file isn't as it was last seen. Two answers where it is, and nobody knows whether that was written down."""
    there, last = of.before
    if (there and last is None) or of.unknown:
        yield Settled(of.path, of.after, of.disk)
    elif of.after == last:
        if of.seen is not None:
            yield Settled(of.path, of.after, of.disk)
        if of.unsure:
            yield Edited(of.path, last, of.after, of.disk)
    elif of.index_later and of.disk.there and of.head == (True, of.after):
        yield Written(of.path, of.after, of.disk, as_head=True)
    elif (came := _out_of_stash(of.stash, last, of.after)) is not None:
        yield Written(of.path, of.after, of.disk, as_head=False, holds=came)
    elif of.after is None and _is_put_away(of, last):
        yield Written(of.path, of.after, of.disk, as_head=True)
    else:
        yield Edited(of.path, last, of.after, of.disk)


def _is_put_away(of: Sighting, last: str | None) -> bool:
    """Whether the stash took the file, which HEAD doesn't know, as an untracked one."""
    return of.head is not None and not of.head[0] and any(text == last for _, text in of.stash)


def _out_of_stash(entries: Sequence[tuple[str | None, str]], last: str | None, after: str | None) -> str | None:
    """The entry's text that `git stash apply` brought, as it is or merged into what was there; None for none."""
    for base, text in entries:
        if after == text or (None not in (after, base, last) and _delta(last, after) == _delta(base, text)):
            return text
    return None


def _delta(before: str | None, after: str | None) -> tuple[Counter[str], Counter[str]]:
    """Lines that came and lines that went, wherever they stood."""
    old, new = Counter((before or "").split("\n")), Counter((after or "").split("\n"))
    return new - old, old - new


# ---------------------------------------------------------------- files that moved


def joined_moves(found: Sequence[Edited]) -> list[Edited]:
    """The same with each pair of a file gone and a file come with nearly its text made one."""
    gone = {each.path: each for each in found if each.after is None and each.last}
    come = [each for each in found if each.last is None and each.after]
    pairs: dict[str, Edited] = {}
    for each in come:
        name = each.path.rpartition("/")[2]
        same = [other for other in gone.values() if other.last == each.after]
        like = same or ([] if len(gone) > 100 else [o for o in gone.values() if _alike(o.last, each.after) >= _ALIKE])
        if like:
            best = max(like, key=lambda o: (_alike(o.last, each.after), o.path.rpartition("/")[2] == name))
            pairs[each.path] = replace(each, last=best.last, old_path=best.path)
            del gone[best.path]
    taken = {each.old_path for each in pairs.values()}
    return [pairs.get(each.path, each) for each in found if each.path not in taken]


def _alike(one: str | None, other: str | None) -> float:
    """Share of lines in common, from 0 to 1."""
    first, second = Counter((one or "").split("\n")), Counter((other or "").split("\n"))
    return 2 * (first & second).total() / max(1, first.total() + second.total())
