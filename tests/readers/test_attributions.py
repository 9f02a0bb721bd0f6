"""What other tools noted of who wrote lines, and what is none of it."""

import pytest

from whence.readers.attributions import Claim, checkpoints, of_checkpoint, of_note, of_trace

NOTE = """src/a file.py
  aaaa 1-3,7
  h_bbbb 4-6
"src/b.py"
  s_cccc::t_dddd 2
  eeee 9
---
{"schema_version": "authorship/3.0.0",
 "prompts": {"aaaa": {"agent_id": {"tool": "cursor", "id": "1", "model": "m"}, "messages": []}},
 "sessions": {"s_cccc": {"agent_id": {"tool": "codex", "id": "2", "model": "n"}}},
 "humans": {"h_bbbb": {"author": "Ada"}}}
"""


def test_a_note_says_which_lines_are_whose() -> None:
    assert list(of_note(NOTE)) == [
        Claim("src/a file.py", ((1, 3), (7, 7)), "cursor", "1", "m"),
        Claim("src/b.py", ((2, 2),), "codex", "2", "n"),
    ]


@pytest.mark.parametrize("text", ["", "a note of a person", "a.py\n  aaaa 1\n---\n{broken", "a.py\n  aaaa x\n---\n[]"])
def test_other_notes_say_nothing(text: str) -> None:
    assert list(of_note(text)) == []


def test_a_trace_of_another_kind_of_repository_or_of_a_person_says_nothing() -> None:
    person = {"contributor": {"type": "human"}, "ranges": [{"start_line": 1, "end_line": 2}]}
    files = [{"path": "a.py", "conversations": [person, {"ranges": "x"}]}, "y"]
    assert of_trace({"vcs": {"type": "git", "revision": "1"}, "files": files}) == ("1", ())
    assert of_trace({"vcs": {"type": "jj", "revision": "1"}}) == ("", ())


def test_a_range_has_the_last_word_of_who_wrote_it() -> None:
    spans = [{"start_line": 1, "end_line": 2, "contributor": {"type": "mixed"}}, {"start_line": 3, "end_line": 3}]
    said = {"contributor": {"type": "ai", "model_id": "m"}, "ranges": spans}
    _, claims = of_trace({"files": [{"path": "a.py", "conversations": [said]}]})
    assert [(each.lines, each.mixed, each.assistant) for each in claims] == [
        (((1, 2),), True, "m"),
        (((3, 3),), False, "m"),
    ]


def test_checkpoints_are_named_in_a_line_of_their_own() -> None:
    assert checkpoints("Fix\n\nEntire-Checkpoint: 0e6b66910244\nsee Entire-Checkpoint: x") == ["0e/6b66910244"]
    assert of_checkpoint('{"session_id": "2026-01-05-ab-cd", "agent": "Claude Code"}') == ("claude-code", "ab-cd")
    assert of_checkpoint("{}") is None
    assert of_checkpoint("no JSON") is None
