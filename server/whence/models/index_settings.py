"""Where packages come from on this machine: pip's settings, in uv's words.

People, and companies above all, tell pip their package index, their proxy and their certificates; uv reads none of
that. What is handed over here makes uv ask where pip would. Settings that were made for uv itself win.

Only the standard library, and no other module of ours: `python -I` runs it out of the wheel before anything is
installed, and prints a JSON object with `environment` and `arguments`.
"""

import configparser
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

Settings = dict[str, str]
"""pip's options by their long names, such as `index-url`; several values of one are separated by white space."""

_SECTIONS = ("global", "download", "install")
"""Of pip's files; what a command's own section says is read after what is said for all."""


class Handover(NamedTuple):
    """What makes uv ask where pip would."""

    environment: dict[str, str]
    """Variables for uv's process."""

    arguments: list[str]
    """Options of `uv pip install` for which there is no variable."""


def uv_settings(environ: Mapping[str, str] = os.environ) -> Handover:
    """The settings of pip as uv takes them; what the environment says to uv already is left out."""
    pip = pip_settings(environ)
    words = {name: value.split() for name, value in pip.items()}
    said = {
        "UV_DEFAULT_INDEX": pip.get("index-url", "").strip(),
        "UV_INDEX": " ".join(words.get("extra-index-url", [])),
        "UV_FIND_LINKS": ",".join(words.get("find-links", [])),
        "UV_INSECURE_HOST": " ".join(words.get("trusted-host", [])),
        "UV_KEYRING_PROVIDER": "subprocess" if pip.get("keyring-provider") == "subprocess" else "",
        "UV_HTTP_TIMEOUT": _seconds(pip.get("timeout", pip.get("default-timeout", ""))),
        "SSL_CERT_FILE": pip.get("cert", ""),
        "SSL_CLIENT_CERT": pip.get("client-cert", ""),
        "HTTPS_PROXY": pip.get("proxy", ""),
        "HTTP_PROXY": pip.get("proxy", ""),
        # pip takes the best of all its indexes, and trusts the system's certificates.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_SYSTEM_CERTS": "true",
    }
    if any(name in environ for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX")):
        del said["UV_DEFAULT_INDEX"]
    if any(name in environ for name in ("UV_EXTRA_INDEX_URL", "UV_INDEX")):
        del said["UV_INDEX"]
    environment = {name: value for name, value in said.items() if value and name not in environ}
    return Handover(environment, ["--no-index"] if _true(pip.get("no-index", "")) else [])


def pip_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """What pip's files and variables say, the more special over the more general, as `pip config list` tells it."""
    found: Settings = {}
    for file in _files(environ):
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue  # pip itself would say so; without the file uv asks where it always does
        for section in _SECTIONS:
            if parser.has_section(section):
                found.update((_named(name), value) for name, value in parser.items(section))
    for name, value in environ.items():
        if name.startswith("PIP_") and name != "PIP_CONFIG_FILE":
            found[_named(name.removeprefix("PIP_"))] = value
    return found


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    """The places of pip's settings, the most general first."""
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    home = Path(environ.get("USERPROFILE" if sys.platform == "win32" else "HOME") or Path.home())
    yield from _unique(_machine(environ, home))
    for prefix in _unique((Path(sys.base_prefix), Path(sys.prefix))):
        yield prefix / ("pip.ini" if sys.platform == "win32" else "pip.conf")
    if named:
        yield Path(named)


def _machine(environ: Mapping[str, str], home: Path) -> Iterator[Path]:
    """The places of the machine's settings, then of the user's."""
    if sys.platform == "win32":
        yield Path(environ.get("PROGRAMDATA", "C:\\ProgramData")) / "pip" / "pip.ini"
        yield home / "pip" / "pip.ini"
        yield Path(environ.get("APPDATA") or home / "AppData" / "Roaming") / "pip" / "pip.ini"
        return
    if sys.platform == "darwin":
        yield Path("/Library/Application Support/pip/pip.conf")
    else:
        folders = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
        yield from (Path(folder) / "pip" / "pip.conf" for folder in reversed(folders) if folder)
        yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    mac = home / "Library" / "Application Support" / "pip"
    if sys.platform == "darwin" and mac.is_dir():
        yield mac / "pip.conf"
    else:
        yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"


def _unique(paths: Iterable[Path]) -> Iterator[Path]:
    return iter(dict.fromkeys(paths))


def _named(name: str) -> str:
    """An option's name as the command line has it."""
    return name.lower().removeprefix("--").replace("_", "-")


def _true(value: str) -> bool:
    return value.strip().lower() in ("1", "y", "yes", "t", "true", "on")


def _seconds(value: str) -> str:
    """A whole number of seconds, as uv wants it; nothing where it is none."""
    try:
        return str(round(float(value))) if value else ""
    except ValueError:
        return ""


def main() -> None:
    """Print them, for those who start uv."""
    sys.stdout.write(json.dumps(uv_settings()._asdict()))


if __name__ == "__main__":
    main()
