"""Stack traces: what was raised, where, and what stays the same when it is raised again."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from whence.readers import trace_compiled, trace_scripts
from whence.readers.trace_lines import Read
from whence.values.memory import Frame

MAX_FRAMES = 50
"""Calls that a trace keeps, the innermost: a runaway recursion has thousands, all alike."""

OWN_FRAMES = 3
"""Calls of one's own code, the innermost, that a signature is made of. More would tell apart the same failure reached
by two ways; fewer would take two failures of one helper for the same."""

_MAX_LINE = 2_000
"""Characters of a line that are looked at."""

_MAX_MESSAGE = 4_000
"""Characters of a message that are kept."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a stack trace says; all empty where a text is none."""

    error_type: str = ""
    """The type, such as `ValueError` or `java.io.IOException`; `panic` where the language has no type for it."""

    message: str = ""
    """What it says."""

    frames: tuple[Frame, ...] = ()
    """The calls, the innermost first."""

    def __bool__(self) -> bool:
        return bool(self.error_type or self.message or self.frames)


_ESCAPES = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b.?|\x9b[0-9;:?]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_LINE_ENDS = re.compile(r"\r\n?")

_CONTAINER = re.compile(r"^[\w./-]{1,60}\s*\|(?: |$)")
_STAMPED = re.compile(
    r"^(?:[\w./-]{1,60}\s+\|\s)?\[?(?:(?:\d{4}[-/]\d\d[-/]\d\d[T ]|[A-Z][a-z]{2} [ \d]\d )?\d\d:\d\d:\d\d)"
    r"(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d| [A-Z]{3,4}\b)?\]?(?: std(?:out|err) [FP])?(?: |$)"
)
_LEVEL = re.compile(r"^\[?(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE)\]?:? {0,2}(?=\S)")

_READERS: Mapping[str, Callable[[Sequence[str], int], Read | None]] = {
    "python": trace_scripts.python,
    "javascript": trace_scripts.javascript,
    "ruby": trace_scripts.ruby,
    "php": trace_scripts.php,
    "java": trace_compiled.java,
    "dotnet": trace_compiled.dotnet,
    "go": trace_compiled.go,
    "rust": trace_compiled.rust,
    "native": trace_compiled.native,
}
"""By the name of the group in `_TELLS`."""

# One search of a line tells of which language it is; of two that fit the first counts.
_TELLS = re.compile(
    r"""(?x)
    (?P<python> Traceback\ \(most\ recent\ call\ last\):\s*$ | ^\s*[|+]?\s*File\ "[^"]+",\ line\ \d+
        | ^[^\s:][^:]*\.pyx?:\d+:\ in\ \S+$ )
    | (?P<ruby> ^\s*(?:\d+:\ )?(?:from\ )?\S.*?:\d+:in\ [`'][^'`]+'(?::\ |$) )
    | (?P<rust> thread\ '[^']*'(?:\ \(\d+\))?\ panicked\ at | ^\s*[Ss]tack\ backtrace:\s*$ )
    | (?P<go> (?:^|\s)(?:panic|fatal\ error):\ \S.*$ | ^goroutine\ \d+\ \[ )
    | (?P<php> PHP\ (?:Fatal|Parse)\ error: | PHP\ (?:Warning|Notice|Deprecated):
        | (?:Fatal|Parse)\ error:\ .*\ on\ line\ \d+ | Uncaught\ .*\ in\ \S.*\.\w+:\d+$ | Fatal\ error:\ \ ?Uncaught
        | \[object\]\ \([\w\\]+\(code: | ^\s*\#\d+\ (?:\S.*\(\d+\)|\[internal\ function\]):\ )
    | (?P<native> (?:ERROR|WARNING):\ \w+Sanitizer: | :\d+:\d+:\ runtime\ error:\ | Assertion\ [`'].*'\ failed
        | Assertion\ failed:\ .*\ line\ \d+ | terminate\ called\ after\ throwing\ an\ instance
        | received\ signal\ SIG | terminated\ with\ signal\ SIG
        | ^\s*\#\d+\s+(?:0x[0-9a-f]+\ (?:in\ )?)?\S.*(?:\ at\ \S+:\d+|\)|:\d+)$ )
    | (?P<java> ^\s*at\ [\w.$@/<>-]+\((?:[^()]*\.\w+:\d+|Native\ Method|Unknown\ Source|[\w$]+\.(?:java|kt|scala))\) )
    | (?P<javascript> ^\s*at\ (?:.*\()?[^\s].*:\d+:\d+\)?,?\s*\{?$ | ^\s*at\ .+\ \((?:<anonymous>|index\ \d+|native)\)$
        | ^\s*[^@\s]*(?:\s[^@\s]+)?@(?:\w[\w+.-]*:/|/|\[native\ code\]|[\w.-]+\.[jt]sx?:).*$ )
    | (?P<dotnet> ^\s*at\ [^\s()]+(?:\ [^\s()]+)?\([^()]*\)(?:\ in\ .+:line\ \d+)?\.?$ )
    """
)


