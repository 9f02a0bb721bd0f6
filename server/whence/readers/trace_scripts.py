"""Reads stack traces of Ruby and PHP, and as their test runners show them.

A reader takes the lines of a text, already without colours and prefixes, and the number of the line at which something
told its language. It gives the error's type, its message and the calls, the innermost first, or None where it finds
none. Each goes through the lines a bounded number of times.
"""

import re
from collections.abc import Sequence

from whence.readers.trace_lines import ERROR, GAP, HEAD, HEADS_ERROR, SAID, Call, Read, message_of, number, search

# ---------------------------------------------------------------- Ruby

_RUBY_RAISED = re.compile(r"^(\S.{0,600}?):(\d+):in [`'](.{1,300}?)': (.*)$")
_RUBY_BROKEN = re.compile(r"^(\S{1,600}\.\w+):(\d+): (.*\([A-Z][\w:]*\)|syntax errors? .*)$")
_RUBY_FRAME = re.compile(
    r"^\s*(?:(\d+): )?(?:from )?((?:[A-Za-z]:)?[^\s:][^:]{0,600}|<internal:[^>]*>"
    r"|\(eval at .{1,400}:\d+\)):(\d+):in [`'](.+?)'$"
)
_RUBY_TEMPLATE = re.compile(r"^\s*()([\w./-]{1,300}\.(?:erb|haml|slim|jbuilder|rabl|builder)):(\d+)()$")
"""A call inside a template, whose method Rails leaves out."""

_RUBY_TYPE = re.compile(r"^(.*) \(([A-Z][\w:]*)\)$", re.DOTALL)
_RAILS_HEAD = re.compile(r"^\s*([A-Z][\w:]*) \((.*)\):$")
_RUBY_HEAD = re.compile(r"^\s*((?:[A-Z]\w*::)*[A-Z]\w*):(?: (.*))?$")
_RUBY_FAILED = re.compile(r"^([\w:]+#\w.*|\w+\([\w:]+\)) \[(\S.*?):(\d+)\]:$")
_RUBY_CAUSE = re.compile(r"^\s*(?:-+ Caused by: -+|Causes?:|Caused by:?)\s*|^\s*\d+\) ")
_RUBY_WORDS = re.compile(r"^\s*(?:Expected|Actual|Failure/Error|Diff|expected|got|Finished|Randomized)\b")


def ruby(lines: Sequence[str], start: int) -> Read | None:
    """Either order of calls; of errors that caused one another the one that was raised last, which is printed first."""
    if failed := _RUBY_FAILED.match(lines[start]):  # Minitest, an assertion
        said = message_of(_until_blank(lines[start + 1 : start + 1 + SAID]))
        return "Failure", said, [Call(file=failed[2], line=number(failed[3]), function=failed[1])]
    raised: tuple[str, str] | None = None
    top: Call | None = None
    above: list[Call] = []
    below: list[Call] = []
    message: list[str] = []
    gap = 0
    for line in lines[start:]:
        if frame := _ruby_frame(line):
            listed = Call(file=frame[2], line=number(frame[3]), function=frame[4])
            (above if top is None and frame[1] else below).append(listed)
            gap = 0
        elif found := _ruby_raised(line, top is None):
            if top is not None:
                break
            function = found[3] if found.re is _RUBY_RAISED else ""
            top = Call(file=found[1].strip(), line=number(found[2]), function=function)
            message = [found.groups()[-1]]
        elif top is not None and raised is None and len(message) < SAID and not below:
            message.append(line.rstrip())
        elif below and line.strip():
            gap += 1
            if gap > GAP or _RUBY_CAUSE.match(line) or HEADS_ERROR.match(line) or _RAILS_HEAD.match(line):
                break
        if top is not None and raised is None and (typed := _RUBY_TYPE.match("\n".join(message).strip())):
            raised = (typed[2], typed[1].strip())
    if top is None:
        return (*_ruby_head(lines, start), below) if below else None
    return (*(raised or ("RuntimeError", message[0])), [top, *reversed(above), *below])


def _ruby_raised(line: str, first: bool) -> re.Match[str] | None:
    return _RUBY_RAISED.match(line) or (_RUBY_BROKEN.match(line) if first else None)


