"""Sessions: started, ended, summed up, resumed; one active for each person."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from whence.background.writer import Unchanged
from whence.engine.completion import Ask, Thought, think, thinks
from whence.engine.quotes import Quotes, quotes_of
from whence.engine.sessions.prompt import SESSION_SUMMARY, SessionSummary
from whence.models.prompt import Prompt
from whence.project import active_sessions as actives
from whence.project.project import Project
from whence.values.base import Lines, Text, Words, now, one_line
from whence.values.errors import Cancelled, InvalidRequest, NotFound, SessionActive, WhenceError
from whence.values.handed_out import marked
from whence.values.markdown import inline
from whence.values.memory import MemoryBase, Session
from whence.values.memory.recap import recap, retold, said
from whence.values.operation import Command, Menu, Progress, operation
from whence.values.protocol import Filter
from whence.values.reports import SessionState

log = logging.getLogger(__name__)

_LOOKED_AT = 500
"""Sessions, the latest, among which one's own last is looked for."""

_READ_TOKENS = 16_000
"""Tokens of a session's memories that a model reads at most."""


@operation
def start_session(
    project: Project, goal: Text, goals: Lines = (), labels: Words = (), end_active: bool = False
) -> SessionState:
    """Start a session: what is remembered until it ends carries its id. A person has one at a time.

    Args:
        goal: what it is for.
        goals: further aims.
        labels: words to find it by.
        end_active: whether to end the session that is active, if one is.

    Raises:
        SessionActive: another session is active; it is named.
        InvalidRequest: the aim is empty.
    """
    if not goal.strip():
        raise InvalidRequest("Say what the session is for.")
    with project.active.deciding():
        current = _active_session(project)
        if current is not None and not end_active:
            raise _occupied(current)
        if current is not None:
            actives.end(project.store, project.writer, current.id)
        session = Session(goal=goal, goals=goals, labels=labels, author=project.place.author, project=project.place.id)
        project.writer.write([session], new=True)
        session = _session_stored(project, session)
        _announce_session(project, session)
    ended = f" “{current.title}” was ended." if current else ""
    return _session_state(project, session, f"Started “{session.title}”.{ended}", told=True)


@thinks
@operation
def end_session(
    project: Project,
    summary: str = "",
    success: bool | None = None,
    progress: Progress = lambda message, share: None,
) -> SessionState:
    """End the active session. Its summary tells what was done, decided, met, solved and left open.

    It is ended, with a summary made by rules, before a model is asked for a better one; whatever becomes of that,
    it stays ended.

    Args:
        summary: what came of it, in your own words; it stands above what is made from the session's memories.
        success: whether the aim was reached.

    Raises:
        InvalidRequest: no session is active.
    """
    if project.plan is not None:
        return _show_end(project, summary)
    with project.active.deciding():
        current = _active_session(project)
        if current is None:
            raise InvalidRequest("No session is active, so there is none to end. Start one first.")
        ended = actives.end(project.store, project.writer, current.id, summary=summary, success=success)
        _announce_session(project, None)
    note, model = f"Ended “{ended.title}” after {_span(ended)}.", ""
    if project.settings.model != "none":
        ended, more, model = _improved(project, ended, progress)
        note = f"{note} {more}".strip()
    return _session_told(project, ended, note, model)


@thinks
@operation
def summarize_session(project: Project, id: str = "", progress: Progress = lambda message, share: None) -> SessionState:
    """Sum up a session that has ended, again or for the first time; what a person wrote of it stays on top.

    Args:
        id: the session; empty for your latest.

    Raises:
        NotFound: there is no such session.
        InvalidRequest: the id is not of a session, it is still active, or there is none yet.
    """
    session = _session_to_tell(project, id)
    question = _question_of(project, session, replace(SESSION_SUMMARY, operation="summarize_session"))
    if question is None:
        return _session_told(project, session, f"Nothing came to be in “{session.title}”, so there is nothing to tell.")
    thought = think(project, question.ask, progress=progress)
    told = _retell(project, session, question.contents, thought)
    changed = "" if told is not None else "It was changed or taken up again meanwhile, and stays as it is."
    note = f"Summed up “{session.title}”." if told else ""
    parts = (note, changed, thought.note, question.read.note if thought.answer else "")
    return _session_told(
        project, told or _session_stored(project, session), " ".join(each for each in parts if each), thought.model
    )


