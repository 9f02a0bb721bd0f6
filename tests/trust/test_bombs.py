"""A megabyte of one character, deep nesting and archives that swell: each is read or left out in about a second."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.patience import slowness
from whence.git import commit_text, people
from whence.git.diff import compare, unified
from whence.readers import attributions, fixes, foreign, record_parser, record_states, traces
from whence.readers.references import references
from whence.readers.transcripts import aider, boilerplate, cline, read, read_file
from whence.readers.transcripts.edits import patches
from whence.secrets.redaction import redact, redact_path
from whence.values.arguments import literal
from whence.values.handed_out import without_ours
from whence.values.markdown import clean, inline
from whence.values.tally import Tally

SIZE = 1 << 20
LONGEST_PATH = 32_767
"""Characters that Windows allows; others allow fewer."""

CHARACTERS = "a0Z_ \n\t\r\"'`([{<>-=:;,./\\@#|+*~!&%$^\0é漢\u202e\u2028"
READERS: dict[str, Callable[[str], Any]] = {
    "redaction": redact,
    "redaction of paths": lambda text: redact_path(text[:LONGEST_PATH]),
    "traces": traces.parse,
    "references": references,
    "fixes": fixes.fixed,
    "decision records": lambda text: record_parser.parse("docs/adr/0001-x.md", text),
    "transcripts": lambda text: read(text, "chat.md", Tally(), whole=True),
    "differences": lambda text: unified(compare("x", text), lambda number: ""),
    "literals": literal,
    "Markdown": clean,
    "one line of Markdown": lambda text: inline(text, 200),
    "what was handed out": without_ours,
}
# Those that are handed less, or cost less: a quarter of it tells as well whether the time grows with the square.
SMALLER: dict[str, Callable[[str], Any]] = {
    "decision records in AsciiDoc": lambda text: record_parser.parse("docs/adr/0001-x.adoc", text),
    "decision records in reStructuredText": lambda text: record_parser.parse("docs/adr/0001-x.rst", text),
    "states of decisions": record_states.status,
    "notes on who wrote": lambda text: list(attributions.of_note(text)),
    "commits": lambda text: commit_text.parse(text.encode("utf-8", "surrogatepass")),
    "assistants in messages": people.assistants,
    "histories of aider": lambda text: [list(turns) for _, turns in aider.chats(text)],
    "boilerplate of assistants": lambda text: boilerplate.strip(text, Tally()),
    "calls of tools": lambda text: cline.without_tools(text, Tally()),
    "patches in conversations": lambda text: list(patches.unified(text)),
}
QUARTER = SIZE // 4


@pytest.mark.parametrize("reader", READERS)
def test_a_megabyte_of_one_character_takes_about_a_second(reader: str) -> None:
    slow = {}
    for character in CHARACTERS:
        text = character * SIZE
        began = time.process_time()
        READERS[reader](text)
        if (taken := time.process_time() - began) > max(1.0, slowness()):
            slow[character] = taken
    assert slow == {}


# What readers look for, over and over: one of them must not make another look at all of it again.
REPEATED = (
    "\n",
    "a\n-\n",
    "- [ ",
    "* Status: x\n",
    "E   x\n",
    "  at a (b:1:2)\n",
    '{"a":1}\n',
    "Caused by: x\n",
    "#### a\n",
)
BY_LINES = ("traces", "decision records", "decision records in AsciiDoc", "states of decisions", "histories of aider")


@pytest.mark.parametrize("reader", SMALLER)
def test_a_quarter_of_it_takes_half_a_second_at_most(reader: str) -> None:
    slow = {}
    for character in CHARACTERS:
        text = character * QUARTER
        began = time.process_time()
        SMALLER[reader](text)
        if (taken := time.process_time() - began) > max(0.5, slowness()):
            slow[character] = taken
    assert slow == {}


@pytest.mark.parametrize("reader", BY_LINES)
def test_lines_over_and_over_take_no_longer_than_others(reader: str) -> None:
    slow = {}
    for piece in REPEATED:
        text = piece * (QUARTER // len(piece))
        began = time.process_time()
        (READERS | SMALLER)[reader](text)
        if (taken := time.process_time() - began) > max(0.5, slowness()):
            slow[piece] = taken
    assert slow == {}


def taken(path: Path) -> float:
    began = time.process_time()
    list(read_file(path, path.name, Tally()))
    for each in foreign.places(path):
        list(foreign.read(each, each.name, path.parent, Tally()))
    return time.process_time() - began


@pytest.mark.parametrize("text", ["[" * SIZE, '{"a":' * (SIZE // 5), '[{"a":' * (SIZE // 6)], ids=["[", "{", "both"])
def test_deep_nesting_is_left_out(tmp_path: Path, text: str) -> None:
    for name in ("chat.json", "memories.jsonl"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert taken(tmp_path / name) < max(1.0, slowness())


def test_an_archive_that_swells_is_not_unpacked_whole(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", b" " * (300 << 20))
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", b"[" + b" " * (300 << 20))
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("../../escaped.json", json.dumps([{"role": "user", "content": "Hello"}]))
    assert (tmp_path / "export.zip").stat().st_size < 2 << 20
    assert taken(tmp_path / "export.zip") < 5 * max(1.0, slowness())
    assert [each.name for each in tmp_path.iterdir()] == ["export.zip"], "nothing is written beside it"
