"""How what was noticed becomes memories: a burst of saves one open Change, a commit one sealed Change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from whence.capture.snapshots import Open
from whence.git.history import Commit
from whence.git.text import digest
from whence.secrets.redaction import redact
from whence.values.base import stable_id, unique
from whence.values.memory import Change, FileEdit
from whence.values.settings import CaptureSettings


@dataclass(frozen=True, slots=True)
class Draft:
    """An open Change as it should now be: its file went from `before` to `after`, redacted texts, None for no file."""

    id: str
    path: str
    before: str | None
    last: str | None
    """The text before the newest step, which began at `before` if this is the first."""
    after: str | None
    branch: str
    at: datetime
    old_path: str = ""
    fresh: bool = False
    """Whether the id was made just now, so that no memory can have it."""
    stored: bool = False
    """Whether the memory is known to have been on disk."""

    @property
    def vanished(self) -> bool:
        """Whether the file is back to where it started."""
        return self.before == self.after and self.old_path in ("", self.path)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A commit, and what it makes of the open Changes that it contains."""

    commit: Commit
    edits: tuple[FileEdit, ...]
    branch: str
    absorbed: tuple[str, ...] = ()
    """Ids of the open Changes in it, the earliest first."""
    replaces: Commit | None = None
    """The commit that was amended or rebased into this one."""
    note: str = ""
    """What its list of files leaves out, as a sentence."""


@dataclass(slots=True)
class Outcome:
    """What is to be written now. Once it is on disk, `confirm` lets capture go on from there.

    A crash in between is harmless: the same is found again, under the same ids.
    """

    drafts: list[Draft] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    discarded: tuple[str, ...] = ()
    """Ids of open Changes that were thrown away: their files are back to what they were before."""
    purged: set[str] = field(default_factory=set)
    """Drafts whose memory was removed or is open no more, as filled in by whoever writes."""
    confirm: Callable[["Outcome"], None] = lambda outcome: None


def continues(last: Open, text: str | None, branch: str, at: datetime, settings: CaptureSettings) -> bool:
    """Whether a save belongs to the open Change of its file: the rule of the burst, which stands here alone.

    It does where it comes soon after the last one, on the same branch, and from the text that the Change came to.

    Args:
        last: the newest open Change of the file.
        text: the redacted text that the save changed; None if there was no file.
        branch: the branch that is checked out.
        at: when it was saved.
        settings: how long a burst lasts.
    """
    if not last.stored:
        return True  # we were stopped while writing it, and go on with the same id
    recent = abs(at.timestamp() - last.saved_at) <= settings.burst_minutes * 60
    return recent and last.branch == branch and last.after_digest == digest(text)


def begun(draft: Draft, edit: FileEdit, *, project: str, author: str) -> Change:
    """The memory of a first save."""
    return Change(
        id=draft.id,
        created_at=draft.at,
        author=redact(author).text,
        project=project,
        files=unique([edit.path, edit.old_path]),
        source="save",
        edits=(edit,),
        branch=redact(draft.branch).text,
        open=True,
    )


def extended(change: Change, edit: FileEdit) -> Change:
    """The memory after a further save; what the user added to it stays."""
    return _rebuilt(change, edits=(edit,), files=unique([edit.path, edit.old_path]))


def renamed(change: Change, edits: tuple[FileEdit, ...]) -> Change:
    """The memory with its edits told by other names."""
    return _rebuilt(change, edits=edits)


def closed(change: Change) -> Change:
    """The memory of an edit that will not be committed."""
    return _rebuilt(change, open=False)


def discarded(change: Change) -> Change:
    """The memory of an edit that was thrown away; it goes on telling what that was."""
    return _rebuilt(change, open=False, discarded=True)


def treasured(change: Change) -> bool:
    """Whether someone added something to the memory, so that it must not vanish by itself."""
    return bool(
        change.pinned
        or change.labels
        or change.links
        or change.folder
        or change.reason
        or change.importance != Change.model_fields["importance"].default
        or _titled(change)
    )


def sealed(found: Sealed, kept: Change | None, absorbed: Sequence[Change], *, project: str) -> Change:
    """The memory of a commit.

    Args:
        found: the commit.
        kept: the memory whose id it keeps: the commit's own, that of the commit it replaces, or else the earliest of
            the open Changes in it. None for a commit that nobody knew.
        absorbed: the other open Changes in it; their notes, labels and links go over.
    """
    commit = found.commit
    message = redact(commit.message).text
    known = [each for each in (kept, *absorbed) if each is not None]
    old_message = redact(found.replaces.message).text if found.replaces else message
    said = [each.reason.removeprefix(old_message if each.commit else "").strip() for each in known]
    reason = "\n\n".join(unique([message, found.note, *said]))
    values: dict[str, Any] = {
        "created_at": commit.moment,
        "author": redact(commit.author).text,
        "project": project,
        "files": unique(name for edit in found.edits for name in (edit.path, edit.old_path)),
        "source": "commit",
        "edits": found.edits,
        "reason": reason,
        "commit": commit.id,
        "branch": redact(found.branch).text,
        "open": False,
        "discarded": False,
        "labels": unique(label for each in known for label in each.labels),
        "links": tuple(dict.fromkeys(link for each in known for link in each.links)),
        "pinned": any(each.pinned for each in known),
        "importance": max((each.importance for each in known), default=5),
        "folder": next((each.folder for each in known if each.folder), ""),
        "session": next((each.session for each in known if each.session), ""),
    }
    if kept is None:
        return Change(id=stable_id(commit.at, f"commit:{commit.id}"), **values)
    return _rebuilt(kept, **values)


def _rebuilt(change: Change, **values: Any) -> Change:
    """The memory with other values, through its class: a title that nobody wrote is made anew."""
    title = change.title if _titled(change) else ""
    return Change(**{**_values(change), **values, "title": title})


def _titled(change: Change) -> bool:
    return change.title != Change(**{**_values(change), "title": ""}).title


def _values(change: Change) -> dict[str, Any]:
    # Not `dict(change)`: a memory's `keys` are the names that the outside world knows it by.
    return {name: getattr(change, name) for name in Change.model_fields}
