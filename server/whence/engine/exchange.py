"""Exchange: memories written to a file of our own, and taken in from one."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, Annotated, Any, Literal

from pydantic import Field

from whence.background.writer import Unchanged
from whence.engine.files import MARK, is_page, to_read, to_write, written
from whence.pages import document
from whence.project.project import Project
from whence.readers.sources import MAX_WHOLE
from whence.secrets.redaction import redact
from whence.store import let_go
from whence.values import memory
from whence.values.base import Time, Words, now, one_line
from whence.values.errors import InvalidRequest
from whence.values.markdown import inline
from whence.values.memory import KINDS, Link, MemoryBase
from whence.values.operation import Progress, operation
from whence.values.protocol import Filter
from whence.values.reach import FileToWrite, ToRead
from whence.values.reports import Exported, Imported
from whence.values.tally import Tally
from whence.values.version import VERSION

FORMAT = 1
"""Of the lines that `export` writes. A higher one is refused: it may say what this version can't read."""

_IDENTIFYING = ("commit:", "record:", "thread:")
"""Keys that mean the same thing everywhere; numbers of decisions and signatures of bugs do not."""

_BATCH = 250
_LET_GO = 10
"""Batches after which memory that was freed is given back: of 100,000 memories that is 20 MB."""
_TOLD = 100
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@operation
def export(
    project: Project,
    target: FileToWrite,
    format: Literal["jsonl", "markdown"] = "jsonl",
    kinds: Words = (),
    labels: Words = (),
    folder: str = "",
    min_importance: Annotated[int, Field(ge=1, le=10)] = 1,
    since: Time | None = None,
    until: Time | None = None,
    archived: bool = True,
    binned: bool = False,
    overwrite: bool = False,
    progress: Progress = lambda message, share: None,
) -> Exported:
    """Write memories to a file: JSON lines that `import_export` reads back without loss, or Markdown for people.

    The file is there in full or not at all. An earlier export is replaced; another file only if told so.

    Args:
        target: the file to write; over HTTP below the folder of `--exports`, without which the answer holds it.
        format: `jsonl` holds every field of every memory, `markdown` reads well.
        kinds: only these kinds of memory.
        labels: only memories with one of these labels.
        folder: only memories filed in this folder or in folders of it.
        min_importance: only memories of this importance or more.
        since: only memories of this moment or later.
        until: only memories from before this moment.
        archived: whether archived memories come along.
        binned: whether those in the bin come along.
        overwrite: whether a file that is no export may be replaced.

    Raises:
        InvalidRequest: the file can't be written there; nothing was.
        Cancelled: `progress` asked to stop; nothing was written.
    """
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise InvalidRequest(f"There is no kind {one_line(unknown[0], 40)!r}; there are {', '.join(KINDS)}.")
    chosen = Filter(
        kinds=kinds,
        labels=labels,
        folder=folder,
        min_importance=min_importance,
        since=since,
        until=until,
        archived=archived,
    )
    total = sum(project.store.counts().values())
    count = 0
    with to_write(project, target) as aim:
        with written(aim.path, _is_export if format == "jsonl" else is_page, overwrite=overwrite) as file:
            file.write(_header(project) if format == "jsonl" else _heading(project))
            for found in chain(project.store.each(chosen), project.store.each(chosen, place="bin") if binned else ()):
                progress("Writing memories", min(count / max(total, 1), 1.0))
                file.writelines(map(_line, found) if format == "jsonl" else _pages(project, found))
                count += len(found)
        what = f"{count} {'memory' if count == 1 else 'memories'}"
        return Exported(count=count, **aim.told([aim.path]), note=f"Wrote {what} to {aim.path.name}.")


