"""The bell at the door: who has a project open answers commands and tools that only read, so that these open nothing.

A visitor asks through `visitor`, which loads next to nothing; a server answers through `porter`, with whatever function
it was given for it. Neither knows what a command prints, nor any other face.
"""

COMMANDS = frozenset({"search", "context", "why", "show", "ask", "status"})
"""The commands that read, and may be asked for here."""
