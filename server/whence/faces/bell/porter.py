"""The server's side: a bell for an open project, and a thread that answers whoever of this user rings it."""

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from whence.faces.bell.wire import LIFE_SECONDS, SILENCE_SECONDS, bells, private, surroundings
from whence.values.homes import data_folder
from whence.values.version import VERSION

if sys.platform == "win32":
    from whence.faces.bell import pipes as transport
else:
    from whence.faces.bell import sockets as transport

if TYPE_CHECKING:
    from whence.engine import Project
    from whence.faces.bell.wire import Line, Message

    Answer = Callable[[Project, Message], Message | None]
    """Answers a request from an open project; None for what the command had better do by itself."""

log = logging.getLogger(__name__)

_AT_ONCE = 8
"""Requests that are answered at a time; who comes besides is told to help themselves."""

_CLOSING_SECONDS = 5.0
"""How long what is being answered may take once the project is to be closed."""


def hang(project: "Project", answer: "Answer") -> "Project":
    """Hang up a bell for an open project, which comes down when that is closed, and give the project back.

    Nothing happens in a workspace that is not trusted. Where no bell can be hung, commands open the memory by
    themselves, as they do where nobody serves it.
    """
    if project.trusted:
        try:
            project.ends.callback(Porter(project, answer).close)
        except (OSError, ValueError, ImportError) as error:
            log.debug("no bell can be hung (%s)", type(error).__name__)
    return project


class Porter:
    """The bell of one open project, and who answers it.

    Args:
        project: the project.
        answer: what answers.

    Raises:
        OSError: the bell can't be hung.
    """

    def __init__(self, project: "Project", answer: "Answer") -> None:
        self._project, self._answer = project, answer
        folder = bells(data_folder())
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not private(folder):
            raise PermissionError("The folder of bells is not this user's alone.")
        self._listener = transport.Listener(folder, str(project.place.root))
        self._folder = folder
        self._busy: set[threading.Thread] = set()
        self._closed = False
        self._thread = threading.Thread(target=self._listen, name="whence-bell", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take the bell down, and let what is being answered come to its end."""
        self._closed = True
        self._listener.close()
        self._thread.join(_CLOSING_SECONDS)
        for each in list(self._busy):
            each.join(_CLOSING_SECONDS)

    def _listen(self) -> None:
        try:
            transport.sweep(self._folder)
            while (line := self._listener.accept()) is not None:
                if len(self._busy) >= _AT_ONCE:
                    line.close()
                    continue
                thread = threading.Thread(target=self._attend, args=(line,), name="whence-bell-line", daemon=True)
                self._busy.add(thread)
                thread.start()
        except OSError as error:
            log.debug("the bell is not listened on any more (%s)", type(error).__name__)
        finally:
            self._listener.release()

    def _attend(self, line: "Line") -> None:
        """Answer one request."""
        try:
            line.send({"version": VERSION})
            request = line.receive(SILENCE_SECONDS)
            if request is not None:
                line.send(self._worked_out(line, request) or {})
        except (OSError, ValueError):
            pass  # who rang has left, is none of ours, or says nothing that could be answered
        finally:
            with suppress(OSError):
                line.close()
            self._busy.discard(threading.current_thread())

    def _worked_out(self, line: "Line", request: "Message") -> "Message | None":
        """The answer; while it is worked out, signs of life are sent."""
        # Whose options, time zone or git may be others is not answered: it would come out otherwise there.
        decides = surroundings()
        if self._closed or decides is None or request.get("surroundings") != decides:
            return None
        made: list[Message | None] = []
        done = threading.Event()

        def work() -> None:
            try:
                made.append(self._answer(self._project, request))
            except Exception as error:  # noqa: BLE001 - whatever it is, the command meets it by itself, and says so
                log.debug("a request at the bell failed (%s)", type(error).__name__)
            finally:
                done.set()

        working = threading.Thread(target=work, name="whence-bell-work", daemon=True)
        working.start()
        heard = True
        while not done.wait(LIFE_SECONDS):  # also where nobody hears it any more: the project stays open until then
            try:
                if heard:
                    line.send(None)
            except OSError:
                heard = False
        return made[0] if made else None
