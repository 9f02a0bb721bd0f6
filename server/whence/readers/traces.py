"""Stack traces: what was raised, where, and what stays the same when it is raised again."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from whence.readers import (
    trace_compiled,
    trace_grammars,
    trace_javascript,
    trace_managed,
    trace_native,
    trace_plain,
    trace_prefixes,
    trace_python,
    trace_scripts,
)
from whence.readers.places import foreign
from whence.readers.trace_lines import Read
from whence.readers.trace_prefixes import bare_lines
from whence.readers.trace_tells import telling
from whence.values.memory import Frame

MAX_FRAMES = 50
"""Calls that a trace keeps, the innermost: a runaway recursion has thousands, all alike."""

OWN_FRAMES = 3
"""Calls of one's own code, the innermost, that a signature is made of. More would tell apart the same failure reached
by two ways; fewer would take two failures of one helper for the same."""

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


Reader = Callable[[Sequence[str], int], Read | None]

_READERS: Mapping[str, Reader] = {
    "python": trace_python.python,
    "javascript": trace_javascript.javascript,
    "ruby": trace_scripts.ruby,
    "php": trace_scripts.php,
    "java": trace_managed.java,
    "dotnet": trace_managed.dotnet,
    "go": trace_compiled.go,
    "rust": trace_compiled.rust,
    "native": trace_native.native,
    **{name: partial(trace_grammars.by_grammar, grammar) for name, grammar in trace_grammars.GRAMMARS.items()},
}
"""By the name of the group that tells a language."""

_ALONE = frozenset({"go", "rust", "native", "php"} | {n for n, each in trace_grammars.GRAMMARS.items() if each.alone})
"""Languages in which what was raised is a trace without any call."""


def parse(text: str) -> Trace:
    """Read a stack trace of Python, JavaScript, TypeScript, Java, Go, Rust, C, C++, .NET, Ruby, PHP and others.

    Colours, control characters, line ends of any system and the prefixes of logs and containers are passed over; JSON
    and XML that carry a trace are opened. Where errors caused one another, the last that was raised counts for Python
    and Ruby, the root cause for Java, .NET and PHP, and what was thrown for JavaScript. A group of errors says what its
    members are. Any text is accepted; the time grows with its length.
    """
    return _parsed(bare_lines(text))


def _parsed(lines: list[str]) -> Trace:
    wordless: Read | None = None
    for language, start in telling(lines):
        read = _READERS[language](lines, start)
        if read is None or not (read[2] or (read[0] and language in _ALONE)):
            continue
        if read[0] or read[1]:
            return _trace(read)
        wordless = wordless or read
    return _trace(wordless) if wordless else Trace()


def passed_on(text: str) -> Trace:
    """The same of what a person or an assistant passes on: also a trace cut short, or its last line alone."""
    lines = bare_lines(text)
    if found := _parsed(lines):
        return found
    read = trace_plain.plain(lines)
    return _trace(read) if read else Trace()


def plain(text: str) -> str:
    """The text as a person reads it: without colours and control characters, with plain line ends."""
    return trace_prefixes.plain(text)


def _trace(read: Read) -> Trace:
    kind, message, frames = read
    calls = tuple(Frame(file=f, line=n, function=name) for f, n, name in frames[:MAX_FRAMES])
    return Trace(kind, message[:_MAX_MESSAGE].strip(), calls)


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
    quoted values and moments, and the innermost three calls of one's own code, by file name and function; where no call
    is of one's own code, of those that are not of a language or library.

    Args:
        error_type: the type.
        message: what the failure says.
        frames: the calls, the innermost first.
        own: whether a file, as a frame names it, is of the project.
    """
    kind = re.split(r"[.\\]|::", error_type.strip())[-1]
    words = normal(message)
    placed = [each for each in frames if each.file]
    # Where none is known to be of the project, as in a trace from elsewhere, those that are nobody else's tell.
    mine = list(islice((each for each in placed if own(each.file)), OWN_FRAMES))
    mine = mine or [each for each in placed if not foreign(each.file)][:OWN_FRAMES] or placed[:OWN_FRAMES]
    parts = [kind, words, *(f"{_file_name(each.file)} {each.function}" for each in mine)]
    if not any(parts):
        return ""
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def normal(message: str) -> str:
    """The first line of a message with `#` for all that varies from one time to the next."""
    first = next((line for line in plain(message).split("\n") if line.strip()), "")[: trace_prefixes.MAX_LINE]
    return " ".join(_RUNS.sub("#", _VARYING.sub("#", _QUOTED.sub("#", first))).split()).casefold()


def _file_name(path: str) -> str:
    return re.split(r"[\\/]", path.partition("?")[0])[-1]
