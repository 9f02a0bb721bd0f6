"""npm run lock [-- --upgrade]: the files of requirements/ anew from pyproject.toml, for every platform and Python.

Needs uv.  What is locked already stays as it is unless pyproject.toml or --upgrade asks for another version.

    uv.txt         what fetches the rest
    runtime.txt    the extension's own environment
    providers.txt  what a provider's model needs besides; installed when one is first chosen
    dev.txt        all of it, and what developers need
    wheels.json    the wheels that go into the first three, by platform and Python, with sizes and checksums
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parent.parent
LOCKS = ROOT / "requirements"

LATER = {"litellm"}
"""Dependencies that come when a provider's model is first chosen, with what only they need."""

CONVERTING = {"onnx", "safetensors"}
"""Dependencies that make the embedding model out of its weights; the extension carries it finished."""

UNUSED = {"huggingface-hub", "hf-xet", "fsspec", "pyyaml"}
"""Tokenizers asks for the first, to fetch vocabularies, and that for the others; we read a file and import none."""

COMPILE = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
PLAIN = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]

Wheel = tuple[str, int, str]
"""A file's name, bytes and sha256."""

PYTHONS = [(3, 11), (3, 12), (3, 13)]
GLIBC = [f"manylinux_2_{minor}" for minor in range(28, 4, -1)] + ["manylinux2014", "manylinux2010", "manylinux1"]
PLATFORMS = {
    "linux-x64": [f"{glibc}_x86_64" for glibc in GLIBC],
    "linux-arm64": [f"{glibc}_aarch64" for glibc in GLIBC],
    "darwin-arm64": list(mac_platforms((14, 0), "arm64")),
    "win32-x64": ["win_amd64"],
}
"""What wheels name the platforms that Node calls so, the best first."""


def entries(text: str) -> dict[str, str]:
    """Each requirement of a lock file, with its hashes, by name, version and marker."""
    return {entry.partition(" \\")[0]: entry.rstrip() for entry in re.split(r"\n(?=\S)", text.strip()) if entry}


def named(entry: str) -> str:
    """The package that a requirement names."""
    return canonicalize_name(Requirement(entry.partition(" \\")[0]).name)


def written(found: dict[str, str]) -> str:
    """A lock file of these requirements."""
    return "".join(f"{entry}\n" for entry in found.values())


def compiled(sources: list[str], kept: str, options: list[str], given: str | None = None) -> str:
    """What uv makes of the sources; the versions in `kept` stay where they may."""
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "locked.txt"
        output.write_text(kept, encoding="utf-8")
        command = [*COMPILE, *PLAIN, *options, *sources, "--output-file", str(output)]
        subprocess.run(command, cwd=ROOT, input=given, text=True, encoding="utf-8", check=True)
        return output.read_text(encoding="utf-8")


def metadata(lock: Path) -> list[dict[str, Any]]:
    """What the package index says of the locked packages: names, sizes and hashes of their files."""
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "pylock.toml"
        command = [*COMPILE, "--no-deps", "--no-header", "--format", "pylock.toml", "--output-file", str(output)]
        subprocess.run([*command, str(lock)], cwd=ROOT, check=True)
        found: list[dict[str, Any]] = tomllib.loads(output.read_text(encoding="utf-8"))["packages"]
    return found


def supported(python: tuple[int, int], platforms: list[str]) -> Iterator[Tag]:
    """The tags of the wheels that a Python takes, the best first."""
    yield from cpython_tags(python, platforms=platforms)
    yield from compatible_tags(python, f"cp{python[0]}{python[1]}", platforms)


def wheel_for(package: dict[str, Any], platform: str, python: tuple[int, int]) -> Wheel:
    """The wheel of a package that a Python takes on a platform: its file name, bytes and sha256."""
    wheels = {unquote(wheel["url"].rpartition("/")[2]): wheel for wheel in package.get("wheels", [])}
    ranks = {tag: rank for rank, tag in reversed([*enumerate(supported(python, PLATFORMS[platform]))])}
    fitting = [(ranks[tag], file) for file in wheels for tag in parse_wheel_filename(file)[3] if tag in ranks]
    if not fitting:
        raise SystemExit(f"{package['name']} {package['version']} has no wheel for Python {python} on {platform}")
    file = min(fitting)[1]
    return file, wheels[file]["size"], wheels[file]["hashes"]["sha256"]


