"""Decision records: Markdown files that tell one decision each. What they are, where they stand, how they are written.

`record_reading` reads them. Written is MADR 4, which it reads back.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal

from whence.values.base import one_line

Status = Literal["proposed", "accepted", "rejected", "deprecated", "superseded"]
Relation = Literal["supersedes", "superseded_by", "about"]

MAX_BYTES = 1 << 20
"""A longer file is no record of one decision."""

_FOLDER_NAMES = """
adr adrs madr madrs decisions decision-record decision-records decision-log decision-logs architecture-decisions
architecture-decision-records architecture-decision-log architectural-decisions architectural-decision-records
technical-decisions tech-decisions design-decisions arch-decisions decisiones entscheidungen architekturentscheidungen
decisoes decisioni beslissingen besluiten decyzje решения 意思決定 决策 決策 결정
"""
_FOLDERS = frozenset(_FOLDER_NAMES.split())
"""What folders of records are called, without numbers before it, with hyphens between words."""

_OTHERS = re.compile(
    r"^(readme|index|changelog|contributing|about|overview|summary|toc|_.*"
    # a template, with what it is one of before it and a form or a language behind it
    r"|(?:0+[-_ .])?(?:(?:m?adrs?|decisions?|records?|architecture|nygard|the|your|new|example|log4brains)[-_ .])*"
    r"(?:templates?|plantilla|vorlage|modele|modèle|modelo|szablon|sjabloon|шаблон|テンプレート|模板|템플릿)"
    r"(?:[-_ .](?:\w{2}|minimal|bare|full|long|short|simple|basic|extended|default|madr|adr|nygard|project|example"
    r"|\d{1,3}))*|[^\d].*[-_]template)$"
)
ENDINGS = (".md", ".markdown", ".mdx", ".rst", ".adoc", ".asciidoc")
"""Endings of files that are read as records, if they stand where records do."""

FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
NUMBER = re.compile(
    r"(?:(?:m?adr|ad|dr|decision|decisions|decision[-_ ]record|record)[-_ ]?)?(?!\d{4}[-_.]\d\d[-_.]\d\d(?!\d))"
    r"(\d{1,6})(?!-?\d\d-\d\d)(?:[-_. ]|$)",
    re.IGNORECASE,
)
"""The number at the beginning of a file's name, which is not the year of a date."""

_NUMBERED_SO = re.compile(r"adr[-_ ]?\d{1,6}[-_. ]", re.IGNORECASE)
"""How the name of a file begins that is a record wherever it stands."""

