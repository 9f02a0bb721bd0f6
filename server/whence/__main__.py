"""`python -m whence`, and the `whence` command: hands over to the face that the words ask for.

Here alone the faces meet: what a server offers of other products' interfaces is handed to it.
"""

import os
import sys

TYPE_CHECKING = False  # as typing has it, which takes longer to load than `whence --version` to answer
if TYPE_CHECKING:
    from typing import Any

    from whence.engine import Project


def main() -> None:
    """Hand over to the face that the words ask for."""
    os.umask(0o077)  # what memory says, LanceDB's and SQLite's own files too, is for this user alone
    if sys.getfilesystemencoding() == "ascii" and os.environ.get("PYTHONUTF8") != "1":
        # Folders with other letters could not be named to the database: begun anew, Python reads all names as UTF-8.
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    if sys.argv[1:] == ["--version"]:
        # Asked by scripts and by people who look whether it is there: nothing else is needed for it.
        from whence.values.version import VERSION

        sys.stdout.write(f"{VERSION}\n")
    elif sys.argv[1:] in (["--help"], ["-h"]):
        from whence.faces.cli.overview import show

        show()
    elif sys.argv[1:2] == ["lsp"]:
        # The editor waits for this one: it starts without the command line's libraries.
        from whence.faces.lsp.server import main as edit

        edit(_hang)
    elif sys.argv[1:2] == ["mcp"]:
        from whence.faces.dialects import kagura
        from whence.faces.mcp.server import main as assist

        assist({"coding": kagura.TOOLS}, _hang, _elsewhere)
    elif not _answered_at_the_bell():
        from whence.faces.cli.main import main as command

        command(_serve)


def _answered_at_the_bell() -> bool:
    """Whether a process that has the project open did what the words ask for; it ends here then, with its exit code."""
    from whence.faces.bell import COMMANDS

    if not COMMANDS.intersection(sys.argv[1:2]):
        return False
    from whence.faces.bell.visitor import ask
    from whence.faces.cli import terminal

    terminal.settle()
    try:
        code = ask(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    if code:
        raise SystemExit(code)
    return code is not None


def _hang(project: "Project") -> "Project":
    """Hang up a bell at the door of what is served: commands of the command line ring there, and tools that read."""
    from whence.faces.bell.porter import hang

    return hang(project, _answer)


def _answer(project: "Project", request: "dict[str, Any]") -> "dict[str, Any] | None":
    # Its libraries are loaded when somebody rings.
    if "tool" in request:
        from whence.faces.mcp.lookup import answer as look_up

        return look_up(project, request)
    from whence.faces.cli.response import answer

    return answer(project, request)


def _elsewhere(folder: str, request: "dict[str, Any]") -> "dict[str, Any] | None":
    from whence.faces.bell.visitor import ring

    return ring(folder, request, "text", others=True)


def _serve(**given: "Any") -> None:
    """Serve REST, Sekha's routes among it."""
    from whence.faces.dialects import sekha
    from whence.faces.http.server import serve

    serve(dialect=sekha.ROUTES, opened=_hang, **given)


if __name__ == "__main__":
    main()
