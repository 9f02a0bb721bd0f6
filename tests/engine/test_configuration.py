import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faces.test_cli import whence
from whence import Whence
from whence.engine.configuration import OTHER_VARIABLES, VARIABLES, assignments, settings_for, settle, user_file
from whence.faces.mcp.host import Host
from whence.values.errors import InvalidSettings
from whence.values.settings import OPTIONS, closest, key_of

ROOT = Path(__file__).resolve().parent.parent.parent
Write = Callable[[str], Path]


@pytest.fixture
def user(home: Path) -> Write:
    """Write the user's own whence.toml."""

    def write(text: str) -> Path:
        file = user_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def project(repository: Path) -> Write:
    """Write the project's whence.toml."""

    def write(text: str) -> Path:
        (repository / "whence.toml").write_text(text, encoding="utf-8")
        return repository / "whence.toml"

    return write


def origins(folder: Path, **given: Any) -> dict[str, tuple[Any, str]]:
    """The options that are not the default, each with its value and where that comes from."""
    found = settle(folder, given).configuration.options
    return {each.key: (each.value, each.origin) for each in found if each.origin != "default"}


def test_each_place_goes_before_those_above_it(
    repository: Path, user: Write, project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert origins(repository) == {}
    user("[search]\nlimit = 1\nrecencyWeight = 0.5\n")
    assert origins(repository)["search.limit"] == (1, "user")
    project("search.limit = 2")
    assert origins(repository)["search.limit"] == (2, "project")
    monkeypatch.setenv("WHENCE_SEARCH_LIMIT", "3")
    assert origins(repository)["search.limit"] == (3, "environment")
    assert origins(repository, search={"limit": 4}) == {
        "search.limit": (4, "given"),
        "search.recency_weight": (0.5, "user"),
    }
    assert settings_for(repository, assignments(["search.limit=5"])).search.limit == 5


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("WHENCE_MODEL", "ollama/llama3.1", "model", "ollama/llama3.1"),
        ("WHENCE_SMALL_MODEL", "openai/gpt-5-mini", "small_model", "openai/gpt-5-mini"),
        ("WHENCE_CAPTURE_ENABLED", "off", "capture.enabled", False),
        ("WHENCE_SPENDING_DAILY_BUDGET", "2.5", "spending.daily_budget", 2.5),
        ("WHENCE_CODE_EXCLUDE", "vendor/, *.min.js", "code.exclude", ("vendor/", "*.min.js")),
        ("WHENCE_CODE_EXCLUDE", '["a,b", "c"]', "code.exclude", ("a,b", "c")),
    ],
)
def test_a_variable_sets_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, key: str, value: Any
) -> None:
    monkeypatch.setenv(variable, text)
    assert origins(tmp_path) == {key: (value, "environment")}
    monkeypatch.setenv(variable, "")
    assert origins(tmp_path) == {}


def test_every_option_has_a_variable_of_its_own() -> None:
    assert len(VARIABLES) == len(OPTIONS)
    assert not VARIABLES.keys() & OTHER_VARIABLES


def test_every_variable_of_ours_is_known() -> None:
    """One that is not would be refused as a mistyped option."""
    for path in [*ROOT.glob("server/whence/**/*.py"), *ROOT.glob("scripts/*"), *ROOT.glob("extension/src/*.ts")]:
        for name in re.findall(r"\bWHENCE_[A-Z][A-Z_]*\b", path.read_text(encoding="utf-8")):
            assert name in OTHER_VARIABLES or name in VARIABLES, f"{path.name} names {name}"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[search]\n\nlimt = 5\n", 3, "no option search.limt; the closest is search.limit"),
        ("serch.limit = 5\n", 1, "no option serch.limit; the closest is search.limit"),
        ("# first\nlimit = 5\n", 2, "no option limit; the closest is search.limit"),
        ("[search]\nlimit = 5\n[serch]\n", 3, "no option serch; the closest is search"),
        ("search = { recencyWeigth = 1 }\n", 1, "the closest is search.recency_weight"),
        ("\nsearch = 5\n", 2, "search is a group of options, such as search.limit"),
        ("[search]\nlimit = 500\n", 2, "search.limit: Input should be less than or equal to 200"),
        ('[capture]\nexclude = ["a"]\nburst-minutes = "soon"\n', 3, "capture.burst_minutes: Input should be"),
        ('[code]\nexclude = ["a", 5]\n', 2, "code.exclude: Input should be a valid string"),
        ("[search\nlimit = 5\n", 1, "is not TOML"),
    ],
)
@pytest.mark.parametrize("whose", ["user", "project"])
def test_what_is_wrong_in_a_file_is_told_with_its_line(
    repository: Path, request: pytest.FixtureRequest, whose: str, text: str, line: int, message: str
) -> None:
    request.getfixturevalue(whose)(text)
    with pytest.raises(InvalidSettings, match=re.escape(message)) as told:
        settle(repository)
    assert "whence.toml" in str(told.value)
    assert f"line {line}" in str(told.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"#" * 300_000, "256 KB"),
        (b"[[[[", "TOML"),
        (b"x" * 2000, "TOML"),
        (b"x = " + b"[" * 3000, "TOML"),
        (b"a." * 5000 + b"b = 1", "thousands of dots"),
        (b" " * 200_000 + b"\nlimt = 1", "no option limt"),
        (b"[[search]]\nlimit = 1", "search is a group"),
        (b"x" * 200_000 + b" = 1", "no option xxx"),
    ],
)
def test_a_file_that_is_no_configuration_is_told(user: Write, tmp_path: Path, content: bytes, message: str) -> None:
    user("").write_bytes(content)
    with pytest.raises(InvalidSettings, match=message) as told:
        settle(tmp_path)
    assert len(str(told.value)) < 400


