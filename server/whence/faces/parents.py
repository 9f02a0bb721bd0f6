"""The process that started a face, and what to do when it is gone."""

import os
import sys
import threading
from collections.abc import Callable

_SECONDS = 3.0
"""How often to look whether the parent is still there, for one that was killed without closing our input."""


def end_with_parent(close: Callable[[], None]) -> None:
    """End when the process that started us is gone, even if something else keeps our input open.

    Args:
        close: called first, on a thread of its own: stores what has to be.
    """
    parent = os.getppid()

    def watch() -> None:
        pause = threading.Event()
        while not pause.wait(_SECONDS):
            if os.getppid() != parent:
                close()
                os._exit(0)  # reading stdin can't be interrupted, and would keep the process

    if sys.platform != "win32":  # there the end of our input is all the news there is
        threading.Thread(target=watch, name="whence-parent", daemon=True).start()