def _ruby_frame(line: str) -> re.Match[str] | None:
    return _RUBY_FRAME.match(line) or _RUBY_TEMPLATE.match(line)


def _until_blank(lines: Sequence[str]) -> Sequence[str]:
    end = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    return lines[:end]


def _ruby_head(lines: Sequence[str], start: int) -> tuple[str, str]:
    """What was raised, from above the first call: as Rails, RSpec and Minitest write it."""
    first = next((at for at in range(start, len(lines)) if _ruby_frame(lines[at])), start)
    if rails := search(lines, max(first - HEAD, 0), first + 1, _RAILS_HEAD):
        return rails[1][1], rails[1][2]
    below: list[str] = []
    for at in range(first - 1, max(first - 1 - HEAD, -1), -1):
        line = lines[at]
        if re.match(r"^\s*Failure/Error:", line):  # RSpec's own source, and no error's name below it
            return "", message_of(below[: SAID + 1][1:] if below and not below[0].strip() else below[:SAID])
        found = _RUBY_HEAD.match(line)
        if found and not _RUBY_WORDS.match(line):
            return found[1], message_of([found[2] or "", *below[:SAID]])
        if not found and (error := ERROR.search(line)):
            return error[1], message_of([error[2] or "", *below[:SAID]])
        below.insert(0, line)
    return "", ""


# ---------------------------------------------------------------- PHP

_PHP_UNCAUGHT = re.compile(
    r"(?:Uncaught (?:PHP Exception )?|^Next |^\s*(?:\[\w[^\]]*\] )?)([A-Z\\][\w\\]*): (.*)"
    r" (?:in|at) (\S+(?: \S+){0,3}?)"
    r"(?::(\d+)|\((\d+)\)|(?<! on) line (\d+))(?: \{.*)?$"
)
_PHP_FAULT = re.compile(
    r"(?:PHP )?((?:Fatal|Parse|Recoverable fatal) error|Warning|Notice|Deprecated):\s+(.*) in (\S.*) on line (\d+)$"
)
_PHP_OBJECT = re.compile(r"\[object\] \(([\w\\]+)\(code: [^)]*\): (.*) at (\S.*?):(\d+)\)")
_PHP_FRAME = re.compile(r"^\s*#\d+ (?:(.+?)\((\d+)\)|\[internal function\]): (.*)$")
_PHP_XDEBUG = re.compile(r"^(?:PHP )?\s*(?:[\d.]+\s+\d+\s+)?(\d+)\. (\S.*\)|\{main\}\(\)) (\S+(?: \S+){0,3}?):(\d+)$")
_PHP_COLLISION = re.compile(r"^\s*at (\S.*\.php):(\d+)$")
_PHP_NUMBERED = re.compile(r"^\s*\d+\s+(\S.*\.php):(\d+)$")
_PHP_SYMFONY = re.compile(r"^\s*In (\S+\.php) line (\d+):$")
_PHP_UNIT = re.compile(r"^((?:[A-Za-z]:)?[\\/]\S.*\.php):(\d+)$")
_PHP_UNIT_HEAD = re.compile(r"^\d+\) ([\w\\]+::\w+.*)$")
_PHP_CLASS = re.compile(r"^\s{0,4}([A-Z][\w\\]*)\s*$")
_PEST_TITLE = re.compile(r"^\s*FAILED\s+\S.*\s>\s")
_PHP_QUOTES = re.compile(r'^"(.*)"$')


def php(lines: Sequence[str], start: int) -> Read | None:
    """Of exceptions that caused one another the root, which is printed first."""
    for at in range(max(start - HEAD, 0), min(start + HEAD, len(lines))):
        line = lines[at]
        found = _PHP_OBJECT.search(line) or _PHP_UNCAUGHT.search(line)
        if not found and "Uncaught " in line:  # a message of several lines
            joined = " ".join(each.strip() for each in lines[at : at + SAID])
            found = _PHP_UNCAUGHT.search(joined.partition(" Stack trace:")[0])
        if found:
            line_number = next((each for each in found.groups()[3:] if each), "0")
            place = Call(file=found[3], line=number(line_number))
            said = _PHP_QUOTES.sub(r"\1", found[2].strip())
            read = (found[1].lstrip("\\"), said, _php_frames(lines, at + 1, place))
            return _php_unescaped(*read) if "\\\\" in found[1] else read
        if fault := _PHP_FAULT.search(line):
            place = Call(file=fault[3], line=number(fault[4]))
            return (fault[1], fault[2].strip(), _xdebug_frames(lines, at + 1, place))
        if shown := _php_shown(lines, at):
            return shown
    return None


