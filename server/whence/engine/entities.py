"""Entities: functions and classes of any source file as memories, for programs that index code without a workspace."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from whence.analysis.entities import Entity, Parsed, minified, parse
from whence.analysis.languages import NAMES, language_of
from whence.project.project import Project
from whence.secrets.redaction import is_secret_file
from whence.values.base import one_line, stable_id
from whence.values.errors import InvalidRequest, NotFound
from whence.values.memory import MemoryBase, Note
from whence.values.protocol import Filter

LABEL = "code-entity"
"""The label of memories that are entities of code."""

MAX_BYTES = 1_048_576
"""Bytes of a source file at most; what is larger is rather written by a program."""

_MAX_TEXT = 20_000
_BATCH = 200
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The time in an entity's id, so that the same entity is the same memory whenever it is read."""


def keep_source(project: Project, file: Path) -> tuple[str, ...]:
    """Keep what a source file defines, each entity a memory; what it defined before and doesn't now goes.

    Kept again unchanged, nothing is doubled, and no memory changes.

    Returns:
        The memories of its entities, in the file's order.

    Raises:
        NotFound: there is no such file.
        InvalidRequest: it is in no language that is parsed, too large, or may hold secrets.
    """
    path = file.resolve()
    if not path.is_file():
        raise NotFound(f"There is no file {one_line(path.name, 120)}.")
    parsed, text = _read(path)
    lines = text.splitlines()
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    fresh: dict[str, MemoryBase] = {}
    for entity in parsed.entities:
        note = _note(project, path, parsed, entity, lines, modified, taken=fresh)
        fresh[note.id] = note
    before = {memory.id: memory for memory in _kept(project, path)}
    changed = [memory for id, memory in fresh.items() if id not in before or _digest(before[id]) != _digest(memory)]
    gone = [id for id in before if id not in fresh]
    for start in range(0, len(changed), _BATCH):
        project.writer.write(changed[start : start + _BATCH])
    if gone:
        project.writer.write(purge=gone)
    return tuple(fresh)


def drop_source(project: Project, file: Path) -> int:
    """Remove the memories of a source file's entities for good. How many there were."""
    ids = [each.id for each in _kept(project, file.resolve())]
    if ids:
        project.writer.write(purge=ids)
    return len(ids)


def sources_in(project: Project, files: Sequence[Path]) -> Iterator[Path]:
    """Those of the files that are in a language that is parsed."""
    return (each for each in files if language_of(each.name) is not None)


def _kept(project: Project, path: Path) -> list[MemoryBase]:
    return project.store.get(project.store.ids(Filter(labels=(LABEL,), files=(path.as_posix(),), archived=True)))


def _note(
    project: Project,
    path: Path,
    parsed: Parsed,
    entity: Entity,
    lines: Sequence[str],
    modified: datetime,
    taken: dict[str, MemoryBase],
) -> Note:
    name = entity.path
    key, number = f"entity:{path.as_posix()}#{entity.kind}:{name}", 1
    while (id := stable_id(_EPOCH, f"{key}:{number}")) in taken:  # an overload, or the same name twice
        number += 1
    body = "\n".join(lines[entity.start - 1 : entity.end])[:_MAX_TEXT]
    if entity.kind == "module":
        body = entity.doc or body
    said = "\n\n".join(part for part in (f"{entity.kind} {name} in {path.name}", body) if part.strip())
    return Note(
        id=id,
        title=f"{entity.kind} {name}",
        content=said,
        labels=(LABEL,),
        files=(path.as_posix(),),
        source="import",
        project=project.place.id,
        metadata={
            "type": entity.kind,
            "name": entity.name,
            "qualified_name": name,
            "file_path": path.as_posix(),
            "language": parsed.language,
            "start_line": entity.start,
            "end_line": entity.end,
            "signature": entity.signature,
            "docstring": entity.doc,
            "modified": modified.isoformat(),
            "file_hash": hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest(),
        },
    )


def _digest(memory: MemoryBase) -> object:
    """What a change of the file changes of its entities' memories; their times may differ."""
    return (memory.metadata.get("file_hash"), memory.metadata.get("start_line"), memory.metadata.get("end_line"))


def _read(path: Path) -> tuple[Parsed, str]:
    shown = one_line(path.name, 120)
    if language_of(path.name) is None:
        raise InvalidRequest(f"{shown} is in none of the languages that are parsed: {', '.join(NAMES)}.")
    if is_secret_file(path.name):
        raise InvalidRequest(f"{shown} may hold secrets, so that it is not read.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidRequest(f"{shown} can't be read: {error.strerror or 'it failed'}.") from None
    if len(data) > MAX_BYTES:
        raise InvalidRequest(f"{shown} is larger than {MAX_BYTES:,} bytes.")
    text = data.decode("utf-8-sig", "replace")
    if "\0" in text or minified(text):
        raise InvalidRequest(f"{shown} is not source code that a person wrote.")
    parsed = parse(path.name, text)
    if parsed is None:
        raise InvalidRequest(f"{shown} is in none of the languages that are parsed: {', '.join(NAMES)}.")
    return parsed, text
