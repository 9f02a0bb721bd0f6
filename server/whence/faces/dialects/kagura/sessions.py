"""Those of the `coding_*` tools that are about a session of work: started, resumed, told of, ended, talked in."""

import threading
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from whence.faces.dialects.kagura import pages
from whence.faces.dialects.kagura.structure import project_name
from whence.faces.mcp.arguments import Listed, Maybe, Words
from whence.values.base import Text
from whence.values.errors import InvalidRequest
from whence.values.memory import MemoryBase, Message
from whence.values.operation import operation
from whence.values.protocol import Filter
from whence.values.reports import SessionState

if TYPE_CHECKING:
    from whence.engine import Project

ORIGIN = "coding-session"
"""Where the conversation of a session says that it comes from."""

_INTERACTIONS = ("question", "decision", "struggle", "discovery", "implementation", "error_fix")
_MOST_IN_SESSION = 2000
_LOOKED_AT = 500
_APPENDING = threading.Lock()


@operation
def coding_start_session(
    project: "Project", description: Text, tags: Listed = (), user_id: Words = "", project_id: Words = ""
) -> str:
    """Start a coding session. Use when a piece of work begins; one session is active at a time.

    Args:
        description: what it is for.
        tags: words to find it by, as a JSON array.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    session = _of(engine.sessions.start_session(project, description, labels=tags))
    return (
        f"✅ Coding session started: {session.id}\nProject: {project_name(project, project_id)}\n"
        f"Description: {description}\nTags: {', '.join(tags) or 'None'}\n\n"
        "💡 What is tracked, recorded and decided from now on belongs to it. End it with coding_end_session."
    )


@operation
def coding_resume_session(
    project: "Project", session_id: Words = "", user_id: Words = "", project_id: Words = ""
) -> str:
    """Resume a session that was ended. Use when work goes on that was left off before.

    Args:
        session_id: the session; the latest one without.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    session = _of(engine.sessions.resume_session(project, session_id))
    counts = pages.counts(_in(project, session))
    return (
        f"✅ Session resumed: {session.id}\n\n**Project:** {project_name(project, project_id)}\n"
        f"**Description:** {session.title}\n**Original start:** {session.created_at:%Y-%m-%d %H:%M}\n"
        f"**Tags:** {', '.join(session.labels)}\n\n**Existing activities:**\n"
        f"  • File changes: {counts.changes}\n  • Errors recorded: {counts.errors}\n"
        f"  • Decisions made: {counts.decisions}\n\n💡 **Continue where you left off.**"
    )


@operation
def coding_get_current_session_status(project: "Project", user_id: Words = "", project_id: Words = "") -> str:
    """Tell what the active session holds so far. Use when you want to know what was tracked before you end it.

    Args:
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    state = engine.sessions.current_session(project)
    if state.session is None:
        return "❌ No active coding session.\n\nStart one with: coding_start_session()"
    held = _in(project, state.session)
    return "📊 Current Session Status\n\n" + pages.status(state.session, project_name(project, project_id), held)


@operation
def coding_end_session(
    project: "Project",
    summary: Words = "",
    success: Maybe = None,
    save_to_github: Maybe = False,
    save_to_claude_code_history: Maybe = True,
    user_id: Words = "",
    project_id: Words = "",
) -> str:
    """End the active session with a summary of what was changed, decided and solved. Use when the work is done and
    the user has agreed.

    Args:
        summary: what came of it; made from what was tracked without.
        success: whether it reached its aim.
        save_to_github: ignored; nothing is sent anywhere.
        save_to_claude_code_history: ignored; the session is found through every tool.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    session = _of(engine.sessions.end_session(project, summary, success))
    counts = pages.counts(_in(project, session))
    sign = "ℹ️" if success is None else "✅" if success else "⚠️"
    sent = "\n⚠️ GitHub recording requested but not available" if save_to_github else ""
    return (
        f"{sign} Coding session ended: {session.id}\nDuration: {float(pages.minutes(session)):.1f} minutes\n"
        f"Files touched: {len(counts.files)}\nErrors: {counts.errors} encountered, {counts.fixed} fixed\n"
        f"Decisions: {counts.decisions}\n\n📝 Summary:\n{getattr(session, 'summary', '')}\n\n"
        f"💾 Session data saved for future reference and pattern learning.{sent}"
    )


@operation
def coding_track_interaction(
    project: "Project",
    user_query: Text,
    ai_response: Text,
    interaction_type: Annotated[str, Field(json_schema_extra={"enum": list(_INTERACTIONS)})] = "question",
    metadata: dict[str, Any] | str | None = None,
    user_id: Words = "",
    project_id: Words = "",
) -> str:
    """Track a question of the user and your answer in the conversation of the session. Use when an exchange led to
    a decision, a discovery or a fix that is worth finding again.

    Args:
        user_query: what the user said.
        ai_response: what you answered.
        interaction_type: question, decision, struggle, discovery, implementation or error_fix.
        metadata: anything further, as a JSON object.
        user_id: whose memory.
        project_id: of which project.
    """
    from whence import engine

    if interaction_type not in _INTERACTIONS:
        raise InvalidRequest(f"interaction_type must be one of {', '.join(_INTERACTIONS)}.")
    further = str(metadata).strip() if metadata else ""
    answer = f"{ai_response}\n\nMetadata: {further}" if further not in ("", "{}", "null") else ai_response
    turns = (Message(role="user", content=user_query), Message(role="assistant", content=answer))
    session = engine.sessions.current_session(project).session
    with _APPENDING:
        known = _conversation(project, session)
        if known is None:
            title = f"Interactions: {session.title}" if session else ""
            kept = engine.conversations.save_conversation(
                project, messages=turns, origin=ORIGIN, title=title, labels=(interaction_type,)
            )
        else:
            kept = engine.conversations.append_turns(project, known.id, turns)
            labels = tuple(dict.fromkeys([*known.labels, interaction_type]))
            if labels != known.labels:
                engine.notes.update(project, known.id, {"labels": labels})
    return (
        f"✅ Interaction tracked: {kept.ids[0]}\nType: {interaction_type}\n"
        f"Session: {session.id if session else 'No active session'}"
    )


# ------------------------------------------------------------ finding


def _in(project: "Project", session: MemoryBase) -> list[MemoryBase]:
    """What came to be in a session, the newest first."""
    from whence import engine

    held = engine.candidates.newest(project, Filter(session=session.id, archived=True), limit=_MOST_IN_SESSION)
    return [each for each in held if each.id != session.id]


def _conversation(project: "Project", session: MemoryBase | None) -> MemoryBase | None:
    """The conversation of a session, or of today where none is active, that interactions are added to."""
    from whence import engine

    chosen = Filter(kinds=("conversation",), session=session.id if session else "", archived=True)
    for each in engine.candidates.newest(project, chosen, limit=_LOOKED_AT):
        if getattr(each, "origin", "") == ORIGIN and (session is not None or not each.session):
            return each if session is not None or pages.today(each.created_at) else None
    return None


def _of(state: SessionState) -> MemoryBase:
    if state.session is None:
        raise InvalidRequest(state.note)
    return state.session
