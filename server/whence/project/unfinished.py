"""Whether an import of the history is under way, or was stopped before its end."""

from pathlib import Path

from whence.values.place import Place


def unfinished(place: Place) -> Path:
    """The file that is there from the first commit of an import until all of them are linked."""
    return place.home / "history-unlinked"
