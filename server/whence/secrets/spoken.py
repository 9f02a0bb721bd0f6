"""Passwords told right behind the word for them: `the password for staging is ...`, `**Password:** ...`.

The places of the word are found once, and what may follow it is tried there: sentences, headings, brackets.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from whence.secrets.phrases import (
    ENDS,
    LINK,
    MARK,
    NOUNS,
    TAKEN,
    VALUE,
    WORD,
    WORDS,
    is_mingled,
    is_phrase,
    is_quoted,
    is_strong,
    is_told,
    is_unmistakable,
)
from whence.secrets.randomness import is_placeholder, wordiness
from whence.secrets.values import is_passphrase
from whence.secrets.vocabulary import Words, core
from whence.secrets.wording import is_composed

_REACH = 400
"""Characters behind the word in which its password is sought."""
_MOST_SEEN = 4096
_NOUN = re.compile(NOUNS)
_WORDS = Words({letters for word in WORDS if len(letters := core(word)) > 1})
_ASIDE = r"(?:[ \t]+\([^()\n]{1,60}\))?"
_AFTERWARDS = (
    r"(?:(?i:now|since then|today)[ \t]+(?:(?:it['’]s|it is|is|uses)[ \t]+)?|(?:it['’]s|it is)[ \t]+now[ \t]+)"
)
_PHRASE = r"[A-Za-z0-9]{2,16}(?:[ ][A-Za-z0-9]{2,16}){2,11}"
_IN_MARKS = rf"{MARK}(?P<secret>{VALUE}){MARK}"

_BEFORE, _AFTER = 48, 80
"""Characters before and behind the word in which what is unmistakable is taken for its password."""
_RUN = re.compile(
    r"(?<![\x21\x23-\x26\x2a-\x7e])[(\"'`*]{0,3}(?P<secret>[!#-&*-~]{8,64}?)(?=[.,;:?!)]*(?:[\"'`*)\]]|\s|$|[^\x00-\x7f]))"
)
"""A word of prose, with what may be written before it; in a script without spaces right behind another."""
_APART = re.compile(
    r"[{}<>|=\\]|\[redacted: |\)\.|\(\)|::|//|[.!?]\s"
    r"|(?i:\b(?:hash(?:es|ed)?|sha\d*|commit|version|digest|users?|username|file|branch|build|id)\b)"
)
"""What parts a word from the one for a password: code, the end of a sentence, what else is spoken of."""

# What is spoken of where a password is not told: how it must be, and what becomes of it.
_ABOUT = re.compile(
    r"[ \t_-](?:polic(?:y|ies)|rules?"
    r"|hash(?:es|ed|ing)?|hints?|length|managers?|modes?|types?|identity|strength|algorithm|encod(?:er|ing)"
    r"|encryption|storage|validat(?:ion|or)|generator|format|scheme|complexity|grant|flow|expiry|rotation)\b"
)


def _is_for_application(value: str) -> bool:
    """Whether small letters alone were drawn, as passwords for one application are."""
    return wordiness(value) < _WORDY


_WORDY = 0.36
_SENTENCES: tuple[tuple[Callable[[str], bool], re.Pattern[str]], ...] = (
    (is_told, re.compile(rf"{WORD}{{0,6}}?{_ASIDE}{LINK}{TAKEN}")),
    (is_quoted, re.compile(rf"{WORD}{{0,6}}?{_ASIDE}{LINK}{_IN_MARKS}")),
    # Directly behind a name a colon is an assignment; behind a clause it ends a sentence.
    (is_told, re.compile(rf"{WORD}{{1,6}}?{_ASIDE}\??[ \t]*(?::(?!//)|[：—–→]|[-=]>|=[ \t])[ \t]*{TAKEN}")),
    (
        is_told,
        re.compile(
            rf"{WORD}{{0,3}}?,?[ \t]+\([ \t]*(?:(?:was|is|formerly|now|previously|old|new|war|alt|neu)[ \t:]+)?{TAKEN}"
        ),
    ),
    (is_mingled, re.compile(rf"[ \t]+{TAKEN}")),
    (is_told, re.compile(r"[ \t]+\[(?P<secret>[^\s\[\]]{7,64})\]")),
    (_is_for_application, re.compile(rf"[ \t]+(?P<secret>[a-z]{{16}}){ENDS}")),
    (is_passphrase, re.compile(rf"[ \t]+(?P<secret>[a-z]{{3,10}}(?:-[a-z]{{3,10}}){{3,9}}){ENDS}")),
    # `the password, ..., must change`; names stand between commas as well.
    (is_strong, re.compile(rf",[ \t]+{TAKEN}(?=[,.]|$)")),
    (is_composed, re.compile(rf",[ \t]+{TAKEN}(?=[,.]|$)")),
    (is_told, re.compile(rf",?[ \t]+(?:and[ \t]+)?(?i:it|that|which)(?:['’]s|[ \t]+(?:is|was))[ \t]+{TAKEN}")),
    (is_told, re.compile(rf"{WORD}{{0,4}}?[ \t]+from[ \t]+{TAKEN}[ \t]+to[ \t]")),
    (is_told, re.compile(rf"{WORD}{{0,4}}?[ \t]+from[ \t]+\S{{4,80}}[ \t]+to[ \t]+{TAKEN}")),
    # `the password was ..., now it's ...`
    (is_told, re.compile(rf"{WORD}{{0,4}}?{LINK}\S{{4,80}}[,;.]?[ \t]+(?:and[ \t]+|but[ \t]+)?{_AFTERWARDS}{TAKEN}")),
)
# Behind the word as a heading, with its mark: `**Password:** x`, `Password (staging): x`, `Password - x`.
_BOLD = r"(?:\*\*|__)?"
_HEADING = rf"{_BOLD}{_ASIDE}{_BOLD}[ \t]*(?:[:：=]{_BOLD}[ \t]*|[–—→][ \t]*|[ \t](?:-|->|=>)[ \t]+)"
_HEADINGS = (
    (is_told, re.compile(rf"{_HEADING}{TAKEN}")),
    (is_quoted, re.compile(rf"{_HEADING}{_BOLD}{_IN_MARKS}")),
    (is_told, re.compile(rf"{_HEADING}(?:<[a-z]{{1,8}}>){{1,2}}(?P<secret>[^\s<>]{{6,64}})</")),
    # `Password(x)`, `PASS-x`: what was drawn or made up, with no word in it.
    (is_told, re.compile(r"[ \t]?\((?:default[:= ]+)?(?P<secret>[^\s()\[\]{}]{7,64})\)")),
    (is_told, re.compile(rf"(?:는|은|이|가|は|是)[ \t]*{TAKEN}")),
    (is_strong, re.compile(rf"-{TAKEN}")),
    (is_told, re.compile(rf"[ \t]*[:=-]?[ \t]*[a-z][\w.-]{{1,32}}/{TAKEN}")),
    # `db password/x`
    (is_strong, re.compile(rf"[ \t]?/[ \t]?{TAKEN}")),
    (is_composed, re.compile(rf"[ \t]?/[ \t]?{TAKEN}")),
)
_PHRASES = (
    *(
        (is_phrase, re.compile(rf"{tail}(?P<secret>{_PHRASE}){MARK}"))
        for tail in (rf"{WORD}{{0,6}}?{_ASIDE}{LINK}{MARK}", rf"{_HEADING}{_BOLD}{MARK}")
    ),
)
"""Several words in quotes, which are a passphrase where one was spoken of."""
_BEGUN = re.compile(r"(?<![\x00-\x7f])(?<![A-Za-z])|(?<!\w)(?<!\w-)")
"""Where the word begins; in a script without spaces it may stand behind another."""


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every password that is told behind the word for it."""
    # In a text that repeats itself each sentence is read once.
    seen: dict[str, list[tuple[int, int]]] = {}
    for first, last, stop in _nouns(text, _WORDS.held(text)):
        end = stop if stop < last + _REACH else last + _REACH
        sentence = text[first - 2 if first > 2 else 0 : end]
        if (places := seen.get(sentence)) is None:
            places = [(start - first, past - first) for start, past in _behind(text, first, last, end)]
            if len(seen) >= _MOST_SEEN:
                seen.clear()
            seen[sentence] = places
        for start, past in places:
            yield first + start, first + past, "password"


