"""Where messages to the editor go out."""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, cast


class Outlet:
    """A stream that fails once at most: who can't be told something can't be told of that either, over and over.

    Args:
        stream: what is written to.
        unheard: called when that failed, once and on a thread of its own, with the reason.
    """

    def __init__(self, stream: BinaryIO, unheard: Callable[[Exception], None]) -> None:
        self._stream, self._unheard, self._heard = stream, unheard, True

    def write(self, data: bytes) -> int:
        """Write all of it, at once; nothing once that has failed."""
        if self._heard:
            try:
                self._stream.write(data)
                self._stream.flush()
            except (OSError, ValueError) as error:  # a full disk, a pipe that is broken; a stream that is closed
                self._heard = False
                threading.Thread(target=self._unheard, args=(error,), name="whence-unheard", daemon=True).start()
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()


def outlet(close: Callable[[], None]) -> BinaryIO:
    """This process's stdout, for messages alone: what libraries print goes to stderr. Where it fails, the process ends.

    Args:
        close: called before that: stores what has to be.
    """

    def unheard(error: Exception) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"Whence ends: the editor can't be reached ({type(error).__name__}).\n")
            sys.stderr.flush()
        close()
        os._exit(1)  # reading stdin can't be interrupted, and would keep the process

    stream = Outlet(sys.stdout.buffer, unheard)
    sys.stdout = sys.stderr
    return cast("BinaryIO", stream)
