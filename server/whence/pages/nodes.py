"""The row of one memory: what it is called first, few words behind it, and all else on hovering."""

from datetime import datetime, tzinfo
from urllib.parse import quote

from whence.pages.dates import exact, said
from whence.values.base import fenced
from whence.values.markdown import clean, code, inline
from whence.values.memory import MemoryBase
from whence.values.protocol import Location, TreeNode

TOOLTIP_CHARACTERS = 1500
TOOLTIP_FILES = 8


def memory_node(
    memory: MemoryBase, base: str, zone: tzinfo | None, now: datetime, *, within: str = "", standing: str = ""
) -> TreeNode:
    """The row of one memory.

    Args:
        memory: the memory.
        base: id of the row above it.
        zone: the user's time zone; without it, the system's.
        now: the present.
        within: name of the stretch of time that the rows above tell already.
        standing: the state that they tell already.
    """
    when = said(memory.created_at, now, zone, within) if memory.dated else ""
    beside = "" if standing and memory.state() == standing else memory.beside()
    return TreeNode(
        id=f"{base}/memory/{quote(memory.id, safe='')}",
        label=memory.short_title(),
        description=" · ".join(part for part in (beside, when) if part),
        tooltip=_tooltip(memory, exact(memory.created_at, zone)),
        icon="" if _told_by_group(memory, base) else memory.sign(),
        context_value=" ".join(["memory", memory.kind, *(f"can-{step}" for step in memory.steps())]),
        memory=memory.id,
        location=Location(path=memory.files[0]) if memory.files else None,
    )


def _told_by_group(memory: MemoryBase, base: str) -> bool:
    """Whether the group's own icon says it all: where memories come by the dozen, the title gets the room instead."""
    return memory.grouped == "time" and base.startswith(f"kind/{memory.kind}") and memory.sign() == memory.icon


def _tooltip(memory: MemoryBase, at: str) -> str:
    """What a memory is, at a glance: Markdown in which nothing of the memory's acts."""
    facts = " · ".join(fact for fact in (at, inline(memory.author, 60), inline(memory.description(), 100)) if fact)
    files = [code(path, 120) for path in memory.files[:TOOLTIP_FILES]]
    if len(memory.files) > TOOLTIP_FILES:
        files.append(f"and {len(memory.files) - TOOLTIP_FILES} more")
    labels = " ".join(code(label, 40) for label in memory.labels[:TOOLTIP_FILES])
    head = "\n\n".join(part for part in (f"**{inline(memory.title, 200)}**", facts, labels, "  \n".join(files)) if part)
    content = clean(memory.text()[: 4 * TOOLTIP_CHARACTERS]).strip()
    content = content.removeprefix(memory.title).strip("\n")
    room = TOOLTIP_CHARACTERS - len(head) - 40
    if not content or room < 80:
        return head[:TOOLTIP_CHARACTERS]
    excerpt = content if len(content) <= room else content[:room].rpartition("\n")[0] or content[:room]
    block = fenced(excerpt if excerpt == content else f"{excerpt}\n…")
    return f"{head}\n\n{block}" if len(head) + len(block) + 2 <= TOOLTIP_CHARACTERS else head
