"""What decision records are written in: Markdown, reStructuredText and AsciiDoc, with YAML or TOML before them.

All of it becomes Markdown with headings of `#`, and metadata as words by their keys. What is not understood stays text.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from whence.readers.record_words import fact
from whence.readers.records import FENCE, HEADING
from whence.values import toml

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
BULLET = re.compile(r"\s{0,3}(?:[*+-]|\d+[.)])\s+(.*)")
LINK = re.compile(r"\[([^\[\]\n]{0,300}+)\]\(<?([^)>\[\s]{1,500}+)>?[^)\[\n]{0,300}+\)")

_UNDERLINE = re.compile(r"\s{0,3}(=+|-{3,})\s*$")
_BOLD = re.compile(r"\s{0,3}(?:\*\*|__)([^*\n]{1,100}?)(?:(?:\*\*|__)\s*:?|:\s*(?:\*\*|__))\s*$")
_YAML_KEY = re.compile(r"([^\W\d_][\w .-]{0,60}?)\s*:(?:\s+(.*))?$")
_YAML_ITEM = re.compile(r"\s*-\s+(.*)")
_ITEM = "-"
"""The name of what has none of its own, as an item of a list."""
_RULE = re.compile(r"([=\-~^\"'`*+#.:_<>])\1{2,}\s*$")
_MAX_FRONT = 2000
"""Lines in which the metadata before a text must end."""
_MAX_VALUE = 10_000
"""Characters of a value in it."""


@dataclass(slots=True)
class Section:
    """A heading and what stands below it; of level 0, without a heading, what comes before any."""

    level: int
    name: str
    lines: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        """What stands below the heading."""
        return "\n".join(self.lines).strip("\n").rstrip()


def markdown(path: str, text: str) -> str:
    """The text of a record as Markdown, by the ending of its file."""
    ending = path.rpartition(".")[2].lower()
    if ending in ("adoc", "asciidoc", "asc"):
        return "\n".join(_of_asciidoc(text.split("\n")))
    if ending in ("rst", "rest"):
        return "\n".join(_of_restructured(text.split("\n")))
    return text


# ---------------------------------------------------------------- before the text


def front_matter(text: str) -> tuple[dict[str, tuple[str, ...]], str]:
    """The metadata before a text, as words by their keys in lower case, and the text.

    Read is what records use of YAML: words, quoted words, lists of either form, values over several lines, nested keys
    (named by the last one too, unless it stands on the first level); and TOML between `+++`.
    """
    lines = text.lstrip("\n").split("\n")
    mark = lines[0].strip()
    if mark not in ("---", "+++"):
        return {}, text
    ends = ("---", "...") if mark == "---" else ("+++",)
    end = next((at for at, line in enumerate(lines[1:_MAX_FRONT], 1) if line.rstrip() in ends), 0)
    if not end:
        return {}, text
    inside, body = lines[1:end], "\n".join(lines[end + 1 :])
    return (_of_yaml(inside) if mark == "---" else _of_toml("\n".join(inside))), body


def _of_toml(text: str) -> dict[str, tuple[str, ...]]:
    try:
        return dict(_flattened(toml.loads(text)))
    except (ValueError, RecursionError):
        return {}


def _flattened(value: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, each in value.items():
        if isinstance(each, Mapping):
            yield from _flattened(each)
        else:
            listed = each if isinstance(each, list) else [each]
            yield key.lower(), tuple(str(one) for one in listed if not isinstance(one, Mapping | list))


def _of_yaml(lines: Sequence[str]) -> dict[str, tuple[str, ...]]:
    facts: dict[str, list[str]] = {}
    top, key = "", ""
    for depth, name, values in _yaml_entries(lines):
        if name == _ITEM:
            if of := top if depth == 0 or not key else key:
                facts.setdefault(of, []).extend(values)
        elif name:
            top = name if depth == 0 else top
            if depth == 0 or name not in facts:
                key, facts[name] = name, values
        elif depth and facts.get(key):  # goes on with the value above it
            facts[key][-1] += " " + " ".join(values)
    return {key: tuple(value for value in values if value) for key, values in facts.items()}


def _yaml_entries(lines: Sequence[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Keys with their values, items of lists (named by their dash), and other lines (without a name); with the depth.

    What a key is given over several lines comes with the key.
    """
    below = deque(line[:_MAX_VALUE] for line in lines)
    while below:
        line = below.popleft()
        depth, text = _indent(line), line.strip()
        if not text or text.startswith("#"):
            continue
        if item := _YAML_ITEM.match(line):
            said = _YAML_KEY.match(item[1])
            yield depth, _ITEM, [_unquoted(said[2] or "" if said else item[1])]
        elif match := _YAML_KEY.match(text):
            yield depth, match[1].strip().lower(), _yaml_values((match[2] or "").strip(), depth, below)
        else:
            yield depth, "", [_unquoted(text)]


