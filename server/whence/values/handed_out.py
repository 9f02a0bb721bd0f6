"""What Whence hands out, known again: a block or a page that is pasted somewhere is no memory of whoever pasted it.

Each ends in a line such as `*Whence 3f9a1c04*`, whose digits are made from the letters of its first line. So it is
found from its end to its beginning in any text, rendered or not, quoted, indented, in a diff or a comment.
A block whose end was cut off is known by what stands below its title. What was copied in part is known by likeness to
what was handed out lately, in prose alone: what a page quotes of a diff is the user's own code.
"""

import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterable

_END = re.compile(
    r"^(?P<before>.*?)[*_]?\bWhence (?P<digits>[0-9a-f]{8})\b[*_]?[ \t]*(?:\*/|-->|\"\"\"|''')?[ \t]*$", re.MULTILINE
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

SHINGLE = 5
"""Words that stand one after another, by which texts are compared."""

_LEAST_SHINGLES = 12
"""A text with fewer is too short to be told from one that says the same by chance."""

ALIKE = 0.8
"""Share of a text's shingles in one that was handed out from which on it is a copy of a part of it."""


def marked(page: str) -> str:
    """A page or a block with the line at its end by which it is known again; an empty one stays empty."""
    body = page.rstrip("\n")
    said = [letters for line in body.split("\n") if (letters := _letters(line))]
    return f"{body}\n\n{mark(said[0], said.count(said[0]))}\n" if said else page


def mark(first_line: str, times: int = 1) -> str:
    """The line at the end of what begins with a certain line, which stands in it so many times."""
    return f"*Whence {_digits(_letters(first_line), times)}*"


def is_ours(text: str, handed_out: Iterable[Collection[int]] = ()) -> bool:
    """Whether a text is, but for white space and marks of quoting, what Whence handed out.

    Args:
        text: prose, such as a turn of a conversation or a note.
        handed_out: sketches of what was handed out lately, to know what was copied in part.
    """
    if not text.strip():
        return False
    rest = without_ours(text)
    return (rest != text and not _letters(rest)) or resembles(rest, handed_out)


def without_ours(text: str) -> str:
    """The text without what Whence handed out; the same text where there is nothing of that in it."""
    if "Whence" not in text:
        return text
    text = _without_marked(text)
    return _without_records(text) if "Records kept by Whence" in text else text


def sketch(text: str) -> frozenset[int]:
    """What a text is compared by: the runs of `SHINGLE` words in it, without marks and quoting."""
    words = re.findall(r"\w+", text.lower())
    runs = zip(*(words[at:] for at in range(SHINGLE)), strict=False)
    return frozenset(zlib.crc32(" ".join(run).encode("utf-8", "replace")) for run in runs)


def resembles(text: str, handed_out: Iterable[Collection[int]]) -> bool:
    """Whether a text of prose is a part of one that was handed out; never ask it of code.

    Args:
        text: the text.
        handed_out: sketches of what was handed out lately.
    """
    own: frozenset[int] | None = None
    for each in handed_out:
        own = sketch(text) if own is None else own
        if len(own) < _LEAST_SHINGLES:
            return False
        if sum(shingle in each for shingle in own) >= ALIKE * len(own):
            return True
    return False


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
