"""Finds secrets by what stands before them: a telling name, something that assigns, and a value worth hiding.

What follows the name may be an assignment in any usual language, a pair in a list, a call, a flag, an XML element or
attribute, a block of YAML, a chain of concatenated strings, or prose.
"""

import re
from collections.abc import Iterable, Iterator

from whence.secrets.columns import cells_of
from whence.secrets.groups import members
from whence.secrets.literals import (
    ADDRESS,
    BLOCK,
    BREAK,
    EXPRESSION,
    UNQUOTED,
    Found,
    Name,
    block_at,
    string_at,
    value_at,
)
from whence.secrets.markup import element
from whence.secrets.names import (
    FOREIGN_KEYWORDS,
    KEYWORDS,
    SHORT_KEYWORDS,
    Strength,
    holds_several,
    strength,
    takes_secret,
)
from whence.secrets.randomness import is_dense, is_hex, is_placeholder, is_wordlike
from whence.secrets.tables import column
from whence.secrets.values import Tie, is_blurted, keeps
from whence.secrets.vocabulary import Words

_WORDS = Words(KEYWORDS | FOREIGN_KEYWORDS, lowered=True)
_LONGEST_NAME = 48
"""Characters of a name before and behind the word that tells."""
_BEFORE, _BEHIND, _LEAST_BEHIND = 176, 304, 256
"""Characters around a word: where they are the same, what belongs to its name is the same."""
_MOST_SEEN = 4096
_NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$"
_NAME_REST = re.compile(r"(?:[\w\-]|\.(?!\.\.)){0,48}")
_OWNER = re.compile(r"(?<![A-Za-z])([A-Za-z]{4,24})[ \t]\Z")  # whose key it is, in a sentence
_IN_WORDS = re.compile(r"(?i)(?:^|(?<![a-z]))(?:mots?[ \t]de|palavra|kata)[ \t]\Z")
"""What stands before the last word of a password's name in languages that write it as several."""
_QUALIFIED = ("api", "access", "secret", "private", "auth", "license", "encryption", "signing", "admin")

