"""Memories kept apart: programs that name a user and a project find what was kept under these names, and no other.

A folder has one memory, which the editor and all doors share. It answers to the names that came first, or to those that
the environment gives; another user or project that is named in the same folder has a memory of its own beside it.
"""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from whence.values.base import one_line
from whence.values.errors import StorageError
from whence.values.place import Place

_FILE = "names.json"
_VARIABLES = {"user": "USER_ID", "project": "PROJECT_ID"}
"""Environment variables that say to which names the folder's own memory answers."""


def apart(place: Place, user: str = "", project: str = "") -> str:
    """Under which names a memory is kept apart; empty where the folder's own is meant.

    The folder's own answers to names that are left out, and to the first ones that are ever said.

    Args:
        place: where the project lives.
        user: whose memory, as a program names it.
        project: of what, as a program names it.

    Raises:
        StorageError: the names can't be read or kept.
    """
    said = {"user": user.strip(), "project": project.strip()}
    if not any(said.values()):
        return ""
    own = _own(place.home, said)
    others = {each: name for each, name in said.items() if name and name.casefold() != own[each].casefold()}
    return ", ".join(f"{each} {one_line(name, 80)}" for each, name in others.items())


def place_apart(place: Place, names: str) -> Place:
    """Where the memory of these names is kept, beside the folder's own; the code is the same.

    Raises:
        StorageError: the folder can't be made.
    """
    digest = hashlib.sha256(names.casefold().encode("utf-8", "replace")).hexdigest()[:12]
    home = place.home / "apart" / digest
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The data folder can't be written ({error.__class__.__name__}).") from None
    return replace(place, id=f"{place.id}-{digest}", home=home)


def _own(home: Path, said: dict[str, str]) -> dict[str, str]:
    """The names that the folder's own memory answers to; those that nobody said before are kept."""
    file = home / _FILE
    try:
        with FileLock(file.with_suffix(".lock"), timeout=10, mode=0o600):
            known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
            kept = {each: known.get(each) or name for each, name in said.items()}
            if kept != known:
                fresh = file.with_suffix(".new")
                fresh.write_text(json.dumps(kept), encoding="utf-8")
                fresh.replace(file)
    except (OSError, TimeoutError, ValueError, AttributeError) as error:
        raise StorageError(f"The names of this project can't be kept ({error.__class__.__name__}).") from None
    given = {each: os.environ.get(variable, "").strip() for each, variable in _VARIABLES.items()}
    return {each: given[each] or str(kept[each]) for each in kept}
