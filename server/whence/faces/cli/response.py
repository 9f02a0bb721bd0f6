"""The response to a visit: the command that it asks for, carried out on the open project."""

import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from whence.faces.cli.visit import Visit, paid
from whence.values.errors import WhenceError

if TYPE_CHECKING:
    from whence.engine import Project


@cache
def _command_line(command: str) -> Any:
    """The command line with one of its commands, and those that are written by hand."""
    from whence.faces.cli import main

    main.derive(command)
    return typer.main.get_command(main.app)


_beginning = threading.Lock()


def answer(project: "Project", request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Carry out a command of another process.

    Args:
        project: the open project.
        request: its words, the folder it was typed in, and how it looks there.

    Returns:
        What it prints and its exit code; None for what it had better do by itself.
    """
    from whence.faces.cli import dialogue

    words = [str(word) for word in request["words"]]
    with _beginning:
        commands = _command_line("ask" if words[0] == "ask" else "search")
    visit = Visit(project, Path(request["folder"]), words[0] == "ask", request["look"])
    with paid(visit):
        try:
            if commands.main(words, prog_name="whence", standalone_mode=False):
                return None  # it told of itself, and did nothing
            code = 0
        except WhenceError as error:
            dialogue.err().print(Text(dialogue.told(error), style="red"))
            code = error.exit_code
        except SystemExit:
            return None
    return {"told": visit.told, "code": code}
