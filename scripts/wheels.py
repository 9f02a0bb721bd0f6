"""The wheels that a platform's package of the extension carries, into a folder: `wheels.py PLATFORM PYTHON FOLDER`.

They are those of requirements/uv.txt and runtime.txt that requirements/wheels.json names for the platform, as in
`linux-x64`, and the Python, as in `3.12`. What the folder has is kept; pip fetches the rest, for whichever platform.
Each file's size and sha256 are compared with what is locked, and other files are removed from the folder.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from lock import LOCKS, PLATFORMS, Wheel
from packaging.utils import parse_wheel_filename

CARRIED = ("uv", "runtime")
"""What a set-up needs; what a provider's model needs besides is fetched when one is first chosen."""


def locked(platform: str, python: str) -> dict[str, Wheel]:
    """Each package's wheel.

    Raises:
        SystemExit: a package that is needed has no wheel for this platform or Python.
    """
    found: dict[str, Wheel] = {}
    for lock in CARRIED:
        sizes = json.loads((LOCKS / "wheels.json").read_text(encoding="utf-8"))[lock]
        if platform not in sizes:
            raise SystemExit(f"There is no package for {platform}: not all that Whence needs has wheels for it")
        if lock == "runtime" and f"{platform} {python}" not in sizes:
            raise SystemExit(f"No wheels are locked for Python {python} on {platform}")
        for place in ("any", platform, f"{platform} {python}"):
            found.update({name: tuple(wheel) for name, wheel in sizes.get(place, {}).items()})
    return found


def sound(file: Path, wheel: Wheel) -> bool:
    """Whether a file is the wheel that was locked."""
    _, size, sha256 = wheel
    if not file.is_file() or file.stat().st_size != size:
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == sha256


def fetch(wheels: list[Wheel], platform: str, python: str, folder: Path) -> None:
    """Have pip fetch wheels; by their checksums it finds these files and no others."""
    wanted = ""
    for file, _, sha256 in wheels:
        name, version, _, _ = parse_wheel_filename(file)
        wanted += f"{name}=={version} --hash=sha256:{sha256}\n"
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch) / "wheels.txt"
        requirements.write_text(wanted, encoding="utf-8")
        tags = [word for each in PLATFORMS[platform] for word in ("--platform", each)]
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
        asked = ["--implementation", "cp", "--python-version", python, *tags, "--dest", str(folder)]
        command = [sys.executable, "-m", "pip", "download", *options, *asked, "-r", str(requirements)]
        if (status := subprocess.run(command, check=False).returncode) != 0:
            raise SystemExit(status)


def main(platform: str, python: str, folder: Path) -> None:
    """Fill the folder and say how much it holds."""
    wheels = locked(platform, python).values()
    folder.mkdir(parents=True, exist_ok=True)
    if missing := [wheel for wheel in wheels if not sound(folder / wheel[0], wheel)]:
        size = sum(wheel[1] for wheel in missing) / 1e6
        sys.stdout.write(f"package: fetching {len(missing)} wheels ({size:.0f} MB) for Python {python} on {platform}\n")
        sys.stdout.flush()
        fetch(missing, platform, python, folder)
    if wrong := [wheel[0] for wheel in wheels if not sound(folder / wheel[0], wheel)]:
        raise SystemExit(f"Not what was locked: {', '.join(wrong)}")
    names = {wheel[0] for wheel in wheels}
    for file in folder.iterdir():
        if file.name not in names:
            file.unlink()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
