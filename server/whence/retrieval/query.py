"""Queries: what a person or an assistant asks, read once: its shape, its terms with their weights, what to embed.

"Measured" in this room means: by nDCG@10 on six question sets cut from public repositories (`benchmarks/retrieval.py`),
where a constant comes from a search over all of them with each corpus left out in turn.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from whence.retrieval import remedies
from whence.retrieval.spelling import spellings
from whence.retrieval.words import MAX_RUN, STOP_WORDS, parts_of, runs, signed, terms, terms_of
from whence.values.calibration import Shape

Term = tuple[str, float]
Pair = tuple[tuple[str, str], float]

MAX_QUERY_TERMS = 64
"""Distinct terms of a query: the longest reports keep their meaning in fewer, and each costs a look-up."""

MAX_QUERY_PAIRS = 128
"""Distinct pairs of adjacent words of a query."""

MAX_SPELLINGS = 32
"""Spellings of a query."""

SPELT_WORDS = 2
"""Words of a query up to which a spelling counts in full; of twice as many it counts half. Measured: always in full, it
costs .004 on decisions."""

MAX_HEAD, MAX_TAIL = 4000, 2000
"""Characters of a long query that are read: what is asked comes first, the error of a Python trace last."""

FIRST_LINE_WEIGHT, CODE_LINE_WEIGHT = 3.0, 0.3
"""For the lines of a query of several lines: its first line names the matter; code in it is circumstance. Measured."""

MAX_FRAMES = 6
"""Frames of a trace that are embedded; all are searched by words. Measured."""

MAX_EMBEDDED = 1500
"""Characters of a query that are embedded: the model reads 256 tokens, and tokenising more only takes time."""

_INNER_CODE = re.compile(r"[a-z][A-Z]|[A-Za-z0-9]_+[A-Za-z0-9]|[A-Z]{2}[a-z]")
_TEST_NAME = re.compile(
    r"[Tt]est_([A-Za-z]\w{2,})|[Tt]est([A-Z]\w{2,})|([A-Za-z]\w{2,}?)(?:_?Tests?|_?TestCase|_tests?)"
)
_JOINED = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)+(?![\w-])")
_FENCE = re.compile(r"\s*(```|~~~)")
_CODE_LINE = re.compile(r"(?: {4}|\t|>>>|\.\.\. |\$ |In \[)")
_BACKTICKS = re.compile(r"`([^`\n]{1,200})`")

_TRACE_START = re.compile(
    r"\s*(?:FAILED|FAIL:|ERROR\b|Traceback |panic: |thread '|[\w.$]*(?:Error|Exception|Failure)\b)"
)
_FRAME = re.compile(r"\s*(?:at [\w.$<>]+ ?\(|at .+:\d+|File \".+\", line \d+|#\d+ |\d+: 0x|\S+\.\w{1,4}:\d+)")
_CALL = re.compile(r"\s*at (?:async |new )?([\w.$<>]+) ?\(([^()]*)\)")
_PYTHON_CALL = re.compile(r"\s*File \"([^\"]+)\", line \d+(?:, in (\S+))?")
_LIBRARY = re.compile(
    r"\s*at (?:java|javax|jdk|sun|com\.sun|junit|org\.junit|org\.testng|org\.mockito|org\.apache\.maven|org\.gradle|"
    r"kotlin|scala|groovy|System|Microsoft)\."
    r"|.*(?:site-packages|dist-packages|lib/python\d|node_modules|\(node:|<frozen )"
)
_SLASH = re.compile(r"[/\\]")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"\b(?:(\d{1,2})(?:st|nd|rd|th)?(?: of)? )?\b"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\b\.?"
    r"(?: (\d{1,2})(?:st|nd|rd|th)?\b)?,? (\d{4})\b"
    r"|\b(\d{4})-(\d{2})(?:-(\d{2}))?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Query:
    """A query as search uses it; everything but the text follows from it."""

    text: str

    @cached_property
    def shape(self) -> Shape:
        """What kind of text it is, by its lines."""
        lines = [line for line in _bounded(self.text).splitlines() if line.strip()]
        if len(lines) < 2:
            return "short"
        frames = sum(bool(_FRAME.match(line)) for line in lines)
        return "trace" if _TRACE_START.match(lines[0]) or frames > 0.4 * len(lines) else "report"

    @cached_property
    def terms(self) -> list[Term]:
        """Its distinct terms with their weights, heaviest first; at most `MAX_QUERY_TERMS`.

        A term weighs 1 + ln(tf), its occurrences counted by the weight of their lines. A query of any length is read in
        bounded time: of a long one its beginning and its end.
        """
        if self._words:
            return self._words
        others = self._spellings or dict.fromkeys(terms(self.text[:MAX_HEAD]))
        return [(each, 1.0) for each in others][:MAX_QUERY_TERMS]

    @property
    def pairs(self) -> list[Pair]:
        """Its distinct pairs of adjacent words with their weights, heaviest first; at most `MAX_QUERY_PAIRS`."""
        return self._weighed[1]

    @property
    def _words(self) -> list[Term]:
        return self._weighed[0]

    @cached_property
    def spelt(self) -> list[Term]:
        """How its words with signs are written, and its pictograms; of a report or trace nothing, which has many.

        They decide in a query that is hardly more than they are; in a sentence each counts less. Where it has no words,
        these are its terms instead.
        """
        share = min(1.0, SPELT_WORDS / max(len(self.text.split()), 1))
        return [(each, share) for each in self._spellings if not each.isascii() or len(each) > 1] if self._words else []

    @cached_property
    def mending(self) -> list[Term]:
        """What changes say that mend what a short question complains of (`remedies`), with its weights."""
        asked = [term for term, _ in self._words] if self.shape == "short" else ()
        return [(each, remedies.WEIGHT) for each in remedies.remedies(asked)]

    @cached_property
    def _spellings(self) -> list[str]:
        return spellings(self.text[:MAX_HEAD])[:MAX_SPELLINGS] if self.shape == "short" else []

    @cached_property
    def _weighed(self) -> tuple[list[Term], list[Pair]]:
        return _weigh(self.text)

    @cached_property
    def embedded(self) -> tuple[str, ...]:
        """The texts whose vectors, summed, are its meaning: all of it, and of a report the first line besides."""
        if self.shape == "short":
            return (self.text.strip()[:MAX_EMBEDDED],)
        if self.shape == "report":
            lines = [line.strip() for line in _bounded(self.text).splitlines() if line.strip()]
            return lines[0][:MAX_EMBEDDED], "\n".join(lines)[:MAX_EMBEDDED]
        kept: list[str] = []
        frames = 0
        for line, is_frame in _shortened(_bounded(self.text)):
            frames += is_frame
            if not is_frame or frames <= MAX_FRAMES:
                kept.append(line)
        return ("\n".join(kept)[:MAX_EMBEDDED],)

    @cached_property
    def dates(self) -> list[tuple[int, int, date | None]]:
        """Months and days that it names, as (year, month, day if there is one)."""
        return list(_dates(self.text[:MAX_HEAD]))

    @cached_property
    def names_code(self) -> bool:
        """Whether it holds an identifier."""
        return bool(_INNER_CODE.search(self.text[:MAX_HEAD]) or _BACKTICKS.search(self.text[:MAX_HEAD]))

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Its words as they are said, in lower case."""
        return frozenset(run.lower() for run in runs(self.text[:MAX_HEAD]))

    def surfaces(self, held: frozenset[str]) -> list[str]:
        """Its words, as they are written in it, that have a term among `held`; each once, in order."""
        found: dict[str, str] = {}
        for run, own in self._written:
            if not held.isdisjoint(own):
                found.setdefault(own[0], run)
        return list(found.values())

    @cached_property
    def _written(self) -> list[tuple[str, Sequence[str]]]:
        """Its words as they are written, each with its terms; every hit is compared with them."""
        words = (run for line, _ in _lines(self.text) for run in runs(line) if run.lower() not in STOP_WORDS)
        return [(run, terms_of(run)) for run in words]


