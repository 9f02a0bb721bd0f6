"""Keys that stand near words for them: `the Stripe key is ...`, `we used ... as the deploy token`, `It was ...`.

One grammar in place of many sentences. What is sought first is a value that was drawn at random, for few words are;
then whether the text before it or behind it speaks of a key. The closer the two stand, the less the value must say.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from whence.secrets.names import Strength, is_service, strength
from whence.secrets.randomness import (
    is_dense,
    is_hashed,
    is_hex,
    is_mixed,
    is_placeholder,
    is_random,
    is_uuid,
    is_wordlike,
    wordiness,
)
from whence.secrets.vocabulary import Words, pieces, word_set
from whence.secrets.wording import is_known

_VALUE = re.compile(r"(?<![A-Za-z0-9_À-ӿ./\\@#?&%~+$-])[A-Za-z0-9][A-Za-z0-9_.~+/=-]{13,512}(?![A-Za-z0-9_À-ӿ@(\[])")
"""In scripts without spaces it stands right between the words."""
_NOUN = re.compile(r"(?:[kK]ey|KEY|[tT]oken|TOKEN|[sS]ecret|SECRET|[cC]redential|CREDENTIAL)[sS]?(?![\w-])")
"""The last part of a name."""
_NOUNS = ("key", "token", "secret", "credential")
_LONGEST_NAME = 48
_BACKWARDS = re.compile(rf"[\w-]{{0,{_LONGEST_NAME}}}")
_LETTER = re.compile(r"[A-Za-z0-9]")
_MARKED = re.compile(r"\[redacted: [a-z0-9-]*\Z")
"""What was taken out before a word, which the name of what was taken holds, and which tells of nothing."""
_FOREIGN_NOUN = re.compile(
    r"[sSkKcCjJкКтТキトシ密秘令키토](?:(?<=[sS])(?:chlüssel|leutel)(?!\w)|(?<=[kK])lucz(?!\w)"
    r"|(?<=[cC])(?<![A-Za-z].)(?:lave|have|hiave|lé)s?(?![\w-])|(?<=[jJ])(?<![A-Za-z].)etons?(?![\w-])"
    r"|(?<=[кК])(?<!\w.)люч(?!\w)|(?<=[тТ])(?<!\w.)окен(?!\w)|(?<=キ)ー|(?<=ト)ークン|(?<=シ)ークレット"
    r"|(?<=密)[钥鑰]|(?<=秘)钥|(?<=令)牌|(?<=키)(?<![가-힣].)|(?<=토)큰)",
    re.DOTALL,
)
_COMPOUND = re.compile(r"-[A-Za-z]{2,12}")
"""What stands before such a word in a compound, backwards."""
_LATIN = Words(("sleutel", "klucz", "clave", "chave", "chiave", "jeton"), lowered=True)
"""Those of them that are written in plain letters."""
_FOREIGN = re.compile(r"[^\x00-\x7f]|sleutel|klucz|clave|chave|chiave|jeton", re.IGNORECASE)
"""What is of another language, of which owners are not read."""
_REACH = 320
"""Characters between the word and a value that a later sentence tells."""
_BEHIND = 120
_NEAR = 64
"""Characters between a value and the word for it where nothing else ties them."""
_OWNER = re.compile(r"[A-Za-z][A-Za-z'-]*\d?[A-Za-z]{0,3}")
"""Whose a key is, or what it is for."""
_LONGEST_OWNERS = 48

# What stands before a key and says nothing of whose it is.
_PLAIN_WORDS = word_set(
    "the a an see check this that our my your its his her their these those new old leaked exposed previous current "
    "same wrong bad primary secondary foreign "
    "invalid expired missing revoked rotated committed hardcoded hard-coded first second another other each every "
    "with using use used via by and or of for to in is was as from on no not any which whose real actual valid"
)
# What a value is called that is no key, though it is spoken of beside one.
_OTHERWISE = re.compile(
    r"(?i)(?<![a-z])(?:hash|hashes|hashed|sha-?\d*|md5|digests?|checksum|fingerprint|commits?|revision|rev|ids?|uuid|guid|etag"
    r"|public|integrity|nonce|encrypted|signature|session id)(?![a-z])"
)
_RIGHT_BEFORE = re.compile(
    r"(?i)(?<![a-z])(?:version|build|request|trace|span|url|cursor|deployment|container|path|file|image|tag|branch|issue|ticket|order|object|bucket|index|job|run|row|record|users?|customer|account|name)"
    r"[ \t]+(?:is[ \t]+|was[ \t]+)?[\"'`(]{0,2}\Z"
)
_WORD = r"[^\W\d_][\w'’./-]{0,30}"
_LINKS = (
    r"(?:is|was|are|were|be|been|being|equals|became|remains|now|still|just|currently|set|changed|rotated|updated|replaced"
    r"|moved|to|as|by|with|from|value|called|named|reads|here|again|used|given|provided|namely|ist|war|lautet|es|era|est|était|è|é|это|для)"
)
_OPENED = r"[ \t]*[\"'`*(\[{<«„“]{0,3}"
# Between the word and its value: nothing; a mark; a few words and then a mark or a verb.
_TIGHT = re.compile(
    rf"(?:\*\*|`|\")?[ \t]*(?:[(\[][^()\[\]\n]{{1,40}}[)\]])?(?:[ \t]+{_LINKS}){{0,4}}[ \t]*"
    rf"(?:[:：=,;|はが는은是为為]|->|=>|→|–|—|-[ \t]|</\w{{1,8}}>\s{{0,8}}<\w{{1,8}}>)?{_OPENED}"
    rf"|(?:[ \t]+{_WORD}){{1,6}}?[ \t]*(?:(?:[ \t]{_LINKS}){{1,4}}[ \t]*[:=,]?|[:=]|->|→|–|—|[ \t]-[ \t]|,){_OPENED}"
)
_PURPOSE = re.compile(r"\A[ \t]+(?:for|of|für)[ \t](?:[\w-]{1,24}[ \t]){0,3}?signatures?(?=[ \t](?:is|was|are)\b)")
"""What a key signs, which is no name of the value."""
_OWNED_BEHIND = re.compile(r"[ \t]+(?:for|of|from|für|von|de|del|du|van|для)[ \t]")
_SAYS = re.compile(r"[ \t](?:is|was|lautet|ist|war|es|est)[ \t:]{1,3}[\"'`*]{0,3}\Z")
"""What says of a token or a secret which it is; hashes are called keys as well."""
_COMMIT = re.compile(
    r"(?i)(?<![a-z])(?:commits?|revision|rev|sha|hash|merge|fixed in|since"
    r"|(?:introduced|broken|caused) (?:in|by)|reverts)[ \t:#`]{1,3}\Z"
)
_ENDED = frozenset(":;,.!?)")
"""What ends a clause, so that the words before it are no owners."""
_ARROW = re.compile(r"[-=]>[ \t]*[\"'`]?\Z")
_CODE = re.compile(r"(?:;(?![ \t][A-Za-z])|[{}<>|])|\)\.|\(\)|[ \t]=[ \t]|==|//|::|\\")
# What leads over to a value, behind any words: a colon, a dash, a bracket, a quote, a line of its own.
_LEADS = re.compile(
    r"(?:[:?(=→–—]|[-=]>|<-|[ \t]-)[ \t]*(?:[A-Z]:[ \t]*)?[\"'`*]{0,2}\Z"
    r"|\n[ \t]*(?:[-*>•]|\d+[.)])?[ \t]*[\"'`]?\Z|[\"'`(]\Z|(?:put|committed|pasted|used|sent|with)[ \t]+\Z"
)
# What takes up a key that was spoken of before: `It was ...`, `old value: ...`.
_TAKEN_UP = re.compile(
    r"(?i)(?:^|[\s(,;:.!?–—-])(?:it['’]s|it|that|this|which|one|value|string|was|is|formerly|previously|old|new|before|after|now"
    r"|current|leaked|exposed|revoked|rotated|removed|used|became|had|to|from)"
    r"(?:[ \t]+(?:one|value|was|is|been|to|be|used|still|now|again"
    rf"|contained|string|itself|had|key|token|secret)){{0,3}}[ \t]*(?:[:=,]|->|→)?\s?{_OPENED}\Z"
)
_BEFORE = re.compile(
    r"[\"'`*)\]}»”]{0,3},?[ \t]*(?:(?:as|is|was|for|being|used|which|that|to|in|served|works|serves|acts|acted|set"
    rf"|stored|like|become|became|still|now|actually|really|currently)[ \t]+){{0,3}}"
    rf"[(\[]?(?:(?:the|our|my|a|an|its|his|her|your|this|their)[ \t]+)?(?:{_WORD}[ \t]+){{0,3}}?"
    r"|[\"'`)\]]{0,3}[ \t]*(?:===?|!==?|<-|<=|#|//|-->?|–|—|/\*)[ \t]*[\w.]{0,24}[\[(]?[\"'`]?"
    r"(?:(?:the|our|my|a)[ \t]+)?"
)
# A later sentence that says what stood before it.
_REFERS = re.compile(
    rf"(?i)(?:^|[\s.,;(])(?:that|this|it|which|both)(?:['’]s|[ \t]+(?:was|is|were|had been|has been))[ \t]+"
    rf"(?:(?:still|once|now)[ \t]+)?(?:(?:the|our|my|a|an|its)[ \t]+)?(?:{_WORD}[ \t]+){{0,3}}\Z"
)
_ON_CHAIN = re.compile(r"(?i)0x[0-9a-f]+")
_POD = re.compile(
    r"[a-z][a-z0-9-]*-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}|[a-z][a-z0-9-]*-[0-9a-f]{8,10}-[a-z0-9]{5}"
)
"""What Kubernetes calls a pod: its deployment, a hash, five characters."""
_ASSIGNED = re.compile(r"(?<![\w./@?&-])([A-Za-z][\w.-]{1,48})\\*[\"'`\])]{0,2}[ \t]{0,8}(?:=>?|:=?|\|\||,|>)\Z")
_LOGS_IN = re.compile(r"(?<![\w./-])([A-Za-z][\w-]{1,32})[ \t]+(?:auth[ \t]+)?(?:auth|login)\Z")
_DIGIT = re.compile(r"[0-9]")
_ASSIGNING = frozenset("=:>,|")
_LEAST_LOOSE = 16
_LEAST_ISSUED = 32
_SHORTEST = 14


class _Noun(NamedTuple):
    """A word for a key in the text."""

    start: int
    """Where the words begin that say whose it is."""
    end: int
    owned: bool
    """Whether it says what the key is for or whose it is."""


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every value near a word for what it is."""
    if not any(_DIGIT.search(match[0]) for match in _VALUE.finditer(pieces(text))):
        return
    nouns: list[_Noun] | None = None
    for match in _VALUE.finditer(text):
        if not _DIGIT.search(match[0]):
            continue
        if nouns is None:
            nouns = list(_nouns(text))
            starts, ends = [noun.start for noun in nouns], [noun.end for noun in nouns]
        start = match.start() + _name_before(match[0])
        owner = _is_of_service(text[max(0, start - 64) : start].rstrip(" \t\"'`\\"))
        at = bisect_right(ends, start) - 1
        before = nouns[at] if at >= 0 and start - ends[at] <= _REACH else None
        at = bisect_left(starts, start + 1)
        behind = nouns[at] if at < len(nouns) and starts[at] - match.end() <= _BEHIND else None
        if not (owner or before or behind):
            continue
        if span := _judged(text, start, match.end(), owner, before, behind):
            yield *span, "high-entropy-secret"


