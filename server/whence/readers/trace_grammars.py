"""Stack traces of languages that need no reader of their own: each is told by its patterns alone.

A pattern names what it finds: `type`, `said`, `file`, `line`, `name`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from whence.readers.trace_lines import GAP, HEAD, SAID, Call, Read, message_of, number


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one language prints what was raised and the calls."""

    calls: tuple[re.Pattern[str], ...]
    """A call; one without a `file` only names the function whose place the next line gives."""

    heads: tuple[re.Pattern[str], ...]
    """What was raised."""

    kind: str = ""
    """The type, where the head names none."""

    outermost_first: bool = False
    below: bool = False
    """Whether what was raised stands below the calls."""

    alone: bool = False
    """Whether what was raised is a trace without any call."""

    merged: bool = False
    """Whether several heads together tell what was raised."""

    more: bool = True
    """Whether a message may go on in the lines below the head."""


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(each) for each in patterns)


_L = r"(?P<line>\d{1,8})"

GRAMMARS: dict[str, Grammar] = {
    "elixir": Grammar(
        calls=_all(
            rf"^\s+(?:\([\w ./-]{{1,80}}\) )?(?P<file>\S{{1,300}}\.(?:exs?|erl|[lh]?eex)):{_L}: (?P<name>\S.*)$",
            r"^\s+in (?:function|call from)\s+(?P<name>\S+)\s+\((?P<file>\S+\.erl), line (?P<line>\d{1,8})\)",
            r"^.{0,400}?\{(?P<name>\w+,[\w'/-]+),[^{}]{0,200},\s?\[\{file,\s?\"(?P<file>[^\"]+)\"\},\s?\{line,\s?(?P<line>\d{1,8})\}",
        ),
        heads=_all(
            rf"^.{{0,80}}?\*\* \((?P<type>\w+Error)\) (?P<file>\S+\.[lh]?e?exs?):{_L}(?::\d+)?: (?P<said>.*)$",
            r"^.{0,80}?\*\* \((?P<type>(?!EXIT)[A-Z][\w.]*|exit|throw|stop)\) (?P<said>.*)$",
            r"^\s*(?:\*\* )?(?P<type>exception \w+): (?P<said>.*)$",
            r"^\s*\{+(?P<said>(?P<type>[a-z]\w*)\b[^\[]*?),\s?\[\{\w+,[\w'/-]+,.*$",
            r"^\s+(?P<said>(?P<type>Assertion) (?:with .* )?failed.*)$",
        ),
    ),
    "dart": Grammar(
        calls=_all(
            rf"^#\d+ +(?P<name>\S.*?) \((?P<file>(?:package|dart|file|org-dartlang-\w+):[^()]*?):{_L}(?::\d+)?\)$",
            r"^\s*(?P<file>(?:package:|dart:|packages/|org-dartlang|[\w./-]{1,200}\.dart)\S*) +"
            rf"{_L}:\d+ +(?P<name>\S.*)$",
        ),
        heads=_all(
            r"^(?P<type>\w*(?:Exception|Error)) \([\w ]+\): (?P<said>.*)$",
            r"Unhandled [Ee]xception:\s?(?:(?P<type>\w*(?:Exception|Error))\b:?(?: \([^)]*\))?:? ?)?(?P<said>.*)$",
            r"^The following (?P<type>\w+)(?: object)? was thrown.*?:(?P<said>)$",
            r"^\s*(?P<type>_?[A-Z]\w*(?:Exception|Error)): (?P<said>.*)$",
        ),
        kind="Exception",
    ),
    "swift": Grammar(
        calls=_all(
            rf"^\s*\d+ (?:\[\w+\] )?(?:0x[0-9a-f]+ )?(?P<name>\S.*?) in \S+ at (?P<file>\S.*?):{_L}(?::\d+)?$",
            rf"^\s*\d+ +\S+ +0x[0-9a-f]+ (?P<name>\S.*?) \+ \d+(?: \((?P<file>[^()]+):{_L}\))?$",
            rf"^\s*\d+ +\S+ +0x[0-9a-f]+ (?P<name>\S.*?) \+ \d+ at (?P<file>\S.*?):{_L}(?::\d+)?$",
        ),
        heads=_all(
            rf"^\s*(?P<file>\S.*?\.swift):{_L}: (?P<type>Fatal error|Assertion failed|Precondition failed)"
            r"(?:: (?P<said>.*))?$",
            r"(?P<type>Fatal error|Assertion failed|Precondition failed): (?P<said>.*?)"
            rf": file (?P<file>\S+?\.swift), line {_L}",
            rf"^\s*(?P<file>\S.*?\.(?:swift|mm?)):{_L}: error: "
            r"(?:-\[)?(?P<name>[\w.]+ ?\w*)\]? : (?P<said>(?P<type>\w+).*)$",
            r"Terminating app due to uncaught exception '(?P<type>[^']+)', reason: '(?P<said>.*?)'$",
            r"^\s*\*\*\* Program crashed: (?P<said>.*?)(?: at 0x[0-9a-f]+)? \*\*\*$",
        ),
        kind="Fatal error",
        alone=True,
        more=False,
    ),
    "powershell": Grammar(
        calls=_all(
            rf"^(?:At |In )?(?P<file>\S.*\.psm?1):{_L} \S+:\d+$",
            rf"^\s*at (?P<name>[^,]{{1,200}}), (?P<file>\S.*?): \S+ {_L}$",
            rf"^.{{0,80}}?: (?P<file>\S.*\.psm?1):{_L}$",
        ),
        heads=_all(
            r"^\s*\+ FullyQualifiedErrorId : (?P<type>[\w.]+)",
            r"^(?P<name>[A-Z]\w+-\w+) ?: (?P<said>(?!.*\.psm?1:\d+$).*)$",
            r"^\s*\| (?!\s*~)(?P<said>\S.*)$",
            r"^(?P<type>\w*Exception): (?P<said>(?!.*\.psm?1:\d+$).*)$",
        ),
        kind="ErrorRecord",
        merged=True,
        more=False,
    ),
    "perl": Grammar(
        calls=_all(rf"^\s+(?P<name>[\w:]+)\(.*\) called at (?P<file>\S.*?) line {_L}\.?$"),
        heads=_all(
            rf"^(?P<said>\S.*?) at (?P<file>\S+\.(?:p[lm]|t|cgi|psgi)|-e|\(eval \d+\))"
            rf" line {_L}(?:, <\w*> \w+ \d+)?\.?$"
        ),
        kind="die",
        alone=True,
        more=False,
    ),
    "lua": Grammar(
        calls=_all(
            rf"^\s+(?P<file>[^\s\[].*?|\[string \".*?\"\]):{_L}: in "
            r"(?:(?:upvalue|local|field|method|global|function|metamethod) )*(?P<name>\S.*)$",
        ),
        heads=_all(
            rf"^(?:\S*lua\S*: |E\d+: .{{0,80}}?: )?(?P<file>\S.*?\.\w+|\[string \".*?\"\]):{_L}: (?P<said>(?!in ).*)$"
        ),
        kind="error",
    ),
    "r": Grammar(
        calls=_all(
            rf"^\s*\d+[:.] (?:[▆│├└─ ]*)(?P<name>[\w.:]++).*?(?:#| at )(?:(?P<file>[^\s#]+\.[Rr]):)?{_L}(?::\d+)?$",
            rf"^\s*\d+: (?P<name>[\w.:]+)\(.*\) at (?P<file>\S+\.[Rr])#{_L}$",
        ),
        heads=_all(
            r"^Error in (?P<name>.*?) ?: ?(?P<said>.*)$",
            r"^Error in `(?P<name>[^`]+)`:\s*(?P<said>.*)$",
            r"^(?P<type>Error): (?P<said>.*)$",
        ),
        kind="Error",
        alone=True,
    ),
    "haskell": Grammar(
        calls=_all(rf"^\s+(?P<name>\S+), called at (?P<file>\S+?):{_L}:\d+ in \S+$"),
        heads=_all(
            rf"^[\w./-]{{1,200}}: (?P<file>\S+\.hs):\(?{_L}[:,].*?: (?P<said>(?P<type>Non-exhaustive).*)$",
            r"^(?:[\w./-]{1,200}: )(?P<said>\S.*)$",
        ),
        kind="error",
    ),
    "julia": Grammar(
        calls=_all(
            rf"^\s*@ (?:[\w.]+ )?(?P<file>\S.*?):{_L}(?: \[inlined\])?$",
            rf"^\s*\[\d+\] (?P<name>\S.*?)\(.* at (?P<file>\S.*?):{_L}(?: \[inlined\])?$",
            r"^\s*\[\d+\] (?P<name>[^\s(]\S*?|top-level scope|macro expansion)(?:\(.*| .*)?$",
        ),
        heads=_all(
            r"^(?:.*\s)?(?:ERROR: )(?:LoadError: |TaskFailedException: )*"
            r"(?:(?P<type>\w+)(?: with .*)?: ?)?(?P<said>.*)$"
        ),
        kind="ErrorException",
    ),
    "ocaml": Grammar(
        calls=_all(
            r"^\s*(?:Raised|Re-raised|Called) (?:at|from|by primitive operation at) "
            r"(?:(?P<name>[^\s\"]+) in )?file \"(?P<file>[^\"]+)\"(?: \(inlined\))?, lines? (?P<line>\d{1,8})"
        ),
        heads=_all(r"^Fatal error: exception (?P<type>[\w.]+)(?:[:(] ?(?P<said>.*?)\)?)?$"),
    ),
    "nim": Grammar(
        calls=_all(rf"^(?P<file>\S.*\.nims?)\({_L}(?:, \d+)?\) +(?P<name>\S+)$"),
        heads=_all(r"^Error: unhandled exception: (?P<said>.*?) \[(?P<type>\w+)\]$"),
        outermost_first=True,
        below=True,
    ),
    "crystal": Grammar(
        calls=_all(rf"^\s+from (?P<file>\S.*?):{_L}:\d+ in '(?P<name>.*)'$"),
        heads=_all(r"^Unhandled exception(?: in spawn)?: (?P<said>.*?)(?: \((?P<type>[\w:]+)\))?$"),
        kind="Exception",
    ),
    "zig": Grammar(
        calls=_all(rf"^(?P<file>\S.*\.zig):{_L}:\d+: 0x[0-9a-f]+ in (?P<name>\S+) \(.*\)$"),
        heads=_all(r"^thread \d+ (?P<type>panic): (?P<said>.*)$", r"^error: (?P<type>\w+)$"),
    ),
    "godot": Grammar(
        calls=_all(rf"^\s+(?:at: |\[\d+\] )(?P<name>\S.*?) \((?P<file>res://\S+?):{_L}\)"),
        heads=_all(r"^(?P<type>SCRIPT ERROR|USER ERROR|ERROR): (?P<said>.*)$"),
    ),
    "shell": Grammar(
        calls=(),
        heads=_all(
            rf"^(?P<file>\S+?\.(?:sh|bash|zsh|ksh)|[\w./~+-]+(?=: line )|/[\w/.-]*sh): (?:line )?{_L}: (?P<said>\S.*)$"
        ),
        kind="shell",
        alone=True,
        more=False,
    ),
}
"""By the name of the language. Their order is that in which they are tried."""

