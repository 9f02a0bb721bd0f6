"""Sessions: started, ended, resumed; one active for each person."""

from whence.engine import active as actives
from whence.engine.core import Opened
from whence.errors import InvalidRequest, SessionActive
from whence.memory import MemoryBase, Session
from whence.operations import operation
from whence.protocol import Filter
from whence.reports import SessionState
from whence.values import Lines, Text, Words, now

_LOOKED_AT = 500
"""Sessions, the latest, among which one's own last is looked for."""


class Sessions(Opened):
    """What is done with stretches of work."""

    @operation
    def start_session(
        self, goal: Text, goals: Lines = (), labels: Words = (), end_active: bool = False
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
        with self.active.deciding():
            current = self._active_session()
            if current is not None and not end_active:
                raise _occupied(current)
            if current is not None:
                actives.end(self.store, self.writer, current.id)
            session = Session(
                goal=goal, goals=goals, labels=labels, author=self.project.author, project=self.project.id
            )
            self.writer.write([session])
            session = self._session_stored(session)
            self._announce_session(session)
        ended = f" “{current.title}” was ended." if current else ""
        return self._session_state(session, f"Started “{session.title}”.{ended}", told=True)

    @operation
    def end_session(self, summary: str = "", success: bool | None = None) -> SessionState:
        """End the active session. Its summary tells what was done, decided, met, solved and left open.

        Args:
            summary: what came of it, in your own words; it stands above what is made from the session's memories.
            success: whether the aim was reached.

        Raises:
            InvalidRequest: no session is active.
        """
        with self.active.deciding():
            current = self._active_session()
            if current is None:
                raise InvalidRequest("No session is active, so there is none to end. Start one first.")
            ended = actives.end(self.store, self.writer, current.id, summary=summary, success=success)
            self._announce_session(None)
        return self._session_state(ended, f"Ended “{ended.title}” after {_span(ended)}.", told=True)

    @operation
    def resume_session(self, id: str = "") -> SessionState:
        """Take up a session again that was ended; the time in between doesn't count as worked.

        Args:
            id: the session; empty for your latest.

        Raises:
            NotFound: there is no such session.
            SessionActive: another session is active; it is named.
            InvalidRequest: the id is not of a session of yours, or there is none yet.
        """
        with self.active.deciding():
            wanted = self._session_wanted(id)
            current = self._active_session()
            if current is not None and current.id != wanted.id:
                raise _occupied(current)
            if current is not None:
                return self._session_state(current, f"“{current.title}” is active already.")
            at = now()

            def resumed(each: MemoryBase) -> MemoryBase:
                assert isinstance(each, Session)
                changes = {"ended_at": None, "success": None, "resumed_at": at, "worked": each.minutes or each.worked}
                return each.model_copy(update={**changes, "deleted_at": None, "archived": False})

            session = self.writer.update(wanted.id, resumed)
            assert isinstance(session, Session)
            self._announce_session(session)
        return self._session_state(session, f"Resumed “{session.title}”.", told=True)

    @operation
    def current_session(self) -> SessionState:
        """Tell which session is active, and how much came to be in it so far."""
        with self.active.deciding():
            current = self._active_session()
        if current is None:
            return SessionState(note="No session is active.")
        return self._session_state(current, f"“{current.title}” is active.")

    def _active_session(self) -> Session | None:
        """The active session of whoever works here, once forgotten ones are ended; only while deciding."""
        alive = actives.settle(self.active, self.store, self.writer, self.settings.session.forgotten_hours)
        return next((each for each in alive if each.author == self.project.author), None)

    def _session_stored(self, session: Session) -> Session:
        """The session as it was written: without what was secret in it."""
        found = self.one(session.id)
        assert isinstance(found, Session)
        return found

    def _announce_session(self, session: Session | None) -> None:
        others = [each for each in actives.active_sessions(self.store) if each.author != self.project.author]
        self.active.tell([*others, *([session] if session else [])])

    def _session_wanted(self, id: str) -> Session:
        if id:
            found = self.one(id)
            if not isinstance(found, Session):
                raise InvalidRequest(f"“{found.title}” is a {found.kind}, not a session.")
            if found.author != self.project.author:
                raise InvalidRequest(f"“{found.title}” is a session of {found.author or 'somebody else'}.")
            return found
        latest = self.store.newest(Filter(kinds=("session",)), limit=_LOOKED_AT)
        mine = [each for each in latest if isinstance(each, Session) and each.author == self.project.author]
        if not mine:
            raise InvalidRequest("There is no session to resume yet. Start one.")
        return max(mine, key=lambda each: each.ended_at or now())

    def _session_state(self, session: Session, note: str, *, told: bool = False) -> SessionState:
        inside = len(self.store.ids(Filter(session=session.id, archived=True)))
        return SessionState(session=session, memories=inside, ids=(session.id,) if told else (), note=note)


def _occupied(current: Session) -> SessionActive:
    return SessionActive(
        f"The session “{current.title}” is active since {current.created_at.astimezone():%Y-%m-%d %H:%M}. End it first."
    )


def _span(session: Session) -> str:
    hours, minutes = divmod(session.minutes or 0, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
