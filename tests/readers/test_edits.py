"""Edits out of transcripts: which turn asked, which words came before, which lines a file got."""

import json
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from whence.readers.transcripts import edits
from whence.readers.transcripts.edits import Act, Asked, Edit, Stay, shell
from whence.values.tally import Tally

MOMENTS = count()


def moment() -> str:
    second = next(MOMENTS)
    return f"2026-01-02T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"


def record(id: str, parent: str | None, content: object, **more: object) -> dict[str, object]:
    """A record of Claude Code: of the assistant where its id begins with `a`."""
    role = "assistant" if id[0] == "a" else "user"
    message: dict[str, object] = {"role": role, "content": content}
    if role == "assistant":
        message |= {"model": "claude-opus-9", "id": f"msg_{id}"}
    base = {"type": role, "uuid": id, "parentUuid": parent, "sessionId": "s1", "cwd": "/w/shop", "gitBranch": "carts"}
    return {**base, "timestamp": moment(), "message": message, **more}


def called(id: str, parent: str, name: str, **arguments: object) -> dict[str, object]:
    return record(id, parent, [{"type": "tool_use", "id": f"toolu_{id}", "name": name, "input": arguments}])


def result(id: str, parent: str, told: object = None, *, failed: bool = False, text: str = "done") -> dict[str, object]:
    block = {"type": "tool_result", "tool_use_id": f"toolu_{parent}", "content": text, "is_error": failed}
    return record(id, parent, [block], toolUseResult=told or {})


def kept(folder: Path, *records: object, name: str = "s1.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return path


def found(path: Path, origin: str = "claude-code", tally: Tally | None = None, **more: object) -> list[Edit]:
    read = edits.read(path, origin, tally or Tally(), **more)  # type: ignore[arg-type] # given by name
    return [each for each in read if isinstance(each, Edit)]


RETRY = record("u1", None, "Make the retry stop after three attempts")
WORDS = record("a1", "u1", [{"type": "text", "text": "I'll bound the loop."}])
EDIT = called("a2", "a1", "Edit", file_path="/w/shop/retry.py", old_string="x = 1\n", new_string="x = 1\ny = 2\n")


def test_an_edit_knows_the_turn_that_asked_and_the_words_before_it(tmp_path: Path) -> None:
    path = kept(tmp_path, RETRY, WORDS, EDIT, result("r2", "a2"))
    (edit,) = found(path)
    assert edit.asked.text == "Make the retry stop after three attempts"
    assert (edit.asked.session, edit.asked.id, edit.asked.number) == ("s1", "u1", 1)
    assert (edit.said, edit.model, edit.tool) == ("I'll bound the loop.", "claude-opus-9", "Edit")
    assert (edit.path, edit.folder, edit.lines) == ("/w/shop/retry.py", "/w/shop", (" x = 1", "+y = 2"))
    assert edit.at is not None


def test_the_result_tells_the_lines_better_than_the_call(tmp_path: Path) -> None:
    patch = [{"oldStart": 1, "newStart": 1, "lines": [" def f():", "-    x = 1", "+    x = 2"]}]
    call = called("a2", "a1", "Edit", file_path="/w/shop/a.py", old_string="= 1", new_string="= 2")
    path = kept(tmp_path, RETRY, WORDS, call, result("r2", "a2", {"structuredPatch": patch, "userModified": True}))
    (edit,) = found(path)
    assert edit.lines == (" def f():", "-    x = 1", "+    x = 2")
    assert edit.by_hand


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("Write", {"file_path": "/w/a.py", "content": "a\nb\n"}, ["+a", "+b"]),
        (
            "MultiEdit",
            {
                "file_path": "/w/a.py",
                "edits": [{"old_string": "a", "new_string": "b"}, {"old_string": "", "new_string": "c"}],
            },
            ["-a", "+b", "-", "+c"],
        ),
        (
            "NotebookEdit",
            {"notebook_path": "/w/a.ipynb", "new_source": 'x = "1"\ny', "edit_mode": "replace"},
            [r'+"x = \"1\"\n",', '+"y"'],
        ),
        ("Read", {"file_path": "/w/a.py", "limit": 3}, []),
        ("Grep", {"path": "/w", "pattern": "x"}, []),
    ],
)
def test_each_tool_that_writes(tmp_path: Path, name: str, arguments: dict[str, object], expected: list[str]) -> None:
    path = kept(tmp_path, RETRY, WORDS, called("a2", "a1", name, **arguments), result("r2", "a2"))
    lines = [line for edit in found(path) if edit.path for line in edit.lines]
    assert [line for line in lines if line != "-"] == [line for line in expected if line != "-"]


