"""Reading decision records: Michael Nygard's form (2011), MADR 2 to 4, and plain texts.

Reading never fails: what a file doesn't say stays empty. A heading opens a part of the record by its name; what stands
under a heading of no such name belongs to the part before it, or to the context.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import unquote

from whence.readers.records import ENDINGS, FENCE, HEADING, NUMBER, Mention, Record, Relation, Status, number_of
from whence.values.base import one_line, unique

_WORDS: tuple[tuple[Status, str], ...] = (
    ("accepted", "accepted approved adopted decided implemented active final done agreed"),
    ("proposed", "proposed draft pending open wip review discussion discussed rfc"),
    ("rejected", "rejected declined withdrawn abandoned"),
    ("deprecated", "deprecated retired obsolete outdated"),
    ("superseded", "superseded superceded replaced"),
)
_SAID: dict[str, Status] = {word: status for status, words in _WORDS for word in words.split()}

_VERBS: tuple[tuple[re.Pattern[str], Relation], ...] = (
    (re.compile(r"\b(?:superseded|superceded|replaced|obsoleted)\s+(?:by|with)\b:?", re.IGNORECASE), "superseded_by"),
    (re.compile(r"\b(?:supersedes|supercedes|replaces|obsoletes)\b:?", re.IGNORECASE), "supersedes"),
    (
        re.compile(
            r"\b(?:amend(?:s|ed by)|refine(?:s|d by)|relate(?:s|d) (?:to|with)|depends on|extend(?:s|ed by)"
            r"|clarifie(?:s|d by)|implements|see also)\b:?",
            re.IGNORECASE,
        ),
        "about",
    ),
)

_NAMED = {
    name.strip(): part
    for part, names in (
        ("status", "status"),
        ("date", "date"),
        ("deciders", "deciders, decision makers, decision-makers, authors, author"),
        ("drivers", "decision drivers, drivers, forces, requirements, constraints, assumptions"),
        (
            "context",
            "context, context and problem statement, problem, problem statement, background, issue, motivation",
        ),
        ("context", "summary, description"),
        ("options", "considered options, options, options considered, alternatives, alternatives considered"),
        ("options", "considered alternatives, pros and cons of the options, positions"),
        ("decision", "decision, decision outcome, outcome, resolution, solution, decisions"),
        ("rationale", "rationale, justification, reasons, argument, arguments, reasoning"),
        ("consequences", "consequences, positive consequences, negative consequences, consequence, implications"),
        ("consequences", "impact, confirmation, validation"),
        ("links", "links, related decisions, related, references, more information, see also, related artifacts"),
    )
    for name in names.split(",")
}
"""Which part of a record a heading opens."""

_UNDERLINE = re.compile(r"\s{0,3}(=+|-{3,})\s*$")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FACT = re.compile(r"\s*(?:[*+-]\s+)?\**\s*([A-Za-z][A-Za-z -]{1,30}?)\s*\**\s*:\s*\**\s*(.*)")
_BULLET = re.compile(r"\s{0,3}(?:[*+-]|\d+[.)])\s+(.*)")
_LINK = re.compile(r"\[([^\]]*)\]\(<?([^)>\s]+)>?[^)]*\)")
_NUMBER_OF_TITLE = re.compile(r"(?:ADR[-\s#]*(\d{1,6})\s*[-.:)–—]*|(\d{1,6})\s*(?:[.:)–—]|\s-))\s+", re.IGNORECASE)
_MENTIONED = re.compile(r"\b(?:ADR[-\s#]*)?0*(\d{1,6})\b", re.IGNORECASE)
_CHOSEN = re.compile(r"chosen (?:option|alternative)s?\s*:\s*", re.IGNORECASE)


@dataclass(slots=True)
class _Section:
    level: int
    name: str
    lines: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        return "\n".join(self.lines).strip("\n").rstrip()


def parse(path: str, text: str) -> Record | str:
    """Read a record; where the file is none, why.

    Args:
        path: the file, relative to the project, with forward slashes.
        text: what it holds.
    """
    if not text.strip():
        return "empty file"
    facts, body = _front_matter(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    sections = _sections(_COMMENT.sub("", body))
    heading = next((each for each in sections if each.level == 1), None) or next(
        (each for each in sections if each.level and _part(each.name) == ""), None
    )
    intro, told = _facts([line for each in sections if each is heading or not each.level for line in each.lines])
    for key, value in told.items():
        facts.setdefault(key, value)
    parts = _parts([each for each in sections if each.level and each is not heading])
    stem = PurePosixPath(path).stem
    named = number_of(path)
    title = _plain(heading.name if heading else facts.get("title", ""))
    numbered = _NUMBER_OF_TITLE.match(title)
    if not (
        parts.keys() & {"status", "context", "decision", "consequences", "options"}
        or "status" in facts
        or named is not None
    ):
        return "neither a number, a status nor a section of a decision record"
    status_text = facts.get("status", "") or parts.get("status", "")
    decision, rationale = _chosen(parts.get("decision", ""))
    context = [intro, parts.get("context", "")]
    context += [f"**Decision drivers**\n\n{parts['drivers']}"] if parts.get("drivers") else []
    context += [parts["other"]] if parts.get("other") else []
    title = title[numbered.end() :].strip() if numbered else title
    title = title or _spelled(stem)
    said = "\n\n".join(each for each in context if each)
    if not decision:  # a plain text: what it says is the decision
        decision, said = (said, "") if said and "context" not in parts else (title, said)
    links = parts.get("links", "")
    return Record(
        path=path,
        number=int(numbered[1] or numbered[2]) if named is None and numbered else named,
        title=title,
        status=_status(status_text),
        date=_date(facts.get("date", "") or parts.get("date", "")),
        deciders=_people(facts, parts),
        context=said,
        decision=decision,
        rationale="\n\n".join(each for each in (rationale, parts.get("rationale", "")) if each),
        alternatives=_alternatives(parts.get("options", ""), decision),
        consequences=parts.get("consequences", ""),
        labels=unique(re.split(r"\s*,\s*", facts.get("tags", "") or facts.get("labels", ""))),
        mentions=_mentions(
            path,
            f"{status_text}\n{facts.get('supersedes', '') and 'supersedes ' + facts['supersedes']}",
            f"{links}\n{intro}",
        ),
        memory=facts.get("whence", ""),
    )


# ---------------------------------------------------------------- structure


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The YAML before the text, as far as records use it: words, quoted words, lists of them."""
    lines = text.lstrip("\n").split("\n")
    if lines[0].strip() != "---":
        return {}, text
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")), 0)
    if not end:
        return {}, text
    facts: dict[str, list[str]] = {}
    key = ""
    for line in lines[1:end]:
        if match := re.match(r"([A-Za-z][\w -]*?)\s*:\s*(.*)", line):
            key = _key(match[1])
            value = match[2].strip()
            listed = value[1:-1].split(",") if value[:1] == "[" and value[-1:] == "]" else [value]
            facts[key] = [_unquoted(each) for each in listed]
        elif key and (item := re.match(r"\s*-\s+(.*)", line)):
            facts[key].append(_unquoted(item[1]))
    return {key: ", ".join(each for each in values if each) for key, values in facts.items()}, "\n".join(
        lines[end + 1 :]
    )


