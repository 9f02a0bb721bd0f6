"""What a memory and a passage are as rows, and back."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from whence.store.conditions import places
from whence.values import memory
from whence.values.base import EPOCH
from whence.values.errors import InvalidRequest
from whence.values.memory import MemoryBase
from whence.values.passage import Diff, Hunks, Meaning, Passage

if TYPE_CHECKING:
    from whence.store.lance import Table

log = logging.getLogger(__name__)

PASSAGE_COLUMNS = ("payload", "weights")
"""What a passage is read back from."""

_ELSEWHERE = {"words", "weights", "meaning"}
"""What of a passage is not in its payload."""


def of_memory(each: MemoryBase) -> dict[str, Any]:
    """The row of a memory: the payload is the memory, all other columns are there to choose by, but for its digest."""
    payload = each.model_dump_json()
    return {
        "id": each.id,
        "kind": each.kind,
        "title": each.title,
        "created_at": each.created_at,
        "updated_at": each.updated_at,
        "author": each.author,
        "importance": each.importance,
        "pinned": each.pinned,
        "archived": each.archived,
        "deleted_at": each.deleted_at,
        "folder": each.folder.strip("/"),
        "labels": list(each.labels),
        "files": list(each.files),
        "places": places(each.files),
        "session": each.session,
        "source": each.source,
        "open": bool(getattr(each, "open", False)),
        "state": each.state(),
        "keys": list(each.keys()),
        "targets": list(dict.fromkeys(link.target for link in each.links)),
        "cites": bool(each.citations),
        "payload": payload,
        "digest": digest(payload, microseconds(each.updated_at)),
    }


CHECKED_COLUMNS = ("id", "payload", "digest", "updated_at")
"""What a memory is read back from, and by what it is told whether that is as it was written."""

DIGEST = "concat(arrow_cast(updated_at, 'Int64'), ':', substr(encode(sha256(payload), 'hex'), 1, 16))"
"""`digest` as SQL, for rows that have none."""

UNSEALED = "digest IS NULL OR NOT starts_with(digest, concat(arrow_cast(updated_at, 'Int64'), ':'))"
"""Rows without a digest of what they hold: an earlier version of Whence wrote them."""


def digest(payload: str, updated_at: int) -> str:
    """What tells whether a payload is as it was written: the moment that it was written at, and 64 bits of its SHA-256.

    The moment is there since a process of an earlier version, which knows of no digest, leaves the one that it finds
    when it writes a memory again: such a digest says nothing.

    Args:
        payload: the memory as JSON.
        updated_at: when it was last written, in microseconds since 1970.
    """
    return f"{updated_at}:{seal(payload.encode('utf-8', 'surrogatepass'))}"


def seal(payload: bytes | memoryview) -> str:
    """The half of `digest` that the payload gives."""
    return hashlib.sha256(payload).hexdigest()[:16]


def microseconds(at: datetime) -> int:
    """A moment as the database has it: microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def is_sound(payload: str, sealed: str | None, updated_at: int | None) -> bool:
    """Whether a row's payload is as it was written; true where its digest is of an earlier state, or missing.

    Args:
        payload: the memory as JSON.
        sealed: the row's digest.
        updated_at: the row's, in microseconds since 1970.
    """
    if not sealed:
        return True
    moment, _, hash = sealed.rpartition(":")
    if hash == seal(payload.encode("utf-8", "surrogatepass")):
        return True
    return moment not in (str(updated_at), _written_at(payload))


def _written_at(payload: str) -> str:
    """When a payload says that it was written, in microseconds; empty where it does not say."""
    try:
        return str(microseconds(datetime.fromisoformat(from_json(payload)["updatedAt"])))
    except (ValueError, KeyError, TypeError):
        return ""


def agrees(row: Mapping[str, Any], each: MemoryBase) -> bool:
    """Whether the columns by which a memory is chosen say the same as the memory itself."""
    of = of_memory(each)
    names = ("id", "kind", "pinned", "archived", "folder", "session", "source")
    times = ("created_at", "updated_at", "deleted_at")
    return all((row[name] or None) == (of[name] or None) for name in names) and all(
        row[name] == (of[name] and microseconds(of[name])) for name in times
    )


