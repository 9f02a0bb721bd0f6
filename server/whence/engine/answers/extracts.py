"""Extracts: what a model answered with its citations as links, and without one what memories say themselves."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from whence.engine.answers.sentences import Quoted
from whence.values.base import one_line
from whence.values.markdown import clean, code, inline
from whence.values.memory import MemoryBase

_TAB = 60
_MARK = re.compile(r"\[((?:m\d+)(?:\s*[,;]\s*m\d+)*)\](?!\()")
_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=fence)|\Z)|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)", re.M | re.S
)


def address(memory: MemoryBase) -> str:
    """Where the editor opens a memory: `whence:/<id>/<title>`."""
    name = re.sub(r"[\\/\s]+", " ", memory.title).strip()
    return f"whence:/{memory.id}/{quote(one_line(name, _TAB) or memory.id, safe='')}"


def short_names(text: str, ids: Sequence[str]) -> str:
    """A context block with its sources called m1, m2 and so on, in which a model errs less than in ids."""
    for number, id in enumerate(ids, 1):
        text = text.replace(id, f"m{number}")
    return text


def cited(text: str, also: Sequence[str], count: int) -> list[int]:
    """The numbers of the sources that an answer cites, in the order of its text; those that there are not are left out.

    Args:
        text: the answer.
        also: names of sources that it cites besides.
        count: how many sources there are.
    """
    names = [name for match in _MARK.finditer(text) for name in re.findall(r"\d+", match[1])]
    names += [each.strip("[] ")[1:] for each in also if re.fullmatch(r"\[?m\d+\]?", each.strip())]
    return [number for number in dict.fromkeys(int(each) for each in names if len(each) < 6) if 0 < number <= count]


def linked(text: str, memories: Mapping[int, MemoryBase]) -> str:
    """A model's answer with its marks as links to the memories; marks of none are gone, and so are all other links.

    What a link of its own would hide, the address, is shown: a memory may have told the model to set a trap.
    """

    def link(match: re.Match[str]) -> str:
        numbers = [int(each) for each in re.findall(r"\d+", match[1]) if len(each) < 6]
        return "".join(f"[{order[each]}]({address(memories[each])})" for each in numbers if each in memories)

    def plain(part: str) -> str:
        return _MARK.sub(link, re.sub(r"\](?=[(\[:])(?!\[m\d)", "] ", part.replace("<", "&lt;")))

    order = {number: place for place, number in enumerate(memories, 1)}
    said, parts, at = clean(text).strip(), [], 0
    for found in _CODE.finditer(said):
        parts += [plain(said[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, plain(said[at:])])


def sources(memories: Sequence[MemoryBase]) -> str:
    """The memories as a numbered list, each with the id that opens it."""
    lines = [
        f"{number}. [{inline(each.title, 200)}]({address(each)}) · {each.kind} · {each.created_at:%Y-%m-%d} · "
        f"{code(each.id, 80)}"
        for number, each in enumerate(memories, 1)
    ]
    return "\n".join(["## Sources", "", *lines])


def quotations(said: Sequence[Quoted], memories: Sequence[MemoryBase]) -> str:
    """Sentences of memories, each with the number of its source as a link; the first of each says when and by whom."""
    order = {number: place for place, number in enumerate(dict.fromkeys(each.number for each in said), 1)}
    lines: list[str] = []
    told: set[int] = set()
    for each in said:
        memory = memories[each.number]
        facts = [f"{memory.created_at:%Y-%m-%d}", inline(memory.author, 60)] if each.number not in told else []
        told.add(each.number)
        when = f" ({', '.join(fact for fact in facts if fact)})" if facts else ""
        lines.append(f"“{inline(each.text, 400)}”{when} [{order[each.number]}]({address(memory)})")
    return "\n\n".join(lines)