def _unquoted(value: str) -> str:
    value = re.sub(r"\s+#.*", "", value) if value[:1] not in "\"'" else value
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _key(name: str) -> str:
    plain = name.strip().lower().replace("_", "-")
    return {
        "decision-makers": "deciders",
        "decision makers": "deciders",
        "author": "deciders",
        "authors": "deciders",
    }.get(plain, plain)


def _sections(text: str) -> list[_Section]:
    """The text cut at its headings, the first section being what comes before any."""
    sections = [_Section(0, "")]
    fence = ""
    for line in text.split("\n"):
        if match := FENCE.match(line):
            if not fence:
                fence = match[1]
            elif match[1].startswith(fence):
                fence = ""
        elif not fence and (heading := HEADING.match(line)):
            sections.append(_Section(len(heading[1]), heading[2]))
            continue
        elif not fence and (under := _UNDERLINE.match(line)) and sections[-1].lines and sections[-1].lines[-1].strip():
            above = sections[-1].lines
            if (len(above) == 1 or not above[-2].strip()) and not _BULLET.match(above[-1]):
                sections.append(_Section(1 if under[1][0] == "=" else 2, above.pop().strip()))
                continue
        sections[-1].lines.append(line)
    return sections


def _part(heading: str) -> str:
    """Which part of a record a heading opens; empty for none."""
    return _NAMED.get(re.sub(r"[^a-z -]", "", _plain(heading).lower()).strip(), "")