def _php_unescaped(kind: str, said: str, frames: Sequence[Call]) -> Read:
    """What Monolog writes into JSON, where a namespace's stroke stands twice."""
    plain = [call._replace(function=call.function.replace("\\\\", "\\")) for call in frames]
    return kind.replace("\\\\", "\\"), said.replace("\\\\", "\\"), plain


def _php_frames(lines: Sequence[str], start: int, place: Call) -> list[Call]:
    """Each place with the function it is in: a line names a place and what is called there."""
    frames: list[Call] = []
    here = place
    for line in lines[start:]:
        if found := _PHP_FRAME.match(line):
            called = re.sub(r"\(.*$", "", found[3]).strip()
            frames.append(here._replace(function=called))
            here = Call(file=found[1] or "", line=number(found[2] or "0"))
        elif re.match(r"^\s*#\d+ \{main\}", line) or (frames and line.strip()):
            break
    return [*frames, here._replace(function="{main}")]


def _xdebug_frames(lines: Sequence[str], start: int, place: Call) -> list[Call]:
    """Xdebug lists the outermost call first; a line names a function and where it was called."""
    calls: list[tuple[str, Call]] = []
    for line in lines[start : start + 2_000]:
        if found := _PHP_XDEBUG.match(line):
            if found[1] == "1" and calls:
                break
            calls.append((re.sub(r"\(.*$", "", found[2]), Call(file=found[3], line=number(found[4]))))
        elif calls and line.strip():
            break
    if not calls:
        return [place]
    frames = []
    here = place
    for name, called_at in reversed(calls):
        frames.append(here._replace(function=name))
        here = called_at
    return frames


def _php_shown(lines: Sequence[str], at: int) -> Read | None:
    """As PHPUnit, Laravel's and Symfony's consoles show a failure."""
    line = lines[at]
    if symfony := _PHP_SYMFONY.match(line):
        begin = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), at + 1)
        said = message_of(_until_blank(lines[begin : begin + SAID]))
        return "Error", said, [Call(file=symfony[1], line=number(symfony[2]))]
    if unit := _PHP_UNIT_HEAD.match(line):
        end = next((n for n in range(at + 1, min(at + HEAD, len(lines))) if _PHP_UNIT.match(lines[n])), None)
        if end is None:
            return None
        said = message_of(lines[at + 1 : end])
        typed = re.match(r"^([A-Z][\w\\]*(?:Error|Exception)[\w\\]*): ", said)
        frames = _php_places(lines[end:], _PHP_UNIT)
        frames[-1] = frames[-1]._replace(function=unit[1])
        return typed[1] if typed else "", said[typed.end() :] if typed else said, frames
    if _PHP_COLLISION.match(line):
        head = [n for n in range(max(at - SAID, 0), at) if _PHP_CLASS.match(lines[n])]
        named = _PHP_CLASS.match(lines[head[-1]]) if head else None
        failed = [n for n in range(max(at - SAID, 0), at) if _PEST_TITLE.match(lines[n])]
        if failed and not named:
            return "", message_of(lines[failed[-1] + 1 : at]), _php_places(lines[at:], _PHP_COLLISION, _PHP_NUMBERED)
        if named:
            return (
                named[1],
                message_of(lines[head[-1] + 1 : at]),
                _php_places(lines[at:], _PHP_COLLISION, _PHP_NUMBERED),
            )
    return None


def _php_places(lines: Sequence[str], *patterns: re.Pattern[str]) -> list[Call]:
    frames: list[Call] = []
    gap = 0
    for line in lines:
        if found := next((each for pattern in patterns if (each := pattern.match(line))), None):
            frames.append(Call(file=found[1], line=number(found[2])))
            gap = 0
        elif (gap := gap + 1) > GAP or _PHP_UNIT_HEAD.match(line):
            break
    return frames
