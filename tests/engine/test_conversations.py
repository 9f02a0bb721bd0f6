import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE
from whence.background import intake as parts
from whence.readers.transcripts import homes
from whence.values.errors import Cancelled, InvalidRequest, NotFound, StorageError
from whence.values.memory import Conversation, Message
from whence.values.settings import parse

SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
AT = "2026-01-02T03:04:{:02}Z"

Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(*sources: str, trusted: bool = True) -> Engine:
        settings = parse({"embedding": {"model": "none"}, "conversations": {"autoSave": list(sources)}})
        opened.append(Engine(repository, settings, capture=bool(sources), trusted=trusted))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Open) -> Engine:
    return open_engine()


def conversations(engine: Engine) -> list[Conversation]:
    hits = engine.search("", kinds=("conversation",), limit=200, archived=True).hits
    found = [engine.get(hit.id).memory for hit in hits]
    return [each for each in found if isinstance(each, Conversation)]


def only(engine: Engine) -> Conversation:
    (found,) = conversations(engine)
    return found


def contents(conversation: Conversation) -> list[str]:
    return [turn.content for turn in conversation.messages]


# ---------------------------------------------------------------- by hand


def test_a_selection_is_saved_role_by_role(engine: Engine) -> None:
    text = "## User\n\nHow do we sign?\n\n## Assistant\n\nWith Ed25519."
    (id,) = engine.save_conversation(text, label="security", labels=("later",), folder="/team/", origin="copilot").ids
    saved = only(engine)
    assert (saved.id, saved.title, saved.labels) == (id, "How do we sign?", ("security", "later"))
    assert (saved.folder, saved.origin, saved.source) == ("team", "copilot", "user")
    assert [turn.role for turn in saved.messages] == ["user", "assistant"]
    assert engine.settle(PATIENCE)
    assert [hit.id for hit in engine.search("Ed25519").hits] == [id]


def test_a_text_without_roles_is_one_turn_of_the_user(engine: Engine) -> None:
    engine.save_conversation("Sign with Ed25519: it is small.", title="Signing")
    saved = only(engine)
    assert [(turn.role, turn.content) for turn in saved.messages] == [("user", "Sign with Ed25519: it is small.")]
    assert saved.title == "Signing"


def test_turns_are_saved_as_they_are(engine: Engine) -> None:
    engine.save_conversation(messages=(Message(role="user", content="q"), Message(role="tool", content="t")))
    assert contents(only(engine)) == ["q", "t"]