_BULLET = re.compile(r"\s{0,3}(?:[*+-]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Mention:
    """What a record says of another."""

    relation: Relation
    path: str = ""
    """The other's file, relative to the project; empty where it is named by number."""
    number: int | None = None
    """Its number, where no file is named."""


@dataclass(frozen=True, slots=True)
class Record:
    """A decision record as its file tells it."""

    path: str
    number: int | None = None
    title: str = ""
    status: Status = "accepted"
    date: datetime | None = None
    deciders: str = ""
    context: str = ""
    decision: str = ""
    rationale: str = ""
    alternatives: tuple[str, ...] = ()
    consequences: str = ""
    labels: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    memory: str = ""
    """Id of the memory that it was exported from."""


def is_record(path: str) -> bool:
    """Whether a file of this name, relative to the project, stands where records stand."""
    where = PurePosixPath(path)
    if not is_candidate(path):
        return False
    return any(_is_folder(folder) for folder in where.parts[:-1]) or _NUMBERED_SO.match(where.stem) is not None


def _is_folder(name: str) -> bool:
    """Whether a folder is named for records: `adr`, `Architecture_Decisions`, `09-decisions`."""
    plain = re.sub(r"[\s_]+", "-", name.lower())
    return plain in _FOLDERS or re.sub(r"^\d+[-.]", "", plain) in _FOLDERS


def is_candidate(path: str) -> bool:
    """Whether a file of this name, in a folder of records, may be one."""
    where = PurePosixPath(path)
    if where.parent.name.lower() in ("template", "templates", "_templates"):
        return False
    return where.suffix.lower() in ENDINGS and not _OTHERS.match(where.stem.lower())


# ---------------------------------------------------------------- between records


@dataclass(frozen=True, slots=True)
class Bonds:
    """How records relate, by their files."""

    supersedes: tuple[tuple[str, str], ...]
    """(newer, older), without a cycle."""
    about: tuple[tuple[str, str], ...]
    """(one that mentions, mentioned)."""
    cut: tuple[tuple[str, str], ...]
    """(newer, older) that would have closed a cycle."""


def bonds(records: Sequence[Record]) -> Bonds:
    """How records relate, whichever of two says so; what closes a cycle of superseding is cut.

    A record of a higher number supersedes one of a lower; such pairs form no cycle and stand. Another pair stands
    unless it closes a cycle.
    """
    by_path = {each.path: each for each in records}
    numbers: dict[tuple[str, int], str] = {}
    for each in sorted(records, key=lambda each: each.path, reverse=True):
        if each.number is not None:
            numbers["", each.number] = numbers[str(PurePosixPath(each.path).parent), each.number] = each.path
    said: dict[tuple[str, str], None] = {}
    about: dict[tuple[str, str], None] = {}
    for each in records:
        folder = str(PurePosixPath(each.path).parent)
        for mention in each.mentions:
            other = mention.path
            if mention.number is not None:
                other = numbers.get((folder, mention.number)) or numbers.get(("", mention.number), "")
            if other not in by_path or (other == each.path and mention.relation == "about"):
                continue
            match mention.relation:
                case "supersedes":
                    said[each.path, other] = None
                case "superseded_by":
                    said[other, each.path] = None
                case "about":
                    about[each.path, other] = None
    order = {each.path: (each.number if each.number is not None else -1, each.path) for each in records}
    kept, cut, below = [], [], {each.path: set[str]() for each in records}
    for newer, older in sorted(said, key=lambda pair: order[pair[0]] <= order[pair[1]]):
        if newer == older or (order[newer] <= order[older] and _reaches(below, older, newer)):
            cut.append((newer, older))
        else:
            kept.append((newer, older))
            below[newer].add(older)
    return Bonds(tuple(kept), tuple(about), tuple(cut))


def _reaches(below: dict[str, set[str]], start: str, goal: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for each in below[waiting.pop()] - seen:
            if each == goal:
                return True
            seen.add(each)
            waiting.append(each)
    return False


# ---------------------------------------------------------------- writing


def render(record: Record) -> str:
    """A record as MADR 4, which `parse` reads back. What it has no words for is left out."""
    quotable = _is_quotable(record.decision)
    options = (*((record.decision.strip(),) if quotable else ()), *record.alternatives)
    more = [_related(each) for each in record.mentions if each.relation != "superseded_by"]
    blocks = (
        _front(record),
        f"# {record.title}",
        f"## Context and Problem Statement\n\n{_below(record.context)}" if record.context else "",
        _section("Considered Options", [one_line(each, 1000) for each in options]) if record.alternatives else "",
        f"## Decision Outcome\n\n{_outcome(record, quotable)}",
        f"### Consequences\n\n{_below(record.consequences)}" if record.consequences else "",
        _section("More Information", more) if more else "",
    )
    return "\n\n".join(block for block in blocks if block) + "\n"


def _front(record: Record) -> str:
    """The front matter."""
    superseding = [each for each in record.mentions if each.relation == "superseded_by"]
    status: str = record.status
    if status == "superseded" and superseding:
        status = f"superseded by {_reference(superseding[0])}"
    lines = [
        f"status: {_quoted(status)}",
        f"date: {record.date:%Y-%m-%d}" if record.date else "",
        f"decision-makers: {_quoted(record.deciders)}" if record.deciders else "",
        f"tags: [{', '.join(map(_quoted, record.labels))}]" if record.labels else "",
        f"whence: {record.memory}" if record.memory else "",
    ]
    return "---\n" + "\n".join(line for line in lines if line) + "\n---"


def _is_quotable(decision: str) -> bool:
    """Whether the decision is short enough to stand in quotes, as MADR has the chosen option."""
    return "\n" not in decision.strip() and len(decision) <= 200 and '"' not in decision


def _outcome(record: Record, quotable: bool) -> str:
    """The decision and its reason; in one sentence where both allow it."""
    outcome, why = _below(record.decision), _below(record.rationale)
    if quotable and why and not _BULLET.match(why):
        return f'Chosen option: "{record.decision.strip()}", because {why}'
    if quotable:
        outcome = f'Chosen option: "{record.decision.strip()}".'
    return outcome + (f"\n\n### Rationale\n\n{why}" if why else "")


def _related(mention: Mention) -> str:
    return f"{'Supersedes' if mention.relation == 'supersedes' else 'Related to'} {_reference(mention)}"


def _section(title: str, points: Sequence[str]) -> str:
    """A section that is a list."""
    return f"## {title}\n\n" + "\n".join(f"* {point}" for point in points)


def file_name(number: int, title: str) -> str:
    """The name of a record's file, such as `0012-use-lancedb.md`."""
    slug = re.sub(r"[^\w]+", "-", title.lower()).replace("_", "-").strip("-")[:60].rstrip("-")
    return f"{number:04d}-{slug or 'decision'}.md"


def number_of(name: str) -> int | None:
    """The number in a file's name; None without one."""
    match = NUMBER.match(PurePosixPath(name).stem)
    return int(match[1]) if match else None


def _reference(mention: Mention) -> str:
    if mention.path:
        name = PurePosixPath(mention.path)
        return f"[{name.stem}]({name.name})"
    return f"ADR-{mention.number:04d}"


def _quoted(text: str) -> str:
    """A YAML word, quoted where it would mean something else."""
    plain = one_line(text, 300)
    return plain if re.fullmatch(r"[\w][\w .@/()-]*", plain) else '"' + plain.replace('"', "'") + '"'


def _below(text: str) -> str:
    """Text whose headings don't pass for the record's own: two levels lower, and none of the names that we read."""
    lines, fence = [], ""
    for line in text.split("\n"):
        if match := FENCE.match(line):
            fence = match[1] if not fence else "" if match[1].startswith(fence) else fence
        if not fence and (heading := HEADING.match(line)):
            line = f"**{heading[2]}**"
        lines.append(line)
    return "\n".join(lines)
