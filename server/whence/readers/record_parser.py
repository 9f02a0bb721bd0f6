"""Reading decision records: Nygard's form (2011), MADR 2 to 4, Tyree and Akerman's, Y-statements, and plain texts.

Reading never fails: what a file doesn't say stays empty. A heading opens a part of the record by its name, in any of
the languages of `record_words`; what stands under a heading of no such name belongs to the part before it, or to the
context. What only fills a template is no record, and what a template left between braces is not what somebody said.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from whence.readers import record_statements, record_states
from whence.readers.record_facts import IN_TEXT, date_in, facts_in, noon, of_table, plain
from whence.readers.record_markup import BULLET, COMMENT, Section, bold_sections, front_matter, markdown, rows, sections
from whence.readers.record_mentions import mentions
from whence.readers.record_words import fact, named, part, said_in, whole
from whence.readers.records import FENCE, NUMBER, Record, Status, number_of
from whence.values.base import one_line, unique

MAX_LINES = 20_000
"""Lines of a record."""

_NUMBER_OF_TITLE = re.compile(
    r"\[?(?:(?:(?:M?ADR|AD|architecture decision(?: record)?|decision(?: record)?|record|entscheidung|decisi[oó]n"
    r"|d[eé]cision|decis[aã]o|решение|決定|决策|결정)[-_\s#№]{0,3}(\d{1,6})|[#№]\s?(\d{1,6})(?=\s*[-:.)–—]))"
    r"\]?\s*[-.:：)–—|]*|(\d{1,6})\]?\s*(?:[.:：)–—]|\s-))\s+(?=\S)",
    re.IGNORECASE,
)
_NUMBER_TOLD = re.compile(r"(?:M?ADR|AD|DR)?[-_ #]*0*(\d{1,6})", re.IGNORECASE)
_DAY_IN_NAME = re.compile(r"\D{0,5}(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)")
_PLACEHOLDER = re.compile(
    r"\s{0,6}(?:[*+-]\s+|\d+[.)]\s+)?(?:(?:good|bad|neutral), because\s+)?"
    r"\{[^{}\n]{0,400}\s[^{}\n]{0,400}\}\s*[,.]?\s*$",
    re.IGNORECASE,
)
_TITLE_PLACEHOLDER = re.compile(
    r"[\[{<$]{1,2}[^\[\]{}<>]{1,200}[\]}>]{1,2}|(?:NUMBER\W+)?TITLE|(?:ADR[-_ ]?)?(?:[xX]{2,6}|[nN]{2,6}|#{2,6})\W.*"
    r"|title(?: of .*)?|short title.*",
)
_TEMPLATE_TITLE = re.compile(
    r"(?:m?adrs?|(?:architectur\w+ )?decisions?(?: records?)?|records?)\s+templates?\b.*"
    r"|templates?(?: for| of)?\b.{0,30}"
    r"|(?:plantilla|vorlage|mod[eè]l[eo]|szablon|sjabloon|шаблон)\b.{0,60}|.{0,40}(?:模板|テンプレート|템플릿)",
    re.IGNORECASE,
)


def parse(path: str, text: str) -> Record | str:
    """Read a record; where the file is none, why.

    Args:
        path: the file, relative to the project, with forward slashes.
        text: what it holds.
    """
    if not text.strip():
        return "empty file"
    if text.count("\n") > MAX_LINES:
        return f"longer than {MAX_LINES:,} lines, which no record of one decision is"
    facts, body = _before(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    heading, above, below = _outline(sections(markdown(path, COMMENT.sub("", body))), facts)
    intro, told, parts = _read(above, below)
    facts = {**told, **facts}
    title, number = _titled(heading or facts.get("title", ""), path, facts)
    if not (
        parts.keys() & {"status", "context", "decision", "consequences", "options"}
        or "status" in facts
        or number is not None
        or record_statements.y_statement(intro)
    ):
        return "neither a number, a status nor a section of a decision record"
    if _is_template(plain(heading or facts.get("title", "")), title, number):
        return "a template that nobody filled in"
    status_text = facts.get("status", "") or parts.get("status", "")
    status, remark = _status(status_text)
    said = _said(intro, remark, parts, title)
    return Record(
        path=path,
        number=number,
        title=title,
        status="superseded" if facts.get("superseded by") else status,
        date=date_in(facts.get("date", "") or parts.get("date", "")) or _date_in_name(path) or _decided(status_text),
        deciders=_people(facts, parts),
        context=said.context,
        decision=said.decision,
        rationale=said.rationale,
        alternatives=said.alternatives,
        consequences=said.consequences,
        labels=unique(re.split(r"\s*[,，、;]\s*", facts.get("labels", ""))),
        mentions=mentions(path, _told_of_others(status_text, facts), f"{parts.get('links', '')}\n{intro}"),
        memory=facts.get("whence", ""),
    )


def _decided(status_text: str) -> datetime | None:
    """The day that stands beside a state: of several the one of being accepted. Where another record took this one's
    place, it is that one's day.
    """
    days = ((record_states.status(line), date_in(line)) for line in status_text[: record_states.MAX_STATUS].split("\n"))
    told = [(state, day) for state, day in days if day and state not in ("superseded", "unknown", "unfilled")]
    return next((day for state, day in told if state == "accepted"), told[0][1] if told else None)


# ---------------------------------------------------------------- what stands where


def _before(text: str) -> tuple[dict[str, str], str]:
    """The metadata before a text by what it tells, each as words with commas between, and the text."""
    found, body = front_matter(text)
    facts: dict[str, list[str]] = {}
    for key, values in found.items():
        facts.setdefault(fact(key) or key, []).extend(values)
    return {key: ", ".join(each for each in values if each) for key, values in facts.items()}, body


def _outline(cut: Sequence[Section], facts: Mapping[str, str]) -> tuple[str, list[str], list[Section]]:
    """The heading that is the title, the lines above the first section, and the sections."""
    titled = [each for each in cut if each.level == 1 and not whole(each.name)]
    if not titled and not facts.get("title"):
        opening = next((at for at, each in enumerate(cut) if each.level and part(each.name)), len(cut))
        titled = [each for each in cut[:opening] if each.level and not part(each.name)]
    heading = titled[0] if titled else None
    above = [line for each in cut if each is heading or not each.level for line in each.lines]
    return heading.name if heading else "", above, [each for each in cut if each.level and each is not heading]


def _read(above: list[str], below: list[Section]) -> tuple[str, dict[str, str], dict[str, str]]:
    """What stands above the sections, what is told there as metadata, and what is said in each part."""
    told: dict[str, str] = {}
    kept: list[Section] = []
    for each in below:
        rest, more = ("", {}) if part(each.name) else facts_in(each.lines)
        if more and not rest:  # a section of metadata
            told = {**more, **told}
        else:
            kept.append(each)
    below = kept
    if not any(part(each.name) for each in below):  # no headings that tell anything: they may be bold lines
        top, *bold = bold_sections([Section(0, "", above), *below])
        above, below = top.lines, bold
    cells, lines = rows(above)
    parts: dict[str, str] = {}
    for key, value in of_table(cells):
        if (about := fact(key)) in IN_TEXT:
            told.setdefault(about, value)
        elif opened := part(key):
            parts[opened] = f"{parts[opened]}\n\n{value}" if opened in parts else value
    if not told and not parts:
        lines = above
    intro, more = facts_in(lines)
    return intro, {**more, **told}, {**parts, **_parts(below)}


def _parts(below: Sequence[Section]) -> dict[str, str]:
    """What is said in each part. A heading below a part belongs to it unless it opens one of its own."""
    parts: dict[str, list[str]] = {}
    name, level, options = "other", 0, 0
    for each in below:
        opened = part(each.name)
        if opened == "date" and date_in(f"{said_in(each.name)} {each.body}") is None:
            opened = ""  # a part that only happens to be called so
        if name == "options" and options and each.level > options:
            opened = ""  # what is said of one option stays with it
        if opened or each.level <= level or not level:
            name, level, options = opened or "other", each.level, 0
        elif name == "options" and not options:
            options = each.level
        mute = opened and (parts.get(name) is None or opened in ("context", "decision", "rationale", "options"))
        head = "" if mute and not named(each.name).endswith("+") else _head(each, name, opened, options)
        body = "\n\n".join(
            text for text in (head, said_in(each.name), each.body if name == "status" else _filled(each.body)) if text
        )
        if body:
            parts.setdefault(name, []).append(body)
    return {key: "\n\n".join(texts) for key, texts in parts.items()}


def _head(each: Section, name: str, opened: str, options: int) -> str:
    """What remains of a heading above what it says."""
    called = plain(each.name)
    if opened and (name == "drivers" or (name == "consequences" and whole(each.name) == "consequences")):
        return ""
    return f"#### {called}" if name == "options" and each.level <= (options or each.level) else f"**{called}**"


def _filled(text: str) -> str:
    """The text without lines that a template left for somebody to fill in."""
    if "{" not in text:
        return text
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if match := FENCE.match(line):
            fence = match[1] if not fence else "" if match[1].startswith(fence) else fence
        if fence or not _PLACEHOLDER.match(line):
            kept.append(line)
    return "\n".join(kept).strip("\n").rstrip()


def _told_of_others(status: str, facts: Mapping[str, str]) -> str:
    """What the metadata says of other records, as lines."""
    lines = [status[: record_states.MAX_STATUS]]
    lines += [f"{verb} {facts[verb]}" for verb in ("supersedes", "superseded by") if facts.get(verb)]
    lines += [f"relates to {facts['related']}"] if facts.get("related") else []
    return "\n".join(lines)


# ---------------------------------------------------------------- what the parts say


def _titled(heading: str, path: str, facts: Mapping[str, str]) -> tuple[str, int | None]:
    """The title, and the number: that of the file's name, else the one in the title or among the metadata."""
    title = plain(heading)
    numbered = _NUMBER_OF_TITLE.match(title)
    number = number_of(path)
    if number is None and numbered:
        number = next(int(each) for each in numbered.groups() if each)
    if number is None and (told := _NUMBER_TOLD.fullmatch(facts.get("number", ""))):
        number = int(told[1])
    return (title[numbered.end() :].strip() if numbered else title) or _spelled(PurePosixPath(path).stem), number


