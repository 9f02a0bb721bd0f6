"""The process that started a face, and what to do when it is gone."""

import os
import sys
from collections.abc import Callable

from whence.values.rounds import Rounds

_SECONDS = 3.0
"""How often to look whether the parent is still there, for one that was killed without closing our input."""


def end_with_parent(close: Callable[[], None]) -> None:
    """End when the process that started us is gone, even if something else keeps our input open.

    Args:
        close: called first, on a thread of its own: stores what has to be.
    """
    parent = os.getppid()

    def look() -> None:
        if os.getppid() != parent:
            close()
            os._exit(0)  # reading stdin can't be interrupted, and would keep the process

    if sys.platform != "win32":  # there the end of our input is all the news there is
        Rounds("whence-parent", look, _SECONDS, _SECONDS).start()
