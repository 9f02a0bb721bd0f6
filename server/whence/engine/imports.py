"""Imports: memories of other tools become notes and decisions here, and follow their files on a later import."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from whence.background.writer import clean
from whence.engine.files import to_read
from whence.project.project import Project
from whence.readers import foreign
from whence.readers import sources as files
from whence.readers.foreign import Foreign
from whence.readers.transcripts.boilerplate import OUR_CONTEXT
from whence.secrets.redaction import redact
from whence.values.base import EPOCH, stable_id, unique
from whence.values.handed_out import without_copied, without_ours
from whence.values.memory import Decision, Link, MemoryBase, Note
from whence.values.operation import Progress, operation
from whence.values.reach import ToRead
from whence.values.reports import Imported
from whence.values.tally import Tally

"""The time in the ids of adopted memories. A file's date changes, and its memories' ids must not."""

_TOGETHER = 200
"""Memories written in one commit."""

_IDS = 100

_OURS = ("created_at", "author", "importance", "pinned", "archived", "deleted_at", "folder", "session", "source")
"""Fields of an adopted memory that its source says nothing about."""


@operation
def import_memories(project: Project, source: ToRead, progress: Progress = lambda message, share: None) -> Imported:
    """Take over the memories of another tool, as notes and decisions, with the links between them.

    Read are the JSON lines of the MCP memory server, Cline's memory bank, Serena's memories and the Markdown of
    basic-memory. What was taken over before follows its file where that has changed, and else stays as it is.

    Args:
        source: the file or folder; of a project's folder, the places in it where these tools keep memories.

    Raises:
        InvalidRequest: there is no such file or folder.
    """
    top = to_read(project, source)
    tally = Tally()
    listed = [each for place in foreign.places(top) for each in files.files(place, foreign.ENDINGS, tally)]
    found: dict[str, Foreign] = {}
    handed_out = project.handed.sketches()
    for number, (path, name) in enumerate(listed):
        progress(f"Reading {name}", number / len(listed) / 2)
        tally.reading = name
        for given in foreign.read(path, name, project.place.root, tally):
            each = replace(given, content=without_copied(without_ours(given.content), handed_out))
            if given.content.strip() and not each.content.strip():
                tally.add(OUR_CONTEXT, redact(given.title).text)
                continue
            if found.setdefault(_id(project, each.tool, each.name), each) is not each:
                tally.add("memories of one name", redact(each.title).text)
    tally.reading = ""
    links = _links(project, found, tally)
    prints = _Prints(project.place.home / "adopted.json")
    added: list[str] = []
    updated: list[str] = []
    unchanged = 0
    ids = iter(found)
    try:
        while batch := list(islice(ids, _TOGETHER)):
            progress("Writing", 0.5 + (len(added) + len(updated) + unchanged) / len(found) / 2)
            memories = [_memory(project, id, found[id], links.get(id, ())) for id in batch]
            new, changed, same = _compared(project, memories, prints, tally)
            project.writer.write(new)
            for memory in changed:
                project.writer.update(memory.id, _following(memory))
            prints.keep([*new, *changed, *same])
            added += [each.id for each in new]
            updated += [each.id for each in changed]
            unchanged += len(same)
    finally:
        prints.save()
    return Imported(
        added=len(added),
        updated=len(updated),
        unchanged=unchanged,
        left_out=tally.left_out(),
        ids=tuple([*added, *updated][:_IDS]),
        note=_told(len(added), len(updated), unchanged),
    )


def _id(project: Project, tool: str, name: str) -> str:
    return stable_id(EPOCH, f"{project.place.id}:{tool}:{name}")


def _memory(project: Project, id: str, each: Foreign, links: Sequence[Link]) -> MemoryBase:
    common = {
        "id": id,
        "title": each.title,
        "created_at": each.at,
        "project": project.place.id,
        "labels": unique([each.tool, *each.labels]),
        "files": (each.file.relative_to(project.place.root).as_posix(),) if each.file else (),
        "links": tuple(links),
        "source": "import",
    }
    made = Decision(**common, decision=each.content) if each.decision else Note(**common, content=each.content)
    return clean(made)


def _links(project: Project, found: dict[str, Foreign], tally: Tally) -> dict[str, tuple[Link, ...]]:
    """The links of each memory; of relations, those whose ends are both among the memories."""
    names: dict[tuple[str, str], str] = {}
    for id, each in found.items():
        for name in (each.name, *each.aliases):
            names.setdefault((each.tool, name.casefold()), id)
    links: dict[str, dict[Link, None]] = {}
    for each in found.values():
        for tie in each.ties:
            ends = [names.get((each.tool, name.casefold())) for name in (tie.source, tie.target)]
            if ends[0] and ends[1] and ends[0] != ends[1]:
                links.setdefault(ends[0], {})[Link(relation=tie.relation, target=ends[1])] = None
            else:
                tally.add("relations to what is not there", redact(tie.target if ends[0] else tie.source).text)
    return {id: tuple(each) for id, each in links.items()}


def _compared(
    project: Project, memories: Iterable[MemoryBase], prints: "_Prints", tally: Tally
) -> tuple[list[MemoryBase], list[MemoryBase], list[MemoryBase]]:
    """Those that are new, those whose source has changed since they were taken over, and the others."""
    listed = list(memories)
    stored = {memory.id: memory for memory in project.store.get([memory.id for memory in listed])}
    new, changed, same = [], [], []
    for memory in listed:
        held = stored.get(memory.id)
        if held is None:
            new.append(memory)
        elif held.deleted_at is not None:
            tally.add("memories in the bin", held.title)
        elif prints.know(memory) or (_said(held) == _said(memory) and set(memory.links) <= set(held.links)):
            same.append(memory)
        else:
            changed.append(memory)
    return new, changed, same


class _Prints:
    """What each memory's source said when it was taken over: an edit made here since is not a change of the source."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._prints: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError, AttributeError):
            self._prints = {str(id): str(mark) for id, mark in json.loads(file.read_text(encoding="utf-8")).items()}

    def know(self, memory: MemoryBase) -> bool:
        return self._prints.get(memory.id) == _print(memory)

    def keep(self, memories: Iterable[MemoryBase]) -> None:
        self._prints |= {each.id: _print(each) for each in memories}

    def save(self) -> None:
        fresh = self._file.with_suffix(".new")
        with contextlib.suppress(OSError):  # then the next import compares with what is stored
            fresh.write_text(json.dumps(self._prints, indent=0), encoding="utf-8")
            fresh.replace(self._file)


def _said(memory: MemoryBase) -> tuple[str, str, str]:
    return memory.kind, memory.title, memory.text()


def _print(memory: MemoryBase) -> str:
    links = sorted(f"{link.relation} {link.target}" for link in memory.links)
    return hashlib.sha256("\n".join((*_said(memory), *links)).encode()).hexdigest()[:16]


def _following(source: MemoryBase) -> Callable[[MemoryBase], MemoryBase]:
    """The change that brings a memory to what its source says now; what people did to it here stays."""

    def change(current: MemoryBase) -> MemoryBase:
        kept = {name: getattr(current, name) for name in _OURS}
        labels, links = unique([*current.labels, *source.labels]), tuple(dict.fromkeys([*current.links, *source.links]))
        return source.model_copy(update={**kept, "labels": labels, "links": links})

    return change


def _told(added: int, updated: int, unchanged: int) -> str:
    if not added + updated + unchanged:
        return "No memory of a tool that Whence knows was found."
    told = ((added, "new"), (updated, "changed"), (unchanged, "as before"))
    return f"Took over {', '.join(f'{count} {how}' for count, how in told if count)}."