def installed(marker: str | None, platform: str, python: tuple[int, int]) -> bool:
    """Whether a package with this marker is installed there at all."""
    system, _, machine = platform.partition("-")
    machines = {
        "x64": "AMD64" if system == "win32" else "x86_64",
        "arm64": "arm64" if system == "darwin" else "aarch64",
    }
    environment = {
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "platform_machine": machines[machine],
        "os_name": "nt" if system == "win32" else "posix",
        "python_version": f"{python[0]}.{python[1]}",
        "python_full_version": f"{python[0]}.{python[1]}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    return marker is None or Marker(marker).evaluate(environment)


def wheel_sizes(lock: Path) -> dict[str, dict[str, Wheel]]:
    """The wheel of each package: for all under `any`, for a platform under its name, for a Python under `NAME 3.12`."""
    packages = {named(entry) for entry in entries(lock.read_text(encoding="utf-8"))}
    sizes: dict[str, dict[str, Wheel]] = {platform: {} for platform in ("any", *PLATFORMS)}
    found: defaultdict[tuple[str, str], dict[str, Wheel]] = defaultdict(dict)
    everywhere: set[str] = set()
    for package, platform, python in product(metadata(lock), PLATFORMS, PYTHONS):
        name, marker = canonicalize_name(package["name"]), package.get("marker")
        if name not in packages or not installed(marker, platform, python):
            continue
        wheel = wheel_for(package, platform, python)
        found[name, platform][f"{python[0]}.{python[1]}"] = wheel
        if marker is None and wheel[0].endswith("-none-any.whl"):
            everywhere.add(name)
    for (name, platform), wheels in found.items():
        if len(wheels) == len(PYTHONS) and len(set(wheels.values())) == 1:
            sizes["any" if name in everywhere else platform][name] = next(iter(wheels.values()))
            continue
        for python, wheel in wheels.items():
            sizes.setdefault(f"{platform} {python}", {})[name] = wheel
    return sizes


def dumped(sizes: dict[str, Any]) -> str:
    """JSON with a line for each wheel."""
    text = json.dumps(sizes, indent=1, sort_keys=True)
    return re.sub(r"\[\s+(\"[^\"]+\"),\s+(\d+),\s+(\"\w+\")\s+\]", r"[\1, \2, \3]", text) + "\n"


def main(options: list[str]) -> None:
    """Write them all."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locks = {name: LOCKS / f"{name}.txt" for name in ("uv", "runtime", "providers", "dev")}
    before = {name: path.read_text(encoding="utf-8") if path.exists() else "" for name, path in locks.items()}

    everything = compiled(["pyproject.toml"], before["dev"], options)
    own = [each for each in project["dependencies"] if named(each) not in LATER | CONVERTING]
    alone = entries(compiled(["-"], everything, [], "\n".join(own)))
    runtime = {key: entry for key, entry in alone.items() if named(key) not in UNUSED}
    locks["runtime"].write_text(written(runtime), encoding="utf-8")
    asked = [each for each in project["dependencies"] if named(each) not in CONVERTING]
    both = entries(compiled(["-"], everything, [], "\n".join(asked)))
    locks["providers"].write_text(written({key: both[key] for key in both if key not in runtime}), encoding="utf-8")
    locks["uv"].write_text(compiled(["-"], before["uv"], options, "uv\n"), encoding="utf-8")

    # The build's own requirement is locked too, so that setting up needs no unlocked download.
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as constraint:
        constraint.write(everything)
        constraint.flush()
        sources = ["pyproject.toml", "requirements/build.in", "--extra", "dev", "--constraint", constraint.name]
        locks["dev"].write_text(compiled(sources, before["dev"], options), encoding="utf-8")

    sizes = {name: wheel_sizes(path) for name, path in locks.items() if name != "dev"}
    (LOCKS / "wheels.json").write_text(dumped(sizes), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