def _judged(
    text: str, start: int, stop: int, owner: bool, before: _Noun | None, behind: _Noun | None
) -> tuple[int, int] | None:
    """Where the value at `start` stands, if it is a key: of a service, or of the word for it before or behind."""
    whole = text[start:stop]
    value = whole.rstrip(".=-_") if whole.endswith(".") else whole.rstrip(".-_")
    drawn = is_drawn(value)
    if not drawn and (not is_issued(value) or _COMMIT.search(text[max(0, start - 24) : start])):
        return None
    end = start + len(value)
    if owner and (drawn or _is_key(value)):
        return start, end
    if text[start - 1 : start] == "=" and text[start - 2 : start - 1] != "=":
        return None  # what has a name of its own
    told = before is not None and _is_told(text, before, start, value, drawn=drawn)
    named = told or (behind is not None and _is_named(text, behind, end, drawn=drawn))
    return (start, end) if named else None


def _name_before(run: str) -> int:
    """How many characters of a run are a name that is assigned to: `adafruit=` has nine."""
    name, sign, value = run.partition("=")
    return len(name) + 1 if sign and len(value.rstrip("=")) >= _SHORTEST and not is_drawn(name) else 0


def _is_of_service(head: str) -> bool:
    """Whether the text ends in the name of a service, and a sign or a command that gives it something."""
    if head.endswith(("auth", "login")) and (command := _LOGS_IN.search(head)):
        return is_service(command[1])
    name = _ASSIGNED.search(head) if head[-1:] in _ASSIGNING else None
    return name is not None and is_service(name[1])


