"""Reads stack traces of Java, Kotlin, Scala, Groovy and Clojure, and of .NET in any language it speaks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from whence.readers.trace_lines import ERROR, HEAD, SAID, Call, Read, message_of, named, number, search, told

# ---------------------------------------------------------------- Java and its kin

_PLACE = r"(?:[^()]*\.\w+:-?\d+|Native Method|Unknown Source|<generated>|[\w$]+\.(?:java|kt|kts|scala|groovy|clj))"
_JAVA_CALL = re.compile(rf"^\s*at (?:[\w.@-]{{0,200}}//?)?([\w$].{{0,600}}?)\s?\(({_PLACE})\)(?: ~?\[[^\]]*\])?\s*$")
"""A name may hold spaces and commas, as tests in Kotlin do; Maven writes a space before the bracket, logback the jar
behind it."""

_JAVA_AT = re.compile(r"^(.+\.\w+):(\d+)$")
_CLOJURE_CALL = re.compile(
    r"^\s*([\w$.!?*<>-]+/[\w$!?*<>-]+|[\w$]+(?:\.[\w$<>]+)+) \((\w+\.(?:clj[cs]?|java)):(\d+)\)$"
)
_KONAN_CALL = re.compile(r"^\s*at \d+\s+\S+\s+0x[0-9a-f]+\s+(?:kfun:)?(\S[^(]*).*\((\S+?):(\d+):\d+\)$")
_JETBRAINS = re.compile(r"^\s*([\w$<>]{1,200}):(\d+), ([\w$]{1,200}) \(([\w.]{1,300})\)(?: \[\d+\])?$")
"""A call as the debugger of an IDE copies it."""

_GRADLE = re.compile(r"^\s+([\w$.]{1,300}) at (\w+\.(?:java|kt|scala|groovy)):(\d+)$")
_GRADLE_CAUSE = re.compile(r"^([\w$.]+) at (\w+\.\w+):(\d+)$")
_CAUSE = re.compile(r"^(\s*)(?:Caused by|Wrapped by): (.*)$")
_WRAPPED = re.compile(r"^\s*Wrapped by: ")
_SUPPRESSED = re.compile(r"^(\s*)Suppressed: ")
_MORE = re.compile(r"^\s*\.\.\. (\d+) (?:more|common frames)")
_CIRCLE = re.compile(r"^\s*(?:Caused by: )?\[?CIRCULAR REFERENCE")
_CLOJURE_HEAD = re.compile(r"^Execution error \(([\w.$]+)\) at (\S+) \((\S+?):(\d+)\)\.?$")
_HEADS = (
    re.compile(r'^(?:.{0,200}?Exception in thread "?[^"\n]{0,200}"? )?((?:[\w$]+\.)+[A-Z_][\w$]*)(?::\s(.*)|:?\s*)$'),
    ERROR,
    re.compile(r'^(?:.{0,200}?Exception in thread "?[^"\n]{0,200}"? )?([A-Z][\w$]*)(?::\s(.*)|:?\s*)$'),
)
"""A class with its package, what is an error by its name, any class: in this order."""


@dataclass(slots=True)
class _Chain:
    """The exceptions of a trace so far."""

    said: tuple[str, str]
    depth: int
    frames: list[Call] = field(default_factory=list)
    around: list[Call] = field(default_factory=list)
    """The calls of what the present exception caused, of which it shares the last."""

    suppressed: int = -1
    """How far in the suppressed exception stands that is passed over."""

    rooted: bool = False
    """Whether the root came first, as logback can be told to write it."""


def java(lines: Sequence[str], start: int) -> Read | None:
    """Of exceptions that caused one another the root; suppressed ones are passed over."""
    first = next((at for at in range(start, len(lines)) if _java_call(lines[at])), None)
    if first is None:
        return _clojure_alone(lines, start)
    said = next((each for head in _HEADS if (each := told(lines, first, head))), ("", ""))
    if cause := search(lines, max(first - 2, 0), first, _CAUSE):  # of an exception without calls of its own
        said = _java_said(cause[1][2], lines, cause[0])
    if clojure := search(lines, max(first - 4, 0), first, _CLOJURE_HEAD):
        said = (clojure[1][1], message_of(lines[clojure[0] + 1 : first]))
    if gradle := _GRADLE.match(lines[first]):
        said = (gradle[1], "")
    chain = _Chain(said, _indent(lines[first]))
    for at in range(first, len(lines)):
        line = lines[at]
        if line.strip() and not _of_chain(chain, lines, at) and not _may_follow(line, chain):
            break
    return (*chain.said, chain.frames)


def _clojure_alone(lines: Sequence[str], start: int) -> Read | None:
    """Where Clojure's console shows the place alone."""
    found = _CLOJURE_HEAD.match(lines[start])
    if found is None:
        return None
    place = Call(file=found[3], line=number(found[4]), function=found[2])
    return found[1], message_of(lines[start + 1 : start + 2]), [place]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _of_chain(chain: _Chain, lines: Sequence[str], at: int) -> bool:
    """Take a line that belongs to the exceptions; False for one that doesn't."""
    line = lines[at]
    inner = _indent(line)
    if frame := _java_call(line):
        if 0 <= chain.suppressed < inner:
            return True
        chain.suppressed = -1
        if inner <= chain.depth or not chain.frames:
            chain.frames.append(frame)
        return True
    if _CIRCLE.match(line):
        return True
    if held := _SUPPRESSED.match(line):
        chain.suppressed = len(held[1]) if chain.suppressed < 0 else min(chain.suppressed, len(held[1]))
        return True
    if (cause := _CAUSE.match(line)) and not 0 <= chain.suppressed <= len(cause[1]):
        if gradle := _GRADLE_CAUSE.match(cause[2]):
            chain.said = (gradle[1], "")
            chain.frames = [Call(file=gradle[2], line=number(gradle[3]))]
        elif len(cause[1]) < max(chain.depth, 1) and not _WRAPPED.match(line) and not chain.rooted:
            chain.suppressed = -1
            following = next(
                (each for each in lines[at + 1 : at + 1 + SAID] if _java_call(each) or _MORE.match(each)), ""
            )
            if following or not chain.frames:
                chain.around, chain.frames = chain.frames, []
            chain.said = _java_said(cause[2], lines, at)
        elif _WRAPPED.match(line):
            chain.rooted, chain.suppressed = True, chain.depth  # the rest only led there
            chain.suppressed = 0
        return True
    if more := _MORE.match(line):
        if chain.around and not 0 <= chain.suppressed < inner:  # the calls that it shares with what it caused
            chain.frames += chain.around[-number(more[1]) :]
        return True
    return False