def test_what_failed_or_never_ended_is_no_edit(tmp_path: Path) -> None:
    tally = Tally()
    declined = result("r2", "a2", failed=True, text="The user doesn't want to proceed with this tool use.")
    assert found(kept(tmp_path, RETRY, WORDS, EDIT, declined), tally=tally) == []
    assert [(each.reason, each.count) for each in tally.left_out()] == [("edits that failed or were declined", 1)]
    assert found(kept(tmp_path, RETRY, WORDS, EDIT)) == []


def test_a_branch_that_was_left_and_a_record_that_stands_twice(tmp_path: Path) -> None:
    other = called("a4", "u3", "Write", file_path="/w/shop/b.py", content="kept\n")
    again = record("u3", None, "Do it another way")
    path = kept(tmp_path, RETRY, WORDS, EDIT, result("r2", "a2"), again, other, result("r4", "a4"), other)
    assert [edit.path for edit in found(path)] == ["/w/shop/b.py"]


def test_a_subagent_works_for_the_turn_that_sent_it(tmp_path: Path) -> None:
    def progress(id: str, inner: dict[str, object]) -> dict[str, object]:
        data = {"type": "agent_progress", "message": inner}
        return {"type": "progress", "uuid": id, "parentUuid": "a1", "sessionId": "s1", "data": data}

    path = kept(
        tmp_path,
        RETRY,
        WORDS,
        progress("p1", called("a9", "a1", "Write", file_path="/w/shop/c.py", content="c\n")),
        progress("p2", result("r9", "a9")),
    )
    (edit,) = found(path)
    assert (edit.asked.id, edit.path) == ("u1", "/w/shop/c.py")


def test_where_a_session_stood_is_told_turn_by_turn(tmp_path: Path) -> None:
    path = kept(tmp_path, RETRY, WORDS, record("u2", "a1", "And now the tests"), record("a3", "u2", "yes"))
    stays = [each for each in edits.read(path, "claude-code", Tally()) if isinstance(each, Stay)]
    assert [(each.asked.number, each.branch) for each in stays] == [(1, "carts"), (2, "carts")]
    assert stays[0].ended <= stays[1].begun


def test_reading_goes_on_where_the_last_turn_began(tmp_path: Path) -> None:
    path = kept(tmp_path, RETRY, WORDS, EDIT, result("r2", "a2"), record("u2", "r2", "And the tests"))
    begun = [each for each in edits.read(path, "claude-code", Tally()) if isinstance(each, Stay)][-1].asked
    assert begun.number == 2
    with path.open("a", encoding="utf-8") as file:
        for each in (called("a5", "u2", "Write", file_path="/w/shop/t.py", content="t\n"), result("r5", "a5")):
            file.write(json.dumps(each) + "\n")
        file.write('{"type": "assistant", "uuid": "a6", "mess')  # being written
    assert not edits.went_back(path, begun)
    (edit,) = found(path, begun=begun)
    assert (edit.path, edit.asked.number, edit.asked.text) == ("/w/shop/t.py", 2, "And the tests")


def test_going_back_before_the_last_turn_is_noticed(tmp_path: Path) -> None:
    path = kept(tmp_path, RETRY, WORDS, record("u2", "a1", "And the tests"))
    begun = [each for each in edits.read(path, "claude-code", Tally()) if isinstance(each, Stay)][-1].asked
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record("u3", "u0", "No, other tests")) + "\n")
    assert edits.went_back(path, begun)


def test_damage_costs_the_line_that_it_is_in(tmp_path: Path) -> None:
    path = kept(tmp_path, RETRY, WORDS, EDIT)
    with path.open("ab") as file:
        file.write(b'\xff\xfe not json\n{"type": "from-tomorrow", "uuid": "x"}\n[]\n{"type": "user"}\n')
        file.write(json.dumps(result("r2", "a2")).encode() + b"\n")
    tally = Tally()
    assert len(found(path, tally=tally)) == 1
    told = {each.reason: each.count for each in tally.left_out()}
    assert told["records of a kind that is not known"] == 1
    assert told["lines that are broken or cut off"] == 1


# ---------------------------------------------------------------- Codex

PATCH = "*** Begin Patch\n*** Update File: a.py\n@@ def f():\n x\n-y\n+z\n*** Add File: b.py\n+new\n*** End Patch"


