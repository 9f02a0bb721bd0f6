"""The promises of the seed on Kagura's coding memory, tool by tool."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE
from tests.pictures import png
from whence.engine.search import get
from whence.faces.dialects import kagura
from whence.faces.mcp import host as face

_NAMES = """
track_file_change record_error record_decision start_session end_session search_errors get_project_context
analyze_patterns analyze_file_dependencies analyze_refactor_impact suggest_refactor_order resume_session
get_current_session_status track_interaction index_source_code search_source_code generate_pr_description
analyze_architecture_diagram
"""
TOOLS = {f"coding_{name}" for name in _NAMES.split()}
WHO = {"user_id": "dev", "project_id": "api-service"}


@pytest.fixture
def project(repository: Path) -> Path:
    for name, text in {
        "src/main.py": "from src.auth import check\n\n\ndef main():\n    return check()\n",
        "src/auth.py": "from src.models.user import User\n\n\ndef check():\n    return User()\n",
        "src/models/user.py": "class User:\n    pass\n",
        "src/middleware.py": "import src.auth\n",
    }.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return repository


@pytest.fixture
def host(project: Path) -> Iterator[face.Host]:
    host = face.Host(project, [kagura.TOOLS])
    yield host
    host.close()


def ask(host: face.Host, tool: str, **given: Any) -> str:
    """The reply to a call that succeeds."""
    answer = host.call(f"coding_{tool}", given, lambda message, share: None)
    (block,) = answer.content
    assert not answer.is_error, block
    assert answer.structured_content is None
    text: str = block.text  # type: ignore[union-attr] # all replies are text
    return text


def fail(host: face.Host, tool: str, **given: Any) -> str:
    """The reply to a call that fails."""
    answer = host.call(f"coding_{tool}", given, lambda message, share: None)
    assert answer.is_error
    text: str = answer.content[0].text  # type: ignore[union-attr] # all replies are text
    assert text.startswith("❌ ")
    assert "Traceback" not in text
    return text


def id_of(reply: str) -> str:
    return reply.splitlines()[0].rpartition(": ")[2]


def memory(host: face.Host, id: str) -> Any:
    return get(host.project(), id).memory


def test_the_set_is_complete() -> None:
    assert set(kagura.TOOLS.tools) == TOOLS
    for each in kagura.TOOLS.tools.values():
        assert "Use " in each.description
        shape = each.params.model_json_schema(by_alias=False)
        assert {"user_id", "project_id"} <= shape["properties"].keys()
        assert not {"user_id", "project_id"} & set(shape.get("required", []))
        assert all(field.description for field in each.params.model_fields.values())


# ---------------------------------------------------------------- the seed's own calls


def test_track_file_change(host: face.Host) -> None:
    reply = ask(
        host,
        "track_file_change",
        **WHO,
        file_path="src/auth.py",
        action="edit",
        diff="+ def validate_token(token: str) -> bool:\n+     ...",
        reason="Add JWT token validation for auth middleware",
        related_files='["src/middleware.py"]',
        line_range="4,5",
    )
    assert reply.startswith("✅ File change tracked: ")
    assert "Project: api-service" in reply
    change = memory(host, id_of(reply))
    assert change.files == ("src/auth.py", "src/middleware.py")
    assert change.edits[0].added == 2
    assert change.edits[0].symbols == ("check",)


def test_record_error(host: face.Host) -> None:
    given = {
        **WHO,
        "error_type": "TypeError",
        "message": "can't compare offset-naive and offset-aware datetimes",
        "stack_trace": "Traceback:\n  File 'auth.py', line 42...",
        "file_path": "src/auth.py",
        "line_number": 42,
        "tags": '["datetime", "timezone"]',
    }
    solution = "Use datetime.now(timezone.utc) consistently"
    reply = ask(host, "record_error", **given, solution=solution)
    assert reply.startswith("✅ Error recorded: ")
    assert "Location: src/auth.py:42\nStatus: Resolved" in reply
    bug = memory(host, id_of(reply))
    assert (bug.resolved, bug.labels, bug.line) == (True, ("datetime", "timezone"), 42)
    again = ask(host, "record_error", **given)
    assert "Met 2 times so far" in again
    assert solution in again


def test_an_error_that_is_like_a_solved_one_is_told_with_its_solution(host: face.Host) -> None:
    given = {"error_type": "TypeError", "file_path": "src/auth.py"}
    message = "can't compare offset-naive and offset-aware datetimes"
    first = ask(host, "record_error", **given, message=message, solution="Use datetime.now(timezone.utc)")
    assert "What may solve it" not in first
    alike = ask(host, "record_error", **given, message="can't subtract offset-naive and offset-aware datetimes")
    assert "💡 What may solve it (medium confidence): Use datetime.now(timezone.utc)" in alike
    assert f"Id: {id_of(first)}" in alike
    assert "What may solve it" not in ask(host, "record_error", message="disk is full", error_type="OSError")


def test_a_screenshot_is_kept_with_the_error(host: face.Host, tmp_path: Path) -> None:
    picture = tmp_path / "error screenshot.png"
    picture.write_bytes(png())
    given = {"error_type": "Unknown", "message": "See screenshot", "stack_trace": "", "file_path": "unknown"}
    reply = ask(host, "record_error", **WHO, **given, line_number=0, screenshot=str(picture))
    assert "📸" in reply
    assert memory(host, id_of(reply)).screenshot


def test_a_trace_as_the_message_tells_where(host: face.Host, project: Path) -> None:
    trace = (
        f'Traceback (most recent call last):\n  File "{project}/src/auth.py", line 5, in check\nAuthError: no user 7\n'
    )
    first = ask(
        host, "record_error", **WHO, error_type="Unknown", message=trace, file_path="unknown", solution="Log in"
    )
    assert "Type: AuthError\nLocation: src/auth.py:5\nStatus: Resolved" in first
    again = ask(host, "record_error", **WHO, stack_trace=trace, file_path="unknown")
    assert "Met 2 times so far\n💡 What solved it before: Log in" in again
    assert "What solved it before: Log in" in ask(host, "record_error", **WHO, message="AuthError: no user 12")


def test_record_decision_and_follow_its_implementation(host: face.Host) -> None:
    reply = ask(
        host,
        "record_decision",
        **WHO,
        decision="Use JWT tokens for authentication",
        rationale="Stateless auth enables horizontal scaling. No session storage needed.",
        alternatives='["Session-based auth", "OAuth only"]',
        impact="Eliminates session store, requires key rotation strategy",
        tags='["architecture", "security"]',
        related_files='["src/auth.py", "src/middleware.py"]',
        confidence=0.9,
    )
    assert reply.startswith("✅ Decision recorded: ")
    assert "Confidence: 90%" in reply
    decision = memory(host, id_of(reply))
    assert decision.alternatives == ("Session-based auth", "OAuth only")
    assert decision.consequences.startswith("Eliminates")
    change = {"file_path": "src/auth.py", "action": "create", "implements_decision_id": decision.id}
    ask(host, "track_file_change", **change, reason="Implement JWT auth")
    assert memory(host, decision.id).progress == 0.5
    assert memory(host, decision.id).pending == ("src/middleware.py",)


def test_a_session_from_start_to_end(host: face.Host) -> None:
    started = ask(host, "start_session", **WHO, description="Implement JWT", tags='["feature", "auth"]')
    assert started.startswith("✅ Coding session started: ")
    ask(host, "track_file_change", file_path="src/auth.py", action="create", diff="+ x", reason="Begin")
    ask(host, "record_error", error_type="ImportError", message="No module named 'jwt'", solution="Install it")
    ask(host, "record_error", error_type="KeyError", message="'sub'")
    ask(host, "record_decision", decision="Use RS256", rationale="Keys rotate")
    status = ask(host, "get_current_session_status", **WHO)
    assert status.startswith("📊 Current Session Status")
    for line in ("File changes: 1", "Errors encountered: 2", "Errors fixed: 1", "Decisions recorded: 1"):
        assert line in status
    described = ask(host, "generate_pr_description", **WHO)
    assert described.startswith("📝 Generated PR Description:")
    for part in ("Implement JWT", "`src/auth.py`: Begin", "**Use RS256**: Keys rotate", "Install it", "'sub'"):
        assert part in described
    ended = ask(host, "end_session", **WHO, summary=None, success=True)
    assert ended.startswith("✅ Coding session ended: ")
    for part in ("Files touched: 1", "Errors: 2 encountered, 1 fixed", "Decisions: 1", "📝 Summary:", "Begin"):
        assert part in ended
    for section in ("What was done", "Decisions", "Errors solved", "Left open"):
        assert f"### {section}\n\n- " in ended
    resumed = ask(host, "resume_session", **WHO, session_id=id_of(started))
    assert resumed.startswith("✅ Session resumed: ")
    assert "File changes: 1" in resumed
    assert ask(host, "end_session", success="false").startswith("⚠️ Coding session ended: ")
    assert ask(host, "get_current_session_status").startswith("❌ No active coding session.")


def test_one_session_is_active_at_a_time(host: face.Host) -> None:
    ask(host, "start_session", description="First")
    refused = fail(host, "start_session", description="Second")
    assert refused.startswith("❌ Session already active: “First” is active since ")
    assert ask(host, "end_session").startswith("ℹ️ Coding session ended: ")
    ask(host, "start_session", description="Second")


def test_search_errors(host: face.Host) -> None:
    nothing = ask(host, "search_errors", **WHO, query="TypeError comparing datetime objects", k=5)
    assert nothing.startswith("🔍 No similar errors found for: TypeError")
    ask(
        host,
        "record_error",
        error_type="TypeError",
        message="can't compare offset-naive and offset-aware datetimes",
        solution="Use UTC",
        file_path="src/auth.py",
        line_number="42",
    )
    found = ask(host, "search_errors", query="TypeError compare datetimes", k="3")
    assert found.startswith("🔍 Found 1 similar errors:")
    assert "1. TypeError in src/auth.py:42" in found
    assert "✅ Resolved" in found
    assert "Solution: Use UTC" in found


@pytest.mark.parametrize("other", [{"project_id": "web-shop"}, {"user_id": "lodger"}], ids=["project", "user"])
def test_another_user_or_project_finds_nothing_of_this_one(host: face.Host, other: dict[str, str]) -> None:
    theirs = {**WHO, **other}
    told = {"error_type": "PortError", "message": "no port is open"}
    first = ask(host, "record_error", **WHO, **told, solution="Open one")
    ask(host, "record_decision", **WHO, decision="Open ports by hand")
    ask(host, "start_session", **WHO, description="Open the ports")
    assert ask(host, "search_errors", **theirs, query="no port is open").startswith("🔍 No similar errors found")
    assert "by hand" not in ask(host, "get_project_context", **theirs, focus="ports")
    assert "No active coding session" in ask(host, "get_current_session_status", **theirs)
    again = ask(host, "record_error", **theirs, **told)
    assert "Open one" not in again
    assert "(This is the memory of " in again
    assert id_of(again.splitlines()[0]) != id_of(first)
    ask(host, "start_session", **theirs, description="Close the ports")
    for mine in (WHO, {}, {"user_id": " DEV "}):
        found = ask(host, "search_errors", **mine, query="no port is open")
        assert "Solution: Open one" in found
        assert "Found 1 similar" in found
    ask(host, "record_error", **theirs, **told)
    host.close()
    later = face.Host(host._folder, [kagura.TOOLS])
    assert "Open ports by hand" in ask(later, "get_project_context", **WHO)
    assert "Close the ports" in ask(later, "get_current_session_status", **theirs)
    later.close()


def test_the_environment_says_to_whom_the_folder_belongs(host: face.Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROJECT_ID", "web-shop")
    ask(host, "record_error", project_id="api-service", message="no port")
    assert "No similar" in ask(host, "search_errors", project_id="web-shop", query="no port")
    assert "Found 1" in ask(host, "search_errors", project_id="api-service", query="no port")


def test_get_project_context(host: face.Host) -> None:
    ask(host, "record_decision", decision="Use JWT for authentication", rationale="It is stateless")
    assert host.project().settle(PATIENCE)
    told = ask(host, "get_project_context", **WHO, focus="authentication")
    assert told.startswith("📊 Project Context: api-service (Focus: authentication)\n\n")
    assert "Use JWT for authentication" in told


def test_analyze_patterns_asks_for_ten_changes(host: face.Host) -> None:
    def track(n: int) -> None:
        ask(host, "track_file_change", file_path=f"src/module_{n}.py", action="edit", diff="+ a\n- b", reason="Why not")

    for n in range(9):
        track(n)
    assert ask(host, "analyze_patterns", **WHO).startswith("⚠️ Insufficient data for pattern analysis")
    track(10)
    told = ask(host, "analyze_patterns", **WHO)
    assert told.startswith("🔍 Coding Pattern Analysis: api-service")
    for part in (
        "From 10 changes with 10 edits of files.",
        "Files are written in snake_case (100% of 10).",
        "**Languages**: Python 100% (10)",
        "**Kinds of change**: edit 100% (10)",
        "**Reasons**: with a reason 100% (10)",
        "from 30 on habits are told well",
    ):
        assert part in told


def test_the_structure_of_code(host: face.Host, project: Path) -> None:
    told = ask(host, "analyze_file_dependencies", **WHO, file_path="src/auth.py")
    assert told.startswith("📊 Dependency Analysis: src/auth.py\n\nImports (1 files):\n- src/models/user.py\n\n")
    assert "Imported By (2 files):\n- src/main.py\n- src/middleware.py" in told
    assert "Import Depth: 1" in told
    assert "Import Depth: 2" in ask(host, "analyze_file_dependencies", file_path="src/main.py")
    assert "✅ No Circular Dependencies" in told
    told = ask(host, "analyze_refactor_impact", **WHO, file_path=str(project / "src" / "models" / "user.py"))
    assert told.startswith("🔍 Refactoring Impact Analysis: src/models/user.py\n\nRisk Level: ")
    assert "Affected Files (3 files):" in told
    assert "⚠️  3 files depend on this - test thoroughly" in told
    told = ask(host, "suggest_refactor_order", **WHO, files='["src/main.py", "src/auth.py", "src/models/user.py"]')
    assert told.startswith(
        "📋 Suggested Refactoring Order:\n\n1. src/models/user.py\n2. src/auth.py\n3. src/main.py\n\n"
        "💡 Refactor in this order to minimize breaking changes."
    )
    (project / "src/models/user.py").write_text("import src.main\n", encoding="utf-8")
    assert "⚠️  Circular Dependencies Detected:" in ask(host, "analyze_file_dependencies", file_path="src/auth.py")


@pytest.mark.parametrize(("dependents", "risk"), [(4, "✅ LOW"), (5, "🚨 HIGH")])
def test_the_risk_is_high_from_five_dependents_on(host: face.Host, project: Path, dependents: int, risk: str) -> None:
    (project / "base.py").write_text("def base():\n    return 1\n", encoding="utf-8")
    for n in range(dependents):
        (project / f"test_base_{n}.py").write_text("import base\n", encoding="utf-8")
    told = ask(host, "analyze_refactor_impact", file_path="base.py")
    assert f"Risk Level: {risk}\n" in told


def test_source_code_is_indexed_and_searched(host: face.Host) -> None:
    indexed = ask(host, "index_source_code", **WHO, directory="./src", file_patterns='["**/*.py"]', language="python")
    assert indexed.startswith("✅ Source Code Indexing Complete\n\n**Project:** api-service")
    found = ask(host, "search_source_code", **WHO, query="User", k=1)
    assert found.startswith("🔍 Source Code Search Results: 'User'")
    assert "src/models/user.py:1-2" in found
    assert "src/auth.py" in ask(host, "search_source_code", query="check", file_filter="src/**")
    nothing = ask(host, "search_source_code", query="User", file_filter="elsewhere/**")
    assert nothing.startswith("⚠️ No results found for query: 'User'")


def test_interactions_of_a_session_are_one_conversation(host: face.Host) -> None:
    def track(question: str, kind: str, **more: Any) -> str:
        given = {"user_query": question, "ai_response": f"About {question}", "interaction_type": kind}
        reply = ask(host, "track_interaction", **WHO, **given, **more)
        assert reply.startswith("✅ Interaction tracked: ")
        return id_of(reply)

    alone = track("Which port?", "question")
    assert track("Which host?", "question") == alone
    ask(host, "start_session", description="Talk")
    first = track("Why JWT?", "decision", metadata='{"context": "auth"}')
    assert track("Why RS256?", "discovery") == first != alone
    talked = memory(host, first)
    assert [each.content for each in talked.messages][::2] == ["Why JWT?", "Why RS256?"]
    assert '{"context": "auth"}' in talked.messages[1].content
    assert set(talked.labels) == {"decision", "discovery"}
    assert "interaction_type" in fail(
        host, "track_interaction", user_query="x", ai_response="y", interaction_type="riddle"
    )


# ---------------------------------------------------------------- patience with what assistants write


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["a", "b"], ("a", "b")),
        ('["a", "b, c"]', ("a", "b, c")),
        ("[]", ()),
        ("", ()),
        ("null", ()),
        (None, ()),
        ("one", ("one",)),
        ('["a", 12]', ("a", "12")),
    ],
)
def test_lists_are_read_however_they_are_written(host: face.Host, written: Any, read: tuple[str, ...]) -> None:
    reply = ask(host, "record_decision", decision="Use lists", alternatives=written, rationale=None)
    assert memory(host, id_of(reply)).alternatives == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("create", "create"),
        ("Modified", "edit"),
        ("update", "edit"),
        ("added", "create"),
        ("moved", "rename"),
        ("removed", "delete"),
        ("refactoring", "refactor"),
        ("tests", "test"),
    ],
)
def test_actions_have_synonyms(host: face.Host, written: str, read: str) -> None:
    reply = ask(host, "track_file_change", file_path="app.py", action=written, reason="x")
    assert memory(host, id_of(reply)).edits[0].action == read


@pytest.mark.parametrize("shape", ["relative", "absolute", "uri"])
def test_files_are_named_in_any_way(host: face.Host, project: Path, shape: str) -> None:
    path = project / "src" / "auth.py"
    name = {"relative": "src/auth.py", "absolute": str(path), "uri": path.as_uri()}[shape]
    reply = ask(host, "track_file_change", file_path=name, reason="x", related_files=json.dumps([name]))
    assert memory(host, id_of(reply)).files == ("src/auth.py",)


@pytest.mark.parametrize(
    ("tool", "given", "message"),
    [
        ("track_file_change", {}, "file_path"),
        ("track_file_change", {"file_path": "../elsewhere.py"}, "not a file of the project"),
        ("track_file_change", {"file_path": "a.py", "action": "dance"}, "no action"),
        ("track_file_change", {"file_path": "a.py", "line_range": "many"}, "no lines"),
        ("track_file_change", {"file_path": "a.py", "implements_decision_id": "none"}, "no decision"),
        ("record_error", {}, "Say what failed"),
        ("record_error", {"message": "x", "line_number": "many"}, "line_number"),
        ("record_error", {"message": "x", "screenshot": "/nowhere.png"}, "nowhere.png"),
        ("record_decision", {"decision": " "}, "decision"),
        ("record_decision", {"decision": "x", "confidence": 7}, "confidence"),
        ("record_decision", {"decision": "x", "tags": '["unfinished'}, "JSON array"),
        ("start_session", {"description": ""}, "description"),
        ("end_session", {}, "No session is active"),
        ("end_session", {"success": "perhaps"}, "success"),
        ("resume_session", {"session_id": "none"}, "no memory"),
        ("search_errors", {"query": "x", "k": 0}, "k"),
        ("analyze_file_dependencies", {"file_path": "missing.py"}, "missing.py"),
        ("suggest_refactor_order", {"files": "[]"}, "Name the files"),
        ("generate_pr_description", {}, "No active coding session"),
        ("get_project_context", {"colour": "red"}, "colour"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(host: face.Host, tool: str, given: dict[str, Any], message: str) -> None:
    assert message in fail(host, tool, **given)
