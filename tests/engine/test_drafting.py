import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.provider import Provider, Reply
from whence.analysis.commit_style import goal_of, imperative, style, subject, ticket_of
from whence.values.errors import InvalidRequest
from whence.values.settings import parse

KEY = "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0"
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
MODEL = "openai/gpt-4o-mini"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path, provider: Provider) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(model: str = "none", folder: Path = repository, **more: Any) -> Engine:
        settings = parse({"embedding": {"model": "none"}, "model": model, "models": {"delaySeconds": 0.01}})
        secrets = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url}
        opened.append(Engine(folder, settings, secrets=secrets, **more))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def write(repository: Path, path: str, text: str) -> None:
    (repository / path).parent.mkdir(parents=True, exist_ok=True)
    (repository / path).write_text(text, encoding="utf-8")


def commit(git: Git, repository: Path, message: str, path: str = "app.py", text: str | None = None) -> None:
    write(repository, path, text if text is not None else f"# {message}\n")
    git("add", "-A", cwd=repository)
    git("commit", "-qm", message, cwd=repository)


SUM = "def add(a, b):\n    return a + b\n"


# ---------------------------------------------------------------- wording


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ("Added the sum", "Add the sum"),
        ("fixes a crash", "fix a crash"),
        ("Dropping old files", "Drop old files"),
        ("Retried twice", "Retry twice"),
        ("Kept a copy", "Keep a copy"),
        ("Sums are right", "Sums are right"),
        ("Fixed", "Fixed"),
    ],
)
def test_a_subject_orders(said: str, order: str) -> None:
    assert imperative(said) == order


@pytest.mark.parametrize(
    ("messages", "wanted"),
    [
        pytest.param((), "Add faster logins", id="no commits"),
        pytest.param(("Sum it", "Divide it", "Test it"), "Add faster logins", id="plain subjects"),
        pytest.param(("sum it", "divide it", "test it"), "add faster logins", id="lower case"),
        pytest.param(("Sum it.", "Divide it.", "Test it."), "Add faster logins.", id="full stops"),
        pytest.param(
            ("feat(api): sum", "fix(api): divide", "chore: z"),
            "feat(api): add faster logins",
            id="conventional, scoped",
        ),
        pytest.param(("feat: sum", "fix: divide", "docs: tell"), "feat: add faster logins", id="conventional"),
        pytest.param(("api: Sum", "api: Divide", "web: Show"), "api: Add faster logins", id="areas"),
        pytest.param(("AB-1: Sum", "AB-2: Divide", "AB-3: Show"), "AB-12: Add faster logins", id="tickets"),
        pytest.param(
            ("[AB-1] Sum", "[AB-2] Divide", "[AB-3] Show"), "[AB-12] Add faster logins", id="tickets in brackets"
        ),
        pytest.param(("Merge x", "Merge y", "Bump z"), "Add faster logins", id="merges alone"),
    ],
)
def test_a_subject_is_worded_as_the_project_words_its_own(messages: tuple[str, ...], wanted: str) -> None:
    how = style(messages)
    assert subject(how, "Added faster logins.", kind="feat", area="api", ticket="AB-12") == wanted


def test_a_long_subject_ends_at_a_word() -> None:
    said = subject(style(()), f"Add {'a word ' * 30}", kind="feat")
    assert len(said) <= 72
    assert said.endswith("word")


@pytest.mark.parametrize(
    ("branch", "goal", "ticket"),
    [
        ("feature/12-faster-logins", "Faster logins", "12"),
        ("ab-12-do-it", "Do it", "AB-12"),
        ("fix/login_bug", "Login bug", ""),
        ("main", "", ""),
        ("", "", ""),
        ("release/1.2", "", ""),
    ],
)
def test_a_branch_tells_what_it_is_for(branch: str, goal: str, ticket: str) -> None:
    assert (goal_of(branch), ticket_of(branch)) == (goal, ticket)


# ---------------------------------------------------------------- commit messages