@operation
def import_export(project: Project, source: ToRead, progress: Progress = lambda message, share: None) -> Imported:
    """Take in a file that `export` wrote as JSON lines; of a memory that is here too the one written later stays.

    What can't be read is counted and left out. Importing the same file again, or the export of this very project,
    doubles nothing.

    Args:
        source: the file.

    Raises:
        InvalidRequest: the file can't be opened, is no such export, or was written by a newer Whence.
        Cancelled: `progress` asked to stop; what was imported until then is kept.
    """
    path = to_read(project, source)
    size = _checked(path)
    tally, taken = Tally(), _Taken(project.store.stamps(), frozenset(project.store.ids(Filter(), place="bin")))
    renamed = _renamed(project, path, taken.here)
    with _opened(path) as file:
        numbered, done = _memories(file, tally), 0
        while batch := list(islice(numbered, _BATCH)):
            progress(f"Importing from {path.name}", min(file.tell() / max(size, 1), 1.0))
            _take(project, [_own(project, each, renamed) for each in batch], taken, tally)
            done += 1
            if done % _LET_GO == 0:
                let_go()
    kept = f", {taken.unchanged} were here already" if taken.unchanged else ""
    left = sum(each.count for each in tally.left_out())
    out = f", {left} {'line was' if left == 1 else 'lines were'} left out" if left else ""
    return Imported(
        added=taken.added,
        updated=taken.updated,
        unchanged=taken.unchanged,
        left_out=tally.left_out(),
        ids=tuple(taken.ids),
        note=f"Added {taken.added} and updated {taken.updated} memories from {path.name}{kept}{out}.",
    )


# ------------------------------------------------------------ out


def _header(project: Project) -> str:
    told = {
        "whence": FORMAT,
        "version": VERSION,
        "project": project.place.name,
        "exportedAt": now().isoformat(),
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


def _heading(project: Project) -> str:
    return (
        f"{MARK} -->\n\n# Memories of {inline(project.place.name, 100)}\n\n"
        f"Exported on {now().astimezone():%Y-%m-%d %H:%M}, the oldest first.\n"
    )


def _pages(project: Project, found: Sequence[MemoryBase]) -> Iterator[str]:
    targets = list({link.target for each in found for link in each.links})
    titles = {each.id: each.title for each in project.store.get(targets)}
    for each in found:
        yield f"\n---\n\n{document.document(each, titles, forge=project.place.forge)}"


# ------------------------------------------------------------ in


def _renamed(project: Project, path: Path, here: Collection[str]) -> dict[str, str]:
    """For memories of the file that are here under another id, such as one commit's, the id that they have here.

    Args:
        path: the file.
        here: ids of the memories that are here.
    """
    found: dict[str, str] = {}
    if not here:
        return found
    with _opened(path) as file:
        strange = (each for each in _memories(file, Tally()) if each.id not in here)
        while batch := list(islice(strange, _BATCH)):
            theirs = {key: each.id for each in batch for key in _identifying(each)}
            for own in project.store.by_keys(list(theirs)) if theirs else ():
                found |= {theirs[key]: own.id for key in _identifying(own) if key in theirs}
    return found


def _own(project: Project, each: MemoryBase, renamed: dict[str, str]) -> MemoryBase:
    links = tuple(Link(relation=link.relation, target=renamed.get(link.target, link.target)) for link in each.links)
    update: dict[str, Any] = {"project": project.place.id}
    if links != each.links:
        update["links"] = links
    if each.session in renamed:
        update["session"] = renamed[each.session]
    return each.model_copy(update={**update, "id": renamed.get(each.id, each.id)})


def _take(project: Project, batch: Sequence[MemoryBase], taken: "_Taken", tally: Tally) -> None:
    """Write what is new in a batch of memories, and what is newer than it is here."""
    latest = _latest(batch)
    here = _here(project, latest, taken)
    fresh = [each for each in latest.values() if each.id not in here]
    project.writer.write(fresh)
    updated = _replaced(project, latest, [id for id, at in here.items() if at < latest[id].updated_at])
    binned = [id for id in here if id in taken.binned and id not in updated]
    for id in binned:
        tally.add("in the bin here", latest[id].title)
    taken.last = max(taken.last, *(each.created_at for each in batch))
    taken.here |= {id: latest[id].updated_at for id in updated}
    taken.added += len(fresh)
    taken.updated += len(updated)
    taken.unchanged += len(batch) - len(fresh) - len(updated) - len(binned)
    taken.ids += [*(each.id for each in fresh), *updated][: _TOLD - len(taken.ids)]


def _latest(batch: Iterable[MemoryBase]) -> dict[str, MemoryBase]:
    """The memories by id; of one that comes twice the one that was written later counts."""
    latest: dict[str, MemoryBase] = {}
    for each in batch:
        if each.id not in latest or latest[each.id].updated_at < each.updated_at:
            latest[each.id] = each
    return latest


def _here(project: Project, latest: Mapping[str, MemoryBase], taken: "_Taken") -> dict[str, datetime]:
    """When each of these memories that is here was changed."""
    here = {id: taken.here[id] for id in latest if id in taken.here}
    # Our files are in order of time, so that nothing comes twice; what is out of order may have come before.
    early = [id for id, each in latest.items() if id not in here and each.created_at <= taken.last]
    return here | {each.id: each.updated_at for each in project.store.get(early)}


def _replaced(project: Project, latest: Mapping[str, MemoryBase], newer: Sequence[str]) -> list[str]:
    """Replace memories by what the file says of them, unless they were changed here meanwhile; ids of those done."""

    def replace(current: MemoryBase) -> MemoryBase:
        if current.updated_at >= latest[current.id].updated_at:
            raise Unchanged
        return latest[current.id]

    return [done.id for done in project.writer.update_all(newer, replace, dated=True) if done is not None]


class _Taken:
    """What an import has come to so far."""

    def __init__(self, here: dict[str, datetime], binned: frozenset[str]) -> None:
        self.here, self.binned = here, binned
        self.last = datetime.min.replace(tzinfo=UTC)
        self.added = self.updated = self.unchanged = 0
        self.ids: list[str] = []


# ---------------------------------------------------------------- lines


def _is_export(beginning: bytes) -> bool:
    return not beginning.strip() or beginning.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b'{"whence"')


