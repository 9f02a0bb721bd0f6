"""Secrets in a group that only its own name gives away: a map, a list or a section called `tokens` or `passwords`.

The names within say whose the secrets are (`ci`, `laptop`, `root`), and nothing of what they are.
"""

import re
from collections.abc import Iterator

from whence.secrets.literals import Found, Name
from whence.secrets.names import Strength, strength
from whence.secrets.randomness import (
    is_dense,
    is_hex,
    is_mixed,
    is_placeholder,
    is_random,
    is_uuid,
    is_wordlike,
    wordiness,
)
from whence.secrets.values import Tie, keeps, kinds

_LONGEST = 2048
"""Characters of a group that are read; bounds the work for one name."""
_LINES = 40
_OPENS = re.compile(
    r"\\*[\"'`]?\]?[ \t]*(?:(?:[:=]|=>|:=|->)[ \t]*)(?:(?:new[ \t]+)?[\w.\[\]<>*]{0,40}(?:,[ \t]*\w+>?)?[ \t]*)?"
    r"(?P<opener>\(?[{\[(]|(?:#[^\n]{0,80})?\r?\n)"
)
_DECLARED = re.compile(r"[ \t]*(?::[ \t]*[\w<>\[\], .|]{1,60})?[ \t]*=[ \t]*(?P<opener>\(?[{\[(])")
_SECTION = re.compile(r"[\"']?\][ \t]*\r?\n")
_HEADER = re.compile(r"\n[+\- ]?\[")
_ENTRY = re.compile(
    r"(?:(?<![\w./@-])(?P<key>[\w./@-]{1,48})\\*[\"'`]?[ \t]*(?::|=>|=|,)[ \t]*)?"
    r"(?:(?P<quote>\\*[\"'`])(?P<quoted>[^\"'`\n\\]{4,512})(?P=quote)(?!\s{0,8}(?::|=>|=))|(?P<bare>[^\s\"'`,;{}\[\]()<>]{6,512}))"
)
_BARE = re.compile(
    r"(?:(?:^|\n)[+\- ]?[ \t]*(?:-[ \t]+)?(?:[\w./@-]{1,48}[ \t]*[:=][ \t]*)?|[{,][ \t]*[\w./@-]{1,48}:[ \t]+)\Z"
)
_PLAIN = re.compile(
    r"(?i)(?:^|[_./-])(?:ids?|sha\d*|hash|md5|digest|checksum|version|commit|rev|ref|arn|public\w*|etag|image|integrity)$"
)
_LOGINS = re.compile(r"(?i)cred")
_SHORT = ("secret", "key", "pw")
"""What a password is called among the credentials of somebody."""
_ODD = re.compile(r"[\[\](){}|\\ ]")
_OWN = re.compile(r"[a-z](?:Id|Name|Url|Hash|Path|File|Type)$")


def members(text: str, name: Name) -> Iterator[Found]:
    """The secrets of the group with that name, if it opens one."""
    body = _body(text, name)
    if body is None:
        return
    start, end = body
    for entry in _ENTRY.finditer(text, start, end):
        key, promise = entry["key"] or "", name.promise
        if key.lower() in _SHORT and _LOGINS.search(name.text):
            promise = Strength.PASSWORD
        elif key and (strength(key) or _PLAIN.search(key) or _OWN.search(key)):
            continue
        group = "quoted" if entry["quoted"] else "bare"
        value = entry[group].rstrip(",;") if group == "bare" else entry[group]
        if group == "bare" and not _BARE.search(text, max(start - 1, entry.start(group) - 80), entry.start(group)):
            continue
        if is_placeholder(value) or is_wordlike(value):
            continue
        if _is_member(value, promise, named=bool(key)):
            yield Found(entry.start(group), entry.start(group) + len(value), name.label)


def _is_member(value: str, promise: Strength, *, named: bool) -> bool:
    """Whether a value of the group is one of the secrets: less is told by its name than by one of its own."""
    if promise is Strength.PASSWORD:
        firm = (named and (is_mixed(value) or value.isalpha())) or kinds(value) > 2
        return keeps(value, promise, Tie.QUOTED if firm else Tie.NEAR)
    if " " in value:
        return False
    if is_hex(value):
        return len(value) >= 32 and is_mixed(value)
    drawn = is_dense(value, 16) or is_uuid(value) or (is_random(value, 20) and is_mixed(value))
    return drawn or (len(value) >= 8 and kinds(value) == 4 and wordiness(value) < 0.4 and not _ODD.search(value))


def _body(text: str, name: Name) -> tuple[int, int] | None:
    """Where the group begins and ends; None where the name opens none."""
    line = text.rfind("\n", max(0, name.start - 200), name.start) + 1
    head = text[line : name.start]
    heads = head.endswith("[") and head.lstrip("+- ")[:-1].rpartition('"')[2] == ""
    if heads and (section := _SECTION.match(text, name.end)):
        header = _HEADER.search(text, section.end() - 1, section.end() + _LONGEST)
        return section.end(), header.start() if header else min(len(text), section.end() + _LONGEST)
    opens = _OPENS.match(text, name.end) or _DECLARED.match(text, name.end)
    if opens is None:
        return None
    if opens["opener"].endswith("\n"):
        return opens.end(), _dedent(text, opens.end(), text[line : name.start])
    return opens.end(), _closed(text, opens.end())


def _dedent(text: str, at: int, head: str) -> int:
    """The end of the lines that stand deeper than the name, or at its depth as items of a list."""
    sign = head[:1] if head[:1] in ("+", "-") and head[1:2] != " " else ""
    indent = _depth(head[len(sign) :])
    for _ in range(_LINES):
        stop = text.find("\n", at)
        body = text[at : stop if stop >= 0 else len(text)]
        body = body[1:] if body[:1] in ("+", "-") and (sign or (body[1:2] == " " and body[2:3] == " ")) else body
        if not body.strip() or (_depth(body) <= indent and not body.lstrip().startswith("- ")):
            return at
        if stop < 0:
            return len(text)
        at = stop + 1
    return at


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _closed(text: str, at: int) -> int:
    """The end of what is bracketed: where as many brackets have closed as have opened."""
    depth, limit = 1, min(len(text), at + _LONGEST)
    for bracket in re.compile(r"[\[\](){}]").finditer(text, at, limit):
        depth += 1 if bracket[0] in "[({" else -1
        if not depth:
            return bracket.start()
    return limit