def _yaml_values(value: str, depth: int, below: deque[str]) -> list[str]:
    """What a key is given. Lines below that belong to its value are taken from there."""
    if value.rstrip("+-0123456789") in ("|", ">"):  # words over several lines
        words = ""
        while below and (not below[0].strip() or _indent(below[0]) > depth):
            words = f"{words} {below.popleft().strip()}".strip()[:_MAX_VALUE]
        return [words]
    if value[:1] != "[" or _closed(value):
        return _listed(value)
    while below:  # a list in brackets that goes on over lines
        value += " " + below.popleft().strip()
        if _closed(value) or len(value) > _MAX_VALUE:
            return _listed(value)
    return []


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _closed(flow: str) -> bool:
    return _uncommented(flow)[-1:] == "]"


def _listed(value: str) -> list[str]:
    """The words of a value: of a list in brackets each, else the one; braces hold keys, whose values count."""
    value = _uncommented(value)
    if value[:1] == "[" and value[-1:] == "]" and "](" not in value:
        return [_unquoted(each) for each in _split(value[1:-1])]
    if value[:1] == "{" and value[-1:] == "}" and ":" in value and "|" not in value:
        return [_unquoted(each.partition(":")[2]) for each in _split(value[1:-1])]
    return [_unquoted(value)]


def _split(text: str) -> list[str]:
    """Pieces between commas that stand outside of quotes."""
    pieces, quote = [""], ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and not pieces[-1].strip():
            quote = sign
        elif sign == ",":
            pieces.append("")
            continue
        pieces[-1] += sign
    return pieces


def _uncommented(value: str) -> str:
    return (re.sub(r"\s+#.*", "", value) if not value.startswith(('"', "'")) else value).strip()


def _unquoted(value: str) -> str:
    value = _uncommented(value.strip())
    if value.startswith(('"', "'")) and (end := value.rfind(value[0])) > 0:
        return value[1:end]
    return value


# ---------------------------------------------------------------- Markdown


def sections(text: str) -> list[Section]:
    """The text cut at its headings, the first section being what comes before any."""
    found = [Section(0, "")]
    fence = ""
    for line in text.split("\n"):
        if match := FENCE.match(line):
            if not fence:
                fence = match[1]
            elif match[1].startswith(fence):
                fence = ""
        elif not fence and (heading := HEADING.match(line)):
            found.append(Section(len(heading[1]), heading[2]))
            continue
        elif not fence and (under := _UNDERLINE.match(line)) and found[-1].lines and found[-1].lines[-1].strip():
            above = found[-1].lines
            if (len(above) == 1 or not above[-2].strip()) and not BULLET.match(above[-1]) and "|" not in above[-1]:
                found.append(Section(1 if under[1][0] == "=" else 2, above.pop().strip()))
                continue
        found[-1].lines.append(line)
    return found


def bold_sections(before: Sequence[Section]) -> list[Section]:
    """The same sections cut once more, at lines that are bold from beginning to end, as some write headings."""
    found: list[Section] = []
    for each in before:
        found.append(Section(each.level, each.name))
        fence = ""
        for line in each.lines:
            if match := FENCE.match(line):
                fence = match[1] if not fence else "" if match[1].startswith(fence) else fence
            if not fence and (bold := _BOLD.match(line)):
                found.append(Section(6, bold[1].strip()))
            else:
                found[-1].lines.append(line)
    return found


