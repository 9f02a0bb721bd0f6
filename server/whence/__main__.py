"""`python -m whence`, and the `whence` command: hands over to the face that the words ask for.

Here alone the faces meet: what a server offers of other products' interfaces is handed to it.
"""

import os
import sys
from typing import Any


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

        edit()
    elif sys.argv[1:2] == ["mcp"]:
        from whence.faces.dialects import kagura
        from whence.faces.mcp.server import main as assist

        assist({"coding": kagura.TOOLS})
    else:
        from whence.faces.cli.main import main as command

        command(_serve)


def _serve(**given: Any) -> None:
    """Serve REST, Sekha's routes among it."""
    from whence.faces.dialects import sekha
    from whence.faces.http.server import serve

    serve(dialect=sekha.ROUTES, **given)


if __name__ == "__main__":
    main()
