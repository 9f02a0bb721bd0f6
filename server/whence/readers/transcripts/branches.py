"""Branches: which records of a transcript whose records name their parents were left when the user went back.

Claude Code appends what is said after going back beside what was said before, under the same parent. A parent with two
prompts below it, or a prompt with two answers, is where the user went back: what goes on until later in the file is the
conversation, the rest was left. Other forks are none: tools that run at the same time answer beside one another.
"""

from collections.abc import Iterable
from typing import Any

from whence.readers.transcripts import boilerplate
from whence.readers.transcripts.turns import mapping, spoken, words
from whence.values.tally import Tally

_PROMPT, _ANSWER, _OTHER, _PASSIVE = "prompt", "answer", "other", "passive"


def left(records: Iterable[dict[str, Any]]) -> frozenset[str]:
    """Ids of the records on branches that were left. Nothing of the records is kept but their ids."""
    parents: dict[str, str] = {}
    kinds: dict[str, tuple[str, str]] = {}
    order: dict[str, int] = {}
    for number, record in enumerate(records):
        id = words(record.get("uuid"))
        if not id or record.get("isSidechain") or id in parents:
            continue
        session = words(record.get("sessionId"))
        parents[id] = words(record.get("parentUuid")) or words(record.get("logicalParentUuid")) or f"root {session}"
        kinds[id] = _kind(record)
        order[id] = number
    children: dict[str, list[str]] = {}
    over: dict[str, str] = {}
    for id in parents:
        over[id] = _nearest(parents, kinds, parents[id])
        if kinds[id][0] != _PASSIVE:
            children.setdefault(over[id], []).append(id)
    if all(len(each) < 2 for each in children.values()):
        return frozenset()
    last = dict(order)
    for id in sorted(order, key=order.__getitem__, reverse=True):  # children stand below their parents
        if (above := over[id]) in last:
            last[above] = max(last[above], last[id])
    gone: set[str] = set()
    for above, below in children.items():
        latest = max(below, key=last.__getitem__)
        gone.update(each for each in below if each != latest and _went_back(kinds, above, each, latest))
    found: set[str] = set()
    for id in sorted(order, key=order.__getitem__):
        if id in gone or over[id] in found:
            found.add(id)
    return frozenset(found)


def _kind(record: dict[str, Any]) -> tuple[str, str]:
    """What a record is in the conversation, and the id of the answer that it is a part of."""
    message = mapping(record.get("message"))
    if record.get("type") == "assistant":
        return _ANSWER, words(message.get("id"))
    if record.get("type") != "user" or record.get("isMeta"):
        return _PASSIVE, ""
    if record.get("isCompactSummary"):
        return _OTHER, ""
    said = boilerplate.strip(spoken(message.get("content"), Tally()), Tally())
    return (_PROMPT if said else _OTHER), ""


def _nearest(parents: dict[str, str], kinds: dict[str, tuple[str, str]], id: str) -> str:
    """The record itself, or the one above it where it is none of the conversation."""
    passed: list[str] = []
    while id in kinds and kinds[id][0] == _PASSIVE and len(passed) <= len(parents):
        passed.append(id)
        id = parents[id]
    for each in passed:  # so that a long row of such records is walked once
        parents[each] = id
    return id


def _went_back(kinds: dict[str, tuple[str, str]], above: str, one: str, other: str) -> bool:
    """Whether two records below one are two ways of the conversation."""
    if above not in kinds and not above.startswith("root "):
        return False  # what is above is not in the file
    (kind, answer), (other_kind, other_answer) = kinds[one], kinds[other]
    if kind == other_kind == _PROMPT:
        return True
    asked = above in kinds and kinds[above][0] == _PROMPT
    return asked and kind == other_kind == _ANSWER and bool(answer) and bool(other_answer) and answer != other_answer
