"""The visitor's side: ask whoever has the project open. What they answer a command is printed as if it were its own.

Nothing is loaded here but sockets and JSON; the command's words are looked at only as far as it takes to find a bell.
The server reads them whole, and answers nothing where it comes to another project.
"""

import os
import sys

from whence.faces.bell.wire import GREETING_SECONDS, SILENCE_SECONDS, bells, doors, private, process_of, surroundings
from whence.values.homes import data_folder
from whence.values.version import VERSION

TYPE_CHECKING = False  # as typing has it, which takes longer to load than all of this
if TYPE_CHECKING:
    from whence.faces.bell.wire import Line, Message

_ALONE = frozenset({"-h", "--help", "--keep", "--yes", "-y", "-"})
"""Words by which a command tells of itself, writes, agrees to what a model costs, or reads its standard input."""

_SHOWN = ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES")
"""Variables by which what is printed looks otherwise."""


def ask(words: list[str]) -> int | None:
    """Ask for what a command would do, and print the answer.

    Args:
        words: the command and what follows it.

    Returns:
        Its exit code; None where nobody answers, and the command has to do it by itself.
    """
    if _ALONE.intersection(words) or (look := _look()) is None:
        return None
    try:
        here = os.getcwd()
        request = {"words": words, "folder": here, "look": look}
        answer = ring(os.path.join(here, _project(words)), request, "code")
        return _printed(answer) if answer is not None else None
    except (OSError, ValueError, LookupError, TypeError):
        return None  # nothing that could be understood


def ring(place: str, request: "Message", telling: str, *, others: bool = False) -> "Message | None":
    """What the first answers who has the project around a folder open.

    Args:
        place: the folder.
        request: what is asked; what decides how an answer comes out is added.
        telling: what an answer holds that is one.
        others: whether only other processes are asked.

    Returns:
        None where nobody answers.
    """
    try:
        decides = surroundings()
        folder = bells(data_folder())
        if decides is None or not private(folder):
            return None
        for bell in doors(folder, os.path.realpath(place)):
            if others and process_of(bell) == os.getpid():
                continue
            if (answer := _asked(bell, {**request, "surroundings": decides}, telling)) is not None:
                return answer
    except (OSError, ValueError):
        return None  # nothing hangs there
    return None


def _asked(bell: str, request: "Message", telling: str) -> "Message | None":
    """What a server answers; None where it does not, or is another version of Whence."""
    if sys.platform == "win32":
        from whence.faces.bell import pipes as transport
    else:
        from whence.faces.bell import sockets as transport
    line: Line | None = None
    try:
        if (line := transport.connect(bell)) is None or line.receive(GREETING_SECONDS) != {"version": VERSION}:
            return None
        line.send(request)
        while (answer := line.receive(SILENCE_SECONDS)) is None:
            continue
    except (OSError, ValueError, LookupError, TypeError):
        return None
    else:
        return answer if telling in answer else None
    finally:
        if line is not None:
            line.close()


def _printed(answer: "Message") -> int:
    """Print what came, in the order in which the command would have, and give its exit code.

    Raises:
        ValueError: it is no answer; nothing is printed then.
    """
    streams = {"out": sys.stdout, "err": sys.stderr}
    told, code = [(streams[name], str(text)) for name, text in answer["told"]], int(answer["code"])
    for stream, text in told:
        if text:
            stream.write(text)
        else:
            stream.flush()
    return code


def _project(words: list[str]) -> str:
    """The folder that the words name, or the current one: the last that is said counts, as in the command."""
    found = "."
    for number, word in enumerate(words):
        if word == "--":
            break
        if word in ("-p", "--project"):
            found = words[number + 1] if number + 1 < len(words) else found
        elif word.startswith("--project="):
            found = word.partition("=")[2]
        elif word.startswith("-p") and not word.startswith("--"):
            found = word[2:]
    return os.path.expanduser(found)


def _look() -> "Message | None":
    """How it will look where it is printed; None for a terminal of Windows that takes no escape sequences."""
    look: Message = {
        name: {"terminal": stream.isatty(), "encoding": stream.encoding or "utf-8"}
        for name, stream in (("out", sys.stdout), ("err", sys.stderr))
    }
    look["variables"] = {name: os.environ[name] for name in _SHOWN if name in os.environ}
    look["size"] = _size()
    if sys.platform == "win32" and (sys.stdout.isatty() or sys.stderr.isatty()):
        if not _takes_sequences():
            return None
        look["colours"] = "truecolor" if sys.getwindowsversion()[:3] >= (10, 0, 15063) else "256"
    return look


def _size() -> tuple[int, int] | None:
    """Columns and lines of the terminal; None without one."""
    for descriptor in (1, 2) if sys.platform == "win32" else (0, 1, 2):
        try:
            return os.get_terminal_size(descriptor)
        except (OSError, ValueError):
            continue
    return None


def _takes_sequences() -> bool:
    """Whether this console of Windows understands escape sequences, without which another way of writing is taken."""
    if sys.platform == "win32":
        import ctypes

        mode = ctypes.c_uint32()
        kernel = ctypes.windll.kernel32
        # STD_OUTPUT_HANDLE and ENABLE_VIRTUAL_TERMINAL_PROCESSING of <consoleapi.h>.
        return bool(kernel.GetConsoleMode(kernel.GetStdHandle(-11), ctypes.byref(mode)) and mode.value & 0x4)
    return True