def test_without_changes_there_is_nothing_to_commit(open_engine: Open, provider: Provider) -> None:
    draft = open_engine(MODEL).draft_commit_message()
    assert (draft.title, draft.body, draft.markdown) == ("", "", "")
    assert "nothing to commit" in draft.note
    assert not provider.seen


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        pytest.param(
            {"app.py": SUM + "\n\ndef total(all):\n    return sum(all)\n"}, "Add total to app.py", id="a function more"
        ),
        pytest.param({"app.py": "x = 1\n"}, "Remove add from app.py", id="a function less"),
        pytest.param({"app.py": SUM.replace("a + b", "b + a")}, "Change add in app.py", id="a function changed"),
        pytest.param({"new.py": "x = 1\n"}, "Add new.py", id="a new file"),
        pytest.param({"tests/test_app.py": "def test(): ...\n"}, "Add test_app.py", id="a new test"),
        pytest.param({"app.py": None}, "Remove app.py", id="a file less"),
        pytest.param({"a/x.py": "1\n", "a/y.py": "2\n", "a/z.py": "3\n"}, "Add 3 files in a", id="files of a folder"),
        pytest.param(
            {"package-lock.json": "{}\n", "app.py": SUM + "x = 1\n"}, "Update app.py", id="beside a lock file"
        ),
        pytest.param({"läng ünd.py": "x = 1\n"}, "Add läng ünd.py", id="letters beyond ASCII"),
        pytest.param({"logo.bin": "\0\1"}, "Add logo.bin", id="a binary"),
    ],
)
def test_what_is_not_remembered_is_told_by_the_diff(
    open_engine: Open, repository: Path, files: dict[str, str | None], wanted: str
) -> None:
    for path, text in files.items():
        if text is None:
            (repository / path).unlink()
        else:
            write(repository, path, text)
    draft = open_engine().draft_commit_message()
    assert draft.title == wanted
    assert draft.files == len(files)
    assert "Nothing is staged" in draft.note
    assert wanted in draft.markdown
    assert draft.model == ""


def test_what_is_staged_goes_before_what_is_not(open_engine: Open, repository: Path, git: Git) -> None:
    write(repository, "new.py", "x = 1\n")
    git("add", "new.py", cwd=repository)
    write(repository, "app.py", "x = 2\n")
    draft = open_engine().draft_commit_message()
    assert (draft.title, draft.files) == ("Add new.py", 1)
    assert "staged" not in draft.note


def test_the_first_commit_of_all_has_a_message(open_engine: Open, tmp_path: Path, git: Git) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    git("init", "-q", cwd=folder)
    engine = open_engine(folder=folder)
    assert "nothing to commit" in engine.draft_commit_message().note
    write(folder, "app.py", SUM)
    assert engine.draft_commit_message().title == "Add app.py"
    git("add", ".", cwd=folder)
    assert engine.draft_commit_message().title == "Add app.py"
    assert engine.draft_pull_request().title == "Add app.py"


def test_a_renamed_file_is_told_so(open_engine: Open, repository: Path, git: Git) -> None:
    git("mv", "app.py", "sums.py", cwd=repository)
    assert open_engine().draft_commit_message().title == "Rename app.py to sums.py"
    (repository / "lib").mkdir()
    git("mv", "sums.py", "lib/app.py", cwd=repository)
    assert open_engine().draft_commit_message().title == "Move app.py to lib"


def test_while_git_has_a_message_of_its_own_that_is_told(open_engine: Open, repository: Path, git: Git) -> None:
    git("switch", "-qc", "other", cwd=repository)
    commit(git, repository, "Add theirs", "theirs.py")
    git("switch", "-q", "main", cwd=repository)
    commit(git, repository, "Add ours", "ours.py")
    git("merge", "--no-commit", "-q", "other", cwd=repository)
    draft = open_engine().draft_commit_message()
    assert "A merge is under way" in draft.note
    assert draft.title == "Add theirs.py"


