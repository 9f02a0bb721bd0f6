"""How long readers take for 1 MB of anything: records, transcripts, words, code, edits, configurations, traces.

    python benchmarks/readers.py [--megabytes 1] [--only code ...]

Of each reader a few texts of the kind that it is for, and others that ask the most of its patterns: unclosed brackets,
endless lines, half objects, rows of markers. Seconds of the processor are told, the slowest first; the goal is 2. All
of it takes an hour, most of it code, of which each language has a hundred texts. `traces.py` has more traces.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.readers_code import code, configurations, edits
from benchmarks.traces import PIECES
from whence.readers import transcripts
from whence.readers.record_parser import parse
from whence.readers.traces import passed_on
from whence.retrieval.query import Query
from whence.retrieval.words import read
from whence.values.tally import Tally

GOAL = 2.0
"""Seconds for 1 MB."""

_RECORDS = (
    *("# T\n\n## Decision\n\nd\n", "[", "![", "[a](", "[a](b.md) ", "- a\n", "## a\n", "# 1", " ", "\n", "~~", "<!--"),
    *(
        "Status: accepted\n",
        "Deciders:\n- a\n",
        "| Status | a |\n",
        "|",
        "{ a }\n",
        "{ ",
        "superseded by 1 ",
        "被",
        "を",
    ),
    *(
        ", da ",
        "we decided ",
        "**a**\n",
        "*",
        "a\n---\n",
        "1",
        "1 mar ",
        "```\n",
        "a: ",
        "決定\n",
        "accepted ",
        "`a <",
        "_*",
    ),
    *("> ", "x | y · ", "<br>", "a\r\n", ". ", ":a: b\n", "=\n"),
)
_HEADS = (
    "",
    "# T\n\n## Status\n\n",
    "# T\n\n## Decision\n\nChosen option: ",
    "---\nstatus: ",
    "# T\n\nIn the context of ",
)

_CHATS = {
    "User and Assistant": "User: a\nAssistant: b\n",
    "aider's history": "# aider chat started at 2026-01-02 10:00:00\n#### a  \n\nb\n\n> c  \n",
    "aider's commands": "# aider chat started at 2026-01-02 10:00:00\n#### /run a  \n",
    "half objects": '{"a": {"b": ',
    "lines of half objects": '{"type": "user", "message": {"content": "\n',
    "objects in one line": '{"type": "user", "sessionId": "s", "message": {"content": "a"}}',
    "openings": "<read_file>\n",
    "answers of tools": "[a] Result:<feedback>",
}


def records(size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Texts of decision records, each with what reads it."""
    for head in _HEADS:
        for piece in _RECORDS:
            text = head + (piece * (size // len(piece) + 1))[:size]
            for ending in ("md", "rst", "adoc"):
                name = f"record.{ending} {head[:12]!r} {piece[:12]!r}"
                yield name, partial(parse, f"docs/adr/0001-x.{ending}", text)


def chats(size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Texts of conversations, each with what reads it."""
    texts = {name: (piece * (size // len(piece) + 1))[:size] for name, piece in _CHATS.items()}
    for name in ("openings", "answers of tools"):
        texts[name] = json.dumps([{"role": "user", "content": texts[name]}, {"role": "assistant", "content": "a"}])
    for kind, parent in (("a row of records", "k{}"), ("records under one", "k0")):
        made = [_record(number, parent.format(max(number - 1, 0))) for number in range(size // 170)]
        texts[kind] = "\n".join(made) + "\n"
    for name, text in texts.items():
        yield f"transcript: {name}", partial(transcripts.read, text, "name", Tally())


def _record(number: int, parent: str) -> str:
    above = parent if number else None
    return json.dumps(
        {"type": "user", "uuid": f"k{number}", "parentUuid": above, "sessionId": "s", "message": {"content": "words"}}
    )


def _terms(text: str) -> object:
    return Query(text).terms


def words(size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Texts for search, each with what reads it."""
    chance = random.Random(1)
    signs = "".join(chance.choices("abcXYZ019 .-_#+@/!=<>\n漢字かな한글äöß", k=size))
    pieces = ("Datenbankverbindung ", "1.2.3.", "--a", "@a/", "C#", "x != y ", "漢", "a", "A-1-", "e\u0301")
    texts = {"signs": signs, **{piece: (piece * (size // len(piece) + 1))[:size] for piece in pieces}}
    for name, text in texts.items():
        yield f"words: {name!r}", partial(read, text)
        yield f"query: {name!r}", partial(_terms, text)


def traces(size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Texts of traces, each with what reads it."""
    for piece in PIECES:
        line = f"{piece * max(1_000 // len(piece), 1)}\n"
        yield f"trace: {piece!r}", partial(passed_on, (line * (size // len(line) + 1))[:size])


KINDS: dict[str, Callable[[int], Iterator[tuple[str, Callable[[], object]]]]] = {
    "records": records,
    "transcripts": chats,
    "words": words,
    "edits": edits,
    "configurations": configurations,
    "traces": traces,
    "code": code,
}


def main() -> None:
    """Read all, and tell the slowest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=1.0, help="length of each text")
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS), help="kinds of texts")
    given = parser.parse_args()
    size = int(given.megabytes * 1_000_000)
    took: list[tuple[float, str]] = []
    for name, task in (each for kind in given.only for each in KINDS[kind](size)):
        start = time.process_time()
        task()
        took.append((time.process_time() - start, name))
    took.sort(reverse=True)
    over = sum(seconds > GOAL for seconds, _ in took)
    print(f"{len(took)} texts of {size / 1e6:g} MB; {over} took over {GOAL:g} s. The slowest:")
    for seconds, name in took[:10]:
        print(f"  {seconds:6.2f} s  {name}")


if __name__ == "__main__":
    main()
