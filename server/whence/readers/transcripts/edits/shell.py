"""What a shell command does to files, as far as the command shows it: never run, never expanded.

Texts between `<<` and its mark, `sed -i`, `git apply` and `apply_patch`, commits, and formatters by their names. What a
script computes doesn't show, and what a variable holds isn't guessed.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from whence.readers.transcripts.edits import patches
from whence.readers.transcripts.edits.patches import Marked

FORMATTERS = (
    "gofmt", "goimports", "gofumpt", "go fmt", "black", "ruff format", "ruff check --fix", "isort", "autopep8",
    "yapf", "prettier", "eslint --fix", "biome format", "biome check", "dprint", "rustfmt", "cargo fmt",
    "clang-format", "rubocop -a", "rubocop -A", "mix format", "terraform fmt", "shfmt", "stylua", "swiftformat",
    "ktlint -F", "dotnet format", "php-cs-fixer", "zig fmt", "taplo fmt", "golangci-lint run --fix",
)  # fmt: skip
"""Programs that rewrite files for their form alone, as their commands begin."""
_PROGRAMS = frozenset(each.split()[0] for each in FORMATTERS)

_TASKS = re.compile(
    r"(?:npm run|pnpm|yarn|bun run|make|just|mise run|task|poe|hatch run) (?:\w+:)?(?:fmt|format|lint[:-]fix)\b"
)
_HEREDOC = re.compile(r"<<-?[ \t]*\\?(['\"]?)(\w+)\1[^\n]*\n")
_TO_FILE = re.compile(r"(?<![0-9&<>])>{1,2}[ \t]*(?P<file>'[^'\n]+'|\"[^\"\n]+\"|[^\s;&|<>()$`]+)")
_TEE = re.compile(r"\btee[ \t]+(?:-a[ \t]+)?(?P<file>'[^'\n]+'|\"[^\"\n]+\"|[^\s;&|<>()$`-][^\s;&|<>()$`]*)")
_CD = re.compile(r"(?:^|[;&|(\n])[ \t]*cd[ \t]+(?P<folder>'[^'\n]+'|\"[^\"\n]+\"|[^\s;&|<>()$`]+)[ \t]*(?:&&|;|\n)")
_COMMIT = re.compile(r"\bgit\b(?:[ \t]+-[cC][ \t]*\S+)*[ \t]+commit\b(?P<rest>[^\n]*)")
_MESSAGE = re.compile(r"(?:-[a-z]*m|--message)[= \t]*(?P<text>\"(?:[^\"\\]|\\.)*\"|'[^']*')", re.DOTALL)
_COMMITTED = re.compile(r"^\[[^\]\n]*?\b([0-9a-f]{7,40})\] (.+)$", re.MULTILINE)
_SED = re.compile(r"\b(?:sed|perl)[ \t]+(?:'[^']*'|\"(?:[^\"\\]|\\.)*\"|[^\n|;&'\"])*")

_PATTERN = re.compile(r"(?<!\\)[*+?\[\]^$]|\\[wdsbB1-9(|]")
"""What makes a pattern of `sed` more than a text."""

_REFERENCE = re.compile(r"\\\d|(?<!\\)&")
"""What makes that which takes its place more than a text."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that a command wrote, or changed."""

    path: str
    lines: Marked


@dataclass(frozen=True, slots=True)
class Replaced:
    """A text that a command replaced by another wherever it stands in files."""

    old: str
    new: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit: its message's first line, and its id where the output told it."""

    subject: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A formatter's run."""

    name: str


Shown = Written | Replaced | Committed | Formatted


def folder_of(command: str) -> str:
    """The folder that a command goes to before it does anything else; nothing where it stays."""
    match = re.match(r"\s*cd[ \t]+('[^'\n]+'|\"[^\"\n]+\"|[^\s;&|<>()$`]+)[ \t]*(?:&&|;|\n)", command)
    return _bare(match[1]) if match else ""


def shown(command: str, output: str = "") -> Iterator[Shown]:
    """What a command does to files, in the order in which it says so.

    Args:
        command: the command, of as many lines as it has.
        output: what it printed, in which git names the commit that it made.
    """
    bare, texts = _without_texts(command)
    for line, text in texts:
        if "apply_patch" in line or text.lstrip().startswith("*** Begin Patch"):
            yield from (Written(path, lines) for path, lines in patches.applied(text))
        elif re.search(r"\bgit[ \t]+(?:\S+[ \t]+)*apply\b|\bpatch[ \t]+-", line):
            yield from (Written(path, lines) for path, lines in patches.unified(text))
        else:
            files = [match["file"] for form in (_TO_FILE, _TEE) for match in form.finditer(line)]
            yield from (Written(_bare(file), patches.written(text)) for file in files if not _is_nowhere(file))
    yield from _echoed(bare)
    for match in _SED.finditer(bare):
        yield from _substituted(match[0])
    yield from (Formatted(name) for name in _formatters(bare))
    yield from _commits(command, bare, output)


