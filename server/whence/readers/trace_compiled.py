"""Reads stack traces of Go and Rust.

A reader takes the lines of a text, already without colours and prefixes, and the number of the line at which something
told its language. It gives the error's type, its message and the calls, the innermost first, or None where it finds
none. Each goes through the lines a bounded number of times.
"""

import re
from collections.abc import Sequence

from whence.readers.trace_lines import GAP, HEAD, SAID, Call, Read, message_of, number, search, told

# ---------------------------------------------------------------- Go

_GO_HEAD = re.compile(r"(?:^|\s)(panic|fatal error|PANIC|unexpected fault address)(?: serving [^\n ]{1,80})?:? (.*)$")
_GO_CALL = re.compile(
    r"^(?:created by )?([\w./*()%\[\]·~$,@-]{1,400}?)(?:\((?:[^()]|\([^()]*\)){0,400}\))?(?: in goroutine \d+)?$"
)
_GO_PLACE = re.compile(r"^\s*(\S.*?\.(?:go|s|c)):(\d+)(?: \+0x[0-9a-f]+)?$")
_GO_RACE = re.compile(r"WARNING: (DATA RACE)$")
_GO_ACCESS = re.compile(
    r"^\s*((?:Previous |Atomic |Concurrent )*(?:[Rr]ead|[Ww]rite)) at 0x[0-9a-f]+ by (?:main )?goroutine"
)
_GO_CREATED = re.compile(r"^\s*Goroutine \d+ \(\w+\) created at:")
_GO_TEST = re.compile(r"^\s*--- FAIL: (\S+)")
_GO_BEGUN = re.compile(r"^\s*=== (?:RUN|NAME|CONT)\b")
_GO_TESTED = re.compile(r"^\s+(\w+_test\.go):(\d+):\s*(.*)$")
_GO_FIELD = re.compile(r"^\s*(Error Trace|Error|Messages?|Test):\s*(.*)$")
_GO_BETWEEN = re.compile(r"^\s*(?:goroutine \d+ \[|\[signal |\[recovered\]|exit status|FAIL\b)")


def go(lines: Sequence[str], start: int) -> Read | None:
    """The first goroutine, which is the one that panicked; of a race both accesses; of an error its own stack."""
    begin = max(start - HEAD, 0)
    if race := search(lines, begin, start + HEAD, _GO_RACE):
        return _go_race(lines, race[0])
    head = search(lines, begin, start + HEAD, _GO_HEAD)
    failed = search(lines, begin, start + HEAD, _GO_TEST)
    if failed and (head is None or failed[0] < head[0]) and (read := _go_test(lines, *failed)) and head is None:
        return read
    if head is None:
        return _go_error(lines, start)
    at, found = head
    message = re.sub(r"\s*\[(?:recovered|recovered, repanicked)\]$", "", found[2].strip())
    frames: list[Call] = []
    goroutines = 0
    for line_number in range(at, len(lines)):
        line = lines[line_number]
        if line.lstrip().startswith("goroutine "):
            goroutines += 1
            if goroutines > 1:
                break
        elif frame := _go_frame(lines, line_number):
            frames.append(frame)
    return found[1].lower(), message, frames


def _go_frame(lines: Sequence[str], at: int) -> Call | None:
    """The place on a line with the function on the line above it."""
    place = _GO_PLACE.match(lines[at]) if at else None
    call = _GO_CALL.match(lines[at - 1].strip()) if place else None
    return Call(file=place[1], line=number(place[2]), function=call[1]) if place and call else None


def _go_race(lines: Sequence[str], at: int) -> Read:
    """Both accesses tell a race apart; where the goroutines were made doesn't."""
    frames: list[Call] = []
    said = ["DATA RACE"]
    for line_number in range(at + 1, len(lines)):
        line = lines[line_number]
        if access := _GO_ACCESS.match(line):
            following = _GO_CALL.match(lines[line_number + 1].strip()) if line_number + 1 < len(lines) else None
            said.append(f"{access[1].lower()} in {following[1]}" if following else access[1].lower())
        elif frame := _go_frame(lines, line_number):
            frames.append(frame)
        elif _GO_CREATED.match(line) or re.match(r"^\s*={10,}", line):
            break
    return "DATA RACE", f"{said[0]}: {', '.join(said[1:])}" if said[1:] else said[0], frames


def _go_test(lines: Sequence[str], at: int, head: re.Match[str]) -> Read | None:
    """What `go test` and testify say of a failed test: below its verdict, or with `-v` above it."""
    begun = next((n for n in range(at - 1, max(at - 1 - HEAD, -1), -1) if _GO_BEGUN.match(lines[n])), at)
    for line_number in (*range(at + 1, min(at + HEAD, len(lines))), *range(begun, at)):
        found = _GO_TESTED.match(lines[line_number])
        if not found:
            continue
        frame = Call(file=found[1], line=number(found[2]), function=head[1])
        fields: dict[str, list[str]] = {}
        name = ""
        for line in lines[line_number + 1 : line_number + 1 + HEAD]:
            if told_field := _GO_FIELD.match(line):
                name = told_field[1]
                fields[name] = [told_field[2]]
            elif not line.startswith("      ") or _GO_TESTED.match(line):
                break
            elif name:
                fields[name].append(line)
        if found[3] and not fields:
            return "FAIL", found[3].strip(), [frame]
        return "FAIL", message_of(fields.get("Error", [])[:SAID]), [frame]
    return None


