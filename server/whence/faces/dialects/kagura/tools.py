"""The `coding_*` tools of Kagura's coding memory, with its parameters, its synonyms and replies that begin as its do.

`user_id` and `project_id` are taken and change nothing but the name in a reply: the project is the folder's, and its
memories are those of all doors. The little pictures in the replies are part of that interface, and stand here and in
`mcp_coding_structure` alone.
"""

import threading
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from whence.faces.dialects.kagura import pages as pages
from whence.faces.dialects.kagura.structure import Few, Structure
from whence.faces.mcp.arguments import Line, Listed, Maybe, Words
from whence.values.base import Text, one_line
from whence.values.errors import InvalidRequest, WhenceError
from whence.values.memory import Action, MemoryBase, Message
from whence.values.operation import operation
from whence.values.protocol import Filter
from whence.values.reports import SessionState

if TYPE_CHECKING:
    from whence.engine import Engine

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
    }
)
"""Tools that change no memory, and quote them."""

FAILED = "❌ "
"""How a reply begins that tells of a failure."""

ORIGIN = "coding-session"
"""Where the conversation of a session says that it comes from."""

_ACTIONS = {
    "create": "create created creation add added new",
    "edit": "edit edited modify modified modification update updated change changed fix fixed",
    "delete": "delete deleted deletion remove removed",
    "rename": "rename renamed move moved",
    "refactor": "refactor refactored refactoring restructure restructured",
    "test": "test tested testing tests",
}
_SYNONYMS = {word: action for action, words in _ACTIONS.items() for word in words.split()}
_INTERACTIONS = ("question", "decision", "struggle", "discovery", "implementation", "error_fix")
_MOST_IN_SESSION = 2000
_LOOKED_AT = 500


def _action(value: Any) -> Any:
    if isinstance(value, str):
        if found := _SYNONYMS.get(value.strip().lower()):
            return found
        raise ValueError(f"{one_line(value, 40)!r} is no action; there are {', '.join(_ACTIONS)}")
    return value


Doing = Annotated[
    Action,
    BeforeValidator(_action),
    WithJsonSchema({"type": "string", "examples": list(_ACTIONS)}),
]


