"""Threads: drafts of conversations on their way into memory, where each gains only its new turns, once each."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Self

from filelock import FileLock, Timeout

from whence.background.writer import Writer, clean
from whence.capture.handed_out import HandedOut
from whence.readers.transcripts import Draft
from whence.readers.transcripts.boilerplate import OUR_CONTEXT
from whence.store import Store
from whence.values.base import Words, now, one_line, stable_id
from whence.values.errors import StorageError
from whence.values.handed_out import Sketch, without_copied
from whence.values.memory import MAX_TITLE, Conversation, Link, MemoryBase, Message
from whence.values.place import Place
from whence.values.protocol import Filter
from whence.values.reports import Imported
from whence.values.tally import Tally

PART_CHARACTERS, PART_TURNS = 150_000, 200
"""Of one conversation: so much is searched turn by turn. What a thread has more is a further one, part of the first."""

MAX_PARTS = 60
"""Conversations of one thread."""

_TOGETHER = 100
"""New conversations written in one commit."""

_SAME_MOMENT = timedelta(seconds=2)
"""Between two tellings of one turn: Codex writes each twice, and may do so around the moment it is read."""

_TOOLS = frozenset({"claude-code", "codex", "vscode", "chatgpt", "claude"})
"""Origins that are the label where nobody said one."""

_IDS = 100


@dataclass(slots=True)
class _Thread:
    """A thread that drafts are being taken into."""

    key: str
    stored: list[Conversation]
    template: Conversation
    title: str = ""
    known: dict[tuple[str, str], list[datetime | None]] = field(default_factory=lambda: defaultdict(list))
    new: list[Message] = field(default_factory=list)
    size: int = 0


class Intake:
    """Takes drafts into memory, as a context within which no other process does so for this project.

    A thread is known by its origin and id. Of a draft those turns are new that the thread doesn't hold yet; the same
    words said twice are two turns. What was taken when the context ends, however it ends, is on disk.

    Args:
        store: what is known.
        writer: where to.
        project: the project.
        tally: told what is left out.
        labels: of new conversations; without, the name of the tool they come from.
        folder: of new conversations.
        patience: seconds to wait for another process.

    Raises:
        StorageError: another process is at it for longer than that.
    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        project: Place,
        tally: Tally,
        *,
        labels: Words = (),
        folder: str = "",
        patience: float = 60.0,
    ) -> None:
        self._store, self._writer, self._project, self._tally = store, writer, project, tally
        self._labels, self._folder = labels, folder
        self._lock = FileLock(project.home / "conversations.lock", timeout=patience, thread_local=False, mode=0o600)
        self._handed_out = HandedOut(project.home).sketches()
        self._ids: dict[str, str] = {}
        self._thread: _Thread | None = None
        self._met: dict[int, str] = {}
        self._waiting: list[Conversation] = []
        self._added: dict[str, None] = {}
        self._updated: dict[str, None] = {}
        self._unchanged: dict[str, None] = {}
        self.size = 0
        """Bytes of the turns that were new."""

    def __enter__(self) -> Self:
        try:
            self._lock.acquire()
        except Timeout:
            raise StorageError("Another window is taking conversations in. Try again when it is done.") from None
        try:
            self._ids = self._store.known_as(("conversation",))
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.flush()
        finally:
            self._lock.release()

    @property
    def taken(self) -> int:
        """Conversations that are new or have new turns."""
        return len(self._added) + len(self._updated)

    @property
    def ids(self) -> Words:
        """The conversations that drafts were taken into, whether they gained anything or not."""
        return tuple({**self._added, **self._updated, **self._unchanged})

    def take(self, draft: Draft, at: datetime | None = None) -> None:
        """Take a draft in; drafts of one thread come one after the other.

        Args:
            draft: the turns, and whose they are.
            at: when it was, where the draft doesn't tell.
        """
        first = next((kept for message in draft.messages if (kept := own_turn(message, self._handed_out))), None)
        if first is None:
            self._tally.add(OUR_CONTEXT, draft.title)
            return
        template = _cleaned(self._begun(replace(draft, messages=(first, *draft.messages)), at))
        (key,) = template.keys()
        if self._thread is None or self._thread.key != key:
            self._end()
            self._thread = self._opened(key, template)
        thread = self._thread
        thread.title = draft.title or thread.title
        for message in _cleaned(template.model_copy(update={"messages": draft.messages})).messages:
            if _said(thread.known, message):
                self._meet(draft.origin, message, key)
                continue
            kept = own_turn(message, self._handed_out)
            if kept is None:
                self._tally.add(OUR_CONTEXT, template.title)
                continue
            if kept is not message and _said(thread.known, kept):
                continue
            message = kept
            if self._meet(draft.origin, message, key) != key:
                self._tally.add("turns copied from another conversation", template.title)
                continue
            thread.size += len(message.content)
            if thread.size > PART_CHARACTERS * (MAX_PARTS - 1):
                self._tally.add("turns of a thread that is too long", template.title)
            else:
                thread.new.append(message)
                self.size += len(message.content.encode("utf-8", "replace"))

    def flush(self) -> None:
        """Put on disk what was taken so far."""
        self._end()
        waiting, self._waiting = self._waiting, []
        self._writer.write(waiting)

    def imported(self) -> Imported:
        """What was done."""
        unchanged = len(self._unchanged.keys() - self._added.keys() - self._updated.keys())
        count = self.taken + unchanged
        told = (
            f"{len(self._added)} new" if self._added else "",
            f"{len(self._updated)} with new turns" if self._updated else "",
            f"{unchanged} as before" if unchanged else "",
        )
        said = f"Read {count} conversation{'s' * (count != 1)}: {', '.join(each for each in told if each)}."
        return Imported(
            added=len(self._added),
            updated=len(self._updated),
            unchanged=unchanged,
            left_out=self._tally.left_out(),
            ids=(*self._added, *self._updated)[:_IDS],
            note=said if count else "No conversation was found.",
        )

    # ------------------------------------------------------------ one thread

    def _meet(self, origin: str, message: Message, key: str) -> str:
        """The thread in which a turn was met first: one that goes on under another id begins with copies of turns.

        Copies keep their moment, to the last digit; turns without one are not told from others of the same words.
        """
        if message.at is None:
            return key
        return self._met.setdefault(hash((origin, message.role, message.content, message.at)), key)

    def _recall(self, template: Conversation) -> None:
        """Meet the turns of stored conversations that begin at the same moment as a new one, as its model would."""
        same = Filter(
            kinds=("conversation",),
            since=template.created_at,
            until=template.created_at + timedelta(milliseconds=1),
            archived=True,
        )
        for found in chain.from_iterable(self._store.each(same)):
            if isinstance(found, Conversation) and found.origin == template.origin:
                (key,) = found.keys()
                for part in self._parts(key):
                    for message in part.messages:
                        self._meet(found.origin, message, key)

    def _begun(self, draft: Draft, at: datetime | None) -> Conversation:
        created = draft.at or next((each.at for each in draft.messages if each.at), None) or at or now()
        return Conversation(
            id=stable_id(created, f"{self._project.id}:thread:{draft.origin}:{draft.thread}"),
            title=draft.title,
            created_at=created,
            project=self._project.id,
            author=self._project.author,
            labels=self._labels or ((draft.origin,) if draft.origin in _TOOLS else ()),
            folder=self._folder,
            source="import",
            messages=draft.messages[:1],
            origin=draft.origin,
            thread=draft.thread,
        )

    def _opened(self, key: str, template: Conversation) -> _Thread:
        """The thread as memory holds it."""
        thread = _Thread(key, self._parts(key), template)
        if not thread.stored:
            self._recall(template)
        for part in thread.stored:
            for message in part.messages:
                thread.known[message.role, message.content].append(message.at)
        thread.size = sum(len(content) for _, content in thread.known)
        return thread

    def _parts(self, key: str) -> list[Conversation]:
        names = (key, *(f"{key}/{number}" for number in range(2, MAX_PARTS + 1)))
        found = self._store.get([self._ids[name] for name in names if name in self._ids])
        return [each for each in found if isinstance(each, Conversation)]

    def _end(self) -> None:
        """Hand over the thread at hand: new conversations wait for others, stored ones are changed now."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if thread.stored and any(each.deleted_at for each in thread.stored):
            self._tally.add(
                "conversations in the bin, which gain nothing until they are restored", thread.stored[0].title
            )
            return
        named = _line(thread.title)
        retitled = bool(thread.stored and named) and _is_untitled(thread.stored[0]) and thread.stored[0].title != named
        if retitled:
            self._writer.update(thread.stored[0].id, _titled(named))
        if thread.new:
            self._lay_out(thread)
        first = thread.stored[0].id if thread.stored else thread.template.id
        if not thread.stored and thread.new:
            self._added[first] = None
        elif first not in self._added and (retitled or thread.new):
            self._updated[first] = None
        elif thread.stored:
            self._unchanged[first] = None
        if len(self._waiting) >= _TOGETHER:
            self.flush()

    def _lay_out(self, thread: _Thread) -> None:
        """Put new turns at the end of the last conversation of the thread, and beyond its size into further ones."""
        last = thread.stored[-1] if thread.stored else None
        grown = last is not None and _goes_on(last.messages[-1], thread)
        size, turns = (
            (sum(len(each.content) for each in last.messages), len(last.messages)) if last else (0, PART_TURNS)
        )
        groups: list[list[Message]] = [[]]
        for message in thread.new:
            size, turns = size + len(message.content), turns + 1
            if turns > PART_TURNS or (turns > 1 and size > PART_CHARACTERS):
                groups.append([])
                size, turns = len(message.content), 1
            groups[-1].append(message)
        if last is not None and groups[0]:
            self._writer.update(last.id, _with_turns(groups[0], instead_of_last=grown))
        first = thread.stored[0] if thread.stored else thread.template
        for number, group in enumerate(groups[1:], len(thread.stored) + 1):
            part = first.model_copy(update={"messages": tuple(group), "title": _line(thread.title) or first.title})
            self._waiting.append(part if number == 1 else _further(part, first, number))
            self._ids[self._waiting[-1].keys()[0]] = self._waiting[-1].id


def own_turn(message: Message, handed_out: Sequence[Sketch]) -> Message | None:
    """A turn without copies of what Whence handed out; None where nothing else is in it."""
    content = without_copied(message.content, handed_out)
    if content == message.content:
        return message
    return message.model_copy(update={"content": content.strip()}) if content.strip() else None


def _cleaned(conversation: Conversation) -> Conversation:
    """The conversation without its secrets: as it will be stored, and so as it compares with what is."""
    cleaned = clean(conversation)
    assert isinstance(cleaned, Conversation)
    return cleaned


def _said(known: dict[tuple[str, str], list[datetime | None]], message: Message) -> bool:
    """Whether a turn is one of those known; each of them answers for one."""
    times = known.get((message.role, message.content)) or []
    for number, at in enumerate(times):
        if at is None or message.at is None or abs(at - message.at) <= _SAME_MOMENT:
            del times[number]
            return True
    return False


def _goes_on(last: Message, thread: _Thread) -> bool:
    """Whether the first new turn is the last stored one, of which more was written since."""
    first = thread.new[0]
    unseen = bool(thread.known.get((last.role, last.content)))
    same = last.role == first.role and last.at == first.at and first.content.startswith(last.content)
    return same and unseen and len(first.content) > len(last.content)


def _with_turns(turns: list[Message], *, instead_of_last: bool) -> Callable[[MemoryBase], MemoryBase]:
    def change(current: MemoryBase) -> MemoryBase:
        assert isinstance(current, Conversation)
        kept = current.messages[:-1] if instead_of_last else current.messages
        return current.model_copy(update={"messages": (*kept, *turns)})

    return change


def _titled(title: str) -> Callable[[MemoryBase], MemoryBase]:
    return lambda current: current.model_copy(update={"title": title})


def _further(part: Conversation, first: Conversation, number: int) -> Conversation:
    at = part.messages[0].at or first.created_at
    title = part.default_title() if _is_untitled(first) else first.title
    return part.model_copy(
        update={
            "id": stable_id(at, f"{first.id}/{number}"),
            "created_at": at,
            "title": f"{one_line(title, MAX_TITLE - 20)} (part {number})",
            "thread": f"{first.thread}/{number}",
            "links": (Link(relation="part_of", target=first.id),),
        }
    )


def _line(title: str) -> str:
    return one_line(title, MAX_TITLE)


def _is_untitled(conversation: Conversation) -> bool:
    """Whether its title is made from its first turn: then one that its tool gives it later replaces it."""
    return not conversation.titled
