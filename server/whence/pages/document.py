"""One memory as a Markdown document, for a person to read."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Protocol, runtime_checkable

from whence.pages import written as origins
from whence.pages.provenance import commit_of
from whence.values import reason
from whence.values.base import fenced
from whence.values.detail import Related
from whence.values.forge import Forge
from whence.values.handed_out import marked
from whence.values.markdown import clean, code, inline
from whence.values.memory import Citation, MemoryBase
from whence.values.reports.provenance import Contribution

_SOURCES = {
    "save": "noticed on saving",
    "commit": "from a commit",
    "user": "written by hand",
    "assistant": "written by an assistant",
    "import": "imported",
    "model": "written by a model",
    "rules": "made from other memories by rules",
}


@runtime_checkable
class _Reasoned(Protocol):
    """The shape of a memory that says in words of its own why something was done."""

    reason: str


def document(
    memory: MemoryBase,
    titles: Mapping[str, str],
    zone: tzinfo | None = None,
    *,
    related: Sequence[Related] = (),
    forge: Forge | None = None,
    written: Sequence[Contribution] = (),
) -> str:
    """The whole memory: title, what is known about it, its lines and files, content, links in both directions.

    Of a reason the whole message stands at the end, where something of it gives none.

    Args:
        memory: the memory.
        titles: titles of the memories that it links to, by id, as far as they exist.
        zone: the reader's time zone; without it, the system's.
        related: the memories that link to it.
        forge: where issues and commits are to be seen; without it, none is a link.
        written: which conversations wrote the lines of a Change.
    """
    at = memory.created_at.astimezone(zone)
    facts = [
        memory.kind.replace("_", " ").capitalize(),
        f"{at:%Y-%m-%d %H:%M}",
        f"by {inline(memory.author, 100)}" if memory.author else "",
        f"importance {memory.importance}" if memory.importance != 5 else "",
        "pinned" if memory.pinned else "",
        "archived" if memory.archived else "",
        f"in {code(memory.folder, 200)}" if memory.folder else "",
        _SOURCES[memory.source],
    ]
    labels = " ".join(code(label, 100) for label in memory.labels)
    content = clean(memory.markdown(forge)).strip("\n")
    # A kind whose content names each file, as a diff does, needs no list of them.
    cited = {citation.path for citation in memory.citations}
    unnamed = [path for path in memory.files if path not in content and path not in cited]
    files = "\n".join(f"- {code(path, 400)}" for path in unnamed)
    lines = "\n".join(f"- {_cited(citation, forge)}" for citation in memory.citations)
    links = "\n".join(
        f"- {link.relation.replace('_', ' ')}: {inline(titles.get(link.target, ''), 200) or 'a memory that is gone'} "
        f"({code(link.target, 80)})"
        for link in memory.links
    )
    back = "\n".join(
        f"- {each.kind}, {each.relation.replace('_', ' ')}: {inline(each.title, 200)} ({code(each.id, 80)})"
        for each in related
    )
    blocks = (
        f"# {inline(memory.title, 200)}",
        " · ".join(fact for fact in facts if fact),
        f"Labels: {labels}" if labels else "",
        f"Lines that it is about:\n\n{lines}" if lines else "",
        f"Files:\n\n{files}" if files else "",
        origins.contributions(written),
        content,
        f"## Links\n\n{links}" if links else "",
        f"## Linked from\n\n{back}" if back else "",
        _message(memory),
    )
    return marked("\n\n".join(block for block in blocks if block))


def unsaid(memory: MemoryBase) -> str:
    """What else could be said of a memory of which somebody wrote one line, as a sentence; empty of any other."""
    names = [name.replace("_", " ") for name in memory.unsaid]
    listed = " and ".join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])
    return f"Not said yet: {listed}." if names else ""


def _cited(citation: Citation, forge: Forge | None) -> str:
    """The lines as they were when the memory was made."""
    last = f"-{citation.end}" if citation.end > citation.start else ""
    facts = (
        code(f"{citation.path}:{citation.start}{last}", 400),
        f"in {code(citation.symbol, 200)}" if citation.symbol else "",
        f"at commit {commit_of(citation.commit, forge)}" if citation.commit else "",
    )
    return " ".join(fact for fact in facts if fact)


def _message(memory: MemoryBase) -> str:
    """The message as it was written, where the content doesn't show all of it."""
    if not isinstance(memory, _Reasoned) or not memory.reason.strip():
        return ""
    written = [line.rstrip() for line in clean(memory.reason).strip().split("\n") if line.strip()]
    shown = [line.rstrip() for line in clean(reason.said(memory.reason)).split("\n") if line.strip()]
    return "" if written == shown else f"## Whole message\n\n{fenced(clean(memory.reason).strip())}"
