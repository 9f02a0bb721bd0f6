"""What was done to files, and why."""

import re
from typing import Any, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from whence.values import reason as reasons
from whence.values.base import Value, fenced, one_line
from whence.values.forge import Forge
from whence.values.markdown import address, code, inline, plain
from whence.values.memory.base import MAX_TITLE, Grouping, MemoryBase, Step

Action = Literal["create", "edit", "delete", "rename", "refactor", "test"]

_ACTED: dict[Action, str] = {
    "create": "Created",
    "edit": "Edited",
    "delete": "Deleted",
    "rename": "Renamed",
    "refactor": "Refactored",
    "test": "Tested",
}


class FileEdit(Value):
    """What one change did to one file."""

    path: str
    """The file, relative to the project, with forward slashes."""

    action: Action = "edit"
    """What was done to it."""

    old_path: str = ""
    """Where it was before a rename."""

    added: int = Field(default=0, ge=0)
    """Lines added."""

    removed: int = Field(default=0, ge=0)
    """Lines removed."""

    diff: str = ""
    """Unified diff, without file headers; cut where it was very long."""

    symbols: tuple[str, ...] = ()
    """Functions and classes whose lines were touched."""


class Change(MemoryBase):
    """One logical change: a burst of saves of a file, or a commit."""

    label: ClassVar[str] = "Changes"
    shared: ClassVar[bool] = True
    icon: ClassVar[str] = "git-commit"
    grouped: ClassVar[Grouping] = "time"
    prose: ClassVar[tuple[str, ...]] = ("reason",)

    kind: Literal["change"] = "change"

    edits: tuple[FileEdit, ...] = ()
    """What was done, file by file."""

    reason: str = ""
    """Why, in the words of the commit message or of whoever recorded it."""

    commit: str = ""
    """Id of the commit that holds it; empty while it is in no commit."""

    branch: str = ""
    """Branch on which it was made."""

    open: bool = False
    """Whether it may still grow with further saves or be taken up by a commit."""

    discarded: bool = False
    """Whether it was thrown away before any commit: undone, restored, reset, or dropped from the stash."""

    @property
    def told(self) -> reasons.Told:
        """The reason without what gives none, such as trailers and the boilerplate of merges."""
        return reasons.told(self.reason)

    @override
    def model_post_init(self, context: Any, /) -> None:
        if self.title and reasons.is_merge(self.title):
            object.__setattr__(self, "title", "")  # an earlier version took a merge's boilerplate for the title
        super().model_post_init(context)

    @override
    def default_title(self) -> str:
        if self.reason.strip():
            return reasons.subject(self.reason)
        if not self.edits:
            return "Empty change"
        first = self.edits[0]
        symbols = f": {', '.join(first.symbols[:3])}" if first.symbols else ""
        more = f" and {len(self.edits) - 1} more" if len(self.edits) > 1 else ""
        moved = f" from {first.old_path}" if first.old_path else ""
        return f"{_ACTED[first.action]} {first.path}{moved}{symbols}{more}"

    @override
    def short_title(self) -> str:
        if self.reason.strip() or not self.edits or self.title != one_line(self.default_title(), MAX_TITLE):
            return re.sub(
                r"(?<=\S)(?:\s*\(#\d{1,9}\))+$", "", self.title
            )  # what squashing a pull request writes behind
        first = self.edits[0]
        name = first.path.rpartition("/")[2]
        old_folder, _, old_name = first.old_path.rpartition("/")
        made = {"create": "new", "delete": "deleted", "test": "tested", "refactor": "refactored"}.get(first.action, "")
        if first.old_path:
            made = f"was {old_name}" if old_name != name else f"from {old_folder or 'the top'}"
        more = f" and {len(self.edits) - 1} more" if len(self.edits) > 1 else ""
        symbols = f": {', '.join(first.symbols[:3])}" if first.symbols and not made else ""
        return one_line(f"{name}{f' ({made})' if made else ''}{symbols}{more}", MAX_TITLE)

    @override
    def beside(self) -> str:
        if self.discarded or self.reason.strip() or not self.edits:
            return "discarded" if self.discarded else ""
        return self.edits[0].path.rpartition("/")[0]

    @override
    def sign(self) -> str:
        return "discard" if self.discarded else "edit" if self.open else self.icon

    @override
    def text(self) -> str:
        parts = [self.told.reason, *self.told.references]
        for edit in self.edits:
            parts += [edit.path, edit.old_path, " ".join(edit.symbols), edit.diff]
        return "\n".join(part for part in parts if part)

    @override
    def markdown(self, forge: Forge | None = None) -> str:
        linked = forge.links if forge else None
        facts = [f"**Commit** {self._commit(forge)}"] if self.commit else ["Not committed yet"] if self.open else []
        if self.discarded:
            facts.append("Discarded: its file went back to what it was")
        if self.branch:
            facts.append(f"**Branch** {code(self.branch, 200)}")
        told = self.told
        reason, named = told.reason, one_line(told.reason.partition("\n")[0], MAX_TITLE) == self.title
        if named:
            reason = reason.partition("\n")[2]  # the rest: the title stands above already
        blocks = [" · ".join(facts), plain(reason, linked)]
        if not told.reason and (self.commit or self.reason.strip()):
            blocks.append(reasons.NONE)
        if told.references:
            blocks.append(f"Refers to {inline(', '.join(told.references), 1000, linked)}")
        for edit in self.edits:
            moved = f" (was {code(edit.old_path, 400)})" if edit.old_path else ""
            blocks.append(f"### {code(edit.path, 400)}{moved}\n\n{_ACTED[edit.action]}, +{edit.added} -{edit.removed}")
            if edit.diff:
                blocks.append(fenced(edit.diff, "diff"))
        return "\n\n".join(block for block in blocks if block)

    def _commit(self, forge: Forge | None) -> str:
        shown = code(self.commit[:12], 12)
        return f"[{shown}]({address(forge.commit(self.commit))})" if forge else shown

    @override
    def keys(self) -> tuple[str, ...]:
        return (f"commit:{self.commit}",) if self.commit else ()

    @override
    def state(self) -> str:
        return "discarded" if self.discarded else ""

    @override
    def own_steps(self) -> tuple[Step, ...]:
        return ("showChanges",) if self.edits and (self.commit or self.open) else ()

    @override
    def description(self) -> str:
        added, removed = sum(e.added for e in self.edits), sum(e.removed for e in self.edits)
        where = "discarded" if self.discarded else self.commit[:8] if self.commit else self.branch
        return " ".join(part for part in (f"+{added} -{removed}", where) if part)
