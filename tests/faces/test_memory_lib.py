"""What memory_lib's page promises beyond names: texts as they were given, scores as models write them, few calls."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from whence import MemorySystem
from whence.faces.dialects.memory_system import scoring
from whence.values import memory as memories

ROOT = Path(__file__).resolve().parent.parent.parent

TEXTS = {
    "a line longer than a title": "word " * 100 + "end",
    "a long first line above others": "A" * 250 + "\n\nand more",
    "two spaces in the first line": "left  right",
    "a tab in the first line": "left\tright",
    "a space that doesn't break": "left\u00a0right",
    "spaces and a line end around it": "  within \n",
    "empty lines above it": "\n\n  \nbelow",
    "line ends of Windows": "one\r\ntwo\r\n",
    "line ends of an old Mac": "one\rtwo",
    "headings alone": "# One\n\n## Two\n",
    "a fence": "```\ncode\n```",
    "a form feed and a line separator": "one\ftwo\u2028three",
    "a control character": "one\x1b[31mtwo",
    "a character that is no character": "one\x00two",
    "a mark for the order of bytes": "\ufeffone",
    "an accent of its own": "e\u0301",
    "200,000 characters": "x y z " * 33_334,
}


@pytest.fixture
def open_system(tmp_path: Path) -> Iterator[Callable[..., MemorySystem]]:
    opened: list[MemorySystem] = []

    def open_one(**more: Any) -> MemorySystem:
        opened.append(MemorySystem(db_path=str(tmp_path / "memories.db"), embedding="none", **more))
        return opened[-1]

    yield open_one
    for system in opened:
        system.close()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_comes_back_as_it_was_given(open_system: Callable[..., MemorySystem], text: str) -> None:
    system = open_system(relevance_threshold=0.0)

    def kept() -> str:
        found = system.get_memory(id)
        assert found is not None
        return str(found["text"])

    id = system.add_memory(text)
    assert kept() == text
    shown = asyncio.run(system.retrieve_relevant_memories(text[:200]))
    assert [each.text for each in shown] in ([text], [])  # marks alone are no words to search for
    system.update_memory(id, text=f"{text}\nand more")
    assert kept() == f"{text}\nand more"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_title_that_is_made_from_the_text_is_no_title_of_its_own(text: str) -> None:
    for kind, name in (("note", "content"), ("decision", "decision"), ("bug", "message"), ("summary", "content")):
        kept = memories.parse({"kind": kind, name: text})
        assert not kept.titled
        assert getattr(kept, name) == text
        assert memories.parse({"kind": kind, name: text, "title": "Something else"}).titled


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ('{"score": 0.85, "reasoning": "it fits"}', 0.85),
        ('Sure: {"score": "8/10", "reasoning": "it fits"}', 0.8),
        ('{"score": "85%"}', 0.85),
        ('{"relevance_score": .85}', 0.85),
        ("8/10", 0.8),
        ("8 / 10, it speaks of that", 0.8),
        ("Relevance: 9 out of 10", 0.9),
        ("4/5", 0.8),
        ("Score: .85", 0.85),
        ("score=.5", 0.5),
        ("**Score:** 0.85", 0.85),
        ("85%", 0.85),
        ("100 %", 1.0),
        ("0,85", 0.85),
        ("0.85/1.0", 0.85),
        ("The score is 0.85.", 0.85),
        ("On a scale from 0.0 to 1.0 this is 0.7", 0.7),
        ("In 2024 it was 0.5", 0.5),
        ("1. It names the port.\nScore: 0.6", 0.6),
        ("1", 1.0),
        ("0", 0.0),
        ("Score: 7", None),
        ('{"score": 85}', None),
        ('{"score": true}', None),
        ("12/10", None),
        ("150%", None),
        ("-0.5", None),
        ("8/10/2024", None),
        ("high", None),
        ("", None),
    ],
)
def test_a_score_is_read_as_models_write_it(answer: str, score: float | None) -> None:
    found = scoring.judged(answer)
    assert (found and found[0]) == (score if score is None else pytest.approx(score))


def test_a_question_asked_again_costs_no_call(open_system: Callable[..., MemorySystem]) -> None:
    asked: list[str] = []

    async def small(prompt: str) -> str:
        asked.append(prompt)
        return "9/10"

    system = open_system(small_model_fn=small)
    ids = [system.add_memory(f"Port {n} is open") for n in range(30)]

    def found(context: str = "Which port is open?") -> int:
        return len(asyncio.run(system.retrieve_relevant_memories(context)))

    assert found() == 10
    assert len(asked) == 30
    assert found() == 10
    assert len(asked) == 30
    system.update_memory(ids[0], text="Port 0 is closed")
    found()
    assert len(asked) == 31
    found("Which port is closed?")
    assert len(asked) == 61


def test_the_name_memory_lib_is_offered() -> None:
    program = (
        "import memory_lib, memory_lib.codebase, whence\n"
        "from memory_lib import CodeMemorySystem, MemorySystem\n"
        "assert MemorySystem is whence.MemorySystem and CodeMemorySystem is whence.CodeMemorySystem\n"
        "assert memory_lib.codebase.CodeContext is whence.CodeContext is memory_lib.CodeContext\n"
        "assert memory_lib.ScoredMemory is whence.ScoredMemory\n"
    )
    places = [str(ROOT / "clients" / "memory_lib"), str(ROOT / "server")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
