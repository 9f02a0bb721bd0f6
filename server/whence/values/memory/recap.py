"""What a session came to, told from what was remembered in it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from whence.values.base import one_line, unique
from whence.values.markdown import code, gentle, inline
from whence.values.memory.base import MemoryBase
from whence.values.memory.changes import Change
from whence.values.memory.knowledge import Bug, Decision
from whence.values.memory.work import Session

_LISTED = 20
"""Entries of a list; of more their number is told."""

_LENGTH = 160
"""Characters of an entry."""

_BEGINNING = "### What was done"

_MADE = re.compile(r"^### (?:Aim|What was done)$", re.MULTILINE)
"""Where the part begins that rules or a model made."""


def recap(contents: Sequence[MemoryBase]) -> str:
    """What was done, in which files, what was decided, met, solved and left open, as Markdown; empty for nothing.

    Args:
        contents: the memories that came to be in the session, oldest first.
    """
    changes = [each for each in contents if isinstance(each, Change)]
    bugs = [each for each in contents if isinstance(each, Bug)]
    decisions = [each for each in contents if isinstance(each, Decision)]
    others = [each for each in contents if not isinstance(each, Change | Bug | Decision | Session)]
    sections = (
        ("Files", _files(changes)),
        ("Decisions", [_decision(each) for each in decisions]),
        ("Errors solved", [_solved(each) for each in bugs if each.resolved]),
        ("Errors met", [_title(each) for each in bugs if not each.resolved]),
        ("Also kept", [f"{each.kind.capitalize()}: {_title(each)}" for each in others]),
        ("Left open", _left_open(changes, bugs, decisions)),
    )
    done = _listed([_title(each) for each in changes]) or ("Nothing was changed." if contents else "")
    blocks = [f"{_BEGINNING}\n\n{done}"] if done else []
    return "\n\n".join(blocks + [f"### {name}\n\n{_listed(lines)}" for name, lines in sections if lines])


def retold(told: Mapping[str, Any], contents: Sequence[MemoryBase], model: str, goal: str) -> str:
    """What a model told of a session, in the shape of `recap`, with the files that rules know; who told it is said.

    Args:
        told: texts and lists of texts by the names below, such as `done`.
        contents: the memories that came to be in the session.
        model: the model.
        goal: the session's aim, which is not said twice.
    """
    aim = one_line(told["goal"], 300)
    blocks = [f"### Aim\n\n{gentle(aim)}"] if aim.rstrip(".").casefold() != goal.strip().rstrip(".").casefold() else []
    blocks.append(f"{_BEGINNING}\n\n{_listed(_escaped(told['done'])) or 'Nothing was changed.'}")
    sections = (
        ("Decisions", _escaped(told["decisions"])),
        ("Errors", _escaped(told["errors"])),
        ("Left open", _escaped(told["left_open"])),
        ("Recommendations", _escaped(told["recommendations"])),
        ("Files", _files([each for each in contents if isinstance(each, Change)])),
    )
    blocks += [f"### {name}\n\n{_listed(lines)}" for name, lines in sections if lines]
    return "\n\n".join([*blocks, f"*Summed up by {inline(model, 100)}.*"])


def said(summary: str) -> str:
    """What a person wrote above the part that `recap` or a model made."""
    return _MADE.split(summary, maxsplit=1)[0].strip()


def _listed(lines: Sequence[str]) -> str:
    """Lines of Markdown as a list."""
    shown = [f"- {line}" for line in lines[:_LISTED]]
    more = [f"- and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
    return "\n".join([*shown, *more])


def _files(changes: Sequence[Change]) -> list[str]:
    """Each file with its lines added and removed, those with the most lines first."""
    lines: dict[str, tuple[int, int]] = {}
    for edit in (edit for each in changes for edit in each.edits):
        added, removed = lines.get(edit.path, (0, 0))
        lines[edit.path] = (added + edit.added, removed + edit.removed)
    ordered = sorted(lines.items(), key=lambda each: (-sum(each[1]), each[0]))
    return [f"{code(path, 400)} +{added} -{removed}" for path, (added, removed) in ordered]


def _title(each: MemoryBase) -> str:
    return inline(each.title, _LENGTH)


def _escaped(lines: Sequence[str]) -> list[str]:
    """What a model told, as Markdown."""
    return [gentle(one_line(line, 500)) for line in lines]


def _decision(each: Decision) -> str:
    return _title(each) if each.status == "accepted" else f"{_title(each)} ({each.status})"


def _solved(each: Bug) -> str:
    return inline(f"{each.title}: {each.solution}" if each.solution else each.title, _LENGTH)


def _left_open(changes: Sequence[Change], bugs: Sequence[Bug], decisions: Sequence[Decision]) -> list[str]:
    uncommitted = unique(edit.path for each in changes if each.open for edit in each.edits)
    return [
        *(f"Not solved: {_title(each)}" for each in bugs if not each.resolved),
        *(f"Not decided: {_title(each)}" for each in decisions if each.status == "proposed"),
        *(
            f"Not implemented: {code(path, 400)} ({_title(each)})"
            for each in decisions
            if each.done
            for path in each.pending
        ),
        *(f"Not committed: {code(path, 400)}" for path in uncommitted),
    ]