def test_a_message_says_what_is_remembered(open_engine: Open, repository: Path) -> None:
    engine = open_engine()
    engine.start_session("Make sums right")
    write(repository, "app.py", SUM.replace("a + b", "int(a) + int(b)"))
    (bug,) = engine.record_error("Texts are joined #7", error_type="TypeError", file="app.py").ids
    engine.resolve(bug, solution="Convert to numbers first")
    assert engine.draft_commit_message().title == "Fix TypeError: Texts are joined"
    (decision,) = engine.remember(
        {"kind": "decision", "decision": "Sums take texts", "rationale": "Forms send texts.", "files": ["app.py"]}
    ).ids
    engine.track_change("app.py", reason="Converts texts to numbers.", implements=decision)
    draft = engine.draft_commit_message()
    assert draft.title == "Convert texts to numbers"
    assert "Follows the decision “Sums take texts”: Forms send texts." in " ".join(draft.body.split())
    assert "- TypeError: Texts are joined #7: Convert to numbers first" in " ".join(draft.body.split())
    assert draft.body.endswith("Fixes #7")
    assert all(len(line) <= 72 for line in draft.body.splitlines())
    assert {each.id for each in draft.cited} >= {bug, decision}


def test_what_belongs_to_the_last_commit_is_not_told_again(open_engine: Open, repository: Path, git: Git) -> None:
    engine = open_engine()
    engine.start_session("Make sums right")
    engine.track_change("app.py", reason="Convert texts")
    late = {"GIT_AUTHOR_DATE": "2035-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2035-01-01T00:00:00Z"}
    git("commit", "-qm", "Later", "--allow-empty", cwd=repository, **late)
    write(repository, "app.py", SUM + "x = 1\n")
    # The date of a commit in the future is taken for now, and so after the session's Change.
    assert "Convert" not in engine.draft_commit_message().markdown


def test_a_project_s_own_wording_is_kept(open_engine: Open, repository: Path, git: Git) -> None:
    for number, message in enumerate(("feat(api): sum", "fix(api): divide", "docs(web): tell", "chore(api): tidy")):
        commit(git, repository, message, f"api/{number}.py")
    write(repository, "api/9.py", "x = 1\n")
    assert open_engine().draft_commit_message().title == "feat(api): add 9.py"


def test_secrets_and_what_is_not_remembered_stay_out(
    open_engine: Open, repository: Path, provider: Provider, git: Git
) -> None:
    write(repository, ".env", f"TOKEN={SECRET}\n")
    write(repository, "app.py", f"token = '{SECRET}'\n{SUM}")
    git("add", "-f", ".", cwd=repository)
    provider.say(json.dumps({"subject": "Add a token"}))
    draft = open_engine(MODEL).draft_commit_message()
    assert "a file of secrets (.env)" in draft.note
    assert draft.left_out[0].examples == (".env",)
    assert SECRET not in draft.model_dump_json()
    assert SECRET not in provider.seen[0].text
    assert "[redacted:" in provider.seen[0].text
    assert repository.as_posix() not in provider.seen[0].text


def test_a_model_writes_the_message(open_engine: Open, repository: Path, provider: Provider, git: Git) -> None:
    engine = open_engine(MODEL)
    engine.start_session("Make sums right")
    (bug,) = engine.record_error("Texts are joined #7", file="app.py", solution="Convert").ids
    write(repository, "app.py", SUM.replace("a + b", "int(a) + int(b)"))
    provider.say(json.dumps({"subject": "Take texts\n", "body": "Forms send them.", "cited": ["m1", "made-up"]}))
    draft = engine.draft_commit_message()
    assert (draft.title, draft.model) == ("Take texts", MODEL)
    assert draft.body == "Forms send them.\n\nFixes #7"
    asked = provider.seen[0].payload["messages"][-1]["content"]
    for part in ("+    return int(a) + int(b)", "Texts are joined", "Make sums right", "at most 72 characters"):
        assert part in asked
    assert bug in {each.id for each in draft.cited}
    assert engine.status().total == 2


def test_where_a_model_fails_the_rules_answer(open_engine: Open, repository: Path, provider: Provider) -> None:
    provider.default = Reply("no JSON at all")
    write(repository, "new.py", "x = 1\n")
    draft = open_engine(MODEL).draft_commit_message()
    assert (draft.title, draft.model) == ("Add new.py", "")
    assert "without a model" in draft.note


def test_a_great_diff_is_shown_in_part(open_engine: Open, repository: Path, provider: Provider) -> None:
    for number in range(40):
        write(repository, f"m{number}.py", "".join(f"value_{line} = {line}\n" for line in range(400)))
    write(repository, "short.py", "x = 1\n")
    provider.say(json.dumps({"subject": "Add values"}))
    draft = open_engine(MODEL).draft_commit_message()
    assert (draft.title, draft.files) == ("Add values", 41)
    assert "lines of the diff were more than the model was shown" in draft.note
    said = provider.seen[0].payload["messages"][-1]["content"]
    assert "+x = 1" in said
    assert len(said) < 40_000