_CLOSE = r"(?:\\*[\"'`]?[\])]?|\*\*(?=[ \t]*:))(?:\[\d*\])?"  # what ends a quoted, indexed or array name
_TYPE = r"[A-Za-z_&*](?:[A-Za-z_\[\]<>,|?.&*' ]|\d{1,3}(?![A-Za-z])|::){0,60}?"
_OPERATOR = (
    r"===?|!==?|=>|:=|\?=|\?\?=?|\|\|=?|\+=|<-|:-|=~?|::?(?=[ \t\"'`\[{|>(\r\n\\])|:(?=[^\s?])|->|→|\.{5,64}|\bor\b"
)
_ASSIGN = re.compile(
    rf"{_CLOSE}(?:[ \t]*\??:[ \t]*{_TYPE}[ \t]*(?P<typed>=)(?![=>~]|[ \t]*$)"
    r"|(?:[ \t]+[A-Za-z][\w.]{0,24}){1,2}[ \t]*(?P<declared>:?=)(?![=>~]|[ \t]*$)"
    rf"|[ \t]*(?P<operator>{_OPERATOR}))[ \t]*",
    re.MULTILINE,
)
# What assigns without quotes; an arrow stands in dumps (`[password] => ...`), and before expressions.
_PLAIN_TIES = {
    "=": Tie.PLAIN,
    ":": Tie.PLAIN,
    ":-": Tie.PLAIN,
    ":=": Tie.PLAIN,
    "?=": Tie.PLAIN,
    "=>": Tie.CODE,
    "->": Tie.CODE,
    "→": Tie.PLAIN,
}
_TAKEN = re.compile(r"[\"'\])]{0,2}[ \t]*[:=][ \t]*\\*[\"']?\[redacted: ")
_VALUE_BELOW = re.compile(
    r"[\"']?(?:,?[ \t]*\r?\n[+\- ]?[ \t]*|,[ \t]*)[\"']?(?:default|[pP]arameter)?[vV]alue[\"']?[ \t]*[:=][ \t]*"
)
_OBJECT = re.compile(
    r"\\*[\"'][ \t]*:[ \t]*\{\s{0,80}(?:\\*\"\w+\\*\"[ \t]*:[ \t]*[^\s,{}]{1,40},\s{0,80}){0,3}"
    r"\\*\"value\\*\"[ \t]*:[ \t]*(?=\\*\")"
)
_DEFAULT_BELOW = re.compile(
    r"[\"'][ \t]*,[ \t]*\{[^{}\n]{0,120}?\b(?:default|defaultValue|initialValue)[\"']?[ \t]*[:=][ \t]*(?=[\"'])"
    r"|[\"']\)[ \t]*(?:\?:|\?\?|\|\||\bor\b)[ \t]*(?=[\"'])"
    r"|[\"'][ \t]*\{[ \t]*\r?\n(?:[^\n{}]{0,200}\n){0,4}?[+\- ]?[ \t]*(?:default|value)[ \t]*=[ \t]*(?=[\"'])"
)
# A parameter of a template, with its default: `DbPassword:`, `Type: String`, `Default: ...`.
_PARAMETER_BELOW = re.compile(
    r":[ \t]*\r?\n(?:[+\- ]?[ \t]+[A-Za-z]{2,24}:[^\n]{0,100}\n){0,5}?[+\- ]?[ \t]+(?:[dD]efault|[vV]alue):[ \t]*(?=\S)"
)
_PAIR = re.compile(rf"\\*[\"'](?:[ \t]?,[ \t]*(?:{BREAK})?(?=\\*[bruf]?\\*[\"'])|[ \t]+(?=[\"']))")
# The bytes of a key one by one, as numbers: `{0x1f, 0x8b, ...}`, `[31, 139, ...]`.
_NUMBERS = re.compile(
    r"(?:\[\d*\])?[ \t]*(?:(?:[:=]|:=|=>)[ \t]*)?(?:(?:new[ \t]+)?[\w.\[\]]{0,24}\(?[ \t]*)?[{\[(]\s{0,20}"
    r"(?P<numbers>(?:0x[0-9a-fA-F]{1,2}|\d{1,3})"
    r"(?:[ \t]*,\s{0,20}(?:\\?\r?\n[+\- ]?\s{0,20})?(?:0x[0-9a-fA-F]{1,2}|\d{1,3})){11,511})"
)
_FIRST_NUMBER = 120
"""Characters behind a name within which the first of such numbers ends."""
_DUMPED = re.compile(rf"(?:{BREAK})?string\(\d+\)[ \t]*(?=\\*\")")
_OPENING = ('"', "'", "`", ":", "/", "@", "$")
_CALL = re.compile(r"(?:\(|[ \t]?\{)[ \t]*(?=[bruf]?[\"'])")
_SECOND = re.compile(r"[\"'][\w.@-]{1,64}[\"'],[ \t]*(?=[bru]?[\"'][^\"'\n]{1,128}[\"'][ \t]*\))")
_CONSTANT_PAIR = re.compile(r",[ \t]*(?=\\*[\"'])")
_SYMBOL_PAIR = re.compile(r",[ \t]*(?=[\"'])")
_CELL = re.compile(r"`?[ \t]+\|[ \t]+`?(?=\S)")
_ASIDE = re.compile(r",[ \t]+(?:is|was|formerly|now)[ \t]")
_CHANGED = re.compile(r"\\*[\"']?[ \t]*->[ \t]*")
_OTHERWISE = re.compile(
    r"[^\n\"'=]{1,80}?(?:(?:\bor\b|\|\||\?\?|\?:)[ \t]*|\.(?:default|withDefault)\()(?=[bru]?[\"'])"
)
_WHOLE = re.compile(r"\S+[ \t]*(?:\r?$)", re.MULTILINE)
_SPACE = re.compile(r"[ \t]+")
_PROSE = re.compile(
    r",?(?:[ \t]+(?:is|was|will be|now|set to|to|from|provided|used|changed to|=|:|key|value|again)){0,8}[ \t]*[:=(|]?"
    r"[ \t]*(?=\S)"
)
_LEAD = re.compile(
    r"[+\- ]?[ \t]*(?:#|//|--|;|\*|>)?[ \t]*(?:-[ \t]+)?"
    r"(?:(?:export|setx?|env|ENV|ARG|declare|local|readonly|typeset|let|-x|-gx|-e)[ \t]+|[$%@:]|\$env:)*"
)
_EXPORTED = re.compile(r"\b(?:setenv|setx|set[ \t]+-\w{1,3}|ENV|ARG)[ \t]+$")
_TOKEN = re.compile(r"(?<![A-Za-z0-9+/_=~-])[A-Za-z0-9+/_=~-]{20,512}")
_DIGEST = re.compile(r"(?:h1|zh|sha\d+|md5|10c0|SHA\d+|base64|integrity|checksum)[-:/=, ]{1,2}$")