class Coding(Structure):
    """The tools, on one open project."""

    def __init__(self, engine: "Engine") -> None:
        super().__init__(engine)
        self._appending = threading.Lock()

    @operation
    def coding_track_file_change(
        self,
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
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        done = self._engine.track_change(
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
            f"Project: {self._name(project_id)}\nReason: {one_line(reason, 100)}"
        )

    @operation
    def coding_record_error(
        self,
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
            message: the error's message.
            error_type: its type, such as `TypeError`.
            stack_trace: the stack trace as it was printed.
            file_path: the file in which it happened.
            line_number: the line.
            solution: what solved it.
            screenshot: path of a picture of it.
            tags: words to find it by, as a JSON array.
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        place = "" if file_path.strip().lower() == "unknown" else file_path
        done = self._engine.record_error(
            message=message,
            error_type="" if error_type.strip().lower() == "unknown" else error_type,
            stack_trace=stack_trace,
            file=place,
            line=line_number,
            solution=solution,
            labels=tags,
            screenshot=screenshot,
        )
        lines = [
            f"✅ Error recorded: {done.ids[0]}",
            f"Type: {error_type or 'Unknown'}",
            f"Location: {place or 'unknown'}:{line_number}",
            f"Status: {'Resolved' if solution.strip() else 'Not yet resolved'}",
            f"Project: {self._name(project_id)}",
        ]
        if screenshot.strip():
            lines.append("📸 Screenshot kept with the error")
        if done.again:
            lines.append(f"Met {done.count} times so far")
        if done.solution:
            lines.append(f"💡 What solved it before: {done.solution}")
        elif not solution.strip():
            lines += self._closest(done.ids[0])
        return "\n".join(lines)

    @operation
    def coding_record_decision(
        self,
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
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        done = self._engine.remember(
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
            }
        )
        return (
            f"✅ Decision recorded: {done.ids[0]}\nDecision: {decision}\nConfidence: {confidence:.0%}\n"
            f"Project: {self._name(project_id)}\nTags: {', '.join(tags) or 'None'}"
        )

    # ------------------------------------------------------------ sessions

    @operation
    def coding_start_session(
        self, description: Text, tags: Listed = (), user_id: Words = "", project_id: Words = ""
    ) -> str:
        """Start a coding session. Use when a piece of work begins; one session is active at a time.

        Args:
            description: what it is for.
            tags: words to find it by, as a JSON array.
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        session = _of(self._engine.start_session(description, labels=tags))
        return (
            f"✅ Coding session started: {session.id}\nProject: {self._name(project_id)}\n"
            f"Description: {description}\nTags: {', '.join(tags) or 'None'}\n\n"
            "💡 What is tracked, recorded and decided from now on belongs to it. End it with coding_end_session."
        )

    @operation
    def coding_resume_session(self, session_id: Words = "", user_id: Words = "", project_id: Words = "") -> str:
        """Resume a session that was ended. Use when work goes on that was left off before.

        Args:
            session_id: the session; the latest one without.
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        session = _of(self._engine.resume_session(session_id))
        counts = pages.counts(self._in(session))
        return (
            f"✅ Session resumed: {session.id}\n\n**Project:** {self._name(project_id)}\n"
            f"**Description:** {session.title}\n**Original start:** {session.created_at:%Y-%m-%d %H:%M}\n"
            f"**Tags:** {', '.join(session.labels)}\n\n**Existing activities:**\n"
            f"  • File changes: {counts.changes}\n  • Errors recorded: {counts.errors}\n"
            f"  • Decisions made: {counts.decisions}\n\n💡 **Continue where you left off.**"
        )

    @operation
    def coding_get_current_session_status(self, user_id: Words = "", project_id: Words = "") -> str:
        """Tell what the active session holds so far. Use when you want to know what was tracked before you end it.

        Args:
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        state = self._engine.current_session()
        if state.session is None:
            return "❌ No active coding session.\n\nStart one with: coding_start_session()"
        held = self._in(state.session)
        return "📊 Current Session Status\n\n" + pages.status(state.session, self._name(project_id), held)

    @operation
    def coding_end_session(
        self,
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
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        session = _of(self._engine.end_session(summary, success))
        counts = pages.counts(self._in(session))
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
        self,
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
            user_id: ignored.
            project_id: ignored.
        """
        if interaction_type not in _INTERACTIONS:
            raise InvalidRequest(f"interaction_type must be one of {', '.join(_INTERACTIONS)}.")
        further = str(metadata).strip() if metadata else ""
        answer = f"{ai_response}\n\nMetadata: {further}" if further not in ("", "{}", "null") else ai_response
        turns = (Message(role="user", content=user_query), Message(role="assistant", content=answer))
        session = self._engine.current_session().session
        with self._appending:
            known = self._conversation(session)
            if known is None:
                title = f"Interactions: {session.title}" if session else ""
                kept = self._engine.save_conversation(
                    messages=turns, origin=ORIGIN, title=title, labels=(interaction_type,)
                )
            else:
                kept = self._engine.append_turns(known.id, turns)
                labels = tuple(dict.fromkeys([*known.labels, interaction_type]))
                if labels != known.labels:
                    self._engine.update(known.id, {"labels": labels})
        return (
            f"✅ Interaction tracked: {kept.ids[0]}\nType: {interaction_type}\n"
            f"Session: {session.id if session else 'No active session'}"
        )

    # ------------------------------------------------------------ finding

    @operation
    def coding_search_errors(self, query: str, k: Few = 5, user_id: Words = "", project_id: Words = "") -> str:
        """Find past errors like this one, with their solutions. Use when you meet an error, before you solve it.

        Args:
            query: the message, the stack trace, or words about it.
            k: the most to return.
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        hits = self._engine.search_errors(query, limit=k).hits
        if not hits:
            return (
                f"🔍 No similar errors found for: {query}\nProject: {self._name(project_id)}\n\n"
                "This might be a new type of error for this project."
            )
        lines = [f"🔍 Found {len(hits)} similar errors:"]
        for number, hit in enumerate(hits, 1):
            bug: Any = self._engine.get(hit.id).memory
            lines.append(f"\n{number}. {bug.error_type or 'Error'} in {bug.file or 'unknown'}:{bug.line}")
            lines.append(f"   Status: {'✅ Resolved' if bug.resolved else '❌ Unresolved'}")
            lines.append(f"   Message: {one_line(bug.message, 200)}")
            if bug.solution:
                lines.append(f"   Solution: {one_line(bug.solution, 500)}")
            lines.append(f"   Date: {bug.created_at:%Y-%m-%d %H:%M}\n   Id: {bug.id}")
        return "\n".join(lines)

    @operation
    def coding_get_project_context(self, focus: Words = "", user_id: Words = "", project_id: Words = "") -> str:
        """Tell where the project stands: stack, changes, decisions, open errors. Use when you begin to work on it.

        Args:
            focus: a topic to look at most, such as `authentication`.
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        made = self._engine.project_context(focus)
        about = f" (Focus: {focus})" if focus else ""
        return f"📊 Project Context: {self._name(project_id)}{about}\n\n{made.markdown or made.note}"

    @operation
    def coding_analyze_patterns(self, user_id: Words = "", project_id: Words = "") -> str:
        """Tell the habits that recorded changes show: languages, files, tests, errors. Use when you want to write code
        that fits in. It takes 10 file changes at least.

        Args:
            user_id: ignored.
            project_id: the project's name in the reply.
        """
        made, name = self._engine.analyze_patterns(), self._name(project_id)
        if not made.enough:
            return (
                f"⚠️ Insufficient data for pattern analysis\nProject: {name}\nFile changes so far: {made.edits}\n\n"
                "Continue coding and tracking activities. Recommended: 10+ file changes for basic analysis, "
                "30+ for detailed insights."
            )
        told = "\n\n".join(part for part in (made.markdown.partition("\n\n")[2], made.note) if part)
        return f"🔍 Coding Pattern Analysis: {name}\n\n{told}"

    @operation
    def coding_generate_pr_description(self, user_id: Words = "", project_id: Words = "") -> str:
        """Write the description of a pull request from the session and the branch's changes. Use when the work is to be
        handed in.

        Args:
            user_id: ignored.
            project_id: ignored.
        """
        session = self._engine.current_session().session
        if session is None:
            raise InvalidRequest(
                "Error: No active coding session.\n\nStart a coding session first with coding_start_session()"
            )
        made = self._engine.draft_pull_request()
        if not made.markdown:
            return f"📝 Generated PR Description: {made.note}"
        return f"📝 Generated PR Description:\n\n````markdown\n{made.markdown}\n````\n\n{made.note}"

    # ------------------------------------------------------------ inside

    def _closest(self, bug: str) -> list[str]:
        """What solved the bug that is most like one that was just recorded, if there is such; no model is asked."""
        try:
            like = self._engine.closest_solution(bug)
        except WhenceError:  # the error is recorded all the same
            return []
        if not like.solution:
            return []
        return [
            f"💡 What may solve it ({like.confidence} confidence): {one_line(like.solution, 500)}",
            f"   {one_line(' '.join(like.reasons), 500)} Id: {like.cases[0].cited.id}",
        ]

    def _in(self, session: MemoryBase) -> list[MemoryBase]:
        """What came to be in a session, the newest first."""
        held = self._engine.newest(Filter(session=session.id, archived=True), limit=_MOST_IN_SESSION)
        return [each for each in held if each.id != session.id]

    def _conversation(self, session: MemoryBase | None) -> MemoryBase | None:
        """The conversation of a session, or of today where none is active, that interactions are added to."""
        chosen = Filter(kinds=("conversation",), session=session.id if session else "", archived=True)
        for each in self._engine.newest(chosen, limit=_LOOKED_AT):
            if getattr(each, "origin", "") == ORIGIN and (session is not None or not each.session):
                return each if session is not None or pages.today(each.created_at) else None
        return None


def _of(state: SessionState) -> MemoryBase:
    if state.session is None:
        raise InvalidRequest(state.note)
    return state.session
