"""Where data of Whence lives on this machine, as the environment says."""

import os
import sys

TYPE_CHECKING = False  # as typing has it, whose import costs more than all of this module
if TYPE_CHECKING:
    from pathlib import Path


def data_home() -> "Path":
    """Where all data lives: WHENCE_HOME, or `whence` in the user's data directory."""
    from pathlib import Path

    import platformdirs

    named = os.environ.get("WHENCE_HOME")
    return Path(named).expanduser().resolve() if named else Path(platformdirs.user_data_dir("whence", appauthor=False))


def cache_home() -> "Path":
    """Where what can be fetched again lives: WHENCE_CACHE, or `whence` in the user's cache directory."""
    from pathlib import Path

    import platformdirs

    named = os.environ.get("WHENCE_CACHE")
    return Path(named).expanduser().resolve() if named else Path(platformdirs.user_cache_dir("whence", appauthor=False))


def data_folder() -> str:
    """The same as `data_home`, told without loading what it takes: half of the time that a quick command has."""
    if named := os.environ.get("WHENCE_HOME"):
        return os.path.realpath(os.path.expanduser(named))  # noqa: PTH111 - pathlib is not loaded here
    stated, own = os.environ.get("XDG_DATA_HOME", ""), os.environ.get("HOME", "")
    if sys.platform == "linux" and (base := stated if stated.startswith("/") else own.startswith("/") and own):
        return os.path.join(base, "whence" if base == stated else ".local/share/whence")  # noqa: PTH118 - as above
    return str(data_home())
