"""Markdown made from text that others wrote: what is read is what was written, and nothing in it acts or hides.

`inline` escapes a text for one line: a heading, an item of a list, a cell of a table, the text of a link. `code` makes
a code span. `plain` is for texts of several lines that were written as plain text, such as a commit's message, and
`gentle` for those that were written as Markdown. What is meant is CommonMark (https://spec.commonmark.org/0.31.2/),
with the tables and struck words of GitHub and the mathematics of the editor's preview.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from whence.values.base import one_line

_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters, marks that turn the direction of writing, invisible tags, halves of characters.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]")

_ACTIVE = re.compile(r"[\\`*\[\]<>~|$]|&(?=#|\w+;)")
_UNDERSCORES = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
"""Those that could begin or end an emphasis: between letters they can't."""
_LEADING = re.compile(r"(?:[-+]|#{1,6})(?=\s|$)|[-=]+$|-(?=[\s-]*$)")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_TRAILING = re.compile(r"(?<!\S)#(?=#*\s*$)")
"""Where a heading's closing mark begins, which isn't shown."""

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_BULLET = re.compile(r" {0,12}(?:[-*+]|\d{1,3}[.)]) {1,4}(?=\S)")
_TICKS = re.compile(r"`+|\n[ \t]*(?=\n)")
_MEANT = re.compile(
    r"\\.|<https?://[^\s<>]*>|(?P<act><(?=[A-Za-z/!?])|&(?=#|\w+;)|\$)|(?P<name>(?<!\w)__\w+?__(?!\w))", re.DOTALL
)
_LINKS = re.compile(r"\[[^\[\]\n]*\](?:\([^()\n]*\)|\[[^\[\]\n]*\]|:\s+\S+)|<https?://[^\s<>]*>")
_IN_TARGET = re.compile(r"[\s()<>\\`*_\[\]|$~\"']")
_WRAPPED = 60
"""Characters from which on a line may have been ended by its width; a shorter one ends where its writer wanted it."""

Linked = Callable[[str], Iterator[tuple[int, int, str]]]
"""Says what of a text is to be a link: where that begins and ends, and the address."""


def clean(text: str) -> str:
    """The text with plain line ends, without what a reader can't see but a program or a model would read."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def escaped(text: str) -> str:
    """A piece of one line with each character that Markdown or HTML would act on within a line escaped."""
    text = _ACTIVE.sub(r"\\\g<0>", text)
    return _UNDERSCORES.sub(lambda found: "\\_" * len(found[0]), text)


def inline(text: str, limit: int, linked: Linked | None = None) -> str:
    """The text on one line of at most `limit` characters, each that Markdown or HTML would act on escaped.

    Args:
        text: any.
        limit: the most characters of it that are read.
        linked: says what of it is to be a link, such as `values.forge.Forge.links`.
    """
    return _line(one_line(clean(text), limit), linked)


def code(text: str, limit: int) -> str:
    """The text as inline code on one line of at most `limit` characters; nothing for an empty one."""
    line = one_line(clean(text), limit)
    if "`" not in line:
        return f"`{line}`" if line else ""
    longest = max(len(run) for run in re.findall("`+", line))
    return f"{'`' * (longest + 1)} {line} {'`' * (longest + 1)}"


def cell(markdown: str) -> str:
    """Markdown of one line for a cell of a table, where a bar ends a cell even in code."""
    return markdown.replace("|", "\\|")  # a table takes one backslash away before all else is read


def link(text: str, target: str, limit: int = 200) -> str:
    """A link that reads as the text and leads to the target."""
    return f"[{inline(text, limit)}]({address(target)})"


def address(target: str) -> str:
    """A link's target in which nothing ends the link."""
    return _IN_TARGET.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), clean(target).strip())


def plain(text: str, linked: Linked | None = None) -> str:
    """A text of several lines that was written as plain text: its paragraphs, lists and code, and nothing else acts.

    Lines that their writer ended stay apart; those that were ended by their width flow.

    Args:
        text: any.
        linked: says what of a line is to be a link.
    """
    lines = clean(text).expandtabs(4).split("\n")
    told: list[str] = []
    fence = ""
    ends = _longest_ends(lines)
    for number, line in enumerate(lines):
        opening = _FENCE.match(line)
        if fence:
            fence = "" if _closes(line, fence) else fence
        elif opening and ends[opening[1][0]][number + 1] >= len(opening[1]):
            fence = opening[1]
        else:
            following = lines[number + 1] if number + 1 < len(lines) else ""
            line = _plain(line, linked, ended=_ended(line, following))
        told.append(line)
    return "\n".join(told).strip("\n")


def gentle(text: str, linked: Linked | None = None) -> str:
    """A text that was written as Markdown: it stays so, but for names such as `__all__`, angle brackets and entities.

    These mean themselves to whoever writes of code, and HTML is never shown. Code is left alone.

    Args:
        text: Markdown.
        linked: says what of the text outside of code is to be a link.
    """
    return _outside_fences(clean(text), lambda prose: _coded(prose, linked, _softened))


