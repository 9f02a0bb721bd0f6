"""A memory as a document: title, a line of facts, its files, its content, its links."""

from collections.abc import Mapping
from datetime import tzinfo

from whence.memory import KINDS, MemoryBase

FILES_SHOWN = 50
"""Files named in a document; a commit may have thousands."""


def document(memory: MemoryBase, targets: Mapping[str, str], zone: tzinfo) -> str:
    """The whole memory as Markdown.

    Args:
        memory: what to show.
        targets: titles of the memories that its links lead to, by id.
        zone: the time zone in which dates are told.
    """
    blocks = [f"# {plain(memory.title)}", facts(memory, zone)]
    if memory.files:
        named = ", ".join(f"`{path}`" for path in memory.files[:FILES_SHOWN])
        more = len(memory.files) - FILES_SHOWN
        blocks.append(f"**Files** {named}" + (f" and {more} more" if more > 0 else ""))
    blocks.append(memory.markdown())
    if memory.links:
        lines = [
            f"- {link.relation.replace('_', ' ')}: {plain(targets.get(link.target, link.target))}"
            for link in memory.links
        ]
        blocks.append("### Links\n\n" + "\n".join(lines))
    return "\n\n".join(block for block in blocks if block) + "\n"


def facts(memory: MemoryBase, zone: tzinfo) -> str:
    """The line of facts below a title: kind, date, author, and what else is out of the ordinary."""
    parts = [
        f"**{memory.kind.capitalize()}**",
        f"{memory.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
        plain(memory.author),
        f"importance {memory.importance}"
        if memory.importance != KINDS[memory.kind].model_fields["importance"].default
        else "",
        "pinned" if memory.pinned else "",
        "archived" if memory.archived else "",
        "in the bin" if memory.deleted_at else "",
        plain(f"in {memory.folder}") if memory.folder else "",
        " ".join(f"`{label}`" for label in memory.labels),
    ]
    return " · ".join(part for part in parts if part)


def plain(text: str) -> str:
    """One line of text without what Markdown would take for markup."""
    return "".join(f"\\{each}" if each in "\\`*_[]<>#|" else each for each in " ".join(text.split()))
