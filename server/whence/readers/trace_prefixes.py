"""Takes off what logs, terminals, containers and test runners put before the lines of a trace.

What can be told from one line alone, such as a moment or a tag of Android's log, comes off wherever it stands. What
could as well belong to the trace, such as `[1] ` or `# `, comes off where several calls share it: so a prefix that
nobody has seen before comes off too. Lines of several containers that were written by turns are put together again.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from whence.readers.trace_envelopes import unpacked

MAX_LINE = 2_000
"""Characters of a line that are looked at."""

MAX_LINES = 40_000
"""Lines that are looked at, half of them the first and half the last: 3 MB of a log."""

_ESCAPES = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b[\]_P^][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b.?|\x9b[0-9;:?]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_LINE_ENDS = re.compile(r"\r\n?")


def plain(text: str) -> str:
    """The text as a person reads it: without colours and control characters, with plain line ends."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", _ESCAPES.sub("", text)))


def bare_lines(text: str) -> list[str]:
    """The lines of a text as the program that failed wrote them, with spaces for tabs."""
    text = plain(text)
    if text.count("\n") > MAX_LINES:
        lines = text.split("\n")
        text = "\n".join([*lines[: MAX_LINES // 2], *lines[-MAX_LINES // 2 :]])
    cut = [line[:MAX_LINE] for line in unpacked(text).split("\n")]
    lines = _by_stream(_by_record(_by_stream(_without_numbers(cut))))
    lines = [line.expandtabs(8).rstrip() if line else line for line in lines]
    for _ in range(3):  # a prefix may stand before another
        taken = _without_shared(_without_common(lines))
        if taken is lines:
            break
        lines = [_peeled(line) if line else line for line in taken]
    return ["" if line[:1] in _ASIDE and _HEADER.match(line) else line for line in lines]


# ---------------------------------------------------------------- what one line tells

_MOMENT = r"""
    (?: (?:[A-Z][a-z]{2}\ )? \d{4}[-/.]\d\d[-/.]\d\d [T\ ]{1,2} \d\d:\d\d:\d\d
      | \d\d[-/][A-Z][a-z]{2}[-/]\d{4} [:\ ] \d\d:\d\d:\d\d
      | \d\d[-/.]\d\d[-/.]\d{4},?\ \d\d:\d\d:\d\d
      | (?:[A-Z][a-z]{2}\ )? [A-Z][a-z]{2}\ {1,2}\d{1,2}\ (?:\d{4}\ )?\d\d:\d\d:\d\d
      | \d\d-\d\d\ \d\d:\d\d:\d\d
      | \d\d:\d\d:\d\d
      | \d{10}\.\d{3,9}
    )
    (?:[.,]\d{1,9})? (?:Z|\ ?[+-]\d\d:?\d\d|\ [A-Z]{3,4}(?=\]|\ \d))? (?:\ \d{4}(?=\]))?
"""
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|CRITICAL|FATAL|SEVERE)"

_STAMP = re.compile(
    rf"""(?x)
    (?: (?:[\w./-]{{1,60}}\s+\|\s)? [\[(]? {_MOMENT} (?::\ {_LEVEL}/[\w-]{{1,60}})? [\])]? (?:\ [|;-]|:)? (?:\ |\t|$)
      | [IWEF]\d{{4}}\ \d\d:\d\d:\d\d\.\d+\ +\d+\ \S{{1,80}}:\d+\]\ ?      # klog and glog
      | \[\ *\d+\.\d{{6}}\]\ ?                                           # the kernel's messages
    )"""
)
"""A moment in the forms that logs have."""

_STAMPED = re.compile(
    rf"""(?x)
    \s*\d+\ +\d+\ [VDIWEFA]\ [^:\n]{{1,60}}?\s*:\ ?                                  # logcat, with threads
    | \s*\d+-\d+/\S{{1,120}}\s+[VDIWEFA]/[^:\n]{{1,60}}:\ ?                            # Android Studio, older
    | \s*\d+-\d+\s+\S{{1,60}}\s+\S{{1,120}}\s+[VDIWEFA]\s{{2}}                            # Android Studio
    | std(?:out|err)\ [FP](?:\ |$)                                                  # Kubernetes' files
    | \d\d[OE]\+?(?:\ |$)                                                           # GitLab
    | [\w.-]{{1,80}}\ [\w./@-]{{1,80}}\[[\w.:-]{{1,40}}\]:?(?:\ |$)                      # syslog: a host, a program
    | [\w./-]{{1,80}}\[[\w.:-]{{1,40}}\](?::|\ [a-z]{{3}}\ \[\w{{1,10}}\])?(?:\ |$)        # Heroku, Fly, Xcode
    | \[\w{{1,30}}(?::\w{{1,10}})?\]\ \[pid\ [\d:tid\ ]{{1,40}}\](?:\ \[client\ [^\]\n]{{1,60}}\])?\ ?   # Apache
    | \[\w{{1,10}}\]\ \d+\#\d+:\ (?:\*\d+\ )?(?:FastCGI\ sent\ in\ stderr:\ "PHP\ message:\ )?      # nginx
    | [0-9a-f-]{{36}}\t[A-Z]{{4,8}}(?:\t|$)                                             # CloudWatch
    | \[{_LEVEL}\](?:\ |$) | (?:INFO|WARN)\ {{1,2}} | {_LEVEL}(?:\ |$)
    """
)
"""What may stand behind a moment."""

_TAGGED = re.compile(
    rf"""(?x)
    [VDIWEFA]/[^:\n(]{{1,60}}(?:\(\ *\d+\))?:(?:\ |$)      # logcat, brief and tag
    | [VDIWEFA]\(\ *\d+(?::\ *(?:0x)?[0-9a-f]+)?\)\ ?           # logcat, process and thread
    | flutter:\ | \[\ *(?:\ {{0,2}}\d+\ ms)?\]\ [VDIWEFA]/\S+\ *\(\ *\d+\):\ ?
    | \[(?:{_LEVEL}|{_LEVEL.lower()})\](?:\ |$)          # Maven, sbt
    | ==\d+==\ | \#\#\[\w{{1,20}}\] | ::error[^:\n]{{0,300}}::
    | npm\ (?:ERR!|error)(?:\ |$) | \#\d+\ \d+\.\d{{1,3}}\ | \[gw\d+\]\s
    | [^\t\n]{{1,80}}\t[^\t\n]{{1,80}}\t(?=\d{{4}}-\d\d-\d\dT)   # gh run view --log
    """
)
"""Prefixes without a moment that are nothing else."""

_HEADER = re.compile(
    r"^(?:\[ \d\d-\d\d \d\d:\d\d:\d\d\.\d+ +\d+: *(?:0x)?[0-9a-f]+ [VDIWEFA]/.{1,60} \]"
    r"|(?:```|~~~)[\w-]{0,20})$"
)
"""A line of its own before every message in logcat's long form, or around code in Markdown."""

_ASIDE = ("[", "`", "~")
"""What such a line begins with."""


def _peeled(line: str) -> str:
    """The line without all the prefixes that it tells itself."""
    for _ in range(4):
        if found := _STAMP.match(line):
            rest = line[found.end() :]
            while after := _STAMPED.match(rest):
                rest = rest[after.end() :]
                if after.end() == 0:
                    break
        elif found := _TAGGED.match(line):
            rest = line[found.end() :]
        else:
            break
        line = rest
    return line


def _by_record(lines: Iterable[str]) -> list[str]:
    """The lines without the prefixes that they tell themselves. Where one with a prefix follows one without, a new
    record of the log begins, and a blank line says so: it doesn't belong to the trace above.
    """
    peeled: list[str] = []
    bare = False
    for line in lines:
        rest = _peeled(line) if line else line
        stamped = rest is not line
        if stamped and bare:
            peeled.append("")
        if line.strip():
            bare = not stamped
        peeled.append(rest)
    return peeled


# ---------------------------------------------------------------- numbers

_NUMBERED = re.compile(r"^(?:[\w./-]{1,200}[:-])??\s*([1-9]\d{0,6})(?:[:\t]|\s\s?|$)")
"""What `grep -n`, `cat -n` and `less -N` put before a line."""


def _without_numbers(lines: list[str]) -> list[str]:
    """The lines without their numbers, where all of them have one and count up; the same list otherwise."""
    found: list[re.Match[str]] = []
    shown = lines[: next((at + 1 for at in range(len(lines) - 1, -1, -1) if lines[at].strip()), 0)]
    for line in shown:
        numbered = _NUMBERED.match(line)
        if numbered is None or (found and int(numbered[1]) != int(found[-1][1]) + 1):
            return lines
        found.append(numbered)
    return [line[each.end() :] for line, each in zip(shown, found, strict=True)] if len(found) > 1 else lines


# ---------------------------------------------------------------- streams

_STREAM = re.compile(
    r"^(?:([\w./|-]{1,60}\s*\|)|"
    r"\[((?!(?i:error|info|warn|warning|debug|object)\])(?=\d{1,3}\]|[\d./:-]*[A-Za-z])[\w./:-]{1,60})\])(?: |$)"
)
"""The name of a container or of one of several programs that were started together."""


def _by_stream(lines: list[str]) -> list[str]:
    """The lines without the names of their streams, those of a stream together, where the text is made of such."""
    some = [line for line in islice((each for each in lines if each.strip()), 40) if line]
    if not some or not all(_STREAM.match(line) for line in some):
        return lines
    streams: dict[str, list[str]] = {}
    current = streams.setdefault("", [])
    for line in lines:
        if found := _STREAM.match(line):
            current = streams.setdefault(found[1] or found[2], [])
            current.append(_peeled(line[found.end() :]))
        else:
            current.append(line)
    return [line for each in streams.values() for line in (*each, "")]


# ---------------------------------------------------------------- what several lines share

_CALL = re.compile(
    r"""(?x)
    File\ "[^"\n]{1,300}",\ line\ \d | Traceback\ \(most\ recent | (?<![\w.\])])(?:at|bei)\ [\w$.<(/]
    | (?<!\w)from\ \S{1,200}:\d+:in\ | (?<!\w)\#\d+\ {1,6}\S | (?<!\S)\S{1,200}:\d+:in\ [`'] | (?<!\S)❯\ \S
    | (?<!\S)(?:Cell\ In\ ?\[|File\ [~/]\S{1,200}:\d+) | (?<!\S)/\S{1,200}\.go:\d+ | (?<!\w)goroutine\ \d+\ \[
    """
)
"""A call in any of the languages, wherever on its line it begins."""

_MARKS = (
    'File "',
    "at ",
    "bei ",
    "from ",
    ":in ",
    "#",
    "❯ ",
    ".go:",
    "goroutine ",
    "Cell In",
    "File /",
    "File ~",
    "Traceback",
)
"""What a call holds, looked for first since that costs next to nothing."""

_OWN_MARKS = re.compile(r"^(?:[|+ ]*|E|\d+:|\W*[❱│╭╰].*)$")
"""What stands before calls and belongs to the trace: margins of groups, marks of pytest, numbers, frames of boxes."""

_MAX_SHARED = 80
"""Characters that a prefix may have."""


def _without_shared(lines: list[str]) -> list[str]:
    """The lines without the prefix that most calls share; the same list where there is none."""
    shared: Counter[str] = Counter()
    bare = 0
    everywhere = _everywhere(lines)
    grouped = any("Exception Group Traceback" in line for line in lines)
    for line in lines:
        if len(line) < 6 or not any(mark in line for mark in _MARKS):
            continue
        found = _CALL.search(line, 0, _MAX_SHARED + 200)
        if found is None or found.start() > _MAX_SHARED:
            continue
        before = line[: found.start()].rstrip(" |+-" if grouped else None)
        mark = before.strip()
        if not mark:
            bare += 1
        elif _is_prefix(mark, everywhere):
            shared[_DIGITS.sub("0", before)] += 1
    best = shared.most_common(1)
    if not best or best[0][1] < 2 or best[0][1] <= bare:
        return lines
    return _cut_off(lines, best[0][0])


def _is_prefix(mark: str, everywhere: str) -> bool:
    """Whether what stands before a call was put there by something else: words are, where every line has them."""
    own = _OWN_MARKS.match(mark)
    if not own and not mark[-1].isalnum() and mark[-1] not in ")\"'`":
        return True
    return (not own or mark == "+") and everywhere.startswith(_DIGITS.sub("0", mark))


def _everywhere(lines: Iterable[str]) -> str:
    """What all lines begin with, each number a 0; empty for fewer than three lines."""
    common = ""
    count = 0
    for line in lines:
        if not line.strip():
            continue
        shape = _DIGITS.sub("0", line[:_MAX_SHARED].strip())
        common = shape if not count else _common(common, shape)
        count += 1
        if not common:
            return ""
    return common if count > 2 else ""


def _cut_off(lines: Iterable[str], before: str) -> list[str]:
    shape = re.sub(r"0", r"\\d+", re.escape(before))
    pattern = re.compile(rf"^{shape}" if before.isspace() else rf"^{shape}(?: |$)?")
    return [pattern.sub("", line, count=1) if line else line for line in lines]


_COMMON = re.compile(r"^(?:.*[^\w\s()'\"`{}=+^~]\s+|E\s+|\s+)")
"""As much of what all lines begin with as can be a prefix: it ends with a mark and a space, or is pytest's `E`, or
nothing but space."""


def _without_common(lines: list[str]) -> list[str]:
    """The lines without what all of them begin with; the same list where that is nothing."""
    common = ""
    count = 0
    for line in lines:
        if not line or not line.strip():
            continue
        shape = _DIGITS.sub("0", line[:_MAX_SHARED]) + " "
        common = shape if not count else _common(common, shape)
        count += 1
        if not common:
            return lines
    found = _COMMON.match(common) if count > 1 else None
    if found is None or _CALL.match(found[0].strip() + " x"):
        return lines
    shown = [line for line in lines if line.strip()]
    even = len({len(line) - len(line.lstrip()) for line in shown}) == 1
    if found[0].isspace() and even and _PLACE.search(shown[0]):
        return lines  # calls alone, and their languages tell them by being indented
    return _cut_off(lines, found[0].rstrip() or found[0])


_PLACE = re.compile(r"[:(]\d")
_DIGITS = re.compile(r"\d+")


def _common(one: str, other: str) -> str:
    if other.startswith(one):
        return one
    end = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:end]
