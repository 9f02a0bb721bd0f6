"""npm run licences: docs/licences.md anew, what is shipped or installed with Whence and under which licence.

Python packages are those of the lock files that set-up installs (requirements/uv.txt, runtime.txt, providers.txt), npm
packages those that the extension's sources import, with what these depend on. Licences are what installed packages say
of themselves, and what package-lock.json says; nothing is asked of a network. With --check nothing is written, and a
page that is out of date is an error; so is a licence that is not among those that may be shipped.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"

ALLOWED = {
    *("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Zlib", "CC0-1.0", "PSF-2.0"),
    *("MPL-2.0", "Python-2.0", "BlueOak-1.0.0", "CNRI-Python"),
}
"""SPDX names of licences under which a package may be shipped beside one under Apache-2.0, its own files unchanged."""

_CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
}
_SPOKEN = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
}
_ELSEWHERE = {"uv": "MIT OR Apache-2.0", "pywin32": "PSF-2.0"}
"""Of packages that are installed on other systems or apart, as their wheels' metadata say."""

_NEVER = "emscripten"
"""A platform that some requirements are marked for, and Whence doesn't run on."""


def locked() -> dict[str, str]:
    """The versions of the Python packages that set-up installs, by name; several where platforms differ."""
    found: dict[str, set[str]] = {}
    for name in ("uv", "runtime", "providers"):
        for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if (match := re.match(r"([\w.-]+)==([^\s;\\]+)(.*)", line)) and f"== '{_NEVER}'" not in match[3]:
                found.setdefault(match[1], set()).add(match[2])
    return {name: ", ".join(sorted(versions)) for name, versions in sorted(found.items())}


def licence(package: str) -> str:
    """The licence of an installed Python package, as an SPDX expression; empty where it is not known.

    Args:
        package: its name.
    """
    if package in _ELSEWHERE:
        return _ELSEWHERE[package]
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return ""
    if expression := said.get("License-Expression"):
        return expression
    classified = {
        _CLASSIFIERS[word]
        for line in said.get_all("Classifier") or ()
        if line.startswith("License ::") and (word := line.rpartition("::")[2].strip()) in _CLASSIFIERS
    }
    if classified:
        return " OR ".join(sorted(classified))
    told = (said.get("License") or "").strip().partition("\n")[0]
    return _SPOKEN.get(told, "MIT" if told.startswith("MIT License") else told)


def bundled() -> dict[str, tuple[str, str]]:
    """Version and licence of the npm packages that the extension's bundle holds, by name."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    waiting, found, seen = [("", name) for name in sorted({*_imported()})], {}, set()
    while waiting:
        place, name = waiting.pop()
        # As Node looks for it: beside the package that asks, and then above.
        inside = f"{place}/node_modules/{name}".lstrip("/")
        at = next((each for each in (inside, f"node_modules/{name}") if each in packages), "")
        if at and at not in seen:
            seen.add(at)
            known = packages[at]
            versions = {*found.get(name, ("", ""))[0].split(", "), known["version"]} - {""}
            found[name] = (", ".join(sorted(versions)), known.get("license", ""))
            waiting += [(at, each) for each in known.get("dependencies", {})]
    return dict(sorted(found.items()))


def _imported() -> Iterator[str]:
    for path in (*(ROOT / "extension" / "src").glob("*.ts"), *(ROOT / "extension" / "view").glob("*.ts")):
        for name in re.findall(r"""(?:from|import\(?)\s*['"]([^.'"][^'"]*)['"]""", path.read_text(encoding="utf-8")):
            if not name.startswith(("node:", "vscode/")) and name != "vscode":
                yield "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


def is_allowed(expression: str) -> bool:
    """Whether what a licence expression demands can be kept: one of each choice, all of what is joined."""
    return all(
        any(part.strip("() ") in ALLOWED for part in choice.split(" OR ")) for choice in expression.split(" AND ")
    )


def page(python: dict[str, tuple[str, str]], npm: dict[str, tuple[str, str]]) -> str:
    """The page, from versions and licences by name."""

    def table(rows: dict[str, tuple[str, str]]) -> str:
        lines = [f"| {name} | {version} | {terms} |" for name, (version, terms) in rows.items()]
        return "\n".join(["| package | version | licence |", "|---|---|---|", *lines])

    return f"""# Licences of what is shipped

Written by `npm run licences`; a test holds that it is up to date and that each licence may be shipped. The licences'
texts stand in each package, and those of the bundle in `dist/THIRD_PARTY_NOTICES.txt` of the extension.

## Python packages that set-up installs, and that the packages for one platform carry

Those of `requirements/uv.txt`, `runtime.txt` and `providers.txt`, on any of the platforms; carried are the first two,
as unchanged wheels with the licences in them.

{table(python)}

## npm packages in the extension's bundle

Those that its sources import, and what these depend on.

{table(npm)}

## The embedding model

all-MiniLM-L6-v2, Apache-2.0; fetched by its checksum, as `server/whence/models/embedding.py` names it.
"""


def main() -> None:
    """Write the page, or look whether it is up to date."""
    python = {name: (version, licence(name)) for name, version in locked().items()}
    npm = bundled()
    wrong = [
        f"{name}: {terms or 'not known'}" for name, (_, terms) in {**python, **npm}.items() if not is_allowed(terms)
    ]
    if wrong:
        raise SystemExit("Licences that can't be shipped, or aren't known:\n" + "\n".join(wrong))
    text = page(python, npm)
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        raise SystemExit("docs/licences.md is out of date: run `npm run licences`.")


if __name__ == "__main__":
    main()
