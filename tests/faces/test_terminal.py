"""A terminal without UTF-8: nothing stops a command, and nothing is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forked
from whence.faces.cli.terminal import decoded

NOTE = "“Größe” – 料金 → 7 €"


def whence(folder: Path, *words: str | bytes, stdin: bytes = b"", **environment: str) -> bytes:
    """A command, in a process that is forked; one for which another encoding than UTF-8 holds is begun by itself."""
    start = subprocess.Popen if "LC_ALL" in environment else forked.Popen
    with start(
        [sys.executable, "-m", "whence", *words],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "COLUMNS": "200", "WHENCE_EMBEDDING_MODEL": "none", **environment},
    ) as running:
        told, errors = running.communicate(stdin)
    assert (running.returncode, b"Traceback" in errors) == (0, False), errors
    return told


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252"])
def test_what_a_code_page_lacks_is_told_by_its_number(repository: Path, encoding: str) -> None:
    kept = whence(repository, "remember", "-", "--json", stdin=NOTE.encode(), PYTHONIOENCODING=encoding)
    (id,) = json.loads(kept)["ids"]
    shown = json.loads(whence(repository, "show", id, "--json", PYTHONIOENCODING=encoding))
    assert shown["memory"]["content"] == NOTE
    page = whence(repository, "show", id, PYTHONIOENCODING=encoding).decode(encoding)
    assert "\\u6599\\u91d1" in page
    assert ("Gr\\xf6\\xdfe" if encoding == "ascii" else "Größe") in page


@pytest.mark.skipif(sys.platform == "win32", reason="Windows hands words over as UTF-16, which has no other bytes")
def test_words_of_another_encoding_are_read(repository: Path) -> None:
    strict = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    kept = whence(repository, "remember", "Größe".encode(), "--json", **strict)
    (id,) = json.loads(kept)["ids"]
    assert json.loads(whence(repository, "show", id, "--json"))["memory"]["content"] == "Größe"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("Größe\r\n".encode(), "Größe\n", id="UTF-8 with line ends of Windows"),
        pytest.param("Größe".encode("utf-8-sig"), "Größe", id="with a mark of byte order"),
        pytest.param("Größe".encode("utf-16"), "Größe", id="UTF-16, as PowerShell pipes it"),
        pytest.param("Größe".encode("cp1252"), "Größe", id="Western European"),
        pytest.param(b"\x81\x8d\xff", "\x81\x8d\xff", id="bytes that no code page has"),
    ],
)
def test_bytes_become_text(raw: bytes, expected: str) -> None:
    assert decoded(raw) == expected


@pytest.mark.parametrize("raw", ["utf-8", "utf-16", "cp1252"])
def test_a_single_dash_stands_for_standard_input_in_every_command_that_takes_a_text(repository: Path, raw: str) -> None:
    trace = 'Traceback (most recent call last):\n  File "cart.py", line 3, in total\nValueError: die Größe fehlt\n'
    kept = json.loads(whence(repository, "record-error", "-", "--json", stdin=trace.encode(raw)))
    shown = json.loads(whence(repository, "show", kept["ids"][0], "--json"))["memory"]
    assert shown["title"] == "ValueError: die Größe fehlt"
    found = json.loads(whence(repository, "search", "-", "--json", stdin="Größe".encode(raw)))
    assert [hit["id"] for hit in found["hits"]] == kept["ids"]
    again = json.loads(whence(repository, "record-error", "--stack-trace", "-", "--json", stdin=trace.encode(raw)))
    assert again["count"] == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no file has such a name")
@pytest.mark.parametrize("word", [b"latin-\xe9.py", b"latin-\xe9.py:1", b"latin-\xe9.py:1-2"])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_a_file_whose_name_is_no_utf_8_is_found(repository: Path, word: bytes, locale: str) -> None:
    Path(repository, os.fsdecode(b"latin-\xe9.py")).write_text("a = 1\nb = 2\n")
    assert b"latin-" in whence(repository, "why", word, LC_ALL=locale)