Seen = dict[tuple[int, int, int, str], tuple[int, tuple[Found, ...]]]
"""What stands at a word, by the text around it: in a text that repeats itself, or is read again, each is read once."""


def find(text: str, seen: Seen) -> Iterator[Found]:
    """Every value which a telling name gives away, in order of the names."""
    done = 0
    for first, last in _telling(text):
        if first < done:
            continue
        begin, limit = max(0, first - _BEFORE), last + _BEHIND
        place = (first - begin, last - first, min(first - done, _LONGEST_NAME), text[begin:limit])
        if (known := seen.get(place)) is None:
            name = _name(text, first, last, done)
            found = tuple(_after(text, name)) if name.promise else ()
            known = name.end - first, tuple(Found(start - first, end - first, label) for start, end, label in found)
            # What reaches further than the characters that are compared is not remembered.
            if all(first + each.end < limit for each in known[1]) and name.end + _LEAST_BEHIND < limit:
                if len(seen) >= _MOST_SEEN:
                    seen.clear()
                seen[place] = known
        done = first + known[0]
        for start, end, label in known[1]:
            yield Found(first + start, first + end, label)


def _name(text: str, first: int, last: int, done: int) -> Name:
    """The name in which a telling word stands, and what it promises."""
    window = text[max(done, first - _LONGEST_NAME) : first]
    start = first - (len(window) - len(window.rstrip(_NAME_CHARACTERS)))
    rest = _NAME_REST.match(text, last)
    name = text[start : rest.end() if rest else last].rstrip("-.")
    spoken = name
    if name.lower() == "key" and text[max(0, start - 12) : start].lower().rstrip(" ").endswith(_QUALIFIED):
        spoken = "secret_key"
    elif name.lower() == "key" and (owner := _OWNER.search(text, max(0, start - 26), start)):
        spoken = max(name, owner[1] + "_key", key=strength)
    elif name.lower() in ("passe", "sandi") and (words := _IN_WORDS.search(text, max(0, start - 12), start)):
        spoken = words[0] + name
    promise = strength(spoken)
    return Name(name, start, start + len(name), promise, _label(name, promise))


def _telling(text: str) -> list[tuple[int, int]]:
    """Where telling words stand, in order."""
    # The one letter which grows when it is lowered would shift the places.
    lowered = text.replace("İ", "I").lower()
    places = [match.span() for match in SHORT_KEYWORDS.finditer(lowered)]
    for word in _WORDS.held(text):
        at = lowered.find(word)
        while at >= 0:
            places.append((at, at + len(word)))
            at = lowered.find(word, at + len(word))
    return sorted(places)


def _label(name: str, promise: Strength) -> str:
    lowered = name.lower()
    if promise is Strength.PASSWORD:
        return "password"
    if "aws" in lowered and "secret" in lowered:
        return "aws-secret-key"
    return "private-key" if "private" in lowered and "key" in lowered else "high-entropy-secret"


def _after(text: str, name: Name) -> Iterable[Found]:
    """The values which belong to the name: the first form in which one stands there decides."""
    if _TAKEN.match(text, name.end):
        return ()
    for form in _FORMS:
        if (found := form(text, name)) is not None:
            return found
    return ()


# Each form in which a value may follow a name gives the values found there, or None where the text is of another form.


def _grouped(text: str, name: Name) -> Iterable[Found] | None:
    if name.promise < Strength.SECRET or not holds_several(name.text):
        return None
    return list(members(text, name)) or None


def _marked_up(text: str, name: Name) -> Iterable[Found] | None:
    content = element(text, name)
    return [content] if content else None


def _below(text: str, name: Name) -> Iterable[Found] | None:
    below = _VALUE_BELOW.match(text, name.end) or _DEFAULT_BELOW.match(text, name.end)
    below = below or _OBJECT.match(text, name.end) or _PARAMETER_BELOW.match(text, name.end)
    return value_at(text, below.end(), name, Tie.PLAIN) if below else None


