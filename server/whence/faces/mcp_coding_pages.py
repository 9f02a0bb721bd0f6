"""What the `coding_*` tools tell of a session and of habits, as plain text made from memories, without a model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from whence.memory import MemoryBase
from whence.values import now, one_line, unique

_TESTS = ("test", "tests", "spec", "specs", "__tests__")
_TOP = 5


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


def patterns(changes: Sequence[MemoryBase], bugs: Sequence[MemoryBase], decisions: Sequence[MemoryBase]) -> str:
    """The habits that memories show, counted."""
    edits = [edit for each in changes for edit in getattr(each, "edits", ())]
    suffixes = Counter(PurePosixPath(edit.path).suffix or "without suffix" for edit in edits)
    tested = sum(1 for each in changes if any(is_test(edit.path) for edit in getattr(each, "edits", ())))
    reasoned = sum(1 for each in changes if getattr(each, "reason", "").strip())
    sizes = sorted(edit.added + edit.removed for edit in edits)
    errors = Counter(getattr(each, "error_type", "") or "Error" for each in bugs)
    again = [each for each in bugs if getattr(each, "count", 1) > 1]
    sections = (
        ("Languages", _shares(suffixes, len(edits))),
        ("Kinds of change", _shares(Counter(edit.action for edit in edits), len(edits))),
        ("Naming of files", _shares(Counter(_style(edit.path) for edit in edits), len(edits))),
        ("Most changed files", [f"- {path}: {n} times" for path, n in _top(Counter(e.path for e in edits))]),
        (
            "Testing and reasons",
            [
                f"- {tested} of {len(changes)} changes touch tests",
                f"- {reasoned} of {len(changes)} changes give a reason",
                f"- half of the edits have {sizes[len(sizes) // 2]} changed lines or fewer",
            ],
        ),
        ("Errors", [f"- {name}: {n}" for name, n in _top(errors)]),
        (
            "Errors that come back",
            [
                f"- {one_line(each.title, 120)}: {getattr(each, 'count', 1)} times"
                for each in sorted(again, key=lambda each: -getattr(each, "count", 1))[:_TOP]
            ],
        ),
        ("Decisions", [f"- {label}: {n}" for label, n in _top(Counter(x for each in decisions for x in each.labels))]),
    )
    told = "\n\n".join(f"**{title}:**\n" + "\n".join(lines) for title, lines in sections if lines)
    return f"From {len(edits)} edits in {len(changes)} changes.\n\n{told}"


def is_test(path: str) -> bool:
    """Whether a path looks like that of a test."""
    parts = PurePosixPath(path.lower()).parts
    stem = PurePosixPath(path.lower()).name.split(".")
    return any(part in _TESTS for part in (*parts[:-1], *stem[1:])) or (
        stem[0].startswith("test_") or stem[0].endswith(("_test", "_spec"))
    )


def _of_kind(held: Sequence[MemoryBase], kind: str) -> list[Any]:
    return [each for each in held if each.kind == kind]


def _top(counted: Counter[str]) -> list[tuple[str, int]]:
    return counted.most_common(_TOP)


def _shares(counted: Counter[str], total: int) -> list[str]:
    return [f"- {name}: {count} ({count / total:.0%})" for name, count in _top(counted)]


def _style(path: str) -> str:
    """How the name of a file is written."""
    name = PurePosixPath(path).name.split(".")[0].strip("_")
    if "_" in name:
        return "snake_case"
    if "-" in name:
        return "kebab-case"
    if name.islower():
        return "lower case"
    return "PascalCase" if name[:1].isupper() else "camelCase"
