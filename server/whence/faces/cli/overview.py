"""What `whence --help` prints: every command in a sentence, without a library loaded for it."""

import shutil
import sys
import textwrap
from collections.abc import Iterator

from whence.faces.cli.command_names import COMMANDS

PURPOSE = "The memory of a codebase: what changed and why, found again when it matters."

EXITS = (
    "Exit codes: 0 it was done; 1 it failed, or `whence doctor` found what does not work; 2 the words or the settings "
    "are wrong; 3 a model would be asked, and there was nobody to agree; 130 it was interrupted."
)

_OPTIONS = {
    "-h, --help": "Show this and exit; after a command, what that takes.",
    "--version": "Print the version and exit.",
    "--install-completion": "Install completion for the current shell.",
    "--show-completion": "Show completion for the current shell, to copy it or change it.",
}
_MOST_COLUMNS = 110
"""Wider lines are hard to read."""


def overview(width: int) -> str:
    """The whole text, its lines of at most so many columns."""
    return "\n".join(_lines(min(max(width, 44), _MOST_COLUMNS))) + "\n"


def _lines(width: int) -> Iterator[str]:
    yield "Usage: whence [OPTIONS] COMMAND [ARGS]..."
    yield from ["", *textwrap.wrap(PURPOSE, width)]
    yield from ["", "Commands:", *_table(COMMANDS, width)]
    yield from ["", "Options:", *_table(_OPTIONS, width)]
    yield from [
        "",
        *textwrap.wrap(EXITS, width),
        "",
        *textwrap.wrap("`whence COMMAND --help` tells of a command.", width),
    ]


def _table(rows: dict[str, str], width: int) -> Iterator[str]:
    """Each name with its words beside it, wrapped; below it where there is no room."""
    left = max(map(len, rows)) + 4
    beside = width - left >= 30
    for name, words in rows.items():
        if beside:
            first, *rest = textwrap.wrap(words, width - left) or [""]
            yield f"  {name}".ljust(left) + first
            yield from (" " * left + line for line in rest)
        else:
            yield from [f"  {name}", *(f"      {line}" for line in textwrap.wrap(words, width - 6))]


def show() -> None:
    """Print it as wide as the terminal is."""
    sys.stdout.write(overview(shutil.get_terminal_size().columns))