def _parts(sections: Sequence[_Section]) -> dict[str, str]:
    """What is said in each part. A heading below a part belongs to it unless it opens one of its own."""
    parts: dict[str, list[str]] = {}
    part, level = "other", 0
    for each in sections:
        opened = _part(each.name)
        if opened or each.level <= level or not level:
            part, level = opened or "other", each.level
        first = _NAMED and opened and not parts.get(part)
        mute = opened and _plain(each.name).lower() in (part, "decision outcome", "context and problem statement")
        head = (
            ""
            if (first and opened in ("options", "links", "status", "date", "deciders")) or mute
            else _head(each, part)
        )
        if head or each.body:
            parts.setdefault(part, []).append("\n\n".join(text for text in (head, each.body) if text))
    return {name: "\n\n".join(texts) for name, texts in parts.items()}


def _head(each: _Section, part: str) -> str:
    if part in ("options", "context", "decision", "rationale") and _part(each.name) == part:
        return ""
    if part == "drivers" and _part(each.name):
        return ""
    return f"#### {_plain(each.name)}" if part == "options" else f"**{_plain(each.name)}**"


def _facts(lines: Iterable[str]) -> tuple[str, dict[str, str]]:
    """What stands as `Status: accepted` before the first section, and the rest."""
    rest, facts = [], {}
    for line in lines:
        match = _FACT.match(line)
        key = _key(match[1]) if match else ""
        if match and key in (
            "status",
            "date",
            "deciders",
            "tags",
            "labels",
            "supersedes",
            "superseded by",
            "last updated",
        ):
            if key == "superseded by":
                facts["status"] = f"superseded by {match[2]}"
            else:
                facts.setdefault(key, match[2].strip().strip("*").strip())
        else:
            rest.append(line)
    return "\n".join(rest).strip(), facts


def _plain(text: str) -> str:
    """A heading or an item without links and emphasis."""
    return one_line(re.sub(r"\*\*|__|`", "", _LINK.sub(r"\1", text)), 300)


def _spelled(stem: str) -> str:
    words = re.sub(r"[-_]+", " ", NUMBER.sub("", stem, count=1)).strip() or stem
    return words[:1].upper() + words[1:]


# ---------------------------------------------------------------- what the parts say


def _status(text: str) -> Status:
    plain = re.sub(r"~~.*?~~", "", text)
    if _VERBS[0][0].search(plain):
        return "superseded"
    plain = _VERBS[1][0].sub("", plain)
    found = (_SAID.get(word) for word in re.findall(r"[a-z]+", plain.lower()))
    return next((status for status in found if status), "proposed" if plain.strip() else "accepted")