def _assigned(text: str, name: Name) -> Iterable[Found] | None:
    assign = _ASSIGN.match(text, name.end)
    if assign is None:
        return None
    operator = assign["typed"] or assign["declared"] or assign["operator"]
    if operator == "=>" and (dumped := _DUMPED.match(text, assign.end())):
        return value_at(text, dumped.end(), name, None)
    if operator in (":", "=") and (block := BLOCK.match(text, assign.end())):
        return block_at(text, block.end(), name)
    plain = (
        Tie.PLAIN
        if (operator or "").startswith("....") or _is_dumped(text, name, operator)
        else _PLAIN_TIES.get(assign["operator"])
    )
    if operator == "==" and name.text.isupper() and not text[assign.end() - 3 : assign.end()].isspace():
        plain = (
            Tie.PLAIN if text[assign.end() - 2 : assign.end()] == "==" else None
        )  # a value that begins with the sign
    found = list(value_at(text, assign.end(), name, plain))
    if found and (changed := _CHANGED.match(text, found[-1].end)):
        found += value_at(text, changed.end(), name, plain)
    return found or list(_default(text, assign.end(), name)) or _later(text, assign.end(), name)


def _default(text: str, at: int, name: Name) -> Iterable[Found]:
    """The string that stands for what is not given: `= getpass() or "..."`."""
    otherwise = _OTHERWISE.match(text, at)
    return value_at(text, otherwise.end(), name, None) if otherwise else ()


def _is_dumped(text: str, name: Name, operator: str | None) -> bool:
    """Whether PHP has printed an array: `[password] => ...`."""
    return operator == "=>" and text[name.start - 1] == "[" and text[name.end] == "]"


def _spelt(text: str, name: Name) -> Iterable[Found] | None:
    if text.find(",", name.end, name.end + _FIRST_NUMBER) < 0:
        return None
    numbers = _NUMBERS.match(text, name.end) if name.promise >= Strength.SECRET and "oken" not in name.text else None
    return [Found(*numbers.span("numbers"), name.label)] if numbers else None


def _paired(text: str, name: Name) -> Iterable[Found] | None:
    if text[max(0, name.start - 1) : name.start] not in _OPENING or not (pair := _PAIR.match(text, name.end)):
        return None
    # `os.environ.get("DB_PASSWORD", "...")` names a default; `["password", "username"]` names fields.
    given = name.text.startswith("-") or text[max(0, name.start - 4) : max(0, name.start - 1)].rstrip(" ").endswith("(")
    tie = Tie.QUOTED if given else Tie.NEAR
    return list(value_at(text, pair.end(), name, None, quoted=tie)) or _later(text, pair.end(), name)


def _put(text: str, name: Name) -> Iterable[Found] | None:
    """`env.put(Context.SECURITY_CREDENTIALS, "...")`: a constant names what the next argument is."""
    if not name.text.rpartition(".")[2].isupper() or not (pair := _CONSTANT_PAIR.match(text, name.end)):
        return None
    return value_at(text, pair.end(), name, None, quoted=Tie.NEAR)


def _called(text: str, name: Name) -> Iterable[Found] | None:
    if name.text == "pass" or not (call := _CALL.match(text, name.end)):
        return None
    if name.promise is Strength.PASSWORD and (second := _SECOND.match(text, call.end())):
        return list(value_at(text, second.end(), name, None, quoted=Tie.NEAR))  # a user is named first
    tie = Tie.QUOTED if takes_secret(name.text) else Tie.NEAR
    return list(value_at(text, call.end(), name, None, quoted=tie)) or _later(text, call.end(), name)


def _listed(text: str, name: Name) -> Iterable[Found] | None:
    return _later(text, name.end, name) if text[name.end : name.end + 2] in ('",', "',") else None


def _symbolic(text: str, name: Name) -> Iterable[Found] | None:
    before = text[name.start - 1 : name.start]
    if before not in (":", "{") or not (symbol := _SYMBOL_PAIR.match(text, name.end)):
        return None
    return value_at(text, symbol.end(), name, None, quoted=Tie.QUOTED if before == "{" else Tie.NEAR)


def _tabled(text: str, name: Name) -> Iterable[Found] | None:
    cell = _CELL.match(text, name.end)
    return value_at(text, cell.end(), name, Tie.PLAIN) if cell else None


