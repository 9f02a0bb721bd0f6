"""`python -m whence`, and the `whence` command, are the command line and the servers."""

import sys


def main() -> None:
    """Hand over to the face that the words ask for."""
    if sys.argv[1:2] == ["lsp"]:
        # The editor waits for this one: it starts without the command line's libraries.
        from whence.faces.lsp.server import main as serve
    elif sys.argv[1:2] == ["mcp"]:
        from whence.faces.mcp.server import main as serve
    else:
        from whence.faces.cli.main import main as serve
    serve()


if __name__ == "__main__":
    main()