def _weigh(text: str) -> tuple[list[Term], list[Pair]]:
    counts: dict[str, float] = {}
    pairs: dict[tuple[str, str], float] = {}
    for line, weight in _lines(text):
        parts: list[str] = []
        # `third-party` is one word to who asks: its parts weigh 1.4 together, not 2. Measured: no set changes by .001.
        joined = {part for word in _JOINED.findall(line) for part in word.split("-")}
        for run in runs(line):
            if run.lower() in STOP_WORDS:
                continue
            own = terms_of(run)
            parts += parts_of(run, own)
            subject = _subject(run)
            share = weight * (math.sqrt(0.5) if run in joined else 1)
            for term in (*own, subject) if subject else own:
                counts[term] = counts.get(term, 0.0) + share
        for term in signed(line):
            counts[term] = counts.get(term, 0.0) + weight
        for pair in pairwise(parts):
            pairs[pair] = pairs.get(pair, 0.0) + weight
    # Stable: of equals the earlier ones stay.
    weighed = sorted(((term, _grown(count)) for term, count in counts.items()), key=lambda each: -each[1])
    paired = sorted(((pair, _grown(count)) for pair, count in pairs.items()), key=lambda each: -each[1])
    return weighed[:MAX_QUERY_TERMS], paired[:MAX_QUERY_PAIRS]


