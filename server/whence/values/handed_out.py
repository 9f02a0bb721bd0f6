"""What Whence hands out, known again: a block or a page that is pasted somewhere is no memory of whoever pasted it.

Each ends in a line such as `*Whence 3f9a1c04*`, whose digits are made from the letters of its first line. So it is
found from its end to its beginning in any text, rendered or not, quoted, indented, in a diff or a comment.
A block whose end was cut off is known by what stands below its title. A page whose mark was lost is known by
likeness to what was handed out lately, in prose alone: what a page quotes of a diff is the user's own code.
"""

import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

_END = re.compile(
    r"^(?P<before>.*?)[*_]?\bWhence (?P<digits>[0-9a-f]{8})\b[*_]?[ \t]*(?:\*/|\*\)|-->|\"\"\"|''')?[ \t]*$",
    re.MULTILINE,
)
_MARGIN = re.compile(r"[\s>|+\-#/*;%!.:]*(?:\d+[.:)|]?\s)?[\s>|+\-#/*;%!]*")
"""What may stand before a line where it was quoted, indented, commented out, or numbered."""
_RECORDS = re.compile(
    r"^(?P<margin>.{0,12}?)#{0,6}[ ]?From the project's memory\b[^\n]*\n(?:(?P=margin)[ \t]*\n|[^\w\n]*\n)?"
    r"[^\n]{0,200}?\bRecords kept by Whence\b[^\n]*",
    re.MULTILINE,
)
_SECTION = re.compile(
    r"\s*^[^\w\n]*[A-Z][a-z]+: [^\n]*\n(?:[^\w\n]*\n)?[^\n]*\bsource `?[0-9a-f-]{36}`?[^\n]*\n?", re.MULTILINE
)
_FENCE = re.compile(r"(?:[^\w\n]*\n)?(?P<margin>[^\n`]{0,12}?)(?P<fence>`{3,})(?:markdown)?[ \t]*\n")
_LAST = re.compile(r"\s*^[^\w\n]*Left out: [^\n]*\n?", re.MULTILINE)
_MOST_LINES = 4_000
"""Lines of one block or page at most; its beginning is looked for no further above its end."""

_SPEAKER = 40
"""Characters of the name of a speaker, behind which a turn may begin with what is ours."""

_WORD = re.compile(r"[^\W_]+")

RUN = 5
"""Words that stand one after another, by which texts are compared."""

_MOST_RUNS = 4_000
"""Runs of a page that are kept, its first."""

LEAST_COPIED = 40
"""Runs of a page's words that a copy holds at least: who quotes a line or two of a page says something of it."""

_GAP = 8
"""Words within a copy that are not the page's, such as a mark of quoting or a number of a line."""


class Sketch(NamedTuple):
    """What a page is known by of which the mark was lost."""

    seam: frozenset[int]
    """The runs of words that begin in its title and end below: what it quotes stands elsewhere without them."""

    runs: frozenset[int]
    """All of its runs of words."""


def marked(page: str) -> str:
    """A page or a block with the line at its end by which it is known again; an empty one stays empty."""
    body = page.rstrip("\n")
    said = [letters for line in body.split("\n") if (letters := _letters(line))]
    return f"{body}\n\n{mark(said[0], said.count(said[0]))}\n" if said else page


def mark(first_line: str, times: int = 1) -> str:
    """The line at the end of what begins with a certain line, which stands in it so many times."""
    return f"*Whence {_digits(_letters(first_line), times)}*"


def unmarked(page: str) -> str:
    """A page as somebody keeps it who wants to: without the line at its end."""
    return re.sub(r"\n+\*Whence [0-9a-f]{8}\*\n*\Z", "\n", page)


def without_ours(text: str) -> str:
    """The text without what Whence handed out; the same text where there is nothing of that in it."""
    if "Whence" not in text:
        return text
    text = _without_marked(text)
    return _without_records(text) if "Records kept by Whence" in text else text


def sketch(page: str) -> Sketch:
    """What a page is known by, should its mark be lost."""
    page = unmarked(page)
    title, _, _ = page.strip().partition("\n")
    begun = len(_WORD.findall(title))
    runs = _runs(_WORD.findall(page))[:_MOST_RUNS]
    return Sketch(frozenset(runs[max(0, begun - RUN + 1) : begun]), frozenset(runs))


