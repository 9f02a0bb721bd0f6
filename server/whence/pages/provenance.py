"""Provenance: from the memories that made some lines, along links, to why they are so; told as one page."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, Protocol, runtime_checkable

from whence.pages import written
from whence.values import reason as reasoning
from whence.values.base import fenced, one_line
from whence.values.forge import Forge
from whence.values.handed_out import marked
from whence.values.markdown import address, clean, code, gentle, inline, plain, quoted
from whence.values.memory import MemoryBase, Relation
from whence.values.reports import cite
from whence.values.reports.provenance import Band, Led, Reason, Stretch

MOST = 12
"""Memories that are listed below one that led to them."""

_REASON = 1_500
"""Characters of a reason that the page shows; the memory itself shows it whole."""

_EXCERPT = 240

_OUTWARD: dict[Relation, str] = {
    "implements": "Implements",
    "solved_by": "Solved by",
    "caused_by": "Caused by",
    "supersedes": "Supersedes",
    "about": "About",
    "part_of": "Part of",
}
_INWARD: dict[Relation, str] = {
    "implements": "Implemented by",
    "solved_by": "Solves",
    "caused_by": "Caused",
    "supersedes": "Superseded by",
    "about": "Told of in",
    "part_of": "Holds",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """What made some lines: a memory, or what git alone knows."""

    at: datetime
    lines: tuple[int, ...] = ()
    """From 1; none where nobody can tell which."""
    memory: MemoryBase | None = None
    commit: str = ""
    """Empty for lines that are in none yet."""
    author: str = ""
    summary: str = ""
    about: Literal["", "lines", "gone", "file"] = ""
    """Whether the memory was made about these lines, about others that are gone, or about the file; not, what made
    them."""


@dataclass(frozen=True, slots=True)
class Step:
    """A memory that another led to."""

    memory: MemoryBase
    relation: Relation
    inward: bool
    """Whether it is this memory that holds the link."""
    via: str
    """The memory that led to it."""


@runtime_checkable
class _Reasoned(Protocol):
    """The shape of a memory that says in words of its own why something was done."""

    reason: str


# ---------------------------------------------------------------- along links


def named(memories: Iterable[MemoryBase], *, sessions: bool) -> list[str]:
    """Ids of the memories that these name: the targets of their links, and their sessions if those count."""
    targets = (
        id for each in memories for id in (*(link.target for link in each.links), each.session if sessions else "")
    )
    return [id for id in dict.fromkeys(targets) if id]


def follow(
    frontier: Sequence[tuple[MemoryBase, Step | None]],
    found: Mapping[str, MemoryBase],
    linking: Iterable[MemoryBase],
) -> list[Step]:
    """What these memories lead to in one step, along links in both directions.

    Nobody asked for what merely stands beside them: the other changes that implement the same decision, the other
    parts of the same session. So a relation is not walked forth and back again.

    Args:
        frontier: memories, each with the step that led to it; None for those to start from, whose sessions count too.
        found: what they name, by id, as far as it is there.
        linking: the memories that link to them.
    """
    inward: dict[str, list[tuple[Relation, MemoryBase]]] = {}
    for other in linking:
        for link in other.links:
            inward.setdefault(link.target, []).append((link.relation, other))
    steps: list[Step] = []
    for memory, came in frontier:
        if came is not None and came.relation == "part_of":
            continue
        outward = [(link.relation, found[link.target]) for link in memory.links if link.target in found]
        if came is None and memory.session in found and ("part_of", found[memory.session]) not in outward:
            outward.append(("part_of", found[memory.session]))
        steps += [
            Step(other, relation, back, memory.id)
            for back, others in ((False, outward), (True, inward.get(memory.id, [])))
            for relation, other in others
            if other.id != memory.id and not (came is not None and came.relation == relation and came.inward != back)
        ]
    return list({(step.via, step.relation, step.inward, step.memory.id): step for step in steps}.values())


def reasons(causes: Sequence[Cause], steps: Sequence[Step]) -> tuple[Reason, ...]:
    """The memories in the order of the page, each once."""
    below = _below(steps)
    own = {cause.memory.id for cause in causes if cause.memory}
    found: dict[str, Reason] = {}

    def descend(via: str) -> None:
        for step in below.get(via, ()):
            id = step.memory.id
            if id not in found and id not in own:
                found[id] = Reason(cited=cite(step.memory), relation=step.relation, via=via)
                descend(id)

    for cause in causes:
        if cause.memory is not None:
            found[cause.memory.id] = Reason(cited=cite(cause.memory), lines=cause.lines)
            descend(cause.memory.id)
    return tuple(found.values())


def _below(steps: Iterable[Step]) -> dict[str, list[Step]]:
    """The steps by the memory that led to each."""
    below: dict[str, list[Step]] = {}
    for step in steps:
        below.setdefault(step.via, []).append(step)
    return below


# ---------------------------------------------------------------- the page


def page(
    title: str,
    causes: Sequence[Cause],
    steps: Sequence[Step],
    notes: Sequence[str],
    zone: tzinfo | None = None,
    *,
    lived: Sequence[str] = (),
    forge: Forge | None = None,
    stretches: Sequence[Stretch] = (),
    unknown: Sequence[int] = (),
) -> str:
    """The page: what made the lines, in the order given, each with what it leads to, every memory with its id.

    Args:
        title: what was asked.
        causes: what made the lines.
        steps: what they lead to.
        notes: sentences to end with.
        zone: the reader's time zone; without it, the system's.
        lived: the file's life in short, as sentences of Markdown.
        forge: where issues and commits are to be seen; without it, none is a link.
        stretches: which conversations wrote the lines.
        unknown: those of which nobody knows.
    """
    below = _below(steps)
    told = {cause.memory.id for cause in causes if cause.memory}
    blocks = [f"# {inline(title, 400)}", *(["\n".join(f"- {sentence}" for sentence in lived)] if lived else [])]
    heading = ""
    if stretches:
        items = [written.item(each) for each in stretches[:MOST]]
        if len(stretches) > MOST:
            items.append(f"- and {len(stretches) - MOST} more")
        blocks.append("\n".join([*items, *([written.rest(unknown)] if unknown else [])]))
    for cause in causes:
        if cause.about and (words := _heading(cause.about, causes)) != heading:
            heading = words
            blocks.append(f"## {heading}")
        blocks += _cause(cause, zone, forge)
        if cause.memory is not None and (items := _items(cause.memory.id, below, told, zone, 0)):
            blocks.append("\n".join(items))
    blocks += [f"*{inline(note, 400)}*" for note in notes]
    return marked("\n\n".join(blocks))


def bands(causes: Sequence[Cause], steps: Sequence[Step], forge: Forge | None = None) -> tuple[Band, ...]:
    """What the page tells, as values: one for each thing that made lines or is about them."""
    below = _below(steps)
    return tuple(_band(cause, below, forge) for cause in causes)


def _band(cause: Cause, below: Mapping[str, Sequence[Step]], forge: Forge | None) -> Band:
    memory = cause.memory
    said = memory and (
        _without(memory, cause.commit) or "\n\n".join(part for part in _told(memory, forge) if part.strip())
    )
    return Band(
        lines=cause.lines,
        at=cause.at,
        author=memory.author if memory else cause.author,
        title=memory.title if memory else cause.summary or "Not committed yet",
        said=said or "",
        commit=cause.commit,
        url=forge.commit(cause.commit) if forge and cause.commit else "",
        id=memory.id if memory else "",
        kind=memory.kind if memory else "",
        about=cause.about,
        led=tuple(_led(memory.id, below, {memory.id})) if memory else (),
    )


def _led(via: str, below: Mapping[str, Sequence[Step]], seen: set[str]) -> Iterator[Led]:
    """What a memory leads to, and what that leads to, each once."""
    for step in below.get(via, ()):
        if step.memory.id in seen:
            continue
        seen.add(step.memory.id)
        words = (_INWARD if step.inward else _OUTWARD)[step.relation]
        yield Led(words=words, cited=cite(step.memory), state=step.memory.description())
        yield from _led(step.memory.id, below, seen)


def change(title: str, commit: str, diff: str, note: str, forge: Forge | None = None) -> str:
    """The page of what one commit changed at one place."""
    blocks = [f"# {inline(title, 400)}", f"Commit {commit_of(commit, forge)}", fenced(diff, "diff")]
    return marked("\n\n".join([*blocks, f"*{inline(note, 400)}*"] if note else blocks))


def _heading(about: Literal["lines", "gone", "file"], causes: Iterable[Cause]) -> str:
    """What those memories have in common that were made about lines."""
    said = dict.fromkeys(cause.memory.recorded for cause in causes if cause.memory and cause.about == about)
    which = {"lines": "these lines", "gone": "lines that are gone", "file": "this file"}[about]
    return f"{' and '.join(said).capitalize()} about {which}"


def _cause(cause: Cause, zone: tzinfo | None, forge: Forge | None) -> list[str]:
    memory = cause.memory
    author = memory.author if memory else cause.author
    facts = [
        f"{cause.at.astimezone(zone):%Y-%m-%d}",
        f"by {inline(author, 100)}" if author else "",
        f"{'line' if len(cause.lines) == 1 else 'lines'} {written.spans(cause.lines)}" if cause.lines else "",
        f"{memory.kind} {memory.description()}".strip() if memory and cause.about else "",
        f"commit {commit_of(cause.commit, forge)}" if cause.commit else "" if cause.about else "not committed yet",
        code(memory.id, 80) if memory else "",
    ]
    title = memory.title if memory else cause.summary or "Not committed yet"
    said = (
        _quoted(memory, cause.commit, forge)
        if memory
        else "No memory, only git."
        if cause.commit
        else "No memory, and not in git yet."
    )
    mark = "###" if cause.about else "##"
    return [part for part in (f"{mark} {inline(title, 200)}", " · ".join(fact for fact in facts if fact), said) if part]


def commit_of(id: str, forge: Forge | None) -> str:
    """A commit by the beginning of its id, as a link where the forge is known."""
    shown = code(id[:12], 20)
    return f"[{shown}]({address(forge.commit(id))})" if forge else shown


def _quoted(memory: MemoryBase, commit: str, forge: Forge | None) -> str:
    """The reason as a quotation, but for what the title says already."""
    if none := _without(memory, commit):
        return none
    shown, pointed = _told(memory, forge)
    return "\n\n".join(part for part in (quoted(shown) if shown.strip() else "", pointed) if part)


def _without(memory: MemoryBase, commit: str) -> str:
    """A sentence that says that no reason was given, where none was."""
    if not isinstance(memory, _Reasoned) or reasoning.told(memory.reason)[0]:
        return ""
    return reasoning.NONE if commit or memory.reason.strip() else ""


def _told(memory: MemoryBase, forge: Forge | None) -> tuple[str, str]:
    """The reason as Markdown, but for what the title says already; and what it refers to besides."""
    linked = forge.links if forge else None
    references: tuple[str, ...] = ()
    if isinstance(memory, _Reasoned):
        text, references = reasoning.told(memory.reason)
    else:
        text = "\n".join(line for line in memory.text().split("\n") if line not in memory.files)
    text = clean(text).strip()
    first, _, rest = text.partition("\n")
    if one_line(first, 200) == memory.title:
        text = rest.strip()
    if len(text) > _REASON:
        text = text[:_REASON].rstrip() + "…"
    shown = (plain if isinstance(memory, _Reasoned) else gentle)(text, linked)
    return shown, f"Refers to {inline(', '.join(references), 300, linked)}" if references else ""


def _items(via: str, below: Mapping[str, Sequence[Step]], told: set[str], zone: tzinfo | None, depth: int) -> list[str]:
    """What a memory led to, as a nested list; what the page has told already is only named."""
    lines: list[str] = []
    steps = below.get(via, ())
    for step in steps[:MOST]:
        memory = step.memory
        words = (_INWARD if step.inward else _OUTWARD)[step.relation]
        state = ", archived" if memory.archived else ""
        again = memory.id in told
        about = f", {memory.description()}" if memory.description() and not again else ""
        lines.append(
            f"{'  ' * depth}- {words} **{memory.kind}** {inline(memory.title, 200)} "
            f"({memory.created_at.astimezone(zone):%Y-%m-%d}{inline(about, 80)}{state}, {code(memory.id, 80)})"
        )
        if again:
            continue
        told.add(memory.id)
        if excerpt := _excerpt(memory):
            lines.append(f"{'  ' * depth}  {excerpt}")
        lines += _items(memory.id, below, told, zone, depth + 1)
    if len(steps) > MOST:
        lines.append(f"{'  ' * depth}- and {len(steps) - MOST} more")
    return lines


def _excerpt(memory: MemoryBase) -> str:
    said = reasoning.said(memory.reason) if isinstance(memory, _Reasoned) else memory.text()
    # On one line a heading and a list's marks would mean something else.
    text = one_line(re.sub(r"(?m)^ *(?:#+ .*|[-*] )", "", clean(said)), 4 * _EXCERPT)
    return inline(text.removeprefix(memory.title.rstrip("…")).lstrip(" .:"), _EXCERPT)