@pytest.mark.parametrize(
    "given",
    [{}, {"text": " \n"}, {"text": "<system-reminder>x</system-reminder>"}, {"text": "x" * 8_000_001}],
    ids=["nothing", "blank", "boilerplate alone", "too much"],
)
def test_nothing_to_save_is_refused(engine: Engine, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        engine.save_conversation(**given)
    assert conversations(engine) == []


def test_what_is_left_out_of_a_saved_text_is_told(engine: Engine) -> None:
    note = engine.save_conversation("User: q\n<system-reminder>x</system-reminder>\nAssistant: a").note
    assert note == "Kept “q”, 2 turns. Left out: boilerplate of a tool: 1."


def test_an_export_that_is_saved_twice_is_one_conversation(engine: Engine) -> None:
    export = {"uuid": "k", "name": "Cats", "chat_messages": [{"sender": "human", "text": "q"}]}
    first = engine.save_conversation(json.dumps(export), label="pets")
    export["chat_messages"].append({"sender": "assistant", "text": "a"})  # type: ignore[attr-defined] # it is the list
    assert engine.save_conversation(json.dumps([export])).ids == first.ids
    assert engine.save_conversation(json.dumps(export)).ids == first.ids
    assert (contents(only(engine)), only(engine).labels, only(engine).title) == (["q", "a"], ("pets",), "Cats")


def test_our_own_context_is_not_saved_again(engine: Engine) -> None:
    for content in ("Sign with Ed25519", "We sign:\n```\n## Note: odd\n```\nand more"):
        engine.remember({"kind": "note", "content": content})
    assert engine.settle(PATIENCE)
    block = engine.context("sign")
    assert len(block.sources) == 2
    engine.save_conversation(f"## User\n\n{block.markdown}\nWhat now?\n\n## Assistant\n\nNothing.")
    assert contents(only(engine)) == ["What now?", "Nothing."]


def test_turns_are_appended_to_conversations_alone(engine: Engine) -> None:
    (id,) = engine.save_conversation("q").ids
    (other,) = engine.remember({"kind": "note", "content": "x"}).ids
    turn = (Message(role="assistant", content=f"a {SECRET}"),)
    assert engine.append_turns(id, turn).note == "Added 1 turn to “q”."
    assert contents(only(engine)) == ["q", "a [redacted: github-token]"]
    with pytest.raises(InvalidRequest, match="note"):
        engine.append_turns(other, turn)
    with pytest.raises(NotFound):
        engine.append_turns("nothing", turn)


def test_a_conversation_without_a_label_gets_the_default_one(repository: Path) -> None:
    settings = parse({"embedding": {"model": "none"}, "conversations": {"defaultLabel": "talks"}})
    with Engine(repository, settings) as engine:
        for label, labels in (("", ("talks",)), ("ports", ("ports",))):
            (id,) = engine.save_conversation(text="User: Which port?\n\nAssistant: All.", label=label).ids
            assert engine.get(id).memory.labels == labels


def test_labels_in_use_come_most_used_first(engine: Engine) -> None:
    for labels in (("b", "a"), ("b",), ()):
        engine.save_conversation("q", labels=labels)
    (gone,) = engine.save_conversation("q", label="gone").ids
    engine.forget((gone,))
    engine.remember({"kind": "note", "content": "x", "labels": ["c", "a"]})
    assert [(each.label, each.count) for each in engine.labels_in_use().labels] == [("a", 2), ("b", 2), ("c", 1)]
    assert [each.label for each in engine.labels_in_use(("conversation",)).labels] == ["b", "a"]


# ---------------------------------------------------------------- imports


def chat(*turns: str) -> str:
    return "".join(f"## {'Assistant' if n % 2 else 'User'}\n\n{each}\n\n" for n, each in enumerate(turns))


def test_a_folder_is_imported_once_and_gains_what_is_new(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "gespräche"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.md").write_text(chat("yes", "no", "yes"), encoding="utf-8")
    (folder / "deep" / "two.md").write_text(chat("other", "part"), encoding="utf-8")
    (folder / "README.md").write_text("# Not a chat", encoding="utf-8")
    (folder / "empty.json").touch()
    (folder / "picture.png").touch()
    done = engine.import_conversations(str(folder), label="old", folder="chats")
    assert (done.added, done.updated, done.unchanged, len(done.ids)) == (2, 0, 0, 2)
    assert {each.reason: each.examples for each in done.left_out} == {
        "no conversation that Whence recognises": ("README.md",),
        "an empty file": ("empty.json",),
        "another kind of file": ("picture.png",),
    }
    assert {each.labels for each in conversations(engine)} == {("old",)}
    again = engine.import_conversations(str(folder))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    (folder / "one.md").write_text(chat("yes", "no", "yes", "yes", "more"), encoding="utf-8")
    (folder / "deep" / "two.md").write_text(chat("other", "part and the rest of it"), encoding="utf-8")
    third = engine.import_conversations(str(folder))
    assert (third.added, third.updated, third.unchanged) == (0, 2, 0)
    assert sorted(map(contents, conversations(engine))) == [
        ["other", "part and the rest of it"],
        ["yes", "no", "yes", "yes", "more"],
    ]
    assert third.note == "Read 2 conversations: 2 with new turns."


def test_what_a_user_did_to_a_conversation_outlives_an_import(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "one.md"
    file.write_text(chat("q", "a"), encoding="utf-8")
    (id,) = engine.import_conversations(str(file)).ids
    engine.update(id, {"title": "Mine", "labels": ["kept"], "pinned": True})
    file.write_text("# Theirs\n" + chat("q", "a", "b"), encoding="utf-8")
    assert engine.import_conversations(str(file)).updated == 1
    kept = only(engine)
    assert (kept.title, kept.labels, kept.pinned, contents(kept)) == ("Mine", ("kept",), True, ["q", "a", "b"])
    engine.forget((id,))
    file.write_text(chat("q", "a", "b", "c"), encoding="utf-8")
    done = engine.import_conversations(str(file))
    assert (done.added, done.updated) == (0, 0)
    assert "bin" in done.left_out[0].reason
    engine.restore((id,))
    assert contents(only(engine)) == ["q", "a", "b"]


def test_a_secret_is_compared_as_it_is_stored(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "one.md"
    file.write_text(chat(f"my token is {SECRET}", "a"), encoding="utf-8")
    assert engine.import_conversations(str(file)).added == 1
    assert engine.import_conversations(str(file)).unchanged == 1
    assert SECRET not in str(only(engine))


def test_a_long_thread_becomes_several_conversations(engine: Engine, tmp_path: Path) -> None:
    turns = [f"turn {n} " + "word " * 12_000 for n in range(13)]
    file = tmp_path / "long.json"
    file.write_text(json.dumps([{"role": "user", "content": each} for each in turns[:7]]), encoding="utf-8")
    assert engine.import_conversations(str(file)).added == 1
    file.write_text(json.dumps([{"role": "user", "content": each} for each in turns]), encoding="utf-8")
    assert engine.import_conversations(str(file)).updated == 1
    assert engine.import_conversations(str(file)).unchanged == 1
    found = sorted(conversations(engine), key=lambda each: each.thread)
    assert [text.split(" w")[0] for each in found for text in contents(each)] == [f"turn {n}" for n in range(13)]
    assert all(sum(map(len, contents(each))) <= parts.PART_CHARACTERS for each in found)
    assert len(found) == 7
    assert all(each.links[0].target == found[0].id for each in found[1:])


def test_every_turn_of_a_conversation_is_found(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "chat.md"
    said = [f"About topic{n} and its details" for n in range(300)]
    file.write_text(chat(*said), encoding="utf-8")
    engine.import_conversations(str(file))
    assert [len(each.messages) for each in sorted(conversations(engine), key=lambda each: each.thread)] == [200, 100]
    assert engine.settle(PATIENCE)
    for n in (0, 60, 150, 199, 299):
        assert f"topic{n} " in engine.search(f"topic{n}").hits[0].snippet


def test_long_conversations_leave_room_for_others(engine: Engine) -> None:
    notes = {
        engine.remember({"kind": "note", "content": f"The parser of part {n}, at some length"}).ids[0] for n in range(9)
    }
    for n in range(3):
        engine.save_conversation(chat(*(f"the parser again {n} {turn}" for turn in range(150))))
    assert engine.settle(PATIENCE)
    assert notes < {hit.id for hit in engine.search("parser", limit=50).hits}


@pytest.mark.parametrize("source", ["", " ", "/no/such/place", "a\0b", "~nobody-of-this-name/x"])
def test_a_source_that_is_not_there_is_refused(engine: Engine, source: str) -> None:
    with pytest.raises(InvalidRequest):
        engine.import_conversations(source)
    with pytest.raises(InvalidRequest):
        engine.import_memories(source)


def test_what_was_read_before_a_stop_is_kept(engine: Engine, tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"chat {n}.md").write_text(chat(f"q{n}", "a"), encoding="utf-8")

    def stop(message: str, share: float) -> None:
        if share >= 0.6:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        engine.import_conversations(str(tmp_path), progress=stop)
    assert len(conversations(engine)) == 3
    done = engine.import_conversations(str(tmp_path))
    assert (done.added, done.unchanged) == (2, 3)


def test_two_imports_at_once_take_every_turn_once(open_engine: Open, tmp_path: Path) -> None:
    engines = [open_engine(), open_engine()]
    for n in range(20):
        (tmp_path / f"chat {n}.md").write_text(chat(f"q{n}", "a"), encoding="utf-8")
    workers = [threading.Thread(target=each.import_conversations, args=(str(tmp_path),)) for each in engines]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(conversations(engines[0])) == 20
    assert all(len(each.messages) == 2 for each in conversations(engines[1]))


def test_a_busy_neighbour_is_told_of(engine: Engine) -> None:
    from whence.values.tally import Tally

    def intake() -> parts.Intake:
        return parts.Intake(engine.store, engine.writer, engine.place, Tally(), patience=0.0)

    with intake(), pytest.raises(StorageError, match="Another window"), intake():
        pass


# ---------------------------------------------------------------- transcripts of this machine


def claude_line(cwd: Path, role: str, text: str, second: int, session: str = "s1") -> str:
    message = {"role": role, "content": [{"type": "text", "text": text}]}
    record = {"type": role, "sessionId": session, "cwd": str(cwd), "timestamp": AT.format(second), "message": message}
    return json.dumps(record) + "\n"


def claude_file(cwd: Path, name: str = "s1") -> Path:
    folder = Path(os.environ["CLAUDE_CONFIG_DIR"], "projects", re.sub(r"[^A-Za-z0-9]", "-", str(cwd.resolve())))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.jsonl"


def codex_file(cwd: Path, name: str = "c1") -> Path:
    folder = Path(os.environ["CODEX_HOME"], "sessions", "2026", "01", "02")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"rollout-2026-01-02T03-04-05-{name}.jsonl"
    meta = {"type": "session_meta", "timestamp": AT.format(0), "payload": {"id": name, "cwd": str(cwd)}}
    file.write_text(json.dumps(meta) + "\n", encoding="utf-8")
    return file


def codex_lines(text: str, second: int, *, form: str = "both") -> str:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    both = {
        "item": {"timestamp": AT.format(second), "type": "response_item", "payload": item},
        "event": {
            "timestamp": AT.format(second),
            "type": "event_msg",
            "payload": {"type": "user_message", "message": text},
        },
    }
    return "".join(json.dumps(each) + "\n" for key, each in both.items() if form in ("both", key))


def vscode_file(folder: Path, session: dict[str, Any], name: str = "v1") -> Path:
    storage = Path(os.environ["VSCODE_APPDATA"], "Code", "User", "workspaceStorage", "0a1b")
    (storage / "chatSessions").mkdir(parents=True, exist_ok=True)
    (storage / "workspace.json").write_text(json.dumps({"folder": folder.as_uri()}), encoding="utf-8")
    file = storage / "chatSessions" / f"{name}.json"
    file.write_text(json.dumps({"sessionId": name, "version": 3, **session}), encoding="utf-8")
    return file


def request(text: str, answer: str, *, done: bool = True) -> dict[str, Any]:
    told = {"result": {}, "modelState": {"value": 1}} if done else {"modelState": {"value": 0}}
    return {"message": {"text": text}, "timestamp": 1767323045000, "response": [{"value": answer}], **told}


def add(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)


def round_of(engine: Engine) -> None:
    assert engine.autosave is not None
    assert engine.autosave.settle(PATIENCE)


def test_nothing_is_read_unless_the_user_opted_in(open_engine: Open, repository: Path) -> None:
    add(claude_file(repository), claude_line(repository, "user", "q", 1))
    assert open_engine().autosave is None
    assert open_engine("codex", trusted=False).autosave is None
    engine = open_engine("codex")
    round_of(engine)
    assert conversations(engine) == []


def test_new_turns_are_saved_by_themselves_once_each(open_engine: Open, repository: Path) -> None:
    file = claude_file(repository)
    add(file, claude_line(repository, "user", "q", 1) + claude_line(repository, "assistant", "a", 2))
    engine = open_engine("claude-code")
    round_of(engine)
    assert (contents(only(engine)), only(engine).labels) == (["q", "a"], ("claude-code",))
    half = claude_line(repository, "assistant", "ok", 12)
    add(file, claude_line(repository, "user", "yes", 9) + half[:30])
    round_of(engine)
    assert contents(only(engine)) == ["q", "a", "yes"]
    add(file, half[30:] + claude_line(repository, "user", "yes", 20))
    round_of(engine)
    round_of(engine)
    assert contents(only(engine)) == ["q", "a", "yes", "ok", "yes"]
    engine.close()
    add(file, claude_line(repository, "user", "later", 30))
    later = open_engine("claude-code")
    round_of(later)
    assert contents(only(later))[-2:] == ["yes", "later"]


def test_only_what_was_appended_is_read(open_engine: Open, repository: Path) -> None:
    file = claude_file(repository)
    add(file, claude_line(repository, "user", "one", 1) + claude_line(repository, "user", "two", 5))
    engine = open_engine("claude-code")
    round_of(engine)
    engine.update(only(engine).id, {"messages": [{"role": "user", "content": "kept by hand"}]})
    add(file, claude_line(repository, "user", "three", 9))
    round_of(engine)
    assert contents(only(engine)) == ["kept by hand", "three"]


@pytest.mark.parametrize("broken", [b"", b"{", b'{"files": {"x": 1}}', b"\xff\xfe"], ids=ascii)
def test_without_the_places_everything_is_read_anew_and_taken_once(
    open_engine: Open, repository: Path, broken: bytes
) -> None:
    add(claude_file(repository), claude_line(repository, "user", "one", 1))
    engine = open_engine("claude-code")
    round_of(engine)
    (engine.place.home / "transcripts.json").write_bytes(broken)
    round_of(engine)
    assert contents(only(engine)) == ["one"]


def test_a_transcript_that_was_written_anew_is_read_from_its_beginning(open_engine: Open, repository: Path) -> None:
    file = claude_file(repository)
    add(file, claude_line(repository, "user", "one", 1) + claude_line(repository, "user", "two", 5))
    engine = open_engine("claude-code")
    round_of(engine)
    file.write_text(claude_line(repository, "user", "three", 9), encoding="utf-8")
    round_of(engine)
    assert contents(only(engine)) == ["one", "two", "three"]


def test_a_turn_that_codex_tells_twice_is_taken_once_wherever_reading_stops(
    open_engine: Open, repository: Path
) -> None:
    file = codex_file(repository)
    add(file, codex_lines("q", 1) + codex_lines("again", 10, form="item"))
    engine = open_engine("codex")
    round_of(engine)
    add(file, codex_lines("again", 10, form="event") + codex_lines("again", 30))
    round_of(engine)
    assert (contents(only(engine)), only(engine).thread) == (["q", "again", "again"], "c1")


def test_an_answer_that_vscode_is_still_writing_waits(open_engine: Open, repository: Path) -> None:
    vscode_file(repository, {"requests": [request("q", "ans", done=False)]})
    engine = open_engine("vscode")
    round_of(engine)
    assert contents(only(engine)) == ["q"]
    vscode_file(repository, {"requests": [request("q", "answer")], "customTitle": "Named"})
    round_of(engine)
    assert (contents(only(engine)), only(engine).title) == (["q", "answer"], "Named")


def test_transcripts_of_other_projects_are_left_alone(
    open_engine: Open, repository: Path, tmp_path: Path, git: Git
) -> None:
    inner, below = repository / "vendor", repository / "src"
    for folder in (inner, below):
        folder.mkdir()
    git("init", "-q", cwd=inner)
    twin = tmp_path / repository.name.replace(" ", "-")  # Claude Code gives both the same folder
    add(claude_file(repository, "below"), claude_line(below, "user", "below", 1, "below"))
    add(claude_file(below, "other"), claude_line(below, "user", "in its own folder", 1, "other"))
    add(claude_file(repository, "twin"), claude_line(twin, "user", "twin", 1, "twin"))
    add(claude_file(inner, "inner"), claude_line(inner, "user", "inner", 1, "inner"))
    add(claude_file(tmp_path, "above"), claude_line(tmp_path, "user", "above", 1, "above"))
    add(codex_file(tmp_path, "elsewhere"), codex_lines("elsewhere", 1))
    vscode_file(tmp_path, {"requests": [request("elsewhere", "a")]})
    engine = open_engine()
    done = engine.import_transcripts()
    assert {each.title for each in conversations(engine)} == {"below", "in its own folder"}
    assert done.note == "Read 2 conversations: 2 new."


def test_transcripts_are_imported_on_request(engine: Engine, repository: Path) -> None:
    assert engine.import_transcripts().note.startswith("No transcripts of this project were found")
    add(claude_file(repository), claude_line(repository, "user", "claude's", 1))
    add(codex_file(repository), codex_lines("codex's", 1))
    vscode_file(repository, {"requests": [request("vscode's", "a")]})
    assert engine.import_transcripts(("codex",)).added == 1
    assert engine.import_transcripts().added == 2
    assert engine.import_transcripts().unchanged == 3
    assert {each.labels for each in conversations(engine)} == {(each,) for each in homes.SOURCES}
    with pytest.raises(InvalidRequest, match="cursor"):
        engine.import_transcripts(("cursor",))


def test_closing_does_not_wait_for_the_next_round(open_engine: Open, repository: Path) -> None:
    engine = open_engine("claude-code")
    round_of(engine)
    engine.close()
    assert not [each for each in threading.enumerate() if each.name == "whence-autosave"]
