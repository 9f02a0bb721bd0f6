"""Transcripts as they should not be: each costs what is broken in it, and nothing else."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.engine.test_origins import ASKED, BEGUN, PLAIN, RETRY, Transcript, commit, firsts
from tests.opened import Engine
from whence.background import origins
from whence.background.origin_table import OriginTable
from whence.readers.transcripts import edits
from whence.values.tally import Tally


def deeds(path: Path, tally: Tally) -> list[edits.Edit]:
    return [each for each in edits.read(path, "claude-code", tally) if isinstance(each, edits.Edit)]


@pytest.fixture
def transcript(repository: Path) -> Transcript:
    made = Transcript(repository)
    made.ask(ASKED)
    made.write("net.py", RETRY)
    return made


def test_half_a_last_line_waits_and_is_read_when_it_is_whole(transcript: Transcript, tmp_path: Path) -> None:
    known = OriginTable(tmp_path, transcript.root)
    whole = transcript.path.read_bytes()
    transcript.path.write_bytes(whole[:-40])
    origins.refresh(known, [transcript.root], Tally())
    with known.open() as reading:
        assert reading.edits() == 0, "the result that says it succeeded is not there yet"
    transcript.path.write_bytes(whole)
    origins.refresh(known, [transcript.root], Tally())
    with known.open() as reading:
        assert reading.edits() == 1


@pytest.mark.parametrize(
    "line",
    [
        b'{"type": "hologram", "version": "99.0.0"}',
        b"\xff\xfe\x00 no text",
        b"[1, 2",
        b'{"type": "assistant", "message": {"content": 7}, "timestamp": []}',
        b'{"type": "user", "message": null, "sessionId": {}}',
    ],
    ids=["unknown version", "invalid UTF-8", "half a line", "other types", "nothing"],
)
def test_a_strange_line_is_passed_over(transcript: Transcript, line: bytes) -> None:
    told = transcript.path.read_bytes().splitlines(keepends=True)
    transcript.path.write_bytes(b"".join([*told[:2], line + b"\n", *told[2:]]))
    (edit,) = deeds(transcript.path, Tally())
    assert edit.asked.text == ASKED


def test_what_is_left_out_is_counted(transcript: Transcript) -> None:
    with transcript.path.open("ab") as file:
        file.write(b'{"type": "hologram"}\n{"type": "hologram"}\n{broken\n')
    tally = Tally()
    deeds(transcript.path, tally)
    counted = {each.reason: each.count for each in tally.left_out()}
    assert counted["records of a kind that is not known"] == 2
    assert tally.total == 3


def test_a_line_of_fifty_megabytes_costs_itself(transcript: Transcript) -> None:
    told = transcript.path.read_bytes().splitlines(keepends=True)
    with transcript.path.open("wb") as file:
        file.write(told[0])
        file.write(b'{"type": "user", "message": {"content": "' + b"x" * (50 << 20) + b'"}}\n')
        file.writelines(told[1:])
    (edit,) = deeds(transcript.path, Tally())
    assert edit.path.endswith("net.py")


def test_an_edit_by_a_clock_that_is_ahead_wrote_no_commit_before_it(repository: Path, git: Git) -> None:
    transcript = Transcript(repository, begun=BEGUN + timedelta(days=2))
    transcript.ask(ASKED)
    transcript.write("net.py", RETRY)
    commit(repository, git)
    with Engine(repository, PLAIN) as engine:
        engine.import_transcripts()
        assert not engine.why("net.py").stretches, "what was written later can't be in it"


def test_a_transcript_of_another_project_in_the_same_folder_is_not_read(
    transcript: Transcript, repository: Path, git: Git, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    text = transcript.path.read_text("utf-8").replace(json.dumps(str(repository)), json.dumps(str(other)))
    transcript.path.with_name("another.jsonl").write_text(text.replace(transcript.session, "another"), "utf-8")
    commit(repository, git)
    known = OriginTable(tmp_path, repository)
    origins.refresh(known, [repository], Tally())
    with known.open() as reading:
        assert [name for _, _, name in reading.sessions()] == [transcript.session]


def test_a_work_tree_that_is_gone_costs_nothing(repository: Path, git: Git, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    git("worktree", "add", "-q", str(tree), "-b", "side", cwd=repository)
    transcript = Transcript(tree)
    transcript.ask(ASKED)
    transcript.write("net.py", RETRY)
    commit(tree, git)
    git("merge", "-q", "--ff-only", "side", cwd=repository)
    for file in tree.iterdir():
        if file.is_file():
            file.unlink()
    tree.rename(tmp_path / "moved")
    with Engine(repository, PLAIN) as engine:
        engine.import_transcripts()
        assert firsts(engine.why("net.py"))[2].asked == ASKED


def test_an_edit_outside_of_the_repository_writes_no_line_of_it(
    transcript: Transcript, repository: Path, git: Git, tmp_path: Path
) -> None:
    call = {"file_path": str(tmp_path / "elsewhere.txt"), "content": "a secret plan\nfor another project\nof ours\n"}
    transcript.record("assistant", [{"type": "tool_use", "id": "out", "name": "Write", "input": call}])
    transcript.record("user", [{"type": "tool_result", "tool_use_id": "out", "content": "done"}])
    commit(repository, git)
    with Engine(repository, PLAIN) as engine:
        engine.import_transcripts()
        told = firsts(engine.why("net.py"))
        assert set(told) == set(range(1, 8))