def rows(lines: Sequence[str]) -> tuple[list[list[str]], list[str]]:
    """The cells of the tables in these lines, row by row, and the lines that are of no table."""
    cells: list[list[str]] = []
    rest: list[str] = []
    for line in lines:
        stripped = line.strip()
        if stripped.count("|") < 2 or stripped[:1] != "|":
            rest.append(line)
        elif not re.fullmatch(r"[|:\- ]+", stripped):
            cells.append([cell.strip() for cell in re.split(r"(?<!\\)\|", stripped.strip("|"))])
    return cells, rest


# ---------------------------------------------------------------- reStructuredText and AsciiDoc

_ROLE_LINK = re.compile(r"`([^`<>\n]{1,200}?)\s*<([^`<>\s]{1,300})>`__?")
_ROLE = re.compile(r":(?:doc|ref|file):`(?:([^`<>\n]{1,200}?)\s*<([^`<>\n]{1,300})>|([^`<>\n]{1,300}))`")
_FIELD = re.compile(r"\s{0,3}:([^:`\n]{1,60}):(?:\s+(.*))?$")
_XREF = re.compile(
    r"(?:link|xref):([^\[\]\s]{1,300})\[([^\[\]\n]{0,200})\]|<<([^<,>\n]{1,200}+)(?:,([^<>\n]{0,200}+))?>>"
)


def _of_restructured(lines: list[str]) -> Iterator[str]:
    """Markdown of reStructuredText: headings under lines of signs, fields, links, comments."""
    levels: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        below = lines[at + 1] if at + 1 < len(lines) else ""
        over = _RULE.match(line)
        if over and below.strip() and at + 2 < len(lines) and lines[at + 2].rstrip() == line.rstrip():
            yield _heading(levels, over[1] * 2, below)
            at += 3
        elif (
            line.strip()
            and not over
            and (under := _RULE.match(below))
            and len(below.rstrip()) + 2 >= len(line.rstrip())
        ):
            yield _heading(levels, under[1], line)
            at += 2
        elif re.match(r"\.\. (?!\w[\w-]*::|_|\[)", line):
            at += 1
            while at < len(lines) and (lines[at][:1] in " \t" and lines[at].strip()):
                at += 1
        else:
            told = _FIELD.match(line)
            line = f"{told[1]}: {told[2] or ''}" if told else line
            yield _ROLE.sub(_role, _ROLE_LINK.sub(r"[\1](\2)", line))
            at += 1


def _heading(levels: list[str], signs: str, name: str) -> str:
    if signs not in levels:
        levels.append(signs)
    return f"{'#' * min(levels.index(signs) + 1, 6)} {name.strip()}"


def _role(match: re.Match[str]) -> str:
    target = (match[2] or match[3]).strip()
    file = target if "." in target.rpartition("/")[2] else f"{target}.rst"
    return f"[{(match[1] or target).strip()}]({file})"


_LISTING = re.compile(r"(-{4,}|\.{4,})\s*")
_EQUALS = re.compile(r"(={1,6})\s+(.+)")
_POINT = re.compile(r"^(\*|\.)\1{0,4} ")
_LABELLED = re.compile(r"^([^\W\d_][\w -]{1,40})::\s+(\S.*)$")


def _of_asciidoc(lines: list[str]) -> Iterator[str]:
    """Markdown of AsciiDoc: headings of `=`, attributes, links, blocks, comments."""
    comment = code = False
    for line in lines:
        if not line and not comment:
            yield line
        elif _LISTING.fullmatch(line) and not comment:
            code = not code
            yield "```"
        elif code:
            yield line
        elif line.rstrip() == "////":
            comment = not comment
        elif comment or (line.startswith("//") and not line.startswith("///")):
            continue
        elif heading := _EQUALS.match(line):
            yield f"{'#' * len(heading[1])} {heading[2]}"
        elif told := _FIELD.match(line):
            if fact(told[1]):  # others are settings of the document
                yield f"{told[1]}: {told[2] or ''}"
        else:
            line = _POINT.sub("* ", line)
            line = _LABELLED.sub(r"\1: \2", line)
            yield _XREF.sub(_reference, line)


def _reference(match: re.Match[str]) -> str:
    target = (match[1] or match[3]).rstrip("#")
    return f"[{match[2] or match[4] or target}]({target})"