def _may_follow(line: str, chain: _Chain) -> bool:
    """Whether more of the trace may come below a line that is none of it."""
    return _indent(line) > 0 or not chain.frames or chain.suppressed >= 0 or bool(_CAUSE.match(line))


def _java_said(text: str, lines: Sequence[str], at: int) -> tuple[str, str]:
    name, _, message = text.partition(": ")
    more: list[str] = []
    for line in lines[at + 1 : at + 1 + SAID]:
        if _java_call(line) or _MORE.match(line) or _CAUSE.match(line) or _SUPPRESSED.match(line) or not line.strip():
            break
        more.append(line.strip())
    return name.strip().rstrip(":"), "\n".join([message, *more]).strip()


def _java_call(line: str) -> Call | None:
    """The file with the folders that its package names, since a trace gives its name alone."""
    if found := _JAVA_CALL.match(line):
        called = found[1].rpartition("/")[2] if " " not in found[1] else found[1]
        place = _JAVA_AT.match(found[2].strip())
        if not place:
            return Call(function=called)
        package = [part for part in called.partition(" ")[0].split(".")[:-2] if part[:1].islower()]
        package = package if all(part.isidentifier() for part in package) else []
        return Call(file="/".join([*package, place[1]]), line=number(place[2]), function=called)
    if found := _CLOJURE_CALL.match(line) or _KONAN_CALL.match(line):
        return Call(file=found[2], line=number(found[3]), function=found[1])
    if found := _GRADLE.match(line):
        return Call(file=found[2], line=number(found[3]))
    if found := _JETBRAINS.match(line):
        holder, folder = found[3].partition("$")[0], found[4].replace(".", "/")
        file = f"{holder.removesuffix('Kt')}.kt" if holder.endswith("Kt") else f"{holder}.java"
        return Call(file=f"{folder}/{file}", line=number(found[2]), function=f"{found[4]}.{found[3]}.{found[1]}")
    return None


