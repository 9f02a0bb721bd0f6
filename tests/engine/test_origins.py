"""Whence a line, down to the words that asked for it: transcripts and commits in, the turn out."""

import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE
from whence.background import origins
from whence.background.origin_table import OriginTable
from whence.engine.origins import table
from whence.values.base import now
from whence.values.errors import InvalidRequest
from whence.values.reports.provenance import Origin, Why
from whence.values.settings import parse
from whence.values.tally import Tally

PLAIN = parse({"embedding": {"model": "none"}})
ASKED = "Make the retry stop after three attempts"
RETRY = """def fetch_with_retry(client, address, attempts=3):
    for attempt in range(attempts):
        try:
            return client.get(address, timeout=10)
        except ConnectionError as error:
            time.sleep(2 ** attempt)
    raise GaveUp(f"no answer after {attempts} attempts")
"""
COMMITTED = "2026-02-03T09:05:00+00:00"
BEGUN = datetime(2026, 2, 3, 9, tzinfo=UTC)


class Transcript:
    """A transcript of Claude Code about a folder."""

    def __init__(self, root: Path, session: str = "5e551011", begun: datetime = BEGUN) -> None:
        self.root, self.session, self.begun = root, session, begun
        home = Path(os.environ["CLAUDE_CONFIG_DIR"], "projects", re.sub(r"[^A-Za-z0-9]", "-", str(root)))
        home.mkdir(parents=True, exist_ok=True)
        self.path = home / f"{session}.jsonl"
        self._count = 0
        self._last: str | None = None

    def record(self, role: str, content: object, **more: object) -> None:
        self._count += 1
        id = f"{self.session}-{self._count}"
        message = {"role": role, "content": content, "model": "some-model"}
        told = {"type": role, "uuid": id, "parentUuid": self._last, "sessionId": self.session, **more}
        told |= {"cwd": str(self.root), "message": message}
        told["timestamp"] = (self.begun + timedelta(seconds=self._count)).isoformat()
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
        self._last = id

    def ask(self, text: str) -> None:
        self.record("user", text)

    def write(self, path: str, text: str) -> None:
        """The assistant writes a file."""
        id = f"call-{self.session}-{self._count}"
        call = {"file_path": str(self.root / path), "content": text}
        self.record("assistant", [{"type": "text", "text": "I bound the loop."}])
        self.record("assistant", [{"type": "tool_use", "id": id, "name": "Write", "input": call}])
        self.record("user", [{"type": "tool_result", "tool_use_id": id, "content": "done"}])
        (self.root / path).write_text(text, encoding="utf-8")


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


def commit(repository: Path, git: Git, message: str = "Stop after three", **environment: str) -> str:
    git("add", "-A", cwd=repository)
    then = {"GIT_AUTHOR_DATE": COMMITTED, "GIT_COMMITTER_DATE": COMMITTED}
    git("commit", "-qm", message, cwd=repository, **then, **environment)
    return git("rev-parse", "HEAD", cwd=repository)


def firsts(found: Why) -> dict[int, Origin]:
    return {line: each.origins[0] for each in found.stretches for line in each.lines}


def test_the_turn_that_asked_is_told(engine: Engine, transcript: Transcript, repository: Path, git: Git) -> None:
    commit(repository, git)
    engine.import_transcripts()
    found = engine.why("net.py", 2, 5)
    assert set(firsts(found)) == {2, 3, 4, 5}
    origin = firsts(found)[4]
    assert (origin.session, origin.turn, origin.asked) == ("5e551011", 1, ASKED)
    assert (origin.assistant, origin.model, origin.said) == ("claude-code", "some-model", "I bound the loop.")
    assert (origin.kind, origin.mixed) == ("matched", False)
    assert origin.confidence > 0.9
    conversation = engine.conversation(origin.conversation)
    assert origin.place is not None
    assert conversation.messages[origin.place].content == ASKED
    assert ASKED in found.markdown
    assert "Claude Code" in found.markdown