@pytest.mark.parametrize("case", ["no repository", "no trust"])
def test_without_git_there_is_no_commit_to_draft(
    open_engine: Open, repository: Path, tmp_path: Path, case: str
) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    engine = open_engine(folder=bare) if case == "no repository" else open_engine(trusted=False)
    with pytest.raises(InvalidRequest, match="no git repository"):
        engine.draft_commit_message()
    draft = engine.draft_pull_request()
    assert draft.markdown == ""
    assert "no pull request to draft" in draft.note


# ---------------------------------------------------------------- pull requests


def test_a_branch_without_changes_has_no_pull_request(open_engine: Open, repository: Path, git: Git) -> None:
    git("switch", "-qc", "feature", cwd=repository)
    draft = open_engine(MODEL).draft_pull_request()
    assert (draft.markdown, draft.base, draft.branch) == ("", "main", "feature")
    assert "feature changes nothing against main" in draft.note


def test_a_base_that_is_not_there_is_told(open_engine: Open) -> None:
    with pytest.raises(InvalidRequest, match="nowhere"):
        open_engine().draft_pull_request("nowhere")


def test_a_pull_request_is_composed_from_commits_and_memories(open_engine: Open, repository: Path, git: Git) -> None:
    git("switch", "-qc", "feature/7-sums-take-texts", cwd=repository)
    engine = open_engine()
    commit(git, repository, "Convert texts\n\nForms send <texts>.", "app.py", SUM.replace("a + b", "int(a) + int(b)"))
    commit(git, repository, "Test texts", "tests/test_app.py", "def test(): ...\n")
    engine.import_history()
    (bug,) = engine.record_error("Texts are joined #7", file="app.py").ids
    engine.resolve(bug, solution="Convert them", change=git("rev-parse", "HEAD~1", cwd=repository))
    write(repository, "later.py", "x = 1\n")
    draft = engine.draft_pull_request()
    assert draft.title == "Sums take texts"
    for part in (
        "## What\n\n- Convert texts\n- Test texts",
        "- `app.py`: Convert texts",
        "> Forms send \\<texts\\>.",
        "## How it was tested\n\n- `tests/test_app.py` (+1 -0)",
        "## Errors solved\n\n- Texts are joined \\#7: Convert them".replace("\\#", "#"),
        "- Fixes #7",
    ):
        assert part in draft.body
    assert "later.py" not in draft.body
    assert "What is not committed is not in it (1 file)" in draft.note
    assert (draft.base, draft.files) == ("main", 2)
    assert draft.markdown.startswith("# Sums take texts\n\n## What")
    one = engine.draft_pull_request("HEAD~1")
    assert (one.title, one.files) == ("Test texts", 1)


def test_a_pull_request_tells_reasons_without_noise(open_engine: Open, repository: Path, git: Git) -> None:
    git("switch", "-qc", "texts", cwd=repository)
    engine = open_engine()
    trailers = "Co-authored-by: Test Author <author@example.com>\nChange-Id: I0123456789abcdef"
    commit(
        git, repository, f"Convert texts\n\nForms send texts.\n\n{trailers}", "app.py", SUM.replace("a + b", "int(a)")
    )
    commit(git, repository, "wip", "app.py", SUM.replace("a + b", "int(a) + int(b)"))
    commit(git, repository, f"Fix typo\n\n{trailers}", "other.py", "x = 1\n")
    engine.import_history()
    draft = engine.draft_pull_request()
    assert draft.title == "Convert texts"
    assert "> Forms send texts." in draft.body
    assert "- `app.py`: Convert texts\n" in draft.body
    for noise in ("wip", "typo", "Co-authored-by", "Change-Id"):
        assert noise not in draft.markdown


def test_a_message_takes_no_noise_for_its_reason(open_engine: Open, repository: Path) -> None:
    engine = open_engine()
    write(repository, "app.py", SUM.replace("a + b", "int(a) + int(b)"))
    engine.track_change("app.py", reason="wip")
    assert engine.draft_commit_message().title == "Change add in app.py"