def _nouns(text: str, words: Iterable[str]) -> Iterator[tuple[int, int, int]]:
    """Where the word begins and ends, and its line, in the lines that hold some of its letters."""
    lines: set[tuple[int, int]] = set()
    for word in words:
        at = text.find(word)
        while at >= 0:
            stop = text.find("\n", at)
            end = len(text) if stop < 0 else stop
            lines.add((text.rfind("\n", 0, at) + 1, end))
            at = text.find(word, end)
    for start, end in sorted(lines):
        for noun in _NOUN.finditer(text, start, end):
            yield *noun.span(), end


def _behind(text: str, first: int, last: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the password stands that is told behind the word at `first` to `last`, in its line up to `end`."""
    if _ABOUT.match(text, last, end):
        return
    tails = (*_SENTENCES, *_HEADINGS) if _BEGUN.match(text, first) else _SENTENCES
    if "phrase" in text[first:last].lower():
        tails = (*tails, *_PHRASES)
    found = False
    for check, tail in tails:
        match = tail.match(text, last, end)
        if match and check(match["secret"]) and not is_placeholder(match["secret"]):
            found = True
            yield match.span("secret")
    # In a marker, and within another word, it tells of nothing.
    if not found and not text.startswith("]", last) and _BEGUN.match(text, first):
        yield from _nearby(text, first, last, end)


def _nearby(text: str, first: int, last: int, end: int) -> Iterator[tuple[int, int]]:
    """The word near the one for it, in its sentence, that nothing but a password looks like, whatever ties them."""
    line = max(text.rfind("\n", max(0, first - _BEFORE), first) + 1, first - _BEFORE, 0)
    for begin, stop in ((last, min(end, last + _AFTER)), (line, first)):
        for word in _RUN.finditer(text, begin, stop):
            start, past = word.span("secret")
            between = text[last:start] if begin == last else text[past:first]
            if _APART.search(between):
                if begin == last:
                    break
                continue
            # What is cut where the search ends may go on.
            whole = past < stop or stop == end
            if whole and is_unmistakable(word["secret"]) and not is_placeholder(word["secret"]):
                yield start, past
                return