def codex(folder: Path, *payloads: dict[str, object]) -> Path:
    meta = {"type": "session_meta", "payload": {"id": "c1", "cwd": "/w/shop", "git": {"branch": "carts"}}}
    turn = {"type": "turn_context", "payload": {"cwd": "/w/shop", "model": "gpt-9"}}
    asked = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Rename y"}]}
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Renaming."}]}
    rest = [{"type": "response_item", "timestamp": moment(), "payload": each} for each in (asked, said, *payloads)]
    return kept(folder, meta, turn, *rest, name="rollout-1.jsonl")


@pytest.mark.parametrize(
    "call",
    [
        {"type": "custom_tool_call", "name": "apply_patch", "input": PATCH},
        {"type": "function_call", "name": "shell", "arguments": json.dumps({"command": ["apply_patch", PATCH]})},
        {
            "type": "function_call",
            "name": "shell",
            "arguments": json.dumps({"command": ["bash", "-lc", f"apply_patch <<'EOF'\n{PATCH}\nEOF\n"]}),
        },
        {
            "type": "function_call",
            "name": "exec_command",
            "arguments": json.dumps({"cmd": f"apply_patch <<'EOF'\n{PATCH}\nEOF\n"}),
        },
    ],
)
def test_codex_patches_in_each_form(tmp_path: Path, call: dict[str, object]) -> None:
    kind = str(call["type"]) + "_output"
    output = json.dumps({"output": "Success", "metadata": {"exit_code": 0}})
    path = codex(tmp_path, {**call, "call_id": "1"}, {"type": kind, "call_id": "1", "output": output})
    first, second = found(path, "codex")
    assert (first.path, first.lines) == ("a.py", (" x", "-y", "+z"))
    assert (second.path, second.lines) == ("b.py", ("+new",))
    assert (first.asked.session, first.asked.text, first.said) == ("c1", "Rename y", "Renaming.")
    assert (first.model, first.folder) == ("gpt-9", "/w/shop")


def test_a_codex_patch_that_failed_is_none(tmp_path: Path) -> None:
    call: dict[str, object] = {"type": "custom_tool_call", "name": "apply_patch", "input": PATCH, "call_id": "1"}
    output = json.dumps({"output": "no such file", "metadata": {"exit_code": 1}})
    path = codex(tmp_path, call, {"type": "custom_tool_call_output", "call_id": "1", "output": output})
    assert found(path, "codex") == []


# ---------------------------------------------------------------- others


def test_gemini_sessions(tmp_path: Path) -> None:
    replace = {"file_path": "/w/shop/a.py", "old_string": "x", "new_string": "y"}
    calls = [
        {"id": "t1", "name": "replace", "args": replace, "status": "success"},
        {"id": "t2", "name": "write_file", "args": {"file_path": "/w/b.py", "content": "n\n"}, "status": "cancelled"},
        {"id": "t3", "name": "run_shell_command", "args": {"command": "echo 'a' > c.txt"}, "status": "success"},
    ]
    messages = [
        {"id": "m1", "type": "user", "content": "Rename x", "timestamp": moment()},
        {
            "id": "m2",
            "type": "gemini",
            "content": "Sure.",
            "model": "gemini-9",
            "timestamp": moment(),
            "toolCalls": calls,
        },
    ]
    path = tmp_path / "session-1.json"
    path.write_text(json.dumps({"sessionId": "g1", "projectHash": "0", "messages": messages}), encoding="utf-8")
    first, second = found(path, "gemini-cli", folder="/w/shop")
    assert (first.path, first.lines, first.asked.text, first.model) == (
        "/w/shop/a.py",
        ("-x", "+y"),
        "Rename x",
        "gemini-9",
    )
    assert (second.path, second.lines, second.folder) == ("c.txt", ("+a",), "/w/shop")


HISTORY = """
# aider chat started at 2026-01-02 10:00:00

> Main model: some/model with diff edit format
#### stop after three{}

I bound the loop.

retry.py
```python
<<<<<<< SEARCH
while True:
=======
for _ in range(3):
>>>>>>> REPLACE
```

other.py
```python
<<<<<<< SEARCH
=======
lost
>>>>>>> REPLACE
```

> Applied edit to retry.py{}
> Commit 0a1b2c3 fix: stop after three{}
""".replace("{}", "  ")


def test_aider_tells_which_edits_it_applied_and_what_it_committed(tmp_path: Path) -> None:
    path = tmp_path / ".aider.chat.history.md"
    path.write_text(HISTORY, encoding="utf-8")
    deeds = list(edits.read(path, "aider", Tally()))
    (edit,) = (each for each in deeds if isinstance(each, Edit))
    assert (edit.path, edit.lines) == ("retry.py", ("-while True:", "+for _ in range(3):"))
    assert (edit.asked.text, edit.said) == ("stop after three", "I bound the loop.")
    (act,) = (each for each in deeds if isinstance(each, Act))
    assert (act.kind, act.words) == ("commit", ("fix: stop after three", "0a1b2c3"))


