"""Memories that other tools keep: the MCP memory server, Cline's memory bank, Serena, basic-memory.

Their files are told apart by where they lie and by what they hold. A reader yields what it finds as values that know
their tool's name for it, by which it is found again, and the names that they relate to.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whence.readers.sources import whole
from whence.readers.transcripts.streaming import Lines
from whence.readers.transcripts.turns import items, mapping, moment, words
from whence.values.base import Words, unique
from whence.values.memory import Relation
from whence.values.tally import Tally

ENDINGS = frozenset({".md", ".markdown", ".json", ".jsonl", ".ndjson"})
"""Endings of files that may hold memories of another tool."""

MCP, CLINE, SERENA, BASIC_MEMORY = "mcp-memory", "cline", "serena", "basic-memory"

_NOTHING = "no memories of a tool that Whence knows"
_BANKS = ("memory-bank", "memory_bank", "memorybank")
_BANK_FILES = frozenset(
    {"projectbrief", "productcontext", "activecontext", "systempatterns", "techcontext", "progress", "decisionlog"}
)

_FRONTMATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_SECTION = re.compile(r"^##[ \t]+(.+?)[ \t#]*$")
_FENCE = re.compile(r"^[ \t]{0,3}(?:```|~~~)")
_OBSERVATION = re.compile(r"^[ \t]*[-*][ \t]+\[([^\[\]()\n]{2,40})\][ \t]+(\S[^\n]*)$", re.MULTILINE)
_RELATION = re.compile(
    r"^[ \t]*[-*][ \t]+(?:\"([^\"\n]+)\"|([\w][\w \-]{0,60}?))?[ \t]*\[\[([^\[\]\n]+)\]\]", re.MULTILINE
)
_TAG = re.compile(r"(?<![\w&/])#([A-Za-z][\w\-/]*)")

_RELATIONS: dict[str, tuple[Relation, bool]] = {
    **dict.fromkeys(("implements", "implemented", "realizes"), ("implements", False)),
    **dict.fromkeys(("implemented_by", "realized_by"), ("implements", True)),
    **dict.fromkeys(("solved_by", "fixed_by", "resolved_by"), ("solved_by", False)),
    **dict.fromkeys(("solves", "fixes", "resolves"), ("solved_by", True)),
    **dict.fromkeys(("caused_by", "due_to", "results_from"), ("caused_by", False)),
    **dict.fromkeys(("causes", "leads_to", "results_in"), ("caused_by", True)),
    **dict.fromkeys(("supersedes", "replaces", "obsoletes"), ("supersedes", False)),
    **dict.fromkeys(("superseded_by", "replaced_by"), ("supersedes", True)),
    **dict.fromkeys(("part_of", "belongs_to", "contained_in", "child_of", "member_of"), ("part_of", False)),
    **dict.fromkeys(("contains", "has_part", "includes", "parent_of"), ("part_of", True)),
}
"""Our relation for a tool's word, and whether it points the other way; any other word is `about`."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation that a tool notes, from one of its names to another."""

    source: str
    """Name of one end."""

    relation: Relation
    """How the two relate."""

    target: str
    """Name of the other end."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A memory of another tool."""

    tool: str
    """The tool."""

    name: str
    """What identifies it there."""

    title: str
    """One line."""

    content: str
    """Its text, as Markdown."""

    at: datetime
    """When it was written, as far as is known."""

    decision: bool = False
    """Whether the tool calls it a decision."""

    labels: Words = ()
    """Its tags there."""

    file: Path | None = None
    """The file that it is, or is in, where people read that file."""

    aliases: Words = ()
    """Further names that relations may call it by."""

    ties: tuple[Tie, ...] = ()
    """The relations noted in it."""


def places(top: Path) -> tuple[Path, ...]:
    """Where memories lie below a folder: those of a project's known places, or else the folder itself."""
    known = [*(top / name for name in _BANKS), top / ".serena" / "memories", top / "memory.json", top / "memory.jsonl"]
    return tuple(each for each in known if each.exists()) or (top,) if top.is_dir() else (top,)