def _identifying(each: MemoryBase) -> list[str]:
    return [key for key in each.keys() if key.startswith(_IDENTIFYING)]  # noqa: SIM118 - it is no mapping


def _line(each: MemoryBase) -> str:
    return each.model_dump_json() + "\n"


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise InvalidRequest(f"{path.name} can't be read: {error.strerror or 'it failed'}.") from None


def _checked(path: Path) -> int:
    """Size of an export in bytes.

    Raises:
        InvalidRequest: it is none, or one that this version can't read.
    """
    if not path.is_file():
        raise InvalidRequest(f"{path.name} is a folder; name the file that `export` wrote.")
    with _opened(path) as file:
        for line in _lines(file, Tally()):
            first = _json(line)
            if isinstance(first, dict) and isinstance(first.get("whence"), int):
                if first["whence"] > FORMAT:
                    raise InvalidRequest(f"{path.name} was written by a newer Whence. Update Whence, and import again.")
                break
            if isinstance(first, dict) and first.get("kind") in KINDS:
                break  # an export whose first line is lost
            if isinstance(first, dict) and first.get("type") in ("entity", "relation"):
                raise InvalidRequest(f"{path.name} is of the MCP memory server: `import_memories` reads it.")
            raise InvalidRequest(f"{path.name} is no export of Whence as JSON lines; nothing was imported.")
        else:
            raise InvalidRequest(f"{path.name} is empty; nothing was imported.")
        return path.stat().st_size


def _memories(file: IO[bytes], tally: Tally) -> Iterator[MemoryBase]:
    """The memories of an export, one at a time."""
    for line in _lines(file, tally):
        try:
            yield memory.parse_json(line.decode())
        except (InvalidRequest, RecursionError, UnicodeDecodeError) as error:
            values = _json(line)
            if not isinstance(values, dict):
                tally.add("line that is no JSON object", redact(line[:400].decode("utf-8", "replace")).text[:60])
            elif "whence" not in values:
                tally.add("not a memory that this version knows", one_line(redact(str(error)).text, 100))


def _lines(file: IO[bytes], tally: Tally) -> Iterator[bytes]:
    """The lines that say something. One that is longer than any memory is passed over, not read."""
    while line := file.readline(MAX_WHOLE):
        if len(line) == MAX_WHOLE and not line.endswith(b"\n"):
            while (rest := file.readline(MAX_WHOLE)) and not rest.endswith(b"\n"):
                pass
            tally.add("line too long")
        elif stripped := line.removeprefix(_BYTE_ORDER_MARK).strip():
            yield stripped


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