def referring(page: str, linked: Linked) -> str:
    """A page of ours with what is to be a link as one, but for its title, its code and the links that it has.

    Args:
        page: Markdown that was made here, so that all in it is escaped that has to be.
        linked: says what of a text is to be a link.
    """
    title, end, body = page.partition("\n")
    return title + end + _outside_fences(body, lambda prose: _coded(prose, linked, _as_it_is))


def _outside_fences(text: str, told: Callable[[str], str]) -> str:
    """The text with what stands between its blocks of code as `told` has it."""
    parts: list[str] = []
    prose: list[str] = []
    fence = ""
    for line in text.split("\n"):
        opening = _FENCE.match(line)
        if not fence and not opening:
            prose.append(line)
            continue
        if prose:
            parts.append(told("\n".join(prose)))
            prose = []
        parts.append(line)
        fence = ("" if _closes(line, fence) else fence) if fence else opening[1] if opening else ""
    return "\n".join([*parts, told("\n".join(prose))] if prose else parts)


def quoted(markdown: str) -> str:
    """Markdown as a quotation."""
    return "\n".join(f"> {line}" if line.strip() else ">" for line in markdown.split("\n"))


def _line(line: str, linked: Linked | None) -> str:
    """One line of text that begins and ends a block, or follows the mark of an item."""
    told = _linked(line, linked, escaped)
    if begins := _LEADING.match(line):
        told = "\\" + told if begins[0] else told
    elif numbered := _NUMBERED.match(line):
        told = f"{numbered[1]}\\{told[len(numbered[1]) :]}"
    return _TRAILING.sub(r"\\#", told) if line.endswith("#") else told


def _linked(text: str, linked: Linked | None, shown: Callable[[str], str]) -> str:
    """The text with what is to be a link as one, but for what is one already."""
    if linked is None or not text:
        return shown(text)
    taken = [] if shown is escaped else [found.span() for found in _LINKS.finditer(text)]
    parts: list[str] = []
    at = 0
    for start, end, target in linked(text):
        cut = shown is _as_it_is and text[end : end + 1] == "\\"  # an address that goes on behind an escape
        if not cut and not any(start < last and first < end for first, last in taken):
            name = text[start:end] if shown is _as_it_is else escaped(text[start:end])
            parts += [shown(text[at:start]), f"[{name}]({address(target)})"]
            at = end
    return "".join([*parts, shown(text[at:])])


def _coded(text: str, linked: Linked | None, shown: Callable[[str], str]) -> str:
    """The text with its code spans as they are, and all else as `shown` has it."""
    parts: list[str] = []
    at = 0
    for start, end in _spans(text):
        parts += [_linked(text[at:start], linked, shown), text[start:end]]
        at = end
    return "".join([*parts, _linked(text[at:], linked, shown)])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where code spans begin and end: between runs of as many backticks, within a paragraph."""
    runs = [*_TICKS.finditer(text)]
    ends: dict[int, int] = {}
    later: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        if runs[number][0][0] == "\n":
            later = {}
            continue
        size = len(runs[number][0])
        if size in later:
            ends[number] = later[size]
        later[size] = number
    number = 0
    while number < len(runs):
        if (last := ends.get(number)) is not None:
            yield runs[number].start(), runs[last].end()
            number = last
        number += 1


def _plain(line: str, linked: Linked | None, *, ended: bool) -> str:
    """A line of plain text, with the mark of a list before it where it has one."""
    if not line.strip():
        return ""
    if mark := _BULLET.match(line):
        head, rest = mark[0], line[mark.end() :].rstrip()
    else:
        head, rest = " " * min(len(line) - len(line.lstrip()), 3), line.strip()
    if "`" not in rest:
        told = _line(rest, linked)
    else:
        told = _coded(rest, linked, escaped)
        told = f"\\{told}" if _LEADING.match(rest) else told
    return f"{head}{told}{'  ' if ended else ''}"  # two spaces: a break


def _ended(line: str, following: str) -> bool:
    """Whether a line of a paragraph was ended by its writer and not by its width."""
    if not line.strip() or not following.strip() or _BULLET.match(following) or _FENCE.match(following):
        return False
    return len(line.rstrip()) + 1 + len(following.split()[0]) <= _WRAPPED


def _closes(line: str, fence: str) -> bool:
    found = _FENCE.match(line)
    return bool(found and found[1].startswith(fence) and not line.strip(f" {fence[0]}"))


def _longest_ends(lines: Sequence[str]) -> dict[str, list[int]]:
    """For each sign of fences, how long the longest mark is that ends a block from each line on; 0 for none."""
    found = {sign: [0] * (len(lines) + 1) for sign in "`~"}
    for at in range(len(lines) - 1, -1, -1):
        mark = _FENCE.match(lines[at])
        for sign, longest in found.items():
            own = len(mark[1]) if mark and _closes(lines[at], sign) else 0
            longest[at] = max(longest[at + 1], own)
    return found


def _as_it_is(text: str) -> str:
    return text


def _softened(text: str) -> str:
    def shown(found: re.Match[str]) -> str:
        if found["act"]:
            return f"\\{found['act']}"
        return found["name"].replace("_", "\\_") if found["name"] else found[0]

    return _MEANT.sub(shown, text)