def read(path: Path, shown: str, root: Path, tally: Tally) -> Iterator[Foreign]:
    """The memories in a file; the reason is counted where there are none.

    Args:
        path: the file.
        shown: how it is called among what is left out.
        root: the project's folder, from which memories of files in it are named.
        tally: told what is left out.
    """
    try:
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if path.suffix.lower() not in (".md", ".markdown"):
            yield from _graph(path, shown, at, tally)
            return
    except OSError:
        tally.add("a file that can't be read", shown)
        return
    text = whole(path, shown, tally)
    if text is None:
        return
    folders = [part.lower() for part in path.absolute().parts[:-1]]
    if ".serena" in folders:
        yield _serena(path, text, at, root)
    elif any(bank in folders for bank in _BANKS) or path.stem.lower().replace("-", "") in _BANK_FILES:
        yield from _bank(path, text, at, root)
    elif _is_basic(text):
        yield from _basic(path, text, at, root)
    else:
        tally.add(_NOTHING, shown)


# ---------------------------------------------------------------- the MCP memory server


def _graph(path: Path, shown: str, at: datetime, tally: Tally) -> Iterator[Foreign]:
    """Entities with their observations, and the relations between them, as JSON lines or as one object."""
    entities: dict[str, tuple[str, list[str]]] = {}
    ties: dict[str, dict[tuple[str, str], None]] = {}
    before = tally.left_out()
    for record in _records(path, shown, tally):
        name, observed = words(record.get("name")).strip(), [words(each) for each in items(record.get("observations"))]
        ends = words(record.get("from")).strip(), words(record.get("to")).strip()
        if record.get("type", "entity") == "entity" and name and "entityType" in record:
            entities.setdefault(name, (words(record["entityType"]), []))[1].extend(observed)
        elif record.get("type", "relation") == "relation" and all(ends):
            ties.setdefault(ends[0], {})[words(record.get("relationType")) or "relates_to", ends[1]] = None
        else:
            tally.add("entries that are neither an entity nor a relation", shown)
    if not entities and not ties and tally.left_out() == before:
        tally.add(_NOTHING, shown)
    for source in ties.keys() - entities.keys():
        tally.add("relations of entities that are not there", source, count=len(ties[source]))
    for name, (kind, observed) in entities.items():
        own = tuple(ties.get(name, {}))
        told = [f"- {each}" for each in unique(each.strip() for each in observed)]
        relations = [f"- {word} {target}" for word, target in own]
        yield Foreign(
            tool=MCP,
            name=name,
            title=name,
            content="\n\n".join(
                block
                for block in (f"{name} ({kind})" if kind else name, "\n".join(told), "\n".join(relations))
                if block
            ),
            at=at,
            decision="decision" in kind.lower(),
            labels=unique([kind]),
            ties=tuple(_tie(name, word, target) for word, target in own),
        )


def _records(path: Path, shown: str, tally: Tally) -> Iterator[dict[str, Any]]:
    with path.open("rb") as stream:
        first = stream.readline(1 << 16).lstrip(b"\xef\xbb\xbf \t")
        stream.seek(0)
        if not _is_pretty(first):
            yield from Lines(stream, tally)
            return
    try:
        value = mapping(json.loads(whole(path, shown, tally) or "null"))
    except (ValueError, RecursionError):
        tally.add("JSON that is broken or cut off", shown)
        return
    for key, kind in (("entities", "entity"), ("relations", "relation")):
        yield from ({"type": kind, **mapping(each)} for each in items(value.get(key)))


def _is_pretty(first: bytes) -> bool:
    """Whether a file is one JSON value, by its first line: a graph as one object, or written over several lines."""
    try:
        return isinstance(value := json.loads(first), dict) and "entities" in value
    except (ValueError, RecursionError):
        return first.strip() in (b"{", b"[", b"")


def _tie(name: str, word: str, target: str) -> Tie:
    relation, turned = _RELATIONS.get(re.sub(r"[\s\-]+", "_", word.strip().lower()), ("about", False))
    return Tie(target, relation, name) if turned else Tie(name, relation, target)


# ---------------------------------------------------------------- Markdown that people read too


def _bank(path: Path, text: str, at: datetime, root: Path) -> Iterator[Foreign]:
    """Cline's memory bank: a note for each section of a file, or for a file without any."""
    name, inside = _named(path, root), path if path.is_relative_to(root) else None
    _, body = _frontmatter(text)
    title = _title(body) or path.stem
    parts = list(_sections(body))
    told: dict[str, int] = {}
    for heading, content in parts if len(parts) > 2 else [("", body)]:
        if not _HEADING.sub("", content).strip():
            continue
        told[heading] = told.get(heading, 0) + 1
        again = f"~{told[heading]}" if told[heading] > 1 else ""
        yield Foreign(
            tool=CLINE,
            name=f"{name}#{heading}{again}" if heading else name,
            title=f"{title}: {heading}" if heading else title,
            content=content.strip(),
            at=at,
            decision="decision" in path.stem.lower() and bool(heading),
            labels=("memory-bank",),
            file=inside,
        )