@operation(palette=Command("Resume Session", icon="debug-continue", menus=(Menu("3_keep@3"),)))
def resume_session(project: Project, id: str = "") -> SessionState:
    """Take up a session again that was ended; the time in between doesn't count as worked.

    Args:
        id: the session; empty for your latest.

    Raises:
        NotFound: there is no such session.
        SessionActive: another session is active; it is named.
        InvalidRequest: the id is not of a session of yours, or there is none yet.
    """
    with project.active.deciding():
        wanted = _session_wanted(project, id)
        current = _active_session(project)
        if current is not None and current.id != wanted.id:
            raise _occupied(current)
        if current is not None:
            return _session_state(project, current, f"“{current.title}” is active already.")
        at = now()

        def resumed(memory: MemoryBase) -> MemoryBase:
            assert isinstance(memory, Session)
            changes = {"ended_at": None, "success": None, "resumed_at": at, "worked": memory.minutes or memory.worked}
            return memory.model_copy(update={**changes, "deleted_at": None, "archived": False})

        session = project.writer.update(wanted.id, resumed)
        assert isinstance(session, Session)
        _announce_session(project, session)
    return _session_state(project, session, f"Resumed “{session.title}”.", told=True)


@operation
def current_session(project: Project) -> SessionState:
    """Tell which session is active, and how much came to be in it so far."""
    with project.active.deciding():
        current = _active_session(project)
    if current is None:
        return SessionState(note="No session is active.")
    return _session_state(project, current, f"“{current.title}” is active.")


def _active_session(project: Project) -> Session | None:
    """The active session of whoever works here, once forgotten ones are ended; only while deciding."""
    alive = actives.settle(project.active, project.store, project.writer, project.settings.session.forgotten_hours)
    return next((each for each in alive if each.author == project.place.author), None)


def _session_stored(project: Project, session: Session) -> Session:
    """The session as it was written: without what was secret in it."""
    found = project.one(session.id)
    assert isinstance(found, Session)
    return found


def _announce_session(project: Project, session: Session | None) -> None:
    others = [each for each in actives.active_sessions(project.store) if each.author != project.place.author]
    project.active.tell([*others, *([session] if session else [])])


# ------------------------------------------------------------ summed up


@dataclass(frozen=True, slots=True)
class _Question:
    """What a model is asked about a session that has ended, or would be if it ended now."""

    contents: Sequence[MemoryBase]
    """What came to be in it."""
    read: Quotes
    ask: Ask[SessionSummary]


def _question_of(
    project: Project, session: Session, prompt: Prompt[SessionSummary] = SESSION_SUMMARY
) -> _Question | None:
    """What to ask: of the session itself, then of what came to be in it; None where nothing did."""
    contents = actives.contents(project.store, session)
    if not contents:
        return None
    read = quotes_of([session.model_copy(update={"summary": said(session.summary)}), *contents], _READ_TOKENS)
    task = f"Summarise the session “{one_line(session.goal, 200)}”."
    return _Question(contents, read, Ask(prompt, task, read.material))


def _show_end(project: Project, summary: str) -> SessionState:
    """Show what a model would be asked at the end of the active session, which goes on."""
    for session in actives.active_sessions(project.store):
        if session.author == project.place.author:
            ended = session.model_copy(update={"summary": summary.strip() or said(session.summary)})
            if question := _question_of(project, ended):
                think(project, question.ask)
    return SessionState()


def _improved(project: Project, session: Session, progress: Progress) -> tuple[Session, str, str]:
    """A session that is ended, its summary a model's if there is one: with what to know of that, and the model."""
    again = "“Summarize Session” asks again."
    try:
        question = _question_of(project, session)
        if question is None:
            return session, "", ""
        thought = think(project, question.ask, progress=_patient(progress, project.settings.models.timeout_seconds))
        if thought.answer is None:
            return session, f"{thought.note} {again}" if thought.note else "", ""
        told = _retell(project, session, question.contents, thought)
    except Cancelled as error:
        return session, f"{error} Its summary was made without a model; {again}", ""
    except WhenceError as error:
        return session, f"{error} Its summary was made without a model; {again}", ""
    except Exception:
        log.exception("the summary of a session could not be made by a model")
        return session, f"The model could not be asked; the log tells why. {again}", ""
    if told is None:
        return _session_stored(project, session), "It was changed meanwhile, and stays as it is.", ""
    return told, " ".join(each for each in (thought.note, question.read.note) if each), thought.model