def _is_key(value: str) -> bool:
    """Whether what is assigned to a service is its key: a UUID may be an object of its, forty digits are a commit."""
    return len(value) >= _LEAST_ISSUED and len(value) != 40 and not is_uuid(value)


def _nouns(text: str) -> Iterator[_Noun]:
    """The words for keys, in order; those for keys that open nothing are left out."""
    for start, end in _places(text):
        words = text[max(0, start - _LONGEST_OWNERS) : start].rpartition("\n")[2].lstrip("+-").split(" ")[-3:-1]
        ended = next((at for at in range(len(words), 0, -1) if words[at - 1][-1:] in _ENDED), 0)
        words = [word.rpartition(">")[2].lstrip("(*\"'`[") for word in words[ended:]]
        if read := _read(text[start:end], *words[-2:]):
            owned, before = read
            yield _Noun(start - before, end, owned)


def _places(text: str) -> list[tuple[int, int]]:
    """Where the words for keys stand, with the names that end in them, in order."""
    places = []
    lowered = text.replace("İ", "I").lower()  # the one letter that grows would shift the places
    for match in filter(None, (_NOUN.match(text, at) for noun in _NOUNS for at in _occurrences(lowered, noun))):
        first = match.start()
        window = text[max(0, first - _LONGEST_NAME - 1) : first]
        if text.startswith("]", match.end()) and _MARKED.search(window):
            continue
        if (start := _begin(window, first)) is not None:
            places.append((start, match.end()))
    if not text.isascii() or _LATIN.held(text):
        places += [(_compound(text, match.start()), match.end()) for match in _FOREIGN_NOUN.finditer(text)]
    return sorted(places)