def _sections(body: str) -> Iterator[tuple[str, str]]:
    """What stands above the first heading of the second level, under no name, and then each section."""
    heading, fenced = "", False
    lines: list[str] = []
    for line in body.splitlines():
        fenced ^= bool(_FENCE.match(line))
        if not fenced and (begun := _SECTION.match(line)):
            yield heading, "\n".join(lines)
            heading, lines = begun[1], []
        else:
            lines.append(line)
    yield heading, "\n".join(lines)


def _serena(path: Path, text: str, at: datetime, root: Path) -> Foreign:
    """Serena's memories: a note for each file."""
    title = _title(text) or path.stem.replace("_", " ")
    inside = path if path.is_relative_to(root) else None
    return Foreign(SERENA, _named(path, root), title, text.strip(), at, file=inside, labels=("serena",))


def _is_basic(text: str) -> bool:
    fields, body = _frontmatter(text)
    return "permalink" in fields or (bool(fields) and bool(_OBSERVATION.search(body) or _RELATION.search(body)))


def _basic(path: Path, text: str, at: datetime, root: Path) -> Iterator[Foreign]:
    """basic-memory's notes: a note for each file, and a decision for each observation that is one."""
    fields, body = _frontmatter(text)
    name = words(fields.get("permalink")) or path.stem
    title = words(fields.get("title")) or _title(body) or path.stem
    observed = [(kind.strip().lower(), said.strip()) for kind, said in _OBSERVATION.findall(body)]
    tags = unique([*_listed(fields.get("tags")), *(tag for _, said in observed for tag in _TAG.findall(said))])
    dates = (moment(fields.get(key)) for key in ("created", "created_at", "date", "modified"))
    when = next((date for date in dates if date), at)
    inside = path if path.is_relative_to(root) else None
    decides = words(fields.get("type")).lower() in ("decision", "adr")
    yield Foreign(
        tool=BASIC_MEMORY,
        name=name,
        title=title,
        content=body.strip() or title,
        at=when,
        decision=decides,
        labels=tags,
        file=inside,
        aliases=unique([title, path.stem, name.rsplit("/", 1)[-1]]),
        ties=tuple(
            _tie(name, (quoted or plain or "relates to"), target.split("|")[0].strip())
            for quoted, plain, target in _RELATION.findall(body)
        ),
    )
    for kind, said in observed if not decides else ():
        if kind == "decision":
            plain = _TAG.sub("", said).strip()
            yield Foreign(
                tool=BASIC_MEMORY,
                name=f"{name}#{plain}",
                title=plain,
                content=plain,
                at=when,
                decision=True,
                labels=unique(_TAG.findall(said)),
                file=inside,
                ties=(Tie(f"{name}#{plain}", "part_of", name),),
            )


def _frontmatter(text: str) -> tuple[dict[str, object], str]:
    """The fields above a document, as far as they are texts and lists, and the document."""
    match = _FRONTMATTER.match(text)
    if not match:
        return {}, text
    fields: dict[str, object] = {}
    key = ""
    for line in match[1].splitlines():
        if pair := re.match(r"([\w\-]+):[ \t]*(.*)", line):
            key, value = pair[1].lower(), pair[2].strip().strip("\"'")
            fields[key] = [part.strip(" \"'") for part in value[1:-1].split(",")] if value[:1] == "[" else value
        elif key and (item := re.match(r"[ \t]*-[ \t]+(.+)", line)):
            held = fields.get(key)
            fields[key] = [*(held if isinstance(held, list) else ()), item[1].strip(" \"'")]
    return fields, text[match.end() :]


def _listed(value: object) -> Iterable[str]:
    return value.split(",") if isinstance(value, str) else [words(each) for each in items(value)]


def _title(body: str) -> str:
    match = _HEADING.search(body)
    return match[1] if match else ""


def _named(path: Path, root: Path) -> str:
    """A file's name below the project; outside of one, below the folder that its tool keeps memories in."""
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    parts = path.parts
    depth = next((n for n, part in enumerate(parts) if part.lower() in (*_BANKS, ".serena")), len(parts) - 1)
    return "/".join(parts[depth:])
