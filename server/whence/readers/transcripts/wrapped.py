"""One message of a list of messages as tools wrap it: in an object that tells more of it, or in several versions.

Each is brought to the form that most tools write: who speaks, what is said, and when, in one object.
"""

from typing import Any

from whence.readers.transcripts.turns import items, mapping, words

TIMES = ("timestamp", "ts", "created_at", "createdAt", "create_time", "time", "date", "at")
SPEAKERS = ("role", "from", "sender", "author", "speaker", "type")
CONTENTS = ("content", "parts", "segments", "value", "text", "message")

_MOST_TURNS = 100_000
"""Messages of a tree that are read."""


def unwrapped(turn: dict[str, Any]) -> dict[str, Any]:
    """A message without what stands around it."""
    for key in ("message", "data"):
        inner = mapping(turn.get(key))
        if set(CONTENTS) & inner.keys():
            return {**{name: turn[name] for name in (*TIMES, *SPEAKERS, "id") if name in turn}, **inner}
    if about := mapping(turn.get("info")):  # OpenCode: what is told of a message stands beside its parts
        return {**about, **turn}
    if versions := items(turn.get("versions")):  # LM Studio: answers that were made again
        return _version(versions, turn.get("currentlySelected"))
    if len(turn) == 1:  # Zed: the speaker is the name of the whole
        ((speaker, inner),) = turn.items()
        return {"role": speaker, "content": [_named(each) for each in items(mapping(inner).get("content"))]}
    return turn


def _version(versions: list[Any], selected: object) -> dict[str, Any]:
    chosen = mapping(versions[selected if isinstance(selected, int) and 0 <= selected < len(versions) else -1])
    steps = [mapping(each) for each in items(chosen.get("steps"))]
    if not steps:
        return chosen
    return {**chosen, "content": [block for step in steps for block in items(step.get("content"))]}


def _named(block: object) -> dict[str, Any]:
    """A block whose kind is the name of its only value, as one that says it in a field."""
    kind, value = next(iter(mapping(block).items()), ("", ""))
    return {"type": kind.lower(), "text": value if isinstance(value, str) else words(mapping(value).get("text"))}


def flat(turns: list[Any]) -> list[Any]:
    """The messages of a tree in which answers stand inside of what they answer, each before those inside of it."""
    if not any(items(mapping(each).get("children")) and mapping(items(each["children"])[0]) for each in turns):
        return turns
    found: list[Any] = []
    waiting = turns[::-1]
    while waiting and len(found) < _MOST_TURNS:
        found.append(waiting.pop())
        waiting.extend(reversed(items(mapping(found[-1]).get("children"))))
    return found
