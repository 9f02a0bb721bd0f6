"""Compounds: words that German, Dutch and the Scandinavian languages write as one, found by their first and last parts.

No dictionary says where such a word is put together. A part has four letters at least, a vowel, and begins as a word of
these languages may; all that could be parts are terms of a memory. Queries are not taken apart, so that a part is found
in a compound and nothing else is found by it. Texts of other languages are left alone: in English such parts would be
other words (the version in "conversion").
"""

import re

SHORTEST, LONGEST = 8, 40
"""Letters of words that may be compounds."""

_LEAST = 4
_LEAST_WITH_VOWEL = 5  # of a part that begins with a vowel: endings do so too
_VOWEL = re.compile(r"[aeiouyäöüå]")
_ONSET_WORDS = (
    "b bl br c ch chr d dr f fl fr g gl gn gr h j k kl kn kr kv l m n p pf pfl pfr ph pl pr q qu r rh s sc sch schl"
    " schm schn schr schw sk skr sl sm sn sp spl spr st str sv t th tr ts tw v vl vr w wr x z zw"
)
_ONSETS = frozenset(_ONSET_WORDS.split())

_LITTLE_WORDS = (
    "der und nicht mit für eine wird auf ist dem den des beim wir keine zum zur sich auch nach bei oder wenn einen"
    " einer werden ein über das die im von vom durch nur noch sind seit hat haben kann jede jeder jedes aus bis"
    " het een van voor niet wordt zijn naar bij geen deze dit maar ook wij"
    " och att inte för som är när ska vid ett på av ikke til når skal ved hvis blir bliver og"
)
_LITTLE = frozenset(_LITTLE_WORDS.split())
"""Words by which these languages are known, of which others share a few."""

_SHARED = frozenset(["die", "den", "auf", "het", "van", "er", "dit", "naar", "men", "ska", "vid", "bis"])
"""Those that English has too, or names."""

_SHORT = 8
"""Words of a text so short that one little word tells its language."""

_SURE = re.compile(r"ß|\b[^\W\d_]{5,}(?:ung|ungen|heit|keit|keiten|schaft|ierung)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_JOINED = re.compile(r"(?:ung|heit|keit|schaft|ion|itat)(?=s[a-zäöü]{4})")
_HEAD = 2000
"""Characters by which the language of a text is told."""


def are_written(text: str) -> bool:
    """Whether a text is in a language that writes compounds as one word, by its little words and its endings."""
    head = text[:_HEAD]
    if _SURE.search(head):
        return True
    words = [word.lower() for word in _WORD.findall(head)]
    known = [word for word in words if word in _LITTLE]
    if len(words) <= _SHORT and not _SHARED.issuperset(known):
        return True
    return len(set(known)) >= 2 and len(known) * 8 >= len(words)


def parts(word: str) -> tuple[str, ...]:
    """The beginnings and ends of a word that may be words of their own, in lower case; none of one that is no word."""
    plain = word.lower()
    if not plain.isalpha() or not SHORTEST <= len(plain) <= LONGEST:
        return ()
    found: dict[str, None] = {}
    for at in range(_LEAST, len(plain) - _LEAST + 1):
        first, last = plain[:at], plain[at:]
        if not (_VOWEL.search(first) and _begins(last)):
            continue
        found[first] = found[last] = None
        if first.endswith(("en", "es")) and at > _LEAST:
            found[first[:-1]] = None  # what joins the two: the customer in Kundenkonto
    for joint in _JOINED.finditer(plain):  # what stands before such a joint may be two words itself
        found |= dict.fromkeys(parts(plain[: joint.end()]))
    return tuple(found)


def _begins(last: str) -> bool:
    """Whether a word may begin so."""
    vowel = _VOWEL.search(last)
    if vowel is None:
        return False
    if vowel.start() == 0:
        return len(last) >= _LEAST_WITH_VOWEL
    return last[: vowel.start()] in _ONSETS