def parse(text: str) -> Trace:
    """Read a stack trace of Python, JavaScript, TypeScript, Java, Go, Rust, C, C++, .NET, Ruby or PHP.

    Colours, control characters, line ends of any system and the prefixes of logs and containers are passed over. Where
    errors caused one another, the last that was raised counts for Python and Ruby, the root cause for Java, .NET and
    PHP, and what was thrown for JavaScript. Any text is accepted; the time grows with its length.
    """
    lines = _lines(text)
    for language, start in _telling(lines):
        read = _READERS[language](lines, start)
        if read is not None and (read[2] or (read[0] and language in ("go", "rust", "native", "php"))):
            kind, message, frames = read
            return Trace(kind, message[:_MAX_MESSAGE].strip(), tuple(frames[:MAX_FRAMES]))
    return Trace()


def plain(text: str) -> str:
    """The text as a person reads it: without colours and control characters, with plain line ends."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", _ESCAPES.sub("", text)))


def _telling(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """For each language that a line tells of, its name and the first such line."""
    seen: set[str] = set()
    for at, line in enumerate(lines):
        found = _TELLS.search(line)
        if found and found.lastgroup and found.lastgroup not in seen:
            seen.add(found.lastgroup)
            yield found.lastgroup, at


def _lines(text: str) -> list[str]:
    lines = [line[:_MAX_LINE].expandtabs(8).rstrip() for line in plain(text).split("\n")]
    told = list(islice((line for line in lines if line), 40))
    if told and all(_CONTAINER.match(line) for line in told):
        lines = [_CONTAINER.sub("", line, count=1) for line in lines]
    if any(_STAMPED.match(line) for line in told):
        lines = [_LEVEL.sub("", _STAMPED.sub("", line, count=1), count=1) for line in lines]
    return lines


# ---------------------------------------------------------------- signatures

_QUOTED = re.compile(r"""(?<!\w)(?:'[^'\n]*'(?!\w)|"[^"\n]*"|`[^`'\n]*[`'])|“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»""")
_VARYING = re.compile(
    r"""(?xi)
    \b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b                    # a UUID
    | \b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?   # a moment
    | \b[a-z][a-z0-9+.-]{1,20}://\S+                                   # an address
    | (?<![\w.])(?:[a-z]:[\\/]|\\\\|~?/|\.{1,2}[\\/])[^\s,;:()\[\]{}<>]+    # a path
    | [\w.-]+(?:[\\/][\w.-]+)+                                         # a path without a beginning
    | \b[\w-]+\.(?:py|[cm]?[jt]sx?|java|kt|go|rs|cc?|cpp|hp?p?|cs|rb|php|vue|json|ya?ml|toml|txt|log|so|dll)(?::\d+)*\b
    | \b0x[0-9a-f]+\b                                                  # an address in memory
    | \b(?=[a-f]*\d)[0-9a-f]{7,}\b                                     # an id
    | [-+]?\d+(?:[.,:]\d+)*                                            # a number
    """
)
_RUNS = re.compile(r"\#(?:[\s,;:|]*\#)+")


def signature(error_type: str, message: str, frames: Sequence[Frame], own: Callable[[str], bool]) -> str:
    """What stays the same when a failure comes back, as 16 hexadecimal digits; empty where nothing is known of it.

    It is made of the type without its package, the first line of the message without paths, numbers, addresses, ids,
    quoted values and moments, and the innermost three calls of one's own code, by file name and function.

    Args:
        error_type: the type.
        message: what the failure says.
        frames: the calls, the innermost first.
        own: whether a file, as a frame names it, is of the project.
    """
    kind = re.split(r"[.\\]|::", error_type.strip())[-1]
    words = normal(message)
    calls = (f"{_file_name(each.file)} {each.function}" for each in frames if each.file and own(each.file))
    parts = [kind, words, *islice(calls, OWN_FRAMES)]
    if not any(parts):
        return ""
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def normal(message: str) -> str:
    """The first line of a message with `#` for all that varies from one time to the next."""
    first = next((line for line in plain(message).split("\n") if line.strip()), "")[:_MAX_LINE]
    return " ".join(_RUNS.sub("#", _VARYING.sub("#", _QUOTED.sub("#", first))).split()).casefold()


def _file_name(path: str) -> str:
    return re.split(r"[\\/]", path.partition("?")[0])[-1]