TELLS = re.compile(
    r"""(?x)
    (?P<elixir> ^\s+(?:\([\w\ ./-]{1,80}\)\ )?\S{1,300}\.(?:exs?|erl|[lh]?eex):\d+:\ \S
        | ^\s+in\ (?:function|call\ from)\s+\S+\s+\(\S+\.erl,\ line
        | ^.{0,600}?\[\{file,\s?"[^"\n]{1,300}\.erl"\},\s?\{line, )
    | (?P<dart> ^\#\d+\ +\S.{0,300}\ \((?:package|dart|file|org-dartlang-\w+):
        | ^\s*(?:package:|packages/|[\w./-]{1,200}\.dart)\S*\ +\d+:\d+\ +\S )
    | (?P<swift> .{1,400}\.swift:\d+:\ (?:Fatal|Assertion|Precondition|error:)
        | .{0,600}:\ file\ \S{1,300}\.swift,\ line\ \d
        | .{0,200}Terminating\ app\ due\ to\ uncaught | ^\*\*\*\ Program\ crashed: )
    | (?P<powershell> ^(?:At|In)\ \S.{0,300}\.psm?1:\d+\ \S+:\d+$ | ^\s*at\ [^,]{1,200},\ \S.{0,300}:\ \S+\ \d+$
        | ^.{0,80}?:\ \S.{0,300}\.psm?1:\d+$ )
    | (?P<perl> \S.{0,600}\ at\ (?:\S{1,300}\.(?:p[lm]|t|cgi|psgi)|-e|\(eval\ \d+\))\ line\ \d+(?:,\ <|\.?$) )
    | (?P<lua> ^stack\ traceback:$ )
    | (?P<r> ^Error\ in\ (?:[\w`.:]+(?:\(.{0,300}\))?`?\ ?:|[^\s:]{1,200}\ :\ )
        | ^\s*\d+:\ [\w.:]+\(.{0,300}\)\ at\ \S+\.[Rr]\#\d+$ )
    | (?P<haskell> ^CallStack\ \(from\ HasCallStack\): | \S{1,400}\ \S{1,300}\.hs:\(?\d+[:,].{0,40}Non-exhaustive )
    | (?P<julia> ^Stacktrace:$ )
    | (?P<ocaml> ^Fatal\ error:\ exception\ \w | ^\s*Raised\ (?:at|by)\ .{0,200}file\ " )
    | (?P<nim> ^\S.{0,300}\.nims?\(\d+(?:,\ \d+)?\)\ +\S+$ )
    | (?P<crystal> ^\s+from\ \S.{0,300}:\d+:\d+\ in\ ' )
    | (?P<zig> ^\S.{0,300}\.zig:\d+:\d+:\ 0x[0-9a-f]+\ in\  )
    | (?P<godot> ^\s+(?:at:\ |\[\d+\]\ )\S.{0,200}\ \(res:// )
    | (?P<shell> ^(?:\S{1,300}\.(?:sh|bash|zsh|ksh)|[\w./~+-]{1,300}(?=:\ line\ )|/[\w/.-]{0,80}sh)
        :\ (?:line\ )?\d+:\ \S )
    """
)
"""One search of a line tells of which language it is."""


