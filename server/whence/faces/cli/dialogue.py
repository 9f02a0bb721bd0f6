"""What a command says while it works, and what it asks: progress, consent, failures, and answers for programs."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import Progress
from rich.text import Text

from whence.faces.cli import terminal
from whence.faces.cli import visit as visits
from whence.values.errors import ApprovalNeeded, WhenceError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from whence.engine import Project
    from whence.values.completion import Estimate

_out = Console()
_err = Console(stderr=True)
_bar = Progress(console=_err, transient=True)
"""What a long operation shows; it makes way while a question is asked."""


def out() -> Console:
    """What answers are printed on: the terminal's, or that of whoever asked at the bell."""
    return visit.out if (visit := visits.current()) else _out


def err() -> Console:
    """What is said besides is printed on this one."""
    return visit.err if (visit := visits.current()) else _err


def write(text: str) -> None:
    """Print a text as it is, neither wrapped nor coloured."""
    (visit.stdout if (visit := visits.current()) else sys.stdout).write(text)


@contextmanager
def progress(description: str, *, silent: bool = False) -> Iterator[Callable[[str, float], None]]:
    """Show how far a long operation is.

    Args:
        description: what is being done, until the first report.
        silent: whether nothing is shown, since a program reads.

    Returns:
        What takes the reports: a sentence, and the share that is done, from 0 to 1.
    """
    # A bar is gone once it is done: an answer that comes at once needs none, and elsewhere an empty line would be left.
    if silent or visits.current() or not _err.is_interactive:
        yield lambda message, share: None
        return
    with _bar:
        task = _bar.add_task(description, total=1.0)
        yield lambda message, share: _bar.update(task, description=message, completed=share)
        _bar.remove_task(task)


def make_vectors(opened: "Project", *, silent: bool) -> None:
    """Have what was imported found by meaning too: without an editor no other process would see to it."""
    try:
        with progress("Making vectors", silent=silent) as report:
            left = opened.indexer.embed(report)
    except KeyboardInterrupt:
        left = (
            "Making vectors was interrupted; what was imported is kept and found by words. An open editor, "
            "`whence mcp` or the next import goes on."
        )
    if left:
        err().print(Text(left))


def agreed(asked: "Estimate") -> bool:
    """What is sent is told all the same."""
    err().print(Text(asked.note))
    return True


def approve(asked: "Estimate") -> bool:
    """Ask in the terminal whether a model may be asked, by what that costs; the whole prompt is shown on request."""
    running = _bar.live.is_started
    _bar.stop()
    err().print(Text(asked.note))
    try:
        while (answer := err().input("Send it? (y)es, (N)o, (s)how what would be sent: ").strip().lower()[:1]) == "s":
            err().print(Markdown(asked.prompt))
    except EOFError:
        return False
    finally:
        if running:
            _bar.start()
    return answer == "y"


def sure(question: str) -> None:
    """Ask in the terminal whether to go on; without a yes, or without a terminal, the command ends here."""
    err().print(Text(question))
    if not sys.stdin.isatty():
        fail("Nobody can be asked here: say --yes.", 2)
    try:
        answer = err().input("Go on? (y)es, (N)o: ").strip().lower()[:1]
    except EOFError:
        answer = ""
    if answer != "y":
        fail("Nothing was changed.", 1)


def print_json(value: "BaseModel") -> None:
    """Print an answer as programs read it."""
    unicode = terminal.knows_unicode(out().file)
    write(json.dumps(value.model_dump(mode="json", by_alias=True), ensure_ascii=not unicode, indent=2) + "\n")


def told(error: WhenceError) -> str:
    """What went wrong, for a person; of a model that nobody agreed to, how to agree."""
    if not isinstance(error, ApprovalNeeded):
        return str(error)
    return f"{error} Say it in a terminal, or beforehand with --yes or --set spending.auto_approve=true."


def fail(message: str, code: int) -> NoReturn:
    """End the command with a sentence and an exit code."""
    err().print(Text(message, style="red"))
    raise SystemExit(code)