def _spelled(stem: str) -> str:
    bare = NUMBER.sub("", stem, count=1)
    if day := _DAY_IN_NAME.match(bare):
        bare = bare[day.end() :]
    words = re.sub(r"[-_]+", " ", bare).strip() or stem
    return words[:1].upper() + words[1:]


def _is_template(heading: str, title: str, number: int | None) -> bool:
    """Whether a title is one that a template has for somebody to replace."""
    if _TITLE_PLACEHOLDER.fullmatch(title) or _TITLE_PLACEHOLDER.fullmatch(heading):
        return True
    return not number and _TEMPLATE_TITLE.fullmatch(title) is not None


def _status(text: str) -> tuple[Status, str]:
    """Where the decision stands, and where that is none of our states what the file says of it."""
    match record_states.status(text):
        case None:
            return "accepted", ""
        case "unfilled":
            return "proposed", ""
        case "unknown":
            return "proposed", f"Status: {plain(text)}"
        case known:
            return known, ""


class _Said(NamedTuple):
    """The prose of a record."""

    context: str
    decision: str
    rationale: str
    alternatives: tuple[str, ...]
    consequences: str


def _said(intro: str, remark: str, parts: Mapping[str, str], title: str) -> _Said:
    decision, rationale = record_statements.chosen(parts.get("decision", ""))
    blocks = [
        _filled(intro),
        parts.get("context", ""),
        f"**Decision drivers**\n\n{parts['drivers']}" if parts.get("drivers") else "",
        parts.get("other", ""),
    ]
    context = "\n\n".join(each for each in blocks if each)
    alternatives = _alternatives(parts.get("options", ""), decision)
    consequences = parts.get("consequences", "")
    reasons = [rationale, parts.get("rationale", "")]
    statement = record_statements.y_statement(decision or context)
    if statement:
        context = "\n\n".join(each for each in (context if decision else "", statement.context) if each)
        decision = statement.decision
        alternatives = unique((*alternatives, *statement.neglected))
        reasons = [statement.aims, statement.rest, *reasons]
        consequences = "\n\n".join(each for each in (statement.accepted, consequences) if each)
    elif not decision:  # a plain text: what it says is the decision
        decision, context = (context, "") if context and "context" not in parts else (title, context)
    return _Said(
        "\n\n".join(each for each in (remark, context) if each),
        decision,
        "\n\n".join(each for each in reasons if each),
        alternatives,
        consequences,
    )