def by_grammar(grammar: Grammar, lines: Sequence[str], start: int) -> Read | None:
    """Read the trace at a line in the language that a grammar tells."""
    first = next((at for at in range(start, min(start + HEAD, len(lines))) if _match(grammar.calls, lines[at])), None)
    head = _head(grammar, lines, start, first)
    frames = _calls(grammar, lines, start if first is None else first)
    if grammar.outermost_first:
        frames.reverse()
    if head is None:
        return ("", "", frames) if any(frame.file for frame in frames) else None
    at, given = head
    said = [given.get("said") or ""]
    if grammar.more and not grammar.below:
        end = first if first is not None and first > at else at + 1
        said += _until_end(lines[at + 1 : min(end, at + 1 + SAID)])
    if given.get("file"):
        place = Call(file=given["file"], line=number(given.get("line") or "0"), function=given.get("name") or "")
        if not any(frame.file == place.file and frame.line == place.line for frame in frames[:2]):
            frames.insert(0, place)
    if not frames and not grammar.alone:
        return None
    return given.get("type") or grammar.kind, message_of(said), frames


_FIELD = re.compile(r"^\s*(?:code|stacktrace|Stacktrace|stack traceback|CallStack.*|Backtrace|Last message.*|State.*):")


def _until_end(lines: Sequence[str]) -> list[str]:
    end = next((at for at, line in enumerate(lines) if _FIELD.match(line)), len(lines))
    return [line for line in lines[:end] if not line.startswith("When the exception was thrown")]