def _occurrences(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _compound(text: str, first: int) -> int:
    """Where a compound begins that ends in the word at `first`: `API-Schlüssel`."""
    before = _COMPOUND.match(text[max(0, first - 13) : first][::-1]) if text[first] in "sSkK" else None
    return first - before.end() if before else first


def _begin(window: str, first: int) -> int | None:
    """Where a name begins that goes on at `first`, behind the window: where no letter stands before it."""
    name = _BACKWARDS.match(window[::-1])
    for at in range(len(window) - (name.end() if name else 0), len(window) + 1):
        if at == 0 or not _LETTER.match(window, at - 1):
            return first - len(window) + at
    return None


@lru_cache(maxsize=4096)
def _read(own: str, *words: str) -> tuple[bool, int] | None:
    """Whether the words before it say whose a key is, and how far they reach; None where the key opens nothing."""
    if _FOREIGN.search(own):
        return True, 0
    bare = own.lower().rstrip("s") in ("key", "token", "secret", "credential")
    owners = [word for word in words if _OWNER.fullmatch(word) and word.lower() not in _PLAIN_WORDS]
    near = owners and owners[-1] == words[-1]
    promise = strength(f"{owners[-1]}_{own}" if bare and near else own)
    if promise < Strength.LIKELY and not (bare and not near and own.lower().startswith("key")):
        return None
    owned = not bare or any(not is_known(word.lower()) or strength(f"{word}_key") > Strength.LIKELY for word in owners)
    adjacent = list(takewhile(lambda word: word in owners, reversed(words))) if owned else []
    return owned, sum(map(len, adjacent)) + len(adjacent)


@lru_cache(maxsize=4096)
def is_drawn(value: str) -> bool:
    """Whether it was drawn of more than hexadecimal digits, so that it is no hash and no identifier of an object."""
    if len(value) < _SHORTEST or is_hex(value) or is_uuid(value) or sum(map(str.isdigit, value)) < 2:
        return False
    if is_placeholder(value) or is_wordlike(value) or is_hashed(value):
        return False
    if _ON_CHAIN.fullmatch(value) or _POD.fullmatch(value):
        return False
    if set(value) & set("/+"):
        return is_dense(value, 30) and wordiness(value) < 0.3
    signs = sum(not each.isalnum() for each in value)
    return is_random(value, _SHORTEST) and wordiness(value) < 0.42 and signs * 5 <= len(value)


def is_issued(value: str) -> bool:
    """Whether it is a UUID or a number in hexadecimal digits, as services issue for keys as well."""
    return is_uuid(value) or (len(value) >= 20 and is_hex(value) and is_mixed(value) and not is_placeholder(value))


def _is_told(text: str, noun: _Noun, start: int, value: str, *, drawn: bool) -> bool:
    """Whether the value follows the word: right behind it, in its sentence, or where a later one takes it up."""
    between = text[noun.end : start]
    if _OTHERWISE.search(_PURPOSE.sub("", between)) or _RIGHT_BEFORE.search(between):
        return False
    owned = noun.owned or _OWNED_BEHIND.match(between) is not None
    owned = owned or (
        not text[noun.start : noun.end].lower().rstrip("s").endswith("key") and _SAYS.search(between) is not None
    )
    if _TIGHT.fullmatch(between):
        return drawn or owned
    if (
        not (drawn or owned)
        or len(value) < (_LEAST_LOOSE if drawn else _LEAST_ISSUED)
        or _CODE.search(_ARROW.sub("", between))
    ):
        return False
    return _TAKEN_UP.search(between) is not None or (owned and (drawn or _LEADS.search(between) is not None))


def _is_named(text: str, noun: _Noun, end: int, *, drawn: bool) -> bool:
    """Whether the word follows the value: `... as the key`, `... (the key)`, `... That was the key`."""
    between = text[end : noun.start]
    if not (drawn or noun.owned) or _OTHERWISE.search(between):
        return False
    if _BEFORE.fullmatch(between) or _REFERS.search(between):
        return True
    return drawn and noun.owned and len(between) <= _NEAR and _CODE.search(between) is None and "\n" not in between