def _retell(
    project: Project, session: Session, contents: Sequence[MemoryBase], thought: Thought[SessionSummary]
) -> Session | None:
    """The session with what a model or, without its answer, rules tell of it; None if it changed meanwhile."""
    answer = thought.answer
    words = answer.model_dump(by_alias=False) if answer else None
    made = retold(words, contents, thought.model, session.goal) if words else recap(contents)
    summary = "\n\n".join(each for each in (said(session.summary), made) if each)

    def change(current: MemoryBase) -> MemoryBase:
        seen = (session.ended_at, session.summary)
        if not isinstance(current, Session) or (current.ended_at, current.summary) != seen:
            raise Unchanged
        return current.model_copy(update={"summary": summary})

    (told,) = project.writer.update_all([session.id], change)
    return told if isinstance(told, Session) else None


def _session_to_tell(project: Project, id: str) -> Session:
    if not id:
        latest = project.store.newest(Filter(kinds=("session",), archived=True), limit=_LOOKED_AT)
        mine = [memory for memory in latest if isinstance(memory, Session) and memory.author == project.place.author]
        ended = [session for session in mine if session.ended_at is not None]
        if not ended:
            raise InvalidRequest("There is no session yet that has ended. End the active one with `end_session`.")
        return max(ended, key=lambda session: session.ended_at or now())
    found = project.one(id)
    if not isinstance(found, Session):
        raise InvalidRequest(f"“{found.title}” is a {found.kind}, not a session.")
    if found.deleted_at is not None:
        raise NotFound(f"“{found.title}” is in the bin. Restore it first.")
    if found.ended_at is None:
        raise InvalidRequest(f"“{found.title}” is still active. `end_session` sums it up.")
    return found


def _session_told(project: Project, session: Session, note: str, model: str = "") -> SessionState:
    page = marked(f"# {inline(session.title, 200)}\n\n{session.markdown()}")
    state = _session_state(project, session, note, told=True)
    return state.model_copy(update={"markdown": page, "model": model})


# ------------------------------------------------------------ inside


def _session_wanted(project: Project, id: str) -> Session:
    if id:
        found = project.one(id)
        if not isinstance(found, Session):
            raise InvalidRequest(f"“{found.title}” is a {found.kind}, not a session.")
        if found.author != project.place.author:
            raise InvalidRequest(f"“{found.title}” is a session of {found.author or 'somebody else'}.")
        return found
    latest = project.store.newest(Filter(kinds=("session",)), limit=_LOOKED_AT)
    mine = [memory for memory in latest if isinstance(memory, Session) and memory.author == project.place.author]
    if not mine:
        raise InvalidRequest("There is no session to resume yet. Start one.")
    return max(mine, key=lambda session: session.ended_at or now())


def _session_state(project: Project, session: Session, note: str, *, told: bool = False) -> SessionState:
    inside = len(project.store.ids(Filter(session=session.id, archived=True)))
    return SessionState(session=session, memories=inside, ids=(session.id,) if told else (), note=note)


def _patient(progress: Progress, seconds: float) -> Progress:
    """The progress, which gives up `seconds` after it was first told of something."""
    until: float | None = None

    def told(message: str, share: float) -> None:
        nonlocal until
        until = until or time.monotonic() + seconds
        if time.monotonic() > until:
            raise Cancelled(f"The model took longer than {seconds:g} s.")
        progress(message, share)

    return told


def _occupied(current: Session) -> SessionActive:
    return SessionActive(
        f"Session already active: “{current.title}” is active since "
        f"{current.created_at.astimezone():%Y-%m-%d %H:%M}. End it first."
    )


def _span(session: Session) -> str:
    hours, minutes = divmod(session.minutes or 0, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
