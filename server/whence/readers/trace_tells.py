"""Tells of which languages a text holds stack traces, and at which line they may begin."""

import re
from collections.abc import Iterator, Sequence

from whence.readers.trace_grammars import TELLS
from whence.readers.trace_lines import GAP

_BEGINS = re.compile(
    r"""(?x)
    (?P<python> \s*(?:[|+>]\s*)?(?:Exception\ Group\ )?Traceback\ \(most\ recent\ call\ last\):\s*$
        | \s*(?:[|+>]\s*)?File\ "[^"\n]+",\ line\ \d
        | (?:[A-Za-z]:)?[^\s:|][^:|]{0,400}\.pyx?:\d+:(?:\ in\ \S.*|\s*|\ [A-Z_][\w.]*(?::\ .*)?|\ assert\ .+)$
        | \s*(?:Cell|Input)\ In\ ?\[[\d*\ ]+\] | File\ [~/<A-Za-z]\S{0,400}:\d+,\ in\ \S
        | (?:[~/]|[A-Za-z]:|<ipython)[^()]{0,400}(?:\.py|>)\ in\ [\w<]\S* | [╭┌].{1,200}Traceback\ \(
        | [│┃]\ \S.{0,300}\.py:\d+\ in\ |\s*/[^,:]{1,400}\.py,\ line\ \d+,\ in )
    | (?P<ruby> \s*(?:\d+:\ )?(?:from\ )?\S.{0,600}?:\d+:in\ [`'][^`'].*'(?::\ |$)
        | [\w./-]{1,300}\.(?:erb|haml|slim|jbuilder|rabl|builder):\d+$
        | \S{1,600}\.rb:\d+:\ (?:.*\([A-Z][\w:]*Error\)|syntax\ error) | [\w:]+(?:\#\w.*|\([\w:]+\))\ \[\S.*?:\d+\]:$ )
    | (?P<go> goroutine\ \d+\ \[ | \s*---\ FAIL:\ Test | \s+/?\S.{0,400}\.go:\d+(?:\ \+0x[0-9a-f]+)?$ )
    | (?P<rust> \s*[Ss]tack\ backtrace:\s*$ | \s*(?:━+\ )?BACKTRACE\ ?━* | The\ application\ panicked
        | Caused\ by:\s*$ | Location:\s*$ )
    | (?P<java> \s*at\ (?:[\w.@-]{0,200}//?)?[\w$][^\n]{0,600}?\s?\((?:[^()]*\.\w+:-?\d+|Native\ Method|Unknown\ Source
            |<generated>|[\w$]+\.(?:java|kts?|scala|groovy|clj))\)(?:\ ~?\[[^\]]*\])?\s*$
        | \s+[\w$.]{1,300}\ at\ \w+\.(?:java|kt|scala|groovy):\d+$
        | \s*[\w$<>]{1,200}:\d+,\ [\w$]{1,200}\ \([\w.]{1,300}\)(?:\ \[\d+\])?$
        | Execution\ error\ \( | \s*at\ \d+\s+\S+\s+0x[0-9a-f]+\s+kfun:
        | \s*(?:[\w$.!?*<>-]+/[\w$!?*<>-]+|[\w$]+(?:\.[\w$<>]+)+)\ \(\w+\.clj[cs]?:\d+\)$ )
    | (?P<javascript> \s*at\ \S.*:\d+:\d+\)?(?:\ in\ \S.*|[,{\s]*)$
        | [\w$.<>()]{1,200}\ @\ \S{1,600}:\d+(?::\d+)?$ | \s*at\ \S.{0,600}:wasm-function\[\d+\]:0x[0-9a-f]+\)?$
        | \s*at\ .{1,400}\ \((?:<anonymous>|index\ \d+|native)\)$ | \s*❯\ .*:\d+:\d+$
        | \s+(?!at\ |from\ |in\ )[\w$.</]{1,200}>?\ (?:https?|webpack|file|resource|moz-extension):/\S{1,600}:\d+$
        | \s+(?!at\ |from\ |in\ )\S{1,200}\ [\w@./~+-]{1,300}\.(?:[cm]?[jt]sx?|vue|svelte):\d+(?::\d+)?$
        | \s+(?!at\ |from\ |in\ )(?:[\w$.<>\#]{1,200}|\(anonymous\ function\)|Global\ Code)
            \ \([^\s()]{1,600}\.(?:[cm]?[jt]sx?|vue|svelte)[^\s()]{0,40}?:\d+(?::\d+)?\)$
        | \s+stack:\ \|-?$
        | \s*[^@\s()]{0,300}(?:\s[^@\s()]{1,100})?@(?:\w[\w+.-]*:/|/|\[native\ code\]|[\w./-]+:\d|\d+:\d).*$ )
    | (?P<dotnet> \s*at\ [^\s()]+(?:\ [^\s()]+){0,6}+\ ?\([^()]*(?:\(\)[^()]*)?\)
            (?:\ \[0x\w+\]|\ \+\ 0x\w+)?(?:\ in\ .+)?\.?$
        | \s+\S{1,12}\ [^\s()]{1,700}\ ?\([^()]*\)\ \S{1,12}\ \S.*\.\w{2,6}(?:\ \S{1,12})?:\ ?\D{1,12}\d+(?:\ 行)?\.?$
        | [\w.`+<>/:]{1,500}\ ?\([^()]*\)\ \(at\ \S.*:\d+\)$ )
    | (?P<php> \s*\#\d+\ (?:\S.{0,600}\(\d+\)|\[internal\ function\]):\ | \s*at\ \S.{0,400}\.php:\d+$
        | \s*In\ \S{1,200}\.php\ line\ \d+:$ | (?:[A-Za-z]:)?[\\/]\S.{0,400}\.php:\d+$ )
    """
)
"""Lines that tell by how they begin; of two that fit the first counts."""


