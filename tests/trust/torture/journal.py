"""What was acknowledged, in a plain file outside of all that Whence keeps, on disk before it counts."""

import json
import os
from pathlib import Path
from typing import Any


class Journal:
    """The journal of one database; several processes may write to it, a line each.

    Args:
        file: where it is.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def _note(self, **line: Any) -> None:
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def trying(self, id: str, text: str | None) -> None:
        """Somebody is about to have a memory say this, or be gone if None: from now on either may be."""
        self._note(id=id, may=text)

    def kept(self, id: str, text: str) -> None:
        """It was acknowledged that a memory says this."""
        self._note(id=id, text=text)

    def gone(self, id: str) -> None:
        """It was acknowledged that a memory is gone for good."""
        self._note(id=id, text=None)

    def expected(self) -> dict[str, set[str | None]]:
        """What each memory may say: what was acknowledged last, or what was tried since; None where it may be gone."""
        found: dict[str, set[str | None]] = {}
        lines = self.file.read_text(encoding="utf-8").split("\n") if self.file.exists() else []
        for line in lines[:-1]:  # what was not written whole does not count
            told = json.loads(line)
            if "may" in told:
                found.setdefault(told["id"], set()).add(told["may"])
            else:
                found[told["id"]] = {told["text"]}
        return found