def test_only_the_branch_s_own_changes_count(open_engine: Open, repository: Path, git: Git) -> None:
    git("switch", "-qc", "feature", cwd=repository)
    commit(git, repository, "Add mine", "mine.py")
    git("switch", "-q", "main", cwd=repository)
    commit(git, repository, "Add theirs", "theirs.py")
    git("switch", "-q", "feature", cwd=repository)
    draft = open_engine().draft_pull_request("main")
    assert "mine.py" in draft.body
    assert "theirs.py" not in draft.body


def test_what_is_not_committed_is_drafted_where_nothing_is(open_engine: Open, repository: Path) -> None:
    write(repository, "new.py", "x = 1\n")
    draft = open_engine().draft_pull_request()
    assert draft.title == "Add new.py"
    assert "no commits of its own" in draft.note


def test_without_git_the_session_alone_tells(open_engine: Open, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    engine = open_engine(folder=bare)
    engine.start_session("Implement logins", goals=("Keep them fast",))
    engine.track_change("src/auth.py", "create", reason="Begin")
    engine.track_change("src/auth.py", reason="Finish")
    engine.remember({"kind": "decision", "decision": "Use RS256", "rationale": "Keys rotate"})
    engine.remember({"kind": "note", "content": "Logged in by hand", "labels": ["testing"]})
    engine.record_error("'sub'", error_type="KeyError")
    draft = engine.draft_pull_request()
    assert draft.title == "Implement logins"
    for part in (
        "- `src/auth.py`: Begin; Finish",
        "- Keep them fast",
        "**Use RS256**: Keys rotate",
        "- Logged in by hand",
        "## Known problems\n\n- KeyError: 'sub'",
    ):
        assert part in draft.body
    assert "from the session alone" in draft.note


def test_a_model_writes_the_pull_request(open_engine: Open, repository: Path, provider: Provider, git: Git) -> None:
    git("switch", "-qc", "feature", cwd=repository)
    commit(git, repository, "Convert texts", "app.py", SUM.replace("a + b", "int(a) + int(b)"))
    engine = open_engine(MODEL)
    answer = {
        "title": "Take texts",
        "what": ["Sums take *texts*."],
        "why": "Forms send them.",
        "careful": ["Big ones."],
    }
    provider.say(json.dumps(answer))
    draft = engine.draft_pull_request()
    assert (draft.title, draft.model) == ("Take texts", MODEL)
    for part in (
        "## What\n\n- Sums take \\*texts\\*.",
        "## Why\n\nForms send them.",
        "No test is among the changes.",
        "## To look at closely\n\n- Big ones.",
    ):
        assert part in draft.body
    assert "Convert texts" in provider.seen[0].text
    shown = engine.show_prompt("draft_pull_request")
    assert shown.estimate is not None
    assert "int(a) + int(b)" in shown.markdown
    assert len(provider.seen) == 1


def test_long_messages_are_shown_in_part(open_engine: Open, repository: Path, provider: Provider, git: Git) -> None:
    git("switch", "-qc", "feature", cwd=repository)
    write(repository, "app.py", "x = 1\n")
    lines = "\n".join(f"line {number} of a long message" for number in range(30_000))
    (repository.parent / "message").write_text(f"Set x\n\n{lines}", encoding="utf-8")
    git("commit", "-aqF", str(repository.parent / "message"), cwd=repository)
    provider.say(json.dumps({"title": "Set x", "why": "So."}))
    draft = open_engine(MODEL).draft_pull_request()
    assert (draft.title, draft.model) == ("Set x", MODEL)
    assert len(provider.seen[0].text) < 20_000
    assert len(open_engine().draft_pull_request().body) < 5000


def test_a_workspace_s_configuration_runs_nothing(
    open_engine: Open, repository: Path, git: Git, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    for key in ("diff.external", "diff.x.command", "diff.x.textconv", "filter.x.clean", "core.fsmonitor"):
        subprocess.run(["git", "config", key, f"touch '{ran}'; cat"], cwd=repository, check=True)
    write(repository, ".gitattributes", "*.py diff=x filter=x\n")
    write(repository, "app.py", "x = 1\n")
    engine = open_engine()
    engine.draft_commit_message()
    engine.draft_pull_request()
    assert not ran.exists()
