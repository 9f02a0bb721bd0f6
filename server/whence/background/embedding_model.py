"""The embedding model on this machine: made once for all projects, and opened once for all of this process."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whence.models.embedding import Embedder

embedders: dict[Path, "Embedder"] = {}
"""The models that are open, by folder: one copy serves all projects of this process."""
_lock = threading.Lock()


def opened(folder: Path, name: str) -> "Embedder":
    """The model in a folder, opened unless it is.

    Raises:
        ModelUnavailable: it can't be opened.
    """
    from whence.models.embedding import load

    with _lock:
        if folder not in embedders:
            embedders[folder] = load(folder, name)
    return embedders[folder]


def provision(
    cache: Path, name: str, began: "Callable[[subprocess.Popen[str]], None]", told: Callable[[str], None]
) -> str | None:
    """Have the model made in a process of its own, whose memory the system gets back. The failure, if any.

    Args:
        cache: folder in which models are kept, for all projects.
        name: the model.
        began: given the process, so that it can be ended.
        told: given a sentence that says how far it is, again and again.
    """
    # -P: the current folder is a workspace, whose files must not be taken for modules.
    command = [
        sys.executable,
        "-P",
        "-m",
        "whence.models.provisioning",
        str(cache),
        name,
    ]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        creationflags=flags,
    ) as child:
        began(child)
        last = ""
        assert child.stdout is not None
        for line in child.stdout:
            last = line.strip() or last
            try:
                told(str(json.loads(line)["message"]))
            except (ValueError, KeyError, TypeError):
                continue
        code = child.wait()
    if code == 0:
        return None
    try:
        return str(json.loads(last)["message"])
    except (ValueError, KeyError, TypeError):
        return "The embedding model could not be prepared. Run `whence status` for the state, then try again."
