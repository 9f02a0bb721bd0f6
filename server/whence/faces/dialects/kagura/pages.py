"""What the `coding_*` tools tell of a session, as plain text made from memories, without a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from whence.values.base import now, unique
from whence.values.memory import MemoryBase


@dataclass(frozen=True, slots=True)
class Counts:
    """How much came to be in a session."""

    changes: int
    """Changes."""

    errors: int
    """Bugs that were met."""

    fixed: int
    """Those of them that are solved."""

    decisions: int
    """Decisions."""

    turns: int
    """Turns of conversations."""

    files: tuple[str, ...]
    """Files that were changed."""


def counts(held: Sequence[MemoryBase]) -> Counts:
    """Count what came to be in a session."""
    changes, bugs = _of_kind(held, "change"), _of_kind(held, "bug")
    return Counts(
        changes=len(changes),
        errors=len(bugs),
        fixed=sum(1 for each in bugs if each.resolved),
        decisions=len(_of_kind(held, "decision")),
        turns=sum(len(each.messages) for each in _of_kind(held, "conversation")),
        files=unique(edit.path for each in changes for edit in each.edits),
    )


def minutes(session: MemoryBase) -> int:
    """Minutes that a session took, so far if it is active."""
    took: int | None = getattr(session, "minutes", None)
    if took is not None:
        return took
    began: datetime = getattr(session, "resumed_at", None) or session.created_at
    return int(getattr(session, "worked", 0)) + max(round((now() - began).total_seconds() / 60), 0)


def today(moment: datetime) -> bool:
    """Whether a moment is of this day, in the user's time zone."""
    return moment.astimezone().date() == now().astimezone().date()


def status(session: MemoryBase, project: str, held: Sequence[MemoryBase]) -> str:
    """What an active session holds."""
    told = counts(held)
    lines = [
        f"**Session ID:** {session.id}",
        f"**Project:** {project}",
        f"**Description:** {session.title}",
        f"**Duration:** {minutes(session)} minutes (started {session.created_at:%Y-%m-%d %H:%M} UTC)",
        f"**Tags:** {', '.join(session.labels)}\n",
        "**Tracked Activities:**",
        f"  • File changes: {told.changes}",
        f"  • Errors encountered: {told.errors}",
        f"  • Errors fixed: {told.fixed}",
        f"  • Decisions recorded: {told.decisions}",
        f"  • Interactions tracked: {told.turns // 2}",
    ]
    for title, kind, most in (("File Changes", "change", 3), ("Decisions", "decision", 2)):
        if found := _of_kind(held, kind)[:most]:
            lines.append(f"\n**Recent {title} (last {len(found)}):**")
            lines += [f"  • {each.title}" for each in found]
    if unsolved := told.errors - told.fixed:
        lines.append(f"\n{unsolved} errors are not solved yet.")
    return "\n".join(lines)


def _of_kind(held: Sequence[MemoryBase], kind: str) -> list[Any]:
    return [each for each in held if each.kind == kind]