_NATIVE = re.compile(
    r"""(?x)
    \s*(?:(?:\*\s*)?frame\ )?(?:\#\d+:?|\d+\#)\s+(?:(?:pc\ )?(?:0x)?[0-9a-f]+\ +(?:in\ )?)?
        \S.*(?:\ at\ \S+:\d+|\)|:\d+)$
    | \s*(?:at|by)\ 0x[0-9A-F]+:\  | Invalid\ (?:read|write)\ of\ size
    | \S{1,400}(?::\d+|\(\d+\)):\ (?:error:\ )?Failure$
    """
)
"""A call of a compiled program, which is told last: others number their calls too."""


def _phrase(language: str, pattern: str, *needles: str) -> tuple[str, tuple[str, ...], re.Pattern[str]]:
    return language, needles, re.compile(pattern)


_PHRASES = (
    _phrase("python", r"(?>.*?(?:Traceback \(most recent call|Fatal Python error: ))", "Traceback (", "Fatal Python"),
    _phrase("rust", r"(?>.*?thread ')[^']{0,200}'(?: \(\d+\))? panicked at ", "panicked at "),
    _phrase(
        "go",
        r"(?!thread \d+ panic)(?>.*?(?:(?<!\S)(?:panic:|fatal error:|panic serving) |WARNING: DATA RACE$))",
        *("panic", "fatal error:", "DATA RACE"),
    ),
    _phrase(
        "php",
        r"(?>.*?(?:PHP (?:(?:Fatal|Parse) error|Warning|Notice|Deprecated):|Fatal error:  ?Uncaught|\[object\] \())"
        r"|(?>.*?(?:(?:Fatal|Parse) error|Warning|Notice|Deprecated): ).* on line \d+$|(?>.*?Uncaught ).*\.php",
        *("PHP ", "Uncaught", "[object] (", " on line "),
    ),
    _phrase(
        "native",
        r"(?>.*?(?:Sanitizer: |:\d+:\d+: runtime error: |terminate called after throwing an instance"
        r"|received signal SIG|terminated with signal SIG|stop reason = | \(SIG[A-Z]+\), code))"
        r"|(?>.*?Assertion [`']).*' failed|(?>.*?Assertion failed: ).* line \d+",
        *("Sanitizer: ", "runtime error: ", "terminate called", "signal SIG", "stop reason", "(SIG", "Assertion"),
    ),
)
"""Phrases that tell wherever in a line they stand, with what is looked for first since that costs next to nothing."""

_SHORTEST = 6
"""Characters without which no line tells anything."""

_TRIES = 3
"""Times that a language is tried at lines that tell of it, where what was read before says nothing."""

_WORK = 300_000
"""Lines that all tries together may go through, beside six times the text: a text is read in linear time."""


def telling(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """For each language that a line tells of, its name and that line; a few times, apart from each other."""
    tried: dict[str, list[int]] = {}
    work = max(6 * len(lines), _WORK)
    for at, line in enumerate(lines):
        if len(line) < _SHORTEST or not (language := _told(line)):
            continue
        before = tried.setdefault(language, [])
        if not before or (len(before) < _TRIES and at - before[-1] > GAP):
            before.append(at)
            yield language, at
            work -= len(lines) - at
            if work < 0:
                return


def _told(line: str) -> str:
    if found := _BEGINS.match(line):
        return found.lastgroup or ""
    if grammar := TELLS.match(line):
        return grammar.lastgroup or ""
    for language, needles, pattern in _PHRASES:
        if any(needle in line for needle in needles) and pattern.match(line):
            return language
    return "native" if _NATIVE.match(line) else ""
