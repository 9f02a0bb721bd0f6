"""The `coding_*` tools of Kagura's coding memory, with its parameters, its synonyms and replies that begin as its do.

`user_id` and `project_id` say whose memory is meant: the folder's own, which is that of all doors, answers to the first
ones that are said; others have one of their own. The little pictures in the replies are part of that interface, and
stand here and in `structure` alone.
"""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from whence.faces.dialects.kagura import pictures
from whence.faces.dialects.kagura.structure import Few, project_name
from whence.faces.mcp.arguments import Line, Listed, Words
from whence.values.base import Text, one_line
from whence.values.errors import InvalidRequest, WhenceError
from whence.values.memory import Action
from whence.values.operation import operation

if TYPE_CHECKING:
    from whence.engine import Project

READING = frozenset(
    {
        "coding_search_errors",
        "coding_get_project_context",
        "coding_analyze_patterns",
        "coding_analyze_file_dependencies",
        "coding_analyze_refactor_impact",
        "coding_suggest_refactor_order",
        "coding_get_current_session_status",
        "coding_search_source_code",
        "coding_generate_pr_description",
        "coding_analyze_architecture_diagram",
    }
)
"""Tools that change no memory, and quote them."""

REPEATABLE = frozenset({"coding_index_source_code"})
"""Tools that change something, to no further effect when they are called again with the same words."""

FAILED = "❌ "
"""How a reply begins that tells of a failure."""

_ACTIONS = {
    "create": "create created creation add added new",
    "edit": "edit edited modify modified modification update updated change changed fix fixed",
    "delete": "delete deleted deletion remove removed",
    "rename": "rename renamed move moved",
    "refactor": "refactor refactored refactoring restructure restructured",
    "test": "test tested testing tests",
}
_SYNONYMS = {word: action for action, words in _ACTIONS.items() for word in words.split()}


def _action(value: Any) -> Any:
    if isinstance(value, str):
        if found := _SYNONYMS.get(value.strip().lower()):
            return found
        raise ValueError(f"{one_line(value, 40)!r} is no action; there are {', '.join(_ACTIONS)}")
    return value


Doing = Annotated[
    Action,
    BeforeValidator(_action),
    WithJsonSchema({"type": "string", "enum": list(_ACTIONS)}),
]


@operation
def coding_track_file_change(
    project: "Project",
    file_path: str,
    action: Doing = "edit",
    diff: Words = "",
    reason: Words = "",
    related_files: Listed = (),
    line_range: Words = "",
    implements_decision_id: Words = "",
    user_id: Words = "",
    project_id: Words = "",
) -> str:
    """Track a change of a file with its reason. Use when you have created, edited, renamed or deleted a file.

    Args:
        file_path: the file, such as `src/auth.py`.
        action: create, edit, delete, rename, refactor or test.
        diff: the diff, or what was changed in words.
        reason: why it was changed.
        related_files: further files it concerns, as a JSON array.
        line_range: the lines, as `42,57`.
        implements_decision_id: the decision that it implements.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    done = engine.links.track_change(
        project,
        file_path,
        action,
        diff,
        reason,
        related_files,
        line_range,
        implements_decision_id,
    )
    return (
        f"✅ File change tracked: {done.ids[0]}\nFile: {file_path}\nAction: {action}\n"
        f"Project: {project_name(project, project_id)}\nReason: {one_line(reason, 100)}"
    )


@operation
def coding_record_error(
    project: "Project",
    message: Words = "",
    error_type: Words = "",
    stack_trace: Words = "",
    file_path: Words = "",
    line_number: Line = 0,
    solution: Words = "",
    screenshot: Words = "",
    tags: Listed = (),
    user_id: Words = "",
    project_id: Words = "",
) -> str:
    """Record an error, with its solution once that is known. Use when a command, a test or the program fails, and
    again when it is fixed. One that was met before is told with what solved it then.

    Args:
        message: the error's message, or the whole trace.
        error_type: its type, such as `TypeError`.
        stack_trace: the stack trace as it was printed.
        file_path: the file in which it happened.
        line_number: the line.
        solution: what solved it.
        screenshot: path of a picture of it; a vision model reads from it what is left out here, if the user agrees.
        tags: words to find it by, as a JSON array.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    said = {
        "message": message,
        "error_type": "" if error_type.strip().lower() == "unknown" else error_type,
        "stack_trace": stack_trace,
        "file": "" if file_path.strip().lower() == "unknown" else file_path,
        "line": line_number,
        "solution": solution,
    }
    read, looked = pictures.read_from(project, screenshot, said)
    done = engine.bugs.record_error(project, **read, labels=tags, screenshot=screenshot)
    bug: Any = engine.search.get(project, done.ids[0]).memory
    lines = [
        f"✅ Error recorded: {bug.id}",
        f"Type: {bug.error_type or 'Unknown'}",
        f"Location: {bug.file or 'unknown'}:{bug.line}",
        f"Status: {'Resolved' if bug.resolved else 'Not yet resolved'}",
        f"Project: {project_name(project, project_id)}",
    ]
    if screenshot.strip():
        lines += ["📸 Screenshot kept with the error", looked]
    if done.again:
        lines.append(f"Met {done.count} times so far")
    if done.solution:
        lines.append(f"💡 What solved it before: {done.solution}")
    elif not solution.strip():
        lines += _closest(project, done.ids[0])
    return "\n".join(lines)