def _match(patterns: Sequence[re.Pattern[str]], line: str) -> re.Match[str] | None:
    return next((found for each in patterns if (found := each.match(line))), None)


def _head(grammar: Grammar, lines: Sequence[str], start: int, first: int | None) -> tuple[int, dict[str, str]] | None:
    """What was raised: the nearest above the first call, or below it where the language writes it there."""
    begin, end = max(start - HEAD, 0), min(start + HEAD, len(lines))
    around = [*range(start if first is None else first, begin - 1, -1), *range(start + 1, end)]
    if grammar.below:
        around = list(range(start, len(lines)))[:2_000]
    where, given = -1, dict[str, str]()
    for pattern in grammar.heads:
        at, found = next(((at, each) for at in around if (each := pattern.search(lines[at]))), (-1, None))
        if found is None:
            continue
        where = at if where < 0 else where
        given = {name: text for name, text in found.groupdict().items() if text} | given
        if not grammar.merged:
            break
    return (where, given) if where >= 0 else None


def _calls(grammar: Grammar, lines: Sequence[str], begin: int) -> list[Call]:
    frames: list[Call] = []
    named = ""
    gap = 0
    for line in lines[begin:]:
        found = _match(grammar.calls, line)
        if found is None:
            gap += 1
            if gap > GAP or (frames and _match(grammar.heads, line)):
                break
            continue
        gap = 0
        given = found.groupdict()
        if not given.get("file"):
            named = given.get("name") or ""
            continue
        name = (given.get("name") or named).strip("'`<>")
        frames.append(Call(file=given["file"], line=number(given.get("line") or "0"), function=name))
        named = ""
    return frames