def _spaced(text: str, name: Name) -> Iterable[Found] | None:
    if _ASIDE.match(text, name.end):
        return _prose(text, name)
    if name.text.lower() == "pass" or not (space := _SPACE.match(text, name.end)):
        return None
    if found := list(_argument(text, space.end(), name)) or list(_prose(text, name)):
        return found
    # What is called `secret_key_base` in a sentence may be told at its end.
    return _later(text, space.end(), name) if "_" in name.text else ()


def _headed(text: str, name: Name) -> Iterable[Found] | None:
    after = text[name.end : name.end + 2]
    if after[:1] in _NO_HEAD or (after[:1] == ":" and after != ":<"):
        return None
    # `Secret access key` heads a column as a whole, and so does `API key`.
    cells = list(column(text, name.start, name.end)) or cells_of(text, name.start, name.end)
    return [
        Found(*cell, name.label)
        for cell in cells
        if cell[0] < cell[1] and keeps(text[slice(*cell)], name.promise, Tie.PLAIN)
    ] or None


_NO_HEAD = frozenset("=([{.")
"""What follows a name that is given a value where it stands, and heads no column."""
_FORMS = (
    _spelt,
    _grouped,
    _headed,
    _marked_up,
    _below,
    _assigned,
    _paired,
    _put,
    _called,
    _listed,
    _symbolic,
    _tabled,
    _spaced,
)
"""In the order in which they are tried; a later one would take some texts of an earlier one for its own."""


def _argument(text: str, at: int, name: Name) -> Iterator[Found]:
    """What follows a flag, or a name at the beginning of a line, after a space."""
    line = text.rfind("\n", max(0, name.start - 80), name.start) + 1
    flag = name.text.startswith("-")
    # Alone at the beginning of a line, or of a string that holds the line.
    leads = _LEAD.fullmatch(text, line, name.start) is not None or text[name.start - 3 : name.start] == ': "'
    exported = name.text.isupper() and _EXPORTED.search(text, max(0, name.start - 12), name.start) is not None
    property_ = leads and "." in name.text and _WHOLE.match(text, at) is not None
    firm = (
        flag
        or exported
        or property_
        or (leads and (name.text.isupper() or text[line : name.start].strip(" \t+-") != ""))
    )
    if firm or leads or text[at : at + 4].lstrip("\\")[:1] in ("", "'", '"'):
        yield from value_at(text, at, name, Tie.PLAIN if firm else Tie.CODE if leads else None)


def _later(text: str, at: int, name: Name) -> Iterator[Found]:
    """Random and dense strings further on in the line, as in `token = wrap(env, "...")`."""
    if name.promise < Strength.SECRET:
        return  # a weak name says too little
    stop = text.find("\n", at, at + 200)
    for token in _TOKEN.finditer(text, at, min(len(text), at + 200) if stop < 0 else stop):
        open_value = is_wordlike(token[0]) or is_placeholder(token[0]) or ADDRESS.fullmatch(token[0])
        named_otherwise = _DIGEST.search(text, max(at, token.start() - 10), token.start())
        drawn = is_dense(token[0]) or (len(token[0]) >= 96 and is_hex(token[0]))
        if drawn and not open_value and not named_otherwise:
            yield Found(token.start(), token.end(), name.label)


def _prose(text: str, name: Name) -> Iterator[Found]:
    """`the password is ...`, `use token ...`: the next word, if nothing but a secret looks like that."""
    link = _PROSE.match(text, name.end)
    if name.promise < Strength.SECRET or link is None:
        return
    first = link.end()
    if literal := string_at(text, first):
        first, last, _ = literal
        if link[0].strip() and keeps(text[first:last], name.promise, Tie.NEAR):
            yield Found(first, last, name.label)
            return
    elif word := UNQUOTED.match(text, first):
        last = first + len(word[0].rstrip(".,;:)]}\\"))
    else:
        return
    value = text[first:last]
    spoken = name.text.lower()
    header = any(mark in spoken for mark in "-_.") or spoken in ("secret", "key") or spoken.endswith("apikey")
    ends = text[last : last + 1] in ("", "\n", "\r")
    if not EXPRESSION.match(value) and is_blurted(value, name.promise, header, ends):
        yield Found(first, last, name.label)