def to_memories(ids: Iterable[str], payloads: Iterable[str]) -> list[MemoryBase]:
    """The memories of these payloads, without those that this version cannot read; the log names them by id."""
    found = (to_memory(id, payload) for id, payload in zip(ids, payloads, strict=True))
    return [each for each in found if each is not None]


def to_memory(id: str, payload: str) -> MemoryBase | None:
    """The memory of a payload; None where this version cannot read it, or it is another one's."""
    each = parsed(payload)
    if each is not None and each.id == id:
        return each
    # Its content stays out of the log. It stays in the table, for the version that wrote it.
    log.warning("memory %s is left aside: this version of Whence cannot read it", id)
    return None


def parsed(payload: str) -> MemoryBase | None:
    """The memory of a payload; None where this version cannot read it."""
    try:
        return memory.parse_json(payload)
    except InvalidRequest:
        return None


def of_passage(each: Passage, source: MemoryBase) -> dict[str, Any]:
    """The row of a passage, still without a vector, and of which state of its memory it was made."""
    return {
        "id": each.id,
        "memory": each.memory,
        "kind": each.kind,
        "created_at": each.created_at,
        "archived": each.archived,
        "author": source.author,
        "labels": list(each.labels),
        "places": places(each.files),
        "folder": each.folder.strip("/"),
        "session": source.session,
        "state": source.state(),
        "importance": each.importance,
        "words": each.words,
        "weights": each.weights,
        "payload": each.model_dump_json(exclude=_ELSEWHERE, by_alias=False),
        "memory_updated_at": source.updated_at,
        "text_hash": meaning_hash(each.meaning or ((1.0, each.text),)),
        "model": None,
        "vector": None,
    }


def to_passage(payload: str, weights: bytes) -> Passage:
    """Read back a passage but for its words. Unchecked: it was one when it was written, and a search reads hundreds."""
    values = from_json(payload)
    values["created_at"] = datetime.fromisoformat(values["created_at"])
    values["labels"], values["files"] = tuple(values["labels"]), tuple(values["files"])
    values["hunks"] = tuple((path, tuple(numbers)) for path, numbers in values["hunks"])
    values |= {"words": "", "weights": weights, "meaning": ()}
    return Passage.unchecked(values)


def to_diffs(payload: str) -> list[Diff]:
    """What a memory did to files. Unchecked, as `to_passage` is."""
    return [Diff(each["path"], each.get("diff", "")) for each in from_json(payload).get("edits", ())]


def to_text(payload: str) -> str:
    """The text of a passage."""
    text: str = from_json(payload)["text"]
    return text


def to_hunks(payload: str) -> Hunks:
    """The hunks of a passage."""
    hunks: Hunks = from_json(payload)["hunks"]
    return hunks


def to_time(microseconds: int) -> datetime:
    """The moment so long after 1970. Arrow's own conversion asks for a time zone database, which Windows lacks."""
    return EPOCH + timedelta(microseconds=microseconds)


def bare_passage(each: MemoryBase) -> Passage:
    """The passage of a memory of which none could be made: found by nothing, but it tells that this was looked at."""
    return Passage(
        id=f"{each.id}#0",
        memory=each.id,
        kind=each.kind,
        created_at=each.created_at,
        importance=each.importance,
        pinned=each.pinned,
        archived=each.archived,
        folder=each.folder,
        labels=each.labels,
        files=each.files,
        source=each.source,
        title=each.title,
        text=each.title,
        words="",
    )


def meaning_hash(meaning: Meaning) -> str:
    """A name for what a passage's vector is made of, as `text_hash` makes one."""
    return text_hash("\0".join(f"{weight}\0{text}" for weight, text in meaning))


def text_hash(text: str) -> str:
    """A name of 32 hexadecimal digits for a passage's text: the vector of one text is never taken for another's."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def dimension_of(table: "Table") -> int:
    """How many numbers a vector has; 0 in the moment in which another process changes that."""
    schema = table.schema
    return int(schema.field("vector").type.list_size) if "vector" in schema.names else 0