# ---------------------------------------------------------------- .NET

_NET_CALL = re.compile(
    r"^\s*\S{1,12} ([^\s()]{1,700})\s?\(([^()]*(?:\(\))?[^()]*)\)(?: \[0x[0-9a-f]+\]| \+ 0x[0-9a-f]+)?"
    r"(?: \S{1,12} (\S.*?\S)(?: \S{1,12})?: ?(?:\D{1,12}\s?)?(\d{1,8})(?: 行)?)?\.?$"
)
"""`at`, `bei`, `à`, `в` or `場所`, what was called, then `in … :line 3` in the same language; Mono's offsets too."""

_NET_WORDS = frozenset(("bei", "à", "en", "em", "в", "在", "場所", "위치:", "w", "v", "bij", "vid", "konum:"))
"""What stands for `at` in other languages, before a call that tells no place."""

_NET_LAMBDA = re.compile(r"^\s*at ([^\s()]+(?: [^\s()]+){0,6}+)\(([^()]*)\)(?: in (.+?):line (\d+))?\.?$")
_UNITY_CALL = re.compile(r"^\s*([\w.`+<>/:]{1,500})\s?\([^()]*\)(?: \(at (\S.*?):(\d+)\))$")
_NET_INNER = re.compile(r"--->\s+(?:\(\D{1,40}#\d+\)\s+)?([\w.`+]+)(?:\s\([\w ]+\))?:\s?(.*)$")
_NET_HEAD = re.compile(
    r"^\s*+(?:[^\n]{0,80}?(?:[Ee]xception|Ausnahme|исключение|例外|异常|예외)\s?[.:。]\s+)?([\w`+]+(?:\.[\w`+]+)*)(?:\s\([^)]*\))?\s?:\s(.*)$"
)


_NET_TYPED = re.compile(r"^\s*(?:[\w`+]+\.)*(?:[\w`+]*(?:Exception|Error)|[\w`+]+\.[\w`+]+)(?:\s\([^)]*\))?\s?:\s")
"""A message of a test runner that begins with a type."""


def dotnet(lines: Sequence[str], start: int) -> Read | None:
    """Of nested exceptions the innermost; its calls come first."""
    first = next((at for at in range(start, len(lines)) if _net_call(lines[at])), None)
    if first is None:
        return None
    frames: list[Call] = []
    for line in lines[first:]:
        if frame := _net_call(line):
            frames.append(frame)
        elif line.strip() and not line[:1].isspace() and not line.startswith("---"):
            break
    said: tuple[str, str] | None = None
    title = next(
        (at for at in range(first - 1, max(first - HEAD, -1), -1) if lines[at].strip() == "Error Message:"), -1
    )
    if title >= 0 and not _NET_TYPED.match(lines[title + 1]):  # an assertion, for which a test runner has no type
        return "", message_of(each for each in lines[title + 1 : first] if each.strip() != "Stack Trace:"), frames
    for at in range(max(first - HEAD, 0), first):
        if inner := _NET_INNER.search(lines[at]):
            said = (inner[1], inner[2].strip())
        elif said is None and (head := _NET_HEAD.match(lines[at])):
            said = (head[1], head[2].strip())
        elif said is not None and lines[at].strip() not in ("", "Stack Trace:"):
            error = ERROR.match(lines[at].strip())
            said = (error[1], (error[2] or "").strip()) if error else (said[0], f"{said[1]}\n{lines[at].strip()}")
    return (*(said or named(lines, first) or ("", "")), frames)


def _net_call(line: str) -> Call | None:
    if found := _NET_LAMBDA.match(line) or _NET_CALL.match(line):
        word = line.split(maxsplit=1)[0]
        if (word == "at" and (found[3] or "." in found[1])) or (
            line[:1].isspace() and "." in found[1] and (found[3] or word in _NET_WORDS)
        ):
            name = re.sub(r"\[[^\[\]]*\]|`\d+", "", found[1].rpartition(" ")[2])
            file = found[3] or ""
            return Call(file="" if file.startswith("<") else file, line=number(found[4] or "0"), function=name)
    elif found := _UNITY_CALL.match(line):
        return Call(file=found[2], line=number(found[3]), function=found[1])
    return None