@operation
def coding_record_decision(
    project: "Project",
    decision: Text,
    rationale: Words = "",
    alternatives: Listed = (),
    impact: Words = "",
    tags: Listed = (),
    related_files: Listed = (),
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.8,
    user_id: Words = "",
    project_id: Words = "",
) -> str:
    """Record a design decision with its rationale. Use when a library, an approach or a convention was chosen.

    Args:
        decision: what was decided.
        rationale: why.
        alternatives: what else was considered, as a JSON array.
        impact: what follows from it.
        tags: words to find it by, as a JSON array.
        related_files: the files in which it is implemented, as a JSON array.
        confidence: how sure it is, from 0 to 1.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    done = engine.notes.remember(
        project,
        {
            "kind": "decision",
            "decision": decision,
            "rationale": rationale,
            "alternatives": alternatives,
            "consequences": impact,
            "labels": tags,
            "files": related_files,
            "confidence": confidence,
            "source": "assistant",
        },
    )
    return (
        f"✅ Decision recorded: {done.ids[0]}\nDecision: {decision}\nConfidence: {confidence:.0%}\n"
        f"Project: {project_name(project, project_id)}\nTags: {', '.join(tags) or 'None'}"
    )


# ------------------------------------------------------------ sessions


@operation
def coding_search_errors(
    project: "Project", query: str, k: Few = 5, user_id: Words = "", project_id: Words = ""
) -> str:
    """Find past errors like this one, with their solutions. Use when you meet an error, before you solve it.

    Args:
        query: the message, the stack trace, or words about it.
        k: the most to return.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    hits = engine.bugs.search_errors(project, query, limit=k).hits
    if not hits:
        return (
            f"🔍 No similar errors found for: {query}\nProject: {project_name(project, project_id)}\n\n"
            "This might be a new type of error for this project."
        )
    lines = [f"🔍 Found {len(hits)} similar errors:"]
    for number, hit in enumerate(hits, 1):
        bug: Any = engine.search.get(project, hit.id).memory
        lines.append(f"\n{number}. {bug.error_type or 'Error'} in {bug.file or 'unknown'}:{bug.line}")
        lines.append(f"   Status: {'✅ Resolved' if bug.resolved else '❌ Unresolved'}")
        lines.append(f"   Message: {one_line(bug.message, 200)}")
        if bug.solution:
            lines.append(f"   Solution: {one_line(bug.solution, 500)}")
        lines.append(f"   Date: {bug.created_at:%Y-%m-%d %H:%M}\n   Id: {bug.id}")
    return "\n".join(lines)


@operation
def coding_get_project_context(
    project: "Project", focus: Words = "", user_id: Words = "", project_id: Words = ""
) -> str:
    """Tell where the project stands: stack, changes, decisions, open errors. Use when you begin to work on it.

    Args:
        focus: a topic to look at most, such as `authentication`.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    made = engine.reports.project_context(project, focus)
    about = f" (Focus: {focus})" if focus else ""
    return f"📊 Project Context: {project_name(project, project_id)}{about}\n\n{made.markdown or made.note}"


@operation
def coding_analyze_patterns(project: "Project", user_id: Words = "", project_id: Words = "") -> str:
    """Tell the habits that recorded changes show: languages, files, tests, errors. Use when you want to write code
    that fits in. It takes 10 file changes at least.

    Args:
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    made, name = engine.patterns.analyze_patterns(project), project_name(project, project_id)
    if not made.enough:
        return (
            f"⚠️ Insufficient data for pattern analysis\nProject: {name}\nFile changes so far: {made.edits}\n\n"
            "Continue coding and tracking activities. Recommended: 10+ file changes for basic analysis, "
            "30+ for detailed insights."
        )
    told = "\n\n".join(part for part in (made.markdown.partition("\n\n")[2], made.note) if part)
    return f"🔍 Coding Pattern Analysis: {name}\n\n{told}"


@operation
def coding_generate_pr_description(project: "Project", user_id: Words = "", project_id: Words = "") -> str:
    """Write the description of a pull request from the session and the branch's changes. Use when the work is to be
    handed in.

    Args:
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    session = engine.sessions.current_session(project).session
    if session is None:
        raise InvalidRequest(
            "Error: No active coding session.\n\nStart a coding session first with coding_start_session()"
        )
    made = engine.drafts.draft_pull_request(project)
    if not made.markdown:
        return f"📝 Generated PR Description: {made.note}"
    return f"📝 Generated PR Description:\n\n````markdown\n{made.markdown}\n````\n\n{made.note}"


# ------------------------------------------------------------ inside


def _closest(project: "Project", bug: str) -> list[str]:
    """What solved the bug that is most like one that was just recorded, if there is such; no model is asked."""
    from whence import engine

    try:
        like = engine.diagnosis.closest_solution(project, bug)
    except WhenceError:  # the error is recorded all the same
        return []
    if not like.solution:
        return []
    return [
        f"💡 What may solve it ({like.confidence} confidence): {one_line(like.solution, 500)}",
        f"   {one_line(' '.join(like.reasons), 500)} Id: {like.cases[0].cited.id}",
    ]