def test_edits_in_a_chat_of_vscode(tmp_path: Path) -> None:
    group = {
        "kind": "textEditGroup",
        "uri": {"path": "/w/shop/a.ts", "scheme": "file"},
        "edits": [[{"text": "const a = 1;\nconst b = 2;", "range": {}}], [{"text": "", "range": {}}]],
    }
    request = {
        "requestId": "r1",
        "message": {"text": "Add b"},
        "modelId": "copilot/gpt-9",
        "timestamp": 1767348000000,
        "response": [{"value": "Adding it."}, group],
    }
    path = tmp_path / "chat.json"
    path.write_text(json.dumps({"sessionId": "v1", "requests": [request]}), encoding="utf-8")
    (edit,) = found(path, "vscode")
    assert (edit.path, edit.lines) == ("/w/shop/a.ts", ("+const a = 1;", "+const b = 2;"))
    assert (edit.asked.text, edit.said, edit.model) == ("Add b", "Adding it.", "gpt-9")


# ---------------------------------------------------------------- the shell


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cat > a.txt <<'EOF'\none\ntwo\nEOF", [shell.Written("a.txt", ("+one", "+two"))]),
        ("cat <<EOF >> 'my file'\none\nEOF\necho done", [shell.Written("my file", ("+one",))]),
        ("tee -a a.txt <<EOF > /dev/null\none\nEOF", [shell.Written("a.txt", ("+one",))]),
        ("tee a.txt <<EOF\none\nEOF", [shell.Written("a.txt", ("+one",))]),
        ("git apply <<'P'\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\nP", [shell.Written("x", ("-a", "+b"))]),
        ("sed -i 's/old/new/g' a.py b.py", [shell.Replaced("old", "new", ("a.py", "b.py"))]),
        ("sed -i '' -e 's|a/b|c|' ./x/y.py", [shell.Replaced("a/b", "c", ("./x/y.py",))]),
        ("sed -i 's/a.*b/new/' a.py", []),
        ("sed 's/old/new/' a.py", []),
        ("cd web && npx prettier --write src && npm test", [shell.Formatted("prettier")]),
        ("gofmt -l . | head", []),
        ("gofmt -w main.go", [shell.Formatted("gofmt")]),
        ("mise run fmt && mise run test", [shell.Formatted("mise run fmt")]),
        ('git add . && git commit -m "Stop after three"', [shell.Committed("Stop after three")]),
        (
            "git commit -m \"$(cat <<'EOF'\nStop after three\n\nCo-Authored-By: X\nEOF\n)\"",
            [shell.Committed("Stop after three")],
        ),
        ("git log > /dev/null 2>&1", []),
        ("grep commit x", []),
    ],
)
def test_what_a_command_shows(command: str, expected: list[shell.Shown]) -> None:
    assert list(shell.shown(command)) == expected


def test_git_names_the_commit_that_it_made() -> None:
    output = "[carts 0a1b2c3] Stop after three\n 1 file changed"
    assert list(shell.shown("git commit -am x", output)) == [shell.Committed("Stop after three", "0a1b2c3")]


def test_a_script_is_taken_as_lines_that_were_shown(tmp_path: Path) -> None:
    script = "python3 - <<'EOF'\nfrom pathlib import Path\ntext = 'while tries < 3:'\nPath('a').write_text(text)\nEOF"
    path = kept(tmp_path, RETRY, WORDS, called("a2", "a1", "Bash", command=script), result("r2", "a2"))
    (edit,) = found(path)
    assert edit.path == ""
    assert "+text = 'while tries < 3:'" in edit.lines


def test_asked_defaults_to_nothing_before_the_first_turn(tmp_path: Path) -> None:
    path = kept(tmp_path, called("a2", "a1", "Write", file_path="/w/x", content="x\n"), result("r2", "a2"))
    assert found(path)[0].asked == Asked("claude-code", "s1")


