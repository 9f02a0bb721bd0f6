"""What a decision record says of others: which it supersedes, which supersedes it, which it only names."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from whence.readers import record_states
from whence.readers.record_markup import LINK
from whence.readers.records import ENDINGS, Mention, Relation

_MENTIONED = re.compile(r"(?<![0-9A-Za-z_.])(?:ADR[-_\s#]*)?0*(\d{1,6})(?![0-9A-Za-z_])", re.IGNORECASE)
_NAMING = re.compile(r"\d|\]\(")
"""What a line has that names another, as a number or as a link; most have neither."""
_DAYS = re.compile(r"\d{4}-\d\d-\d\d|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}")

_MAX_LINE = 4000
"""Characters of a line in which others are looked for."""


def mentions(path: str, status: str, others: str) -> tuple[Mention, ...]:
    """The records that a record names, each once.

    Args:
        path: its file, relative to the project.
        status: what it says of its status, in which a number is enough to name another.
        others: what it says of others elsewhere.
    """
    found: dict[Mention, None] = {}
    for written in (*status.split("\n"), *others.split("\n")):
        if not _NAMING.search(written):
            continue
        line = LINK.sub(r"\1 [](\2)", written[:_MAX_LINE])  # a verb may be the text of the link itself
        verbs: list[tuple[int, int, Relation]] = sorted(
            (match.start(), match.end(), relation)
            for verb, relation in record_states.VERBS
            for match in verb.finditer(line)
        )
        for number, (_, end, relation) in enumerate(verbs):
            until = verbs[number + 1][0] if number + 1 < len(verbs) else len(line)
            for target in _targets(path, line[end:until]):
                found[Mention(relation, *target)] = None
        if not verbs:
            around = record_states.dense_relation(line)
            for target in _targets(path, line):
                if around or target[0]:  # a number alone says nothing
                    found[Mention(around or "about", *target)] = None
    said = {(each.path, each.number) for each in found if each.relation != "about"}
    return tuple(each for each in found if each.relation != "about" or (each.path, each.number) not in said)


def _targets(path: str, text: str) -> list[tuple[str, int | None]]:
    """The records that a piece of text names, by file or by number."""
    found: list[tuple[str, int | None]] = []
    for match in LINK.finditer(text):
        inside = _inside(path, match[2])
        if inside:
            found.append((inside, None))
    if not found:
        bare = _DAYS.sub("", LINK.sub("", text))
        found = [("", int(number)) for number in _MENTIONED.findall(bare)]
    return found


def _inside(path: str, target: str) -> str:
    """The record's file that a link of a record leads to, relative to the project; empty where it is no such file."""
    name = unquote(target.partition("#")[0])
    if "://" in name or PurePosixPath(name).suffix.lower() not in ENDINGS or name.startswith("/"):
        return ""
    parts: list[str] = []
    for step in (*PurePosixPath(path).parent.parts, *name.split("/")):
        if step == "..":
            if not parts:
                return ""
            parts.pop()
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)