def _date_in_name(path: str) -> datetime | None:
    match = _DAY_IN_NAME.match(PurePosixPath(path).stem)
    return noon(int(match[1]), int(match[3]), int(match[4])) if match else None


def _people(facts: Mapping[str, str], parts: Mapping[str, str]) -> str:
    for kind in ("deciders", "authors"):
        listed = facts.get(kind, "") or ", ".join(_items(parts.get(kind, "")))
        if (people := one_line(plain(listed).strip(" []{}"), 200)) and not people.startswith("list everyone"):
            return people
    return ""


def _items(text: str) -> list[str]:
    """The items of a list, with what belongs to each; without a list, the paragraphs."""
    items: list[list[str]] = []
    for line in text.split("\n"):
        if (bullet := BULLET.match(line)) and not line.startswith("    "):
            items.append([bullet[1]])
        elif line.strip() and items:
            items[-1].append(line.strip())
        elif line.strip():
            break
    else:
        return [" ".join(each) for each in items]
    return [" ".join(each.split()) for each in re.split(r"\n[ \t]*\n", text) if each.strip()]


def _alternatives(text: str, decision: str) -> tuple[str, ...]:
    """The options that were not chosen, each with what was said of it."""
    head, *described = re.split(r"(?m)^#### ", text)
    arguments = {}
    for each in described:
        name, _, body = each.partition("\n")
        said = (BULLET.sub(r"\1", line).strip() for line in body.split("\n"))
        arguments[plain(name)] = "; ".join(line for line in said if line)
    options = unique((*(plain(each) if len(each) < 300 else each for each in _items(head.strip())), *arguments))
    chosen = plain(decision).casefold()
    others = [each for each in options if each.casefold() != chosen]
    return tuple(f"{each}: {arguments[each]}" if arguments.get(each) else each for each in others)