def _date(text: str) -> datetime | None:
    """The day at noon in UTC, so that it is the same day nearly everywhere."""
    if match := re.search(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b", text):
        year, month, day = (int(each) for each in match.groups())
    elif match := re.search(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", text):
        day, month, year = (int(each) for each in match.groups())
    else:
        plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|,", "", text).strip()
        for shape in ("%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y"):
            try:
                return datetime.strptime(plain, shape).replace(hour=12, tzinfo=UTC)
            except ValueError:
                continue
        return None
    try:
        return datetime(year, month, day, 12, tzinfo=UTC)
    except ValueError:
        return None


def _people(facts: dict[str, str], parts: dict[str, str]) -> str:
    listed = facts.get("deciders", "") or ", ".join(_items(parts.get("deciders", "")))
    return one_line(_plain(listed).strip(" []{}"), 200)


def _chosen(text: str) -> tuple[str, str]:
    """The option that was chosen and why, where it says so in MADR's words; otherwise all of it, and nothing."""
    match = _CHOSEN.match(text.lstrip("*_ "))
    if not match:
        return text, ""
    rest = text.lstrip("*_ ")[match.end() :]
    if quoted := re.match(r"[\"“'‘]([^\n]+?)[\"”'’](?=[\s,.;:]|$)[,.;:]?\s*", rest):
        option, why = quoted[1], rest[quoted.end() :]
    elif because := re.search(r",?\s+because\b", rest):
        option, why = rest[: because.start()], rest[because.start() :].lstrip(", ")
    else:
        option, _, why = rest.partition("\n")
    option = re.sub(r"\*\*|__|`", "", _LINK.sub(r"\1", option)).strip()
    return option if quoted else option.rstrip(".,"), re.sub(r"^because\s+", "", why.strip())


def _items(text: str) -> list[str]:
    """The items of a list, with what belongs to each; without a list, the paragraphs."""
    items: list[str] = []
    for line in text.split("\n"):
        if (bullet := _BULLET.match(line)) and not line.startswith("    "):
            items.append(bullet[1])
        elif line.strip() and items:
            items[-1] += " " + line.strip()
        elif line.strip():
            break
    else:
        return items
    return [" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip()]


def _alternatives(text: str, decision: str) -> tuple[str, ...]:
    """The options that were not chosen, each with what was said of it."""
    head, *described = re.split(r"(?m)^#### ", text)
    arguments = {}
    for each in described:
        name, _, body = each.partition("\n")
        said = (_BULLET.sub(r"\1", line).strip() for line in body.split("\n"))
        arguments[_plain(name)] = "; ".join(line for line in said if line)
    options = unique((*(_plain(each) if len(each) < 300 else each for each in _items(head.strip())), *arguments))
    chosen = _plain(decision).casefold()
    others = [each for each in options if each.casefold() != chosen]
    return tuple(f"{each}: {arguments[each]}" if arguments.get(each) else each for each in others)


# ---------------------------------------------------------------- what is said of others


def _mentions(path: str, status: str, others: str) -> tuple[Mention, ...]:
    found: dict[Mention, None] = {}
    for written in (*status.split("\n"), *others.split("\n")):
        line = _LINK.sub(r"\1 [](\2)", written)  # a verb may be the text of the link itself
        verbs = sorted(
            (match.start(), match.end(), relation) for verb, relation in _VERBS for match in verb.finditer(line)
        )
        for number, (_, end, relation) in enumerate(verbs):
            until = verbs[number + 1][0] if number + 1 < len(verbs) else len(line)
            for target in _targets(path, line[end:until]):
                found[Mention(relation, *target)] = None
        if not verbs:
            for target in _targets(path, line):
                if target[0]:  # a number alone says nothing
                    found[Mention("about", *target)] = None
    said = {(each.path, each.number) for each in found if each.relation != "about"}
    return tuple(each for each in found if each.relation != "about" or (each.path, each.number) not in said)


def _targets(path: str, text: str) -> list[tuple[str, int | None]]:
    """The records that a piece of text names, by file or by number."""
    found: list[tuple[str, int | None]] = []
    for match in _LINK.finditer(text):
        inside = _inside(path, match[2])
        if inside:
            found.append((inside, None))
    if not found:
        bare = re.sub(r"\d{4}-\d\d-\d\d", "", _LINK.sub("", text))
        found = [("", int(number)) for number in _MENTIONED.findall(bare)]
    return found


def _inside(path: str, target: str) -> str:
    """The Markdown file that a link of a record leads to, relative to the project; empty where it is no such file."""
    name = unquote(target.partition("#")[0])
    if "://" in name or PurePosixPath(name).suffix.lower() not in ENDINGS or name.startswith("/"):
        return ""
    parts: list[str] = []
    for part in (*PurePosixPath(path).parent.parts, *name.split("/")):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