def _without_texts(command: str) -> tuple[str, list[tuple[str, str]]]:
    """The command without the texts that follow `<<`, and each of these with the line that it belongs to."""
    texts: list[tuple[str, str]] = []
    kept, at = list[str](), 0
    while (match := _HEREDOC.search(command, at)) is not None:
        end = re.compile(rf"^[ \t]*{re.escape(match[2])}[ \t]*\)?", re.MULTILINE).search(command, match.end())
        stop = end.start() if end else len(command)
        line = command[command.rfind("\n", 0, match.start()) + 1 : match.end()].strip()
        texts.append((line, command[match.end() : stop]))
        kept.append(command[at : match.end()])
        at = end.end() if end else len(command)
    return "".join((*kept, command[at:])), texts


def _echoed(command: str) -> Iterator[Written]:
    """Files written by `echo` or `printf` of a quoted text."""
    pattern = r"\b(?:echo|printf)[ \t]+(?:-[ne]+[ \t]+)?('[^']*'|\"[^\"$`]*\")[ \t]*" + _TO_FILE.pattern
    for match in re.finditer(pattern, command):
        if not _is_nowhere(match["file"]):
            text = match[1][1:-1].replace("\\n", "\n")
            yield Written(_bare(match["file"]), patches.written(text))


def _substituted(command: str) -> Iterator[Replaced]:
    """What `sed -i` or `perl -pi` replaces, where the pattern is a plain text."""
    try:
        parts = shlex.split(command)
    except ValueError:
        return
    flags = [part for part in parts[1:] if part.startswith("-")]
    if not any(re.match(r"-[a-zA-Z]*i|--in-place", flag) for flag in flags):
        return
    rest = [part for part in parts[1:] if not part.startswith("-") and part]
    scripts = [part for part in rest if re.match(r"s([^\w\s\\])", part)]
    files = tuple(part for part in rest if part not in scripts and not re.fullmatch(r"\.\w+", part))
    for script in scripts:
        for each in script.split(";"):
            mark = each[1:2]
            fields = re.split(rf"(?<!\\){re.escape(mark)}", each[2:]) if each[:1] == "s" and mark else []
            if len(fields) >= 2 and files:
                old, new = (re.sub(r"\\(.)", r"\1", field) for field in fields[:2])
                if old and not _PATTERN.search(fields[0]) and not _REFERENCE.search(fields[1]):
                    yield Replaced(old, new, files)


def _formatters(command: str) -> Iterator[str]:
    for part in re.split(r"&&|\|\||[;|\n]", command):
        if not part or part.isspace():
            continue
        words = re.sub(
            r"^(?:[A-Z_]+=\S+ |npx |uvx |uv run |python3? -m |poetry run |bundle exec |pnpm exec )+", "", part.strip()
        )
        if (task := _TASKS.match(words)) is not None:
            yield task[0]
        elif (name := _formatter(words.split())) and not _only_checks(words):
            yield name


def _formatter(said: list[str]) -> str:
    """The formatter that a command begins with, with its flags; empty where it is another program."""
    program = said[0].rsplit("/", 1)[-1] if said else ""
    for formatter in FORMATTERS if program in _PROGRAMS else ():
        name, *flags = formatter.split()
        if program == name and all(flag in said[1:] for flag in flags):
            return formatter
    return ""


def _only_checks(words: str) -> bool:
    said = set(words.split())
    if said & {"gofmt", "goimports", "gofumpt", "shfmt"} and "-w" not in said:
        return True
    if "prettier" in said and not said & {"--write", "-w"}:
        return True
    return bool(said & {"--check", "--diff", "-d", "-l", "--list-different", "--dry-run"})


def _commits(command: str, bare: str, output: str) -> Iterator[Committed]:
    told = [Committed(match[2].strip(), match[1]) for match in _COMMITTED.finditer(output)]
    if told or not (match := _COMMIT.search(bare)):
        yield from told if "commit" in bare or "cherry-pick" in bare or "rebase" in bare else ()
        return
    said = command[command.find(match[0][:20]) :]
    text = ""
    if (heredoc := _HEREDOC.search(said)) is not None and "$(cat" in said[: heredoc.start() + 2]:
        text = said[heredoc.end() :]
    elif (message := _MESSAGE.search(said)) is not None:
        text = message["text"][1:-1]
    subject = next((line.strip() for line in text.split("\n") if line.strip()), "")
    if subject:
        yield Committed(subject)


def _bare(name: str) -> str:
    return name[1:-1] if name[:1] in "'\"" and name[-1:] == name[:1] else name


def _is_nowhere(name: str) -> bool:
    return _bare(name).startswith(("/dev/", "&")) or not _bare(name)