def test_a_windows_editor_may_have_written_it(user: Write, tmp_path: Path) -> None:
    user("").write_bytes(b"\xef\xbb\xbf[search]\r\nlimit = 7\r\n")
    assert origins(tmp_path) == {"search.limit": (7, "user")}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["search.limit"], "no ="),
        (["serch.limit=5"], "--set: there is no option serch.limit; the closest is search.limit"),
        (["search.limit=many"], "--set: search.limit"),
        (["code.exclude=[1"], "--set: code.exclude"),
    ],
)
def test_a_wrong_word_is_told(tmp_path: Path, words: list[str], message: str) -> None:
    with pytest.raises(InvalidSettings, match=re.escape(message)):
        settle(tmp_path, assignments(words))


def test_a_mistyped_variable_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHENCE_SERCH_LIMIT", "5")
    with pytest.raises(InvalidSettings, match="WHENCE_SERCH_LIMIT; the closest is WHENCE_SEARCH_LIMIT"):
        settle(tmp_path)


@pytest.mark.parametrize(
    "key",
    [
        *(key for key, field in OPTIONS.items() if (field.json_schema_extra or {}) == {"scope": "machine"}),
        "storage.uri",
        "embedding.download",
        "conversations.auto_save",
        "capture.enabled",
    ],
)
def test_a_project_does_not_decide_what_is_sent_spent_read_or_where_it_goes(
    repository: Path, project: Write, key: str
) -> None:
    # As a value that would be wrong too: what a stranger wrote stops nothing.
    project(f'{key} = "s3://elsewhere"\nsearch.limit = 7\n')
    settings, configuration = settle(repository)
    assert settings.search.limit == 7
    assert settings.model_dump()["storage"]["uri"] == ""
    (note,) = configuration.notes
    assert note.startswith(f"The project's whence.toml, line 1: {key} is left out")
    assert f"WHENCE_{key.replace('.', '_').upper()}" in note


def test_an_untrusted_project_is_not_read(repository: Path, project: Write) -> None:
    project("nonsense = here")
    settings, configuration = settle(repository, trusted=False)
    assert settings.search.limit == 20
    assert [each.origin for each in configuration.files] == ["user"]


def test_the_projects_file_stands_at_its_top(repository: Path, project: Write, tmp_path: Path) -> None:
    project("search.limit = 7")
    (repository / "deep" / "down").mkdir(parents=True)
    assert origins(repository / "deep" / "down")["search.limit"] == (7, "project")
    plain = tmp_path / "no repository"
    plain.mkdir()
    (tmp_path / "whence.toml").write_text("search.limit = 8")
    assert origins(plain) == {}


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("whence.visionModel", "vision_model"),
        ("search.recency-weight", "search.recency_weight"),
        (" capture.burstMinutes", "capture.burst_minutes"),
    ],
)
def test_a_key_may_be_spelled_as_the_editor_does(written: str, key: str) -> None:
    assert key_of(written) == key


def test_the_closest_key_is_found_for_any_text() -> None:
    assert closest("search.lmit") == "search.limit"
    assert closest("") in OPTIONS


def test_the_command_line_shows_where_each_option_comes_from(repository: Path, user: Write, project: Write) -> None:
    file = user('[embedding]\nmodel = "none"\n')
    project('[search]\nlimit = 3\n\n[storage]\nuri = "s3://elsewhere"\n')
    done = whence("config", "--set", "context.budget=500", cwd=repository)
    rows = {line.split()[0]: line.rstrip() for line in done.stdout.splitlines() if line.strip()}
    assert "none" in rows["embedding.model"]
    assert "line 2" in rows["embedding.model"]
    assert rows["search.limit"].endswith("The project's whence.toml, line 2")
    assert rows["context.budget"].endswith("--set")
    assert rows["model"].endswith("default")
    assert file.name in done.stdout
    assert "line 5: storage.uri is left out" in " ".join(done.stderr.split())
    told = json.loads(whence("config", "--json", cwd=repository).stdout)
    assert {each["key"] for each in told["options"]} == OPTIONS.keys()
    assert [each["found"] for each in told["files"]] == [True, True]


def test_a_wrong_setting_is_told_with_an_exit_code(repository: Path, user: Write) -> None:
    done = whence("search", "x", "--set", "search.limt=5", cwd=repository, ok=False)
    assert done.returncode == 2
    assert "search.limit" in done.stderr
    user("[search]\nlimt = 5")
    done = whence("standup", cwd=repository, ok=False)
    assert done.returncode == 2
    assert "line 2" in done.stderr


def test_all_faces_read_the_same_settings(
    repository: Path, user: Write, project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    user('[embedding]\nmodel = "none"\n')
    project("[search]\nlimit = 2\n")
    monkeypatch.setenv("WHENCE_CONTEXT_BUDGET", "900")
    with Whence(repository) as memory:
        for number in range(4):
            memory.remember(f"Number {number} of the notes")
        assert len(memory.search("notes")) == 2
        assert memory.engine.project.settings.context.budget == 900
        assert memory.status().embedding.state == "off"
    host = Host(repository, options={"search.recency_weight": "0.5"})
    try:
        settings = host.project().settings
    finally:
        host.close()
    assert (settings.search.limit, settings.search.recency_weight, settings.context.budget) == (2, 0.5, 900)
    assert settings.embedding.model == "none"
    found = whence("search", "notes", "--json", cwd=repository)
    assert len(json.loads(found.stdout)["hits"]) == 2
    with pytest.raises(InvalidSettings, match="settings: there is no option serch"):
        Whence(repository, {"serch": 1})
