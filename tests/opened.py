"""An open project as a Python program has it, and behind it what only tests look at."""

from functools import partial
from pathlib import Path
from typing import Any

from whence.engine import candidates, completion, diagnosis, links, suggestions, summaries, turns
from whence.engine.code import symbols_at
from whence.faces.library import engine as library

_FUNCTIONS = {
    function.__name__: function
    for function in (
        candidates.newest,
        completion.think,
        completion.think_all,
        diagnosis.closest_solution,
        links.relate,
        suggestions.suggest_labels_for,
        suggestions.weigh_turn,
        summaries.conversation_gist,
        symbols_at,
        turns.browse,
        turns.conversation,
        turns.gist,
    )
}
"""What faces use that is no operation."""


class Engine(library.Engine):
    """Operations as methods, and whatever hangs on the project as an attribute."""

    def __init__(self, folder: Path, settings: Any = None, **opening: Any) -> None:
        super().__init__(folder, settings, **opening)

    def __getattr__(self, name: str) -> Any:
        if name in _FUNCTIONS:
            return partial(_FUNCTIONS[name], self.project)
        if name != "project" and hasattr(self.project, name):
            return getattr(self.project, name)
        return super().__getattr__(name)