def _grown(count: float) -> float:
    return 1.0 + math.log(count) if count >= 1 else count


def _bounded(text: str) -> str:
    return text if len(text) <= MAX_HEAD + MAX_TAIL else f"{text[:MAX_HEAD]}\n{text[-MAX_TAIL:]}"


def _lines(text: str) -> Iterator[tuple[str, float]]:
    """The lines of a query that hold something, with their weights; frames shortened, a library's left away."""
    lines = [each for each in _shortened(_bounded(text)) if each[0].strip()]
    fenced = False
    for number, (line, is_frame) in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        elif len(lines) == 1 or is_frame:
            yield line, 1.0
        elif number == 0:
            yield line, FIRST_LINE_WEIGHT
        else:
            yield line, CODE_LINE_WEIGHT if fenced or _CODE_LINE.match(line) else 1.0


def _shortened(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a text and whether each is a frame of a trace: of those each once, without libraries', and as
    `Class method` or the last parts of the path and the function.
    """
    seen: set[str] = set()
    for line in text.splitlines():
        if not _FRAME.match(line):
            yield line, False
        elif not _LIBRARY.match(line):
            short = line
            if call := _CALL.match(line):
                place = call[2].split(":")[0] if "/" in call[2] else ""
                short = " ".join([*call[1].split(".")[-2:], *_SLASH.split(place)[-3:]])
            elif call := _PYTHON_CALL.match(line):
                short = " ".join([*_SLASH.split(call[1])[-3:], call[2] or ""])
            if short not in seen:
                seen.add(short)
                yield short, True


def _subject(run: str) -> str:
    """The term of what a test is named after: `CommandLineTest` and `test_command_line` speak of `CommandLine`."""
    match = _TEST_NAME.fullmatch(run) if "est" in run and len(run) <= MAX_RUN else None
    return terms_of(match[match.lastindex])[0] if match and match.lastindex else ""


def _dates(text: str) -> Iterator[tuple[int, int, date | None]]:
    for before, name, after, year, plain_year, month, day in _DATE.findall(text):
        at = int(year or plain_year), int(month) if month else _MONTHS.index(name.lower()) + 1
        number = before or after or day
        try:
            day_named = date(*at, int(number or 1))
            yield *at, day_named if number else None
        except ValueError:  # there is no such day
            continue