def _go_error(lines: Sequence[str], start: int) -> Read | None:
    """An error that was printed with the stack it was made at; what wraps it stands between the stacks."""
    first = next((at for at in range(start, len(lines)) if _go_frame(lines, at)), None)
    if first is None:
        return None
    above: list[str] = []
    for line in reversed(lines[max(first - 1 - SAID, 0) : first - 1]):
        if not line.strip() and above:
            break
        above.insert(0, line)
    frames: list[Call] = []
    gap = 0
    for at in range(first, len(lines)):
        if frame := _go_frame(lines, at):
            if frame not in frames or not gap:
                frames.append(frame)
            gap = 0
        elif (gap := gap + 1) > GAP or _GO_BETWEEN.match(lines[at]):
            break
    return "", message_of(above).removesuffix(":"), frames


# ---------------------------------------------------------------- Rust

_RUST_HEAD = re.compile(r"thread '[^']*'(?: \(\d+\))? panicked at (.*)$")
_RUST_OLD = re.compile(r"^'(.*)', (\S.*?):(\d+)(?::\d+)?$")
_RUST_AT = re.compile(r"^(\S.*?):(\d+):\d+:?$")
_RUST_CALL = re.compile(r"^\s*\d+:\s+(?:0x[0-9a-f]+ - )?(\S.*)$")
_RUST_PLACE = re.compile(r"^\s+at (\S.*?):(\d+)(?::\d+)?$")
_RUST_EYRE = re.compile(
    r"^\s*(?:The application panicked|Message:\s+(.*)|Location:?\s*(?:at )?(\S.*?):(\d+)(?::\d+)?)$"
)
_RUST_ERROR = re.compile(r"^(?:.*\s)?(Error): ?(.*)$")
_RUST_CAUSED = re.compile(r"^\s*Caused by:\s*$")
_RUST_ENDS = ("note: ", "stack backtrace:", "Stack backtrace:", "Backtrace")


def rust(lines: Sequence[str], start: int) -> Read | None:
    """A panic with or without a backtrace, or an error's backtrace; without one, the place of the panic."""
    begin = max(start - HEAD, 0)
    head = search(lines, begin, start + HEAD, _RUST_HEAD)
    if head is not None:
        begin = head[0]
        kind, message, place = _rust_panic(lines, *head)
    else:
        kind, message, place = _rust_error(lines, begin, start)
    frames = _rust_frames(lines, begin if head else start)
    if not any(frame.file for frame in frames) and place.file:
        frames = [place]
    return (kind, message, frames) if kind or any(frame.file for frame in frames) else None


def _rust_panic(lines: Sequence[str], at: int, found: re.Match[str]) -> tuple[str, str, Call]:
    rest = found[1]
    for line in lines[at + 1 : at + 1 + SAID]:  # the older form, whose message may have several lines
        if not rest.startswith("'") or _RUST_OLD.match(rest.replace("\n", " ")):
            break
        rest = f"{rest}\n{line}"
    if old := _RUST_OLD.match(rest.replace("\n", "\x00")):
        return "panic", old[1].replace("\x00", "\n"), Call(file=_bare(old[2]), line=number(old[3]))
    if new := _RUST_AT.match(found[1]):
        said = []
        for line in lines[at + 1 : at + 1 + SAID]:
            if not line.strip() or line.startswith(_RUST_ENDS):
                break
            said.append(line.strip())
        return "panic", "\n".join(said), Call(file=_bare(new[1]), line=number(new[2]))
    return "panic", found[1], Call()


def _rust_error(lines: Sequence[str], begin: int, start: int) -> tuple[str, str, Call]:
    """An error that `main` gave back, as anyhow and eyre print it with its causes."""
    kind, message, place = "", "", Call()
    around = lines[begin : start + HEAD]
    for line, following in zip(around, [*around[1:], ""], strict=True):
        joined = f"{line} {following.strip()}" if line.strip() == "Location:" else line
        if eyre := _RUST_EYRE.match(joined):
            kind = kind or "panic"
            message = eyre[1] or message
            place = Call(file=_bare(eyre[2]), line=number(eyre[3])) if eyre[2] else place
    top = told(lines, start, _RUST_ERROR) or told(lines, start + 1, _RUST_ERROR)
    if top and not (kind and message):
        said = [each for each in top[1].split("\n") if each and not each.startswith(_RUST_ENDS)]
        kind, message = top[0], "\n".join(re.sub(r"^\d+: ", "", each) for each in said)
        if _RUST_CAUSED.match(lines[start]):
            causes = _caused(lines[start + 1 : start + 1 + SAID])
            message = "\n".join([message.removesuffix("Caused by:").strip(), "Caused by:", *causes])
    return kind, message, place


def _caused(lines: Sequence[str]) -> list[str]:
    end = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    return [re.sub(r"^\d+: ", "", line.strip()) for line in lines[:end]]


def _rust_frames(lines: Sequence[str], begin: int) -> list[Call]:
    frames: list[Call] = []
    called = ""
    for line in lines[begin:]:
        if where := _RUST_PLACE.match(line):
            if called:
                frames.append(Call(file=_bare(where[1]), line=number(where[2]), function=called))
            called = ""
        elif call := _RUST_CALL.match(line):
            if called:
                frames.append(Call(function=called))
            called = re.sub(r"::h[0-9a-f]{16}$", "", call[1].strip())
        elif (frames or called) and line.strip():
            break
    if called:
        frames.append(Call(function=called))
    return frames


def _bare(path: str) -> str:
    return path.removeprefix("./")
