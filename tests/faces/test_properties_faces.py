"""What holds of everything that assistants, terminals and files hand over: it is read, or refused in words."""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.properties import JSON, NAMES, PLAIN_VALUES, TEXTS, bounded, lined, made_of, objects_of
from whence.engine.configuration import assignments, settle
from whence.faces.mcp import arguments
from whence.faces.places import files_within
from whence.values.errors import InvalidSettings, WhenceError
from whence.values.settings import Settings

ROOT = Path("/srv/project").absolute()
NAMED = st.one_of(
    TEXTS,
    made_of(
        "file:",
        "//",
        "/",
        "srv",
        "project",
        "..",
        "%2e",
        "%00",
        "[",
        "]",
        "\\",
        "C:",
        "a.py",
        "?",
        "#",
        '"',
        "localhost",
    ),
    st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: f"{ROOT.as_posix()}/{'/'.join(parts)}"),
)


@bounded(200)
@given(NAMED)
@example("file://[")
@example("file:///srv/project/%00")
def test_any_name_of_a_file_is_taken(name: str) -> None:
    found = files_within({"file": name, "query": name, "files": [name]}, ROOT)
    assert found["query"] == name, "only what names files is read so"
    assert found["files"] == [found["file"]]
    assert isinstance(found["file"], str) or name.lstrip().startswith("[")


@bounded(100)
@given(st.lists(NAMES, min_size=1, max_size=4))
def test_a_file_of_the_project_is_named_from_its_top(parts: Sequence[str]) -> None:
    name = "/".join(parts)
    whole = ROOT / name
    for written in (str(whole), whole.as_uri(), f"  {whole}  "):
        assert files_within({"file": written}, ROOT) == {"file": name}
    assert files_within({"file": name}, ROOT) == {"file": name}


LISTED: TypeAdapter[tuple[str, ...]] = TypeAdapter(arguments.Listed)


@bounded(200)
@given(st.one_of(JSON, st.sampled_from(PLAIN_VALUES), JSON.map(json.dumps), st.lists(TEXTS).map(json.dumps)))
def test_a_list_however_it_is_written_is_texts_or_refused(value: Any) -> None:
    with contextlib.suppress(ValidationError):
        assert all(isinstance(text, str) for text in LISTED.validate_python(value))


@bounded(100)
@given(st.lists(TEXTS, max_size=4))
def test_a_list_reads_the_same_as_json(texts: Sequence[str]) -> None:
    assert LISTED.validate_python(json.dumps(texts)) == LISTED.validate_python(list(texts)) == tuple(texts)


# ---------------------------------------------------------------- options

KEYS = ("search", "limit", "capture", "exclude", "models", "budget", "search.limit", "capture.enabled", "unknown", "")
FILE = lined(
    "[search]",
    "limit = 5",
    'limit = "many"',
    "[capture]",
    'exclude = ["*.log"',
    'exclude = ["*.log"]',
    "[models.",
    "enabled = 2026-03-02",
    "a.b.c = 1e999",
    "# a comment",
    "[[search]]",
    "",
    most=8,
)


@bounded(100)
@given(st.lists(st.one_of(TEXTS, st.tuples(st.sampled_from(KEYS), TEXTS).map("=".join)), max_size=4))
def test_any_assignment_is_read_or_refused(words: Sequence[str]) -> None:
    try:
        found = assignments(words)
    except InvalidSettings:
        assert any("=" not in word for word in words)
    else:
        assert set(found) == {word.partition("=")[0].strip() for word in words}


@bounded(150)
@given(
    st.one_of(objects_of(KEYS, ("5", "true", "x")), st.dictionaries(st.sampled_from(KEYS), TEXTS, max_size=3)),
    st.one_of(FILE, TEXTS),
)
def test_any_options_are_settings_or_refused_in_words(
    tmp_path_factory: Any, given_options: dict[str, Any], written: str
) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / "options"
    folder.mkdir(exist_ok=True)
    (folder / "whence.toml").write_text(written, encoding="utf-8", errors="replace")
    try:
        settled = settle(folder, given_options)
    except WhenceError as refused:
        assert isinstance(refused, InvalidSettings)
        assert str(refused).strip()
    else:
        assert isinstance(settled.settings, Settings)
