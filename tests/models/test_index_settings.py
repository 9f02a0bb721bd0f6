"""pip's settings in uv's words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from whence.models.index_settings import pip_settings, uv_settings

pytestmark = pytest.mark.quick

ALWAYS = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "true"}
"""What uv is told on every machine, so that it chooses and trusts as pip does."""

INDEX = "https://packages.example/simple"


def handed_over(environ: dict[str, str]) -> dict[str, str]:
    environment = uv_settings({"PIP_CONFIG_FILE": os.devnull, **environ}).environment
    assert environment.items() >= ALWAYS.items()
    return {name: value for name, value in environment.items() if name not in ALWAYS}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, {}),
        ({"PIP_INDEX_URL": INDEX}, {"UV_DEFAULT_INDEX": INDEX}),
        (
            {"PIP_EXTRA_INDEX_URL": "https://a.example\nhttps://b.example"},
            {"UV_INDEX": "https://a.example https://b.example"},
        ),
        ({"PIP_FIND_LINKS": "wheels more"}, {"UV_FIND_LINKS": "wheels,more"}),
        ({"PIP_TRUSTED_HOST": "a.example b.example:8443"}, {"UV_INSECURE_HOST": "a.example b.example:8443"}),
        (
            {"PIP_CERT": "/ca.pem", "PIP_CLIENT_CERT": "/me.pem"},
            {"SSL_CERT_FILE": "/ca.pem", "SSL_CLIENT_CERT": "/me.pem"},
        ),
        (
            {"PIP_PROXY": "http://proxy.example:8080"},
            dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY"), "http://proxy.example:8080"),
        ),
        ({"PIP_DEFAULT_TIMEOUT": "180"}, {"UV_HTTP_TIMEOUT": "180"}),
        ({"PIP_TIMEOUT": "7.6"}, {"UV_HTTP_TIMEOUT": "8"}),
        ({"PIP_TIMEOUT": "soon"}, {}),
        ({"PIP_KEYRING_PROVIDER": "subprocess"}, {"UV_KEYRING_PROVIDER": "subprocess"}),
        ({"PIP_KEYRING_PROVIDER": "import"}, {}),
        ({"PIP_INDEX_URL": INDEX, "UV_INDEX_URL": "https://own.example"}, {}),
        ({"PIP_INDEX_URL": INDEX, "UV_DEFAULT_INDEX": "https://own.example"}, {}),
        ({"PIP_EXTRA_INDEX_URL": INDEX, "UV_EXTRA_INDEX_URL": "https://own.example"}, {}),
        ({"PIP_CERT": "/ca.pem", "SSL_CERT_FILE": "/own.pem"}, {}),
    ],
    ids=[
        "nothing was set",
        "an index",
        "further indexes, a line each",
        "folders of wheels",
        "hosts that are trusted without a certificate",
        "certificates",
        "a proxy",
        "the default time limit",
        "a time limit that is no whole number",
        "a time limit that is none",
        "keys from a program",
        "keys from a module, which uv cannot use",
        "an index that was set for uv, the older way",
        "an index that was set for uv",
        "further indexes that were set for uv",
        "certificates that were set for all",
    ],
)
def test_uv_is_told(said: dict[str, str], expected: dict[str, str]) -> None:
    assert handed_over(said) == expected


@pytest.mark.parametrize(("value", "arguments"), [("1", ["--no-index"]), ("true", ["--no-index"]), ("0", []), ("", [])])
def test_no_index_is_an_option(value: str, arguments: list[str]) -> None:
    assert uv_settings({"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": value}).arguments == arguments


def settings_file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="the places are Linux's")
def test_the_more_special_place_wins(tmp_path: Path) -> None:
    """The options have names of ours, so that what this machine says in /etc/pip.conf plays no part."""
    machine, home = tmp_path / "etc", tmp_path / "home"
    settings_file(
        machine / "pip" / "pip.conf", "[global]\none = machine\ntwo = machine\nthree = machine\nfour = machine\n"
    )
    settings_file(home / ".pip" / "pip.conf", "[global]\ntwo = old place\nthree = old place\n")
    settings_file(home / ".config" / "pip" / "pip.conf", "[global]\nthree = home\n[install]\nfour = install\n")
    environ = {"XDG_CONFIG_DIRS": str(machine), "HOME": str(home)}
    expected = {"one": "machine", "two": "old place", "three": "home", "four": "install"}
    assert pip_settings(environ).items() >= expected.items()
    named = settings_file(tmp_path / "named.conf", "[global]\nfour = named\nfive_words = named\n")
    environ["PIP_CONFIG_FILE"] = str(named)
    assert pip_settings(environ).items() >= {**expected, "four": "named", "five-words": "named"}.items()
    environ["PIP_FOUR"] = "variable"
    assert pip_settings(environ)["four"] == "variable"


@pytest.mark.parametrize("text", ["no section\n", "[global]\nindex-url\n", "[global\n"])
def test_a_broken_file_counts_as_empty(tmp_path: Path, text: str) -> None:
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path)}
    named = settings_file(tmp_path / "pip.conf", text)
    assert pip_settings({**environ, "PIP_CONFIG_FILE": str(named)}) == pip_settings(environ)


def test_pip_itself_sees_the_same(tmp_path: Path) -> None:
    named = settings_file(
        tmp_path / "pip.conf",
        f"[global]\nindex-url = {INDEX}\nextra-index-url =\n    https://a.example\n    https://b.example\n",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environ = {**kept, "HOME": str(tmp_path), "PIP_CONFIG_FILE": str(named), "PIP_RETRIES": "2"}
    told = subprocess.check_output(
        [sys.executable, "-m", "pip", "config", "list"], env=environ, text=True, encoding="utf-8"
    )
    theirs = {
        line.partition("=")[0].rpartition(".")[2] for line in told.splitlines() if line.startswith(("global.", ":env:"))
    }
    assert theirs - {"config-file"} <= set(pip_settings(environ))
    assert pip_settings(environ)["index-url"] == INDEX


def test_it_is_printed_for_those_who_start_uv(tmp_path: Path) -> None:
    module = Path(sys.modules["whence.models.index_settings"].__file__ or "")
    environ = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": INDEX, "PIP_NO_INDEX": "1"}
    environ = {name: value for name, value in environ.items() if not name.startswith("UV_")}
    told = json.loads(subprocess.check_output([sys.executable, "-I", str(module)], env=environ, cwd=tmp_path))
    assert told["arguments"] == ["--no-index"]
    assert told["environment"]["UV_DEFAULT_INDEX"] == INDEX
