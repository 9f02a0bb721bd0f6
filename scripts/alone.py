"""The wheel that stands alone: `alone.py WHEEL MODELS FOLDER` writes it into the folder, the models inside.

Installed by `uv tool install` or pipx, it puts them into the environment's share/whence/models, where Whence looks
first: search by meaning works at once, without a further download. The same input gives the same bytes.
"""

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

_DATE = (2020, 1, 1, 0, 0, 0)
"""Of the files that are added; what is in the wheel keeps its own."""


def recorded(name: str, content: bytes) -> str:
    """The line of a wheel's RECORD for a file."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def main(wheel: Path, models: Path, folder: Path) -> None:
    """Copy the wheel, add each file of the models, and name it in the RECORD."""
    folder.mkdir(parents=True, exist_ok=True)
    name, version, *_ = wheel.name.split("-")
    record = f"{name}-{version}.dist-info/RECORD"
    with zipfile.ZipFile(wheel) as given, zipfile.ZipFile(folder / wheel.name, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in given.infolist():
            if entry.filename != record:
                made.writestr(entry, given.read(entry))
        lines = given.read(record).decode()
        for file in sorted(path for path in models.rglob("*") if path.is_file()):
            inside = f"{name}-{version}.data/data/share/whence/models/{file.relative_to(models).as_posix()}"
            content = file.read_bytes()
            made.writestr(_entry(inside), content)
            lines = recorded(inside, content) + lines
        made.writestr(_entry(record), lines)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
