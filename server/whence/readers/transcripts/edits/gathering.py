"""What all readers of edits do alike: know the turn that asks, the words before an edit, and calls without a result."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from whence.readers.transcripts import boilerplate
from whence.readers.transcripts.edits import patches, shell
from whence.readers.transcripts.edits.patches import Marked
from whence.readers.transcripts.edits.values import MOST_ASKED, MOST_SAID, Act, Asked, Deed, Edit, Stay
from whence.readers.transcripts.turns import moment
from whence.values.tally import Tally

FAILED = "edits that failed or were declined"
UNKNOWN = "records of a kind that is not known"

SAID = "said"
"""The tool of lines that the assistant showed in its answer."""

_FENCED = re.compile(r"^[ \t]*(`{3,})[^`\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.MULTILINE | re.DOTALL)
_FEWEST_SHOWN = 3
"""Lines that a text must have to be looked at as more than words."""

_MOST_WAITING = 500
"""Calls that may await their results at once; of more, the oldest have been forgotten by their assistant."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool that awaits its result."""

    id: str
    tool: str
    arguments: dict[str, Any]
    command: str
    """What a shell was given; nothing for other tools."""
    said: str
    model: str
    at: datetime | None
    folder: str
    asked: Asked


@dataclass(slots=True)
class Gathering:
    """Goes through one session's records in order."""

    asked: Asked
    """The user's turn that is being worked on."""

    tally: Tally
    """Told what is left out."""

    folder: str = ""
    """The folder that the assistant stands in."""

    model: str = ""
    """The model that answers."""

    said: str = ""
    """The assistant's last words in this turn."""

    branch: str = ""
    """The branch that is checked out."""

    _waiting: dict[str, Call] = field(default_factory=dict)
    _begun: datetime | None = None
    _ended: datetime | None = None

    def pass_by(self, at: object) -> None:
        """A record of the session was written."""
        if (then := moment(at)) is not None:
            self._begun = min(self._begun or then, then)
            self._ended = max(self._ended or then, then)

    def end(self) -> Iterator[Deed]:
        """The turn ends: another one begins, or there is no more."""
        if self._begun and self._ended:
            yield Stay(self.asked, self.branch, self.folder, self._begun, self._ended)
        self._begun = self._ended = None

    def ask(self, text: str, at: object, *, id: str = "", offset: int = 0, leaf: str = "") -> Iterator[Deed]:
        """The user says something; what a tool says in the user's name is no turn."""
        said = boilerplate.strip(text, Tally())
        if not said:
            return
        yield from self.end()
        self.pass_by(at)
        before = self.asked
        self.asked = Asked(
            before.assistant, before.session, id, before.number + 1, said[:MOST_ASKED], moment(at), offset, leaf
        )
        self.said = ""

    def say(self, text: str, at: object = None, id: str = "") -> Iterator[Deed]:
        """The assistant says something, and may show code in it."""
        if not text.strip():
            return
        self.said = text.strip()[-MOST_SAID:]
        shown = "".join(match[2] for match in _FENCED.finditer(text)) if "```" in text else ""
        if shown.count("\n") >= _FEWEST_SHOWN:
            call = Call(id, SAID, {}, "", self.said, self.model, moment(at), self.folder, self.asked)
            yield _shown(call, call.id or _made(call), [shown], call.at)

    def call(self, id: str, tool: str, arguments: dict[str, Any], at: object, command: str = "") -> None:
        """The assistant calls a tool, whose result is awaited."""
        if len(self._waiting) >= _MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[id] = Call(
            id, tool, arguments, command, self.said, self.model, moment(at), self.folder, self.asked
        )

    def result(
        self, id: str, *, failed: bool, output: str = "", told: Marked = (), at: object = None, by_hand: bool = False
    ) -> Iterator[Deed]:
        """A call's result comes, and with it what the call did.

        Args:
            id: the call's.
            failed: whether it did nothing.
            output: what it printed.
            told: the lines of its one file, where the result tells them better than the call.
            at: when; by default, when it was called.
            by_hand: whether the user changed the text before accepting it.
        """
        call = self._waiting.pop(id, None)
        if call is None:
            return
        found = list(deeds(call, output, told, moment(at) or call.at, by_hand=by_hand))
        if failed:
            self.tally.add(FAILED, count=sum(isinstance(each, Edit) for each in found))
        else:
            yield from found


def deeds(call: Call, output: str, told: Marked, at: datetime | None, *, by_hand: bool = False) -> Iterator[Deed]:
    """What a call did."""
    id = call.id or _made(call)
    if call.command:
        yield from _by_shell(call, id, output, at)
        return
    files = list(patches.by_tool(call.arguments))
    if not files and (texts := [each for each in strings(call.arguments) if each.count("\n") >= _FEWEST_SHOWN]):
        yield _shown(call, id, texts, at)
    if told and len({path for path, _ in files}) == 1:
        files = [(files[0][0], told)]
    for number, (path, lines) in enumerate(files):
        if lines:
            yield Edit(
                f"{id}.{number}", call.asked, call.said, call.model, at, call.tool, call.folder, path, lines, by_hand
            )


def strings(value: object) -> Iterator[str]:
    """The texts in a call's parameters."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def _shown(call: Call, id: str, texts: Iterable[str], at: datetime | None) -> Edit:
    """Lines that a call shows without writing them to a file that it names."""
    lines = tuple(line for text in texts for line in patches.written(text))
    return Edit(f"{id}.shown", call.asked, call.said, call.model, at, call.tool, call.folder, "", lines)


def _by_shell(call: Call, id: str, output: str, at: datetime | None) -> Iterator[Deed]:
    folder = call.folder
    if went := shell.folder_of(call.command):
        folder = went if went.startswith(("/", "~")) or went[1:2] == ":" else f"{folder}/{went}" if folder else went
    found = list(shell.shown(call.command, output))
    if call.command.count("\n") >= _FEWEST_SHOWN and not any(isinstance(each, shell.Written) for each in found):
        yield _shown(call, id, [call.command], at)  # a script may write what it holds
    for number, each in enumerate(found):
        name = f"{id}.{number}"
        match each:
            case shell.Written(path, lines):
                if lines:
                    yield Edit(name, call.asked, call.said, call.model, at, "shell", folder, path, lines)
            case shell.Replaced(old, new, paths):
                yield Act(name, call.asked, at, folder, "replace", (old, new, *paths))
            case shell.Formatted(program):
                yield Act(name, call.asked, at, folder, "format", (program,))
            case shell.Committed(subject, commit):
                yield Act(name, call.asked, at, folder, "commit", (subject, commit))


def _made(call: Call) -> str:
    """An id for a call that has none: the same wherever the same record stands."""
    parts = (call.asked.session, call.asked.id, call.asked.number, call.at, call.tool, call.said, call.command)
    said = "\0".join(map(str, (*parts, sorted(call.arguments.items(), key=str))))
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=12).hexdigest()