def test_a_turn_that_only_agrees_is_told_with_what_it_agrees_to(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    transcript.ask("Should the error have a name of its own?")
    transcript.ask("yes")
    transcript.write("errors.py", 'class GaveUp(Exception):\n    """Nobody answered."""\n')
    commit(repository, git)
    engine.import_transcripts()
    origin = firsts(engine.why("errors.py"))[1]
    assert (origin.asked, origin.before) == ("yes", "Should the error have a name of its own?")
    assert firsts(engine.why("net.py"))[1].before == ""
    assert "“yes”** (after “Should the error" in engine.why("errors.py").markdown


def test_lines_of_a_file_that_git_does_not_know_yet(engine: Engine, repository: Path) -> None:
    transcript = Transcript(repository, begun=now() - timedelta(minutes=5))
    transcript.ask(ASKED)
    transcript.write("net.py", RETRY)
    (repository / "net.py").write_text(RETRY + "\n\ndef audit(user):\n    journal.write(user.name)\n", encoding="utf-8")
    engine.import_transcripts()
    assert not engine.why("app.py").stretches
    told = firsts(engine.why("net.py"))
    assert set(told) == set(range(1, 8)), "the lines that a person added are nobody's"
    assert told[2].asked == ASKED


def test_uncommitted_lines_of_a_known_file(engine: Engine, transcript: Transcript, repository: Path) -> None:
    whole = (repository / "app.py").read_text() + "\n\n" + RETRY
    transcript.ask("Put it into the app")
    transcript.write("app.py", whole)
    engine.import_transcripts()
    told = firsts(engine.why("app.py"))
    assert {told[line].asked for line in range(5, 12)} == {"Put it into the app"}
    assert 1 not in told


def test_a_persons_line_between_is_nobodys_and_a_changed_one_is_mixed(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    text = RETRY.replace("2 ** attempt", "min(30, 2 ** attempt)").replace(
        "        try:\n", "        journal.write(current_user().name)\n        try:\n"
    )
    (repository / "net.py").write_text(text, encoding="utf-8")
    commit(repository, git)
    engine.import_transcripts()
    told = firsts(engine.why("net.py"))
    lines = text.splitlines()
    assert 1 + lines.index("        journal.write(current_user().name)") not in told
    changed = told[1 + lines.index("            time.sleep(min(30, 2 ** attempt))")]
    assert changed.mixed
    assert changed.session == "5e551011"
    assert not told[1].mixed


def test_what_a_commit_says_itself_is_stated(engine: Engine, repository: Path, git: Git) -> None:
    Transcript(repository, "other").ask("Hello")
    (repository / "net.py").write_text(RETRY, encoding="utf-8")
    commit(repository, git, "Stop after three\n\nCo-Authored-By: Claude Opus 9 <noreply@example.invalid>")
    engine.import_transcripts()
    (stretch,) = engine.why("net.py").stretches
    (origin,) = stretch.origins
    assert (origin.kind, origin.assistant, origin.session) == ("stated", "Claude Opus 9", "")


NOTE = """net.py
  0123456789abcdef 1-3
  h_0123456789abcd 4-7
---
{"schema_version": "authorship/3.0.0", "base_commit_sha": "", "humans": {"h_0123456789abcd": {"author": "Ada"}},
 "prompts": {"0123456789abcdef": {"agent_id": {"tool": "claude", "id": "noted", "model": "some-model"},
  "messages": [{"type": "user", "text": "Retry three times"}], "total_additions": 3}}}
"""


def test_what_a_note_of_git_ai_says_is_stated_line_by_line(engine: Engine, repository: Path, git: Git) -> None:
    (repository / "net.py").write_text(RETRY, encoding="utf-8")
    id = commit(repository, git)
    git("notes", "--ref=ai", "add", "-m", NOTE, id, cwd=repository)
    engine.import_history()
    told = firsts(engine.why("net.py"))
    assert set(told) == {1, 2, 3}
    assert (told[2].kind, told[2].assistant, told[2].session) == ("stated", "claude-code", "noted")
    assert (told[2].asked, told[2].model) == ("Retry three times", "some-model")
    assert "stated" in engine.why("net.py").markdown


def test_a_note_and_a_match_of_the_same_session_are_one(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    id = commit(repository, git)
    git("notes", "--ref=ai", "add", "-m", NOTE.replace('"noted"', f'"{transcript.session}"'), id, cwd=repository)
    engine.import_transcripts()
    told = firsts(engine.why("net.py"))
    assert (told[2].kind, told[2].session, told[2].turn, told[2].asked) == ("stated", transcript.session, 1, ASKED)
    assert (told[5].kind, told[5].session) == ("matched", transcript.session)


def test_a_record_of_agent_trace_is_stated(engine: Engine, repository: Path, git: Git) -> None:
    (repository / "net.py").write_text(RETRY, encoding="utf-8")
    id = commit(repository, git)
    span = {"start_line": 2, "end_line": 3}
    by_person = {"contributor": {"type": "human"}, "ranges": [{"start_line": 5, "end_line": 6}]}
    by_model = {
        "url": "https://example.invalid/c/77",
        "contributor": {"type": "ai", "model_id": "a/m"},
        "ranges": [span],
    }
    file = {"path": "net.py", "conversations": [by_model, by_person]}
    record = {"version": "0.1.0", "id": "1", "vcs": {"type": "git", "revision": id}, "tool": {"name": "cursor"}}
    (repository / ".agent-trace").mkdir()
    (repository / ".agent-trace" / "traces.jsonl").write_text(json.dumps({**record, "files": [file]}) + "\n")
    engine.import_history()
    told = firsts(engine.why("net.py"))
    assert {line: (each.assistant, each.session) for line, each in told.items()} == dict.fromkeys(
        (2, 3), ("cursor", "77")
    )


def test_the_session_of_a_checkpoint_of_entire_is_stated(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    git("checkout", "-q", "--orphan", "entire/checkpoints/v1", cwd=repository)
    folder = repository / "0e" / "6b66910244" / "0"
    folder.mkdir(parents=True)
    about = {"session_id": f"2026-02-03-{transcript.session}", "agent": "Claude Code"}
    (folder / "metadata.json").write_text(json.dumps(about))
    git("add", "0e", cwd=repository)
    git("commit", "-qm", "Checkpoint", cwd=repository)
    git("checkout", "-qf", "main", cwd=repository)
    (repository / "net.py").write_text(RETRY.replace("2 ** attempt", "delay_of(attempt)"), encoding="utf-8")
    commit(repository, git, "Stop after three\n\nEntire-Checkpoint: 0e6b66910244")
    engine.import_transcripts()
    told = firsts(engine.why("net.py"))
    assert {(each.kind, each.session) for each in told.values()} == {("stated", transcript.session)}
    assert told[2].turn == 1


def test_what_is_written_later_is_found_later(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    commit(repository, git)
    engine.import_transcripts()
    transcript.ask("And name the error")
    transcript.write("errors.py", "class GaveUp(Exception):\n    '''Nobody answered within all attempts.'''\n")
    commit(repository, git, "Name the error")
    engine.import_transcripts()
    assert firsts(engine.why("errors.py"))[2].turn == 2
    assert firsts(engine.why("net.py"))[2].turn == 1


def test_history_that_is_imported_later_is_explained(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    engine.import_transcripts()
    commit(repository, git)
    assert not engine.why("net.py").stretches
    engine.import_history()
    assert set(firsts(engine.why("net.py"))) == set(range(1, 8))


def test_bots_and_merges_have_no_session(engine: Engine, transcript: Transcript, repository: Path, git: Git) -> None:
    commit(repository, git, GIT_AUTHOR_NAME="dependabot[bot]", GIT_AUTHOR_EMAIL="1+dependabot[bot]@example.invalid")
    engine.import_transcripts()
    assert not engine.why("net.py").stretches


def test_no_secret_is_kept(engine: Engine, transcript: Transcript, repository: Path, git: Git) -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
    transcript.ask(f"Use {secret}")
    transcript.write("conf.py", f'def token_of_the_shop():\n    return "{secret[:40]}"\n')
    commit(repository, git)
    engine.import_transcripts()
    found = firsts(engine.why("conf.py"))
    assert found[2].turn == 2
    files = [path.read_bytes() for path in engine.project.place.home.glob("origins.sqlite*")]
    with table(engine.project).open() as reading:
        dumped = str([reading.rows(f"select * from {name}") for name in ("turns", "edits", "acts")])
    assert secret[:40] not in dumped
    assert not any(secret[:40].encode() in content for content in files)


def test_a_conversation_that_is_removed_for_good_leaves_nothing(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    commit(repository, git)
    engine.import_transcripts()
    id = firsts(engine.why("net.py"))[1].conversation
    engine.forget((id,))
    assert engine.why("net.py").stretches  # it can be restored
    engine.empty_bin()
    assert not engine.why("net.py").stretches
    with table(engine.project).open() as reading:
        for name in ("sessions", "turns", "edits", "lines", "acts", "origins"):
            assert reading.rows(f"select * from {name}") == []


def test_a_session_that_is_rewound_is_read_anew(transcript: Transcript, repository: Path, tmp_path: Path) -> None:
    known = OriginTable(tmp_path, repository)
    assert origins.refresh(known, [repository], Tally()) == 1
    assert origins.refresh(known, [repository], Tally()) == 0  # nothing new
    transcript._last = None  # the user goes back to the beginning
    transcript.ask("No, write it otherwise")
    transcript.write("net.py", "def fetch_once(client, address):\n    return client.get(address)\n")
    assert origins.refresh(known, [repository], Tally()) == 1
    with known.open() as reading:
        assert [path for (path,) in reading.rows("select path from edits")] == ["net.py"]
        (said,) = (said for (said,) in reading.rows("select turns.said from edits join turns on turns.id = turn"))
    assert said == "No, write it otherwise"


def test_a_copy_of_a_session_under_another_id_is_the_first_ones(
    transcript: Transcript, repository: Path, tmp_path: Path
) -> None:
    copy = transcript.path.with_name("ffff.jsonl")
    copy.write_text(transcript.path.read_text().replace(transcript.session + '"', 'ffff"'), encoding="utf-8")
    known = OriginTable(tmp_path, repository)
    origins.refresh(known, [repository], Tally())
    with known.open() as reading:
        rows: list[Any] = reading.rows(
            "select sessions.name from edits join turns on turns.id = turn join sessions on sessions.id = session"
        )
    assert rows == [("5e551011",)]


def test_damage_and_strange_files_are_survived(repository: Path, transcript: Transcript, tmp_path: Path) -> None:
    with transcript.path.open("ab") as file:
        file.write(b'{"type": "user", "mess\n\xff\xfe\n')
        file.write(b'{"type": "assistant", "uuid": "x", "text": "' + b"a" * (50 << 20) + b'"}\n')
    strange = Transcript(repository, "aaaa")
    strange.ask("Write outside")
    strange.record("assistant", [{"type": "tool_use", "id": "t", "name": "Write", "input": {"file_path": 7}}])
    tally = Tally()
    known = OriginTable(tmp_path, repository)
    assert origins.refresh(known, [repository], tally) == 2
    assert "lines that are broken or cut off" in {each.reason for each in tally.left_out()}
    with known.open() as reading:
        assert reading.edits() == 1


def test_a_table_that_is_busy_costs_no_answer(
    engine: Engine, transcript: Transcript, repository: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository, git)
    engine.import_transcripts()
    monkeypatch.setattr("whence.capture.sqlite._BUSY_SECONDS", 0.1)
    held = sqlite3.connect(engine.project.place.home / "origins.sqlite", isolation_level=None)
    held.execute("begin exclusive")
    begun = time.monotonic()
    assert engine.why("net.py").title == "Why net.py:1-7"
    assert time.monotonic() - begun < 10
    held.close()


def test_what_an_assistant_writes_is_known_while_it_works(repository: Path, git: Git) -> None:
    transcript = Transcript(repository, begun=now() - timedelta(minutes=5))
    transcript.ask(ASKED)
    transcript.write("net.py", RETRY)
    settings = parse({"embedding": {"model": "none"}, "conversations": {"autoSave": ["claude-code"]}})
    with Engine(repository, settings, capture=True) as engine:
        assert engine.project.origins
        assert engine.project.origins.settle(PATIENCE)
        git("add", "-A", cwd=repository)
        git("commit", "-qm", "Stop after three", cwd=repository)
        transcript.ask("And name the error")
        transcript.write("net.py", RETRY + '\n\nclass GaveUp(Exception):\n    """Nobody answered."""\n')
        told: dict[int, Origin] = {}
        deadline = time.monotonic() + PATIENCE
        while not {2, 10} <= told.keys() and time.monotonic() < deadline:
            told = firsts(engine.why("net.py"))
            time.sleep(0.2)
        assert (told[2].turn, told[10].turn) == (1, 2)


def test_no_transcript_is_read_unasked(transcript: Transcript, repository: Path, git: Git) -> None:
    commit(repository, git)
    with Engine(repository, PLAIN, capture=True) as engine:
        assert engine.project.origins is None
        engine.import_history()
        assert not engine.why("net.py").stretches
        assert not table(engine.project).exists


def test_what_was_written_in_another_work_tree_is_known(
    engine: Engine, repository: Path, git: Git, tmp_path: Path
) -> None:
    other = tmp_path / "beside"
    git("worktree", "add", "-q", "-b", "retry", str(other), cwd=repository)
    transcript = Transcript(other.resolve())
    transcript.ask(ASKED)
    transcript.write("net.py", RETRY)
    commit(other, git)
    git("merge", "-q", "retry", cwd=repository)
    engine.import_transcripts()
    assert firsts(engine.why("net.py"))[2].asked == ASKED


def test_what_is_known_of_a_files_lines_is_at_hand_once_git_was_asked(
    transcript: Transcript, repository: Path, git: Git
) -> None:
    commit(repository, git)
    with Engine(repository, PLAIN, lasting=True) as engine:
        assert not engine.marks("net.py", ask=True).pending  # nothing was read that could tell
        engine.import_transcripts()
        assert engine.marks("net.py").origins == ()
        assert engine.marks("net.py", ask=True).pending
        deadline = time.monotonic() + PATIENCE
        while engine.marks("net.py", ask=True).pending and time.monotonic() < deadline:
            time.sleep(0.05)
        (told,) = engine.marks("net.py").origins
        assert told.lines == tuple(range(1, 8))
        assert re.fullmatch(rf"Claude Code, 3 Feb 2026: “{ASKED}” \(matched, \d\d% sure\)", told.title)
        assert (told.conversation, told.asked) == (firsts(engine.why("net.py"))[1].conversation, ASKED)


def test_a_change_lists_the_turns_that_wrote_it(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    transcript.ask("And name the error")
    transcript.write("errors.py", 'class GaveUp(Exception):\n    """Nobody answered."""\n')
    id = commit(repository, git)
    engine.import_transcripts()
    engine.import_history()
    (change,) = engine.project.store.by_keys([f"commit:{id}"])
    detail = engine.get(change.id)
    assert [(each.lines, each.origins[0].asked) for each in detail.written] == [(7, ASKED), (2, "And name the error")]
    assert "## Written in conversations" in detail.markdown
    assert f"- 7 different lines: **“{ASKED}”**" in detail.markdown
    assert not engine.get(engine.why("app.py").cited[0].id).written


def test_a_change_says_how_many_lines_were_changed_and_what_nobody_knows(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    changed = RETRY.replace("2 ** attempt", "min(30, 2 ** attempt)")
    (repository / "net.py").write_text(changed + "\n\ndef by_hand(of_a_person):\n    return answer(of_a_person)\n")
    id = commit(repository, git)
    engine.import_transcripts()
    engine.import_history()
    (change,) = engine.project.store.by_keys([f"commit:{id}"])
    (wrote,) = engine.get(change.id).written
    assert (wrote.lines, wrote.mixed) == (7, 1)
    assert "- 7 different lines, 1 of them changed afterwards: **“" in engine.get(change.id).markdown
    found = engine.why("net.py")
    assert found.unknown == (10, 11)  # and of blank lines nothing is claimed
    assert set(firsts(found)) == set(range(1, 8))
    assert "- Lines 10-11: by a person, or in a conversation that was not read" in found.markdown


def test_a_conversation_lists_its_lines_that_stand_and_those_that_are_gone(
    engine: Engine, transcript: Transcript, repository: Path, git: Git
) -> None:
    commit(repository, git)
    (repository / "net.py").write_text(RETRY.replace("            time.sleep(2 ** attempt)\n", ""), encoding="utf-8")
    git("mv", "net.py", "retry.py", cwd=repository)
    commit(repository, git, "Wait no more")
    engine.import_transcripts()
    id = firsts(engine.why("retry.py"))[1].conversation
    found = engine.conversation_lines(id)
    (file,) = found.files
    assert (file.path, file.standing, file.gone) == ("retry.py", tuple(range(1, 7)), 1)
    assert file.examples == ("time.sleep(2 ** attempt)",)
    assert "- 6 lines: `retry.py:1-6`" in found.markdown
    git("rm", "-q", "retry.py", cwd=repository)
    commit(repository, git, "Take it out")
    (file,) = engine.conversation_lines(id).files
    assert (file.there, file.standing, file.gone) == (False, (), 7)
    (note,) = engine.remember({"kind": "note", "content": "x"}).ids
    with pytest.raises(InvalidRequest, match="only conversations"):
        engine.conversation_lines(note)


def test_of_a_conversation_that_wrote_nothing_nothing_is_told(
    engine: Engine, transcript: Transcript, repository: Path
) -> None:
    (id,) = engine.save_conversation("User: Why?\n\nAssistant: So.").ids
    found = engine.conversation_lines(id)
    assert (found.markdown, found.note) == ("", "No lines are known that this conversation wrote.")
