"""Notes beside commits: read line by line, also when they come later, and written where the user says so."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.engine.test_origins import ASKED, NOTE, PLAIN, RETRY, Transcript, commit, firsts
from tests.opened import Engine


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    with Engine(repository, PLAIN) as opened:
        yield opened


@pytest.fixture
def transcript(repository: Path) -> Transcript:
    made = Transcript(repository)
    made.ask(ASKED)
    made.write("net.py", RETRY)
    return made


def test_a_note_that_is_fetched_later_is_read_then(engine: Engine, repository: Path, git: Git) -> None:
    (repository / "net.py").write_text(RETRY, encoding="utf-8")
    id = commit(repository, git)
    git("notes", "--ref=ai", "add", "-m", NOTE.replace("1-3", "1"), id, cwd=repository)
    engine.import_history()
    git("notes", "--ref=ai", "add", "-f", "-m", NOTE, id, cwd=repository)
    engine.import_history()
    assert set(firsts(engine.why("net.py"))) == {1, 2, 3}
    git("update-ref", "-d", "refs/notes/ai", cwd=repository)
    engine.import_history()
    assert set(firsts(engine.why("net.py"))) == {1, 2, 3}, "what was stated stays known when the notes are gone"


def test_of_two_lines_alike_the_one_that_is_noted_is_told(engine: Engine, repository: Path, git: Git) -> None:
    (repository / "net.py").write_text("import time\n" + RETRY + "import time\n", encoding="utf-8")
    id = commit(repository, git)
    git("notes", "--ref=ai", "add", "-m", NOTE.replace("1-3", "9").replace("4-7", "1"), id, cwd=repository)
    engine.import_history()
    assert set(firsts(engine.why("net.py"))) == {9}


def test_a_record_of_agent_trace_that_is_older_than_its_commit(engine: Engine, repository: Path, git: Git) -> None:
    """The reference implementation names the commit on top of which the assistant wrote."""
    before = git("rev-parse", "HEAD", cwd=repository)
    (repository / "net.py").write_text(RETRY, encoding="utf-8")
    commit(repository, git)
    said = {
        "url": "file:///home/ada/.claude/projects/-w-shop/5e551011.jsonl",
        "contributor": {"type": "ai"},
        "ranges": [{"start_line": 2, "end_line": 3}],
    }
    record = {"version": "1.0", "vcs": {"type": "git", "revision": before}, "tool": {"name": "claude-code"}}
    record["files"] = [{"path": "net.py", "conversations": [said]}]
    (repository / ".agent-trace").mkdir()
    (repository / ".agent-trace" / "traces.jsonl").write_text(json.dumps(record) + "\n")
    engine.import_history()
    told = firsts(engine.why("net.py"))
    assert set(told) == {2, 3}
    assert (told[2].session, told[2].kind, told[2].confidence) == ("5e551011", "stated", 0.5)


def test_origins_go_out_as_notes_and_come_back_the_same(
    engine: Engine, transcript: Transcript, repository: Path, git: Git, tmp_path: Path
) -> None:
    transcript.ask("And name the client's file")
    transcript.write("my client.py", "class Client:\n    retries = 3\n    timeout = 10\n")
    commit(repository, git)
    (repository / "other.py").write_text("noted = 1\n", encoding="utf-8")
    other = commit(repository, git, "Of another tool")
    git("notes", "--ref=ai", "add", "-m", NOTE.replace("net.py", "other.py"), other, cwd=repository)
    engine.import_transcripts()
    files = ("net.py", "my client.py")
    here = {file: engine.why(file).stretches for file in files}

    told = engine.export_origins()
    assert (told.commits, told.sessions, told.written) == (1, 1, False)
    assert git("notes", "--ref=ai", "list", cwd=repository).count("\n") == 0, "nothing is written unasked"
    assert engine.export_origins(write=True).written
    note = git("notes", "--ref=ai", "show", "HEAD~1", cwd=repository)
    assert '"my client.py"' in note.split("\n")
    assert "retry stop" not in note, "the words stay here"
    assert "noted" in git("notes", "--ref=ai", "show", other, cwd=repository), "the note of another tool stays"
    assert engine.export_origins(write=True).commits == 0, "a second time there is nothing to write"
    engine.import_transcripts()
    assert {file: engine.why(file).stretches for file in files} == here, "what was matched here is not stated since"

    clone = tmp_path / "clone"
    git("clone", "-q", str(repository), str(clone), cwd=tmp_path)
    git("fetch", "-q", "origin", "refs/notes/ai:refs/notes/ai", cwd=clone)
    os.environ["CLAUDE_CONFIG_DIR"] = str(tmp_path / "nobody's")
    with Engine(clone, PLAIN) as colleague:
        colleague.import_history()
        for file in files:
            there = colleague.why(file).stretches
            assert [each.lines for each in there] == [each.lines for each in here[file]]
            for mine, theirs in zip(here[file], there, strict=True):
                ours, read = mine.origins[0], theirs.origins[0]
                assert (read.session, read.turn, read.model, read.kind) == (
                    ours.session,
                    ours.turn,
                    ours.model,
                    "matched",
                )
                assert abs(read.confidence - ours.confidence) < 0.25