def cursor_home(folder: Path, root: str, *, headers: bool = False) -> Path:
    """What Cursor keeps of a chat in which a file was written, changed, and changed in vain; the workspace's file."""
    call = {"toolCallId": "t1", "name": "search_replace", "status": "completed"}
    replaced = {"file_path": f"{root}/retry.py", "old_string": "x = 1", "new_string": "x = 1\ny = 2"}
    applied = {"diff": {"chunks": [{"diffString": "@@ -1 +1,2 @@\n x = 1\n+z = 3"}]}}
    sketched = {"target_file": "retry.py", "code_edit": "# ... existing code ...\nz = 3"}
    written = {"relativeWorkspacePath": "new.py", "streamingContent": "a = 1\nb = 2"}
    said: list[dict[str, object]] = [
        {"type": 1, "text": "Make the retry stop", "createdAt": "2026-02-03T09:00:00Z"},
        {"type": 2, "text": "I'll bound the loop.", "createdAt": "2026-02-03T09:00:01Z"},
        {"type": 2, "text": "", "toolFormerData": {**call, "rawArgs": json.dumps(replaced)}},
        {"type": 2, "toolFormerData": {**call, "toolCallId": "t2", "status": "error", "rawArgs": json.dumps(replaced)}},
        {
            "type": 2,
            "toolFormerData": {
                "name": "edit_file",
                "toolCallId": "t3",
                "rawArgs": json.dumps(sketched),
                "result": json.dumps(applied),
            },
        },
        {"type": 2, "toolFormerData": {"name": "edit_file_v2", "params": json.dumps(written), "rawArgs": "{}"}},
        {"type": 2, "toolFormerData": {"name": "edit_file", "toolCallId": "t5", "rawArgs": json.dumps(sketched)}},
        {"type": 2, "toolFormerData": {"name": "read_file", "rawArgs": '{"target_file": "retry.py"}', "result": "{"}},
        {"type": 2, "toolFormerData": "half"},
    ]
    order = [{"bubbleId": str(number), "type": each["type"]} for number, each in enumerate(said)]
    chat = {"createdAt": 1770109200000, "modelConfig": {"modelName": "m"}, "fullConversationHeadersOnly": order}
    listed = {"allComposers": [{"composerId": "c1"}, "x", {"composerId": "gone"}]}
    named = {"allComposers": [{"composerId": "c1", "workspaceIdentifier": {"uri": {"fsPath": root}}}]}
    workspace, common = folder / "workspaceStorage" / "0a1b" / "state.vscdb", folder / "globalStorage" / "state.vscdb"
    values = {f"bubbleId:c1:{number}": json.dumps(each) for number, each in enumerate(said)}
    values |= {"composerData:c1": json.dumps(chat), "composerData:other": "{}", "bubbleId:c1:99": "null"}
    for file, table, rows in (
        (workspace, "ItemTable", {} if headers else {"composer.composerData": json.dumps(listed)}),
        (common, "ItemTable", {"composer.composerHeaders": json.dumps(named)} if headers else {}),
        (common, "cursorDiskKV", values),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as db, db:
            db.execute(f"create table {table} (key text unique on conflict replace, value blob)")
            db.executemany(f"insert into {table} values (?, ?)", [(key, value.encode()) for key, value in rows.items()])
    (workspace.parent / "workspace.json").write_text(json.dumps({"folder": Path(root).as_uri()}), encoding="utf-8")
    return workspace


@pytest.mark.parametrize("headers", [False, True], ids=["named by the workspace", "named by the list of all"])
def test_edits_in_a_chat_of_cursor(tmp_path: Path, headers: bool) -> None:
    tally = Tally()
    told = found(cursor_home(tmp_path, "/w/shop", headers=headers), "cursor", tally, folder="/w/shop")
    assert [(each.path, each.lines) for each in told] == [
        ("/w/shop/retry.py", (" x = 1", "+y = 2")),
        ("retry.py", (" x = 1", "+z = 3")),
        ("new.py", ("+a = 1", "+b = 2")),
        ("retry.py", ("+z = 3",)),
    ]
    assert {(each.asked.session, each.asked.text, each.model) for each in told} == {("c1", "Make the retry stop", "m")}
    assert told[0].said == "I'll bound the loop."
    assert str(told[-1].at) == "2026-02-03 09:00:01+00:00", "a message without a time has that of the one before"
    assert [(each.reason, each.count) for each in tally.left_out()] == [("edits that failed or were declined", 1)]


def test_a_database_of_cursor_that_is_broken_or_gone_is_no_crash(tmp_path: Path) -> None:
    workspace = cursor_home(tmp_path, "/w/shop")
    common = tmp_path / "globalStorage" / "state.vscdb"
    common.write_bytes(b"no database" * 100)
    with pytest.raises(OSError, match="Cursor"):
        found(workspace, "cursor", folder="/w/shop")
    common.unlink()
    with pytest.raises(OSError, match="Cursor"):
        found(workspace, "cursor", folder="/w/shop")
    assert not common.exists(), "looking leaves no file behind"
