"""`python -m whence` is the command line."""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["lsp"]:
        # The editor waits for this one: the language server starts without the command line's libraries.
        from whence.faces.lsp import main
    else:
        from whence.faces.cli import main
    main()