def without_copied(text: str, handed_out: Collection[Sketch]) -> str:
    """A text without the copies of pages whose marks were lost, reflowed or not; never ask it of code.

    A copy begins with the page's title and goes on for at least `LEAST_COPIED` runs of its words.

    Args:
        text: the text, of prose.
        handed_out: the pages.
    """
    if not handed_out or len(text) < LEAST_COPIED:
        return text
    runs = _runs(_WORD.findall(text))
    own = frozenset(runs) if len(runs) >= LEAST_COPIED else frozenset()
    copies = [copy for each in handed_out if not own.isdisjoint(each.seam) for copy in _copies(runs, each)]
    if not copies:
        return text
    words = list(_WORD.finditer(text))
    kept = text
    for first, last in sorted(copies, reverse=True):
        begin, end = words[first].start(), words[last].end()
        before, after = kept[:begin].rpartition("\n"), kept[end:].partition("\n")
        # Marks that stand alone in a line then, as of a heading or a quote, are the page's too.
        head = kept[:begin] if _letters(before[2]) else before[0] + before[1]
        kept = head + (kept[end:] if _letters(after[0]) else after[1] + after[2])
    return kept if _letters(kept) else ""


def _copies(runs: Sequence[int], page: Sketch) -> Iterator[tuple[int, int]]:
    """The first and the last word of each copy of a page in a text whose runs these are."""
    stretch: list[int] = []
    for at in [*(at for at, run in enumerate(runs) if run in page.runs), len(runs) + RUN + _GAP + 1]:
        if stretch and at - stretch[-1] > RUN + _GAP:
            if len(stretch) >= LEAST_COPIED and any(runs[each] in page.seam for each in stretch):
                yield stretch[0], stretch[-1] + RUN - 1
            stretch = []
        stretch.append(at)


def _runs(words: Sequence[str]) -> list[int]:
    """A hash of each run of `RUN` words, which the machine that makes it does not matter for."""
    hashed = [zlib.crc32(word.casefold().encode("utf-8", "replace")) for word in words]
    runs = zip(*(hashed[at:] for at in range(RUN)), strict=False)
    return [(((((a * 31 + b) * 31 + c) * 31 + d) * 31) + e) & 0xFFFFFFFF for a, b, c, d, e in runs]


def _without_marked(text: str) -> str:
    """The text without what ends in our line, each from its first line on; our line alone where none is above."""
    while ends := [found for found in _END.finditer(text) if not _letters(_unmargined(found["before"]))]:
        end = ends[0]
        begin = _beginning(text, end.start(), end["digits"])
        after = end.end() + (text[end.end() : end.end() + 1] == "\n")
        text = text[:begin] + text[after:]
    return text


def _beginning(text: str, end: int, digits: str) -> int:
    """Where the nearest line above begins from whose letters the digits are; the end's own line where there is none."""
    at = end
    times: Counter[str] = Counter()
    for _ in range(_MOST_LINES):
        if at == 0:
            return end
        at = text.rfind("\n", 0, at - 1) + 1
        line = text[at : text.find("\n", at)]
        speaker, colon, said = line.partition(": ")
        begins = {_letters(line): 0, _letters(_unmargined(line)): 0}
        if colon and len(speaker) <= _SPEAKER:
            begins.setdefault(_letters(said), len(speaker) + 2)
        times.update(begins.keys())
        for letters, begin in begins.items():
            if letters and _digits(letters, times[letters]) == digits:
                return at + begin
    return end


def _without_records(text: str) -> str:
    """The text without context blocks that have no end, each up to the end of its last quoted memory."""
    at = 0
    while begun := _RECORDS.search(text, at):
        end = begun.end()
        while section := _SECTION.match(text, end):
            end = section.end()
            if fence := _FENCE.match(text, end):
                closed = re.compile(rf"^[^\w\n`]*{fence['fence']}[ \t]*$\n?", re.MULTILINE).search(text, fence.end())
                end = closed.end() if closed else len(text)
        if last := _LAST.match(text, end):
            end = last.end()
        text = text[: begun.start()] + text[end:].lstrip("\n")
        at = begun.start()
    return text


def _unmargined(line: str) -> str:
    found = _MARGIN.match(line)
    return line[found.end() :] if found else line


def _letters(line: str) -> str:
    return "".join(re.findall(r"[^\W_]+", line)).casefold()


def _digits(letters: str, times: int) -> str:
    """Eight digits from the letters and figures of a line, which survive rendering, quoting and escaping."""
    told = letters if times == 1 else f"{letters}*{times}"
    return f"{zlib.crc32(told.encode('utf-8', 'replace')):08x}"
