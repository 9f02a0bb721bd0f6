"""What strangers meet first: contributing, debugging, continuous integration, releases, decision records."""

import json
import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from tests.rpc import LspClient
from whence.readers.record_parser import parse
from whence.readers.records import Record, bonds

ROOT = Path(__file__).parent.parent
WORKFLOWS = ("ci", "release")
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
FORMS = sorted((ROOT / ".github").rglob("*.yml"))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def workflow(name: str) -> Any:
    return yaml.safe_load(read(f".github/workflows/{name}.yml"))


def steps(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for job, said in workflow(name)["jobs"].items():
        for step in said["steps"]:
            yield job, step


def commands(job: str, name: str) -> list[str]:
    return [step["run"].strip() for of, step in steps(name) if of == job and "run" in step]


# ---------------------------------------------------------------- continuous integration


def test_ci_runs_everything_on_linux_and_all_but_vs_code_elsewhere() -> None:
    jobs = workflow("ci")["jobs"]
    assert commands("linux", "ci") == [".ci/run", "npm run bench -- gate"]
    assert (ROOT / ".ci" / "run").is_file()
    assert commands("elsewhere", "ci") == ["npm test -- --no-e2e"]
    systems = {row["os"].partition("-")[0] for row in jobs["elsewhere"]["strategy"]["matrix"]["include"]}
    assert systems == {"macos", "windows"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_by_their_major_version(name: str) -> None:
    used = [step["uses"] for _, step in steps(name) if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@(release/)?v\d+", action)] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read_where_no_job_says_more(name: str) -> None:
    said = workflow(name)
    assert said["permissions"] == {"contents": "read"}
    more = {job: each["permissions"] for job, each in said["jobs"].items() if "permissions" in each}
    assert more == ({} if name == "ci" else {"github": {"contents": "write"}, "python": {"id-token": "write"}})


def test_a_release_is_made_by_a_tag_and_never_from_a_fork() -> None:
    said = workflow("release")
    # YAML 1.1 takes the word `on` for true.
    assert said[True] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}
    for job, each in said["jobs"].items():
        assert "!github.event.repository.fork" in each["if"], f"{job} would run in a fork"
        assert job == "build" or each["needs"] == "build", f"{job} does not wait for what was tested"


def test_nothing_is_published_without_its_secret_or_switch() -> None:
    publishing = [step for _, step in steps("release") if "publish" in step.get("run", "")]
    assert [step["if"] for step in publishing] == ["${{ env.VSCE_PAT != '' }}", "${{ env.OVSX_PAT != '' }}"]
    jobs = workflow("release")["jobs"]
    assert set(jobs["marketplaces"]["env"]) == {"VSCE_PAT", "OVSX_PAT"}
    assert "vars.PUBLISH_PYTHON == 'true'" in jobs["python"]["if"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_runs_only_scripts_that_there_are(name: str) -> None:
    for _, step in steps(name):
        for script in npm_scripts(step.get("run", "")):
            assert script in json.loads(read("package.json"))["scripts"]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_what_the_forge_reads_is_yaml(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


# ---------------------------------------------------------------- contributing


def npm_scripts(text: str) -> list[str]:
    """The scripts of package.json that `npm run`, `npm test` and `npm start` name."""
    return [run or word for run, word in re.findall(r"\bnpm (?:run ([\w-]+)|(test|start)\b)", text)]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md", "docs/releasing.md", ".githooks/pre-push"])
def test_the_commands_that_a_page_names_are_there(page: str) -> None:
    named = npm_scripts(read(page))
    assert named
    assert set(named) <= set(json.loads(read("package.json"))["scripts"])


def test_the_options_of_the_test_command_are_those_that_contributing_names() -> None:
    told = subprocess.run(
        ["node", "scripts/test.mjs", "--help"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout
    for option in re.findall(r"npm test -- (--[\w-]+)", read("CONTRIBUTING.md")):
        assert option in told, f"npm test knows no {option}"


@pytest.mark.parametrize(
    "page", ["CONTRIBUTING.md", "ARCHITECTURE.md", "docs/retrieval.md", "docs/decisions/README.md"]
)
def test_the_links_of_a_page_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", read(page)):
        assert (ROOT / page).parent.joinpath(target).exists(), f"{page} links to {target}"


def test_contributing_names_the_five_walks_and_what_a_newcomer_asks_first() -> None:
    headings = re.findall(r"^#+ (.*)$", read("CONTRIBUTING.md"), re.MULTILINE)
    assert [heading for heading in headings if re.search(r": (?:one|two|three|four) files?$", heading)] == [
        "A new kind of memory: two files",
        "A new operation with a palette command: two files",
        "A new face: four files",
        "Another embedding model: two files",
        "The burst rule: one file",
    ]
    assert {"Set up", "Run tests", "Debug extension and server together", "The layout"} <= set(headings)


@pytest.mark.parametrize(("checks", "pushed"), [(0, True), (1, False)], ids=["green checks", "a red check"])
def test_a_push_goes_out_only_after(checks: int, pushed: bool, tmp_path: Path) -> None:
    """The hook with an npm that says how the checks went, in a real repository that pushes to another."""
    mode = subprocess.run(
        ["git", "ls-files", "--stage", ".githooks/pre-push"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert mode.startswith("100755"), "git runs no hook that can't be executed"
    tools, work, remote = tmp_path / "tools", tmp_path / "a work tree", tmp_path / "remote.git"
    tools.mkdir()
    npm = tools / "npm"
    npm.write_text(
        f'#!/bin/sh\necho "$* in ${{GIT_DIR:-no repository}}" > "{tmp_path.as_posix()}/asked"\nexit {checks}\n'
    )
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    env = {**os.environ, "PATH": os.pathsep.join([str(tools), os.environ["PATH"]])}

    def git(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", "-C", str(work), *args], capture_output=True, text=True, env=env, check=False, encoding="utf-8"
        )

    for folder, bare in ((work, ()), (remote, ("--bare",))):
        subprocess.run(["git", "init", "-q", *bare, str(folder)], check=True)
    git("config", "core.hooksPath", str(ROOT / ".githooks"))
    git("commit", "-q", "--allow-empty", "-m", "A change")
    done = git("push", "-q", str(remote), "HEAD:refs/heads/main")
    assert (done.returncode == 0) is pushed, done.stderr
    assert (tmp_path / "asked").read_text() == "test -- --quick in no repository\n"


# ---------------------------------------------------------------- debugging


def launch(name: str) -> dict[str, Any]:
    said = json.loads(read(".vscode/launch.json"))
    return next(each for each in (*said["configurations"], *said["compounds"]) if each["name"] == name)


def test_f5_starts_what_is_there() -> None:
    said = json.loads(read(".vscode/launch.json"))
    tasks = {task["label"]: task for task in json.loads(read(".vscode/tasks.json"))["tasks"]}
    names = {each["name"] for each in said["configurations"]}
    for each in (*said["compounds"], *said["configurations"]):
        assert set(each.get("configurations", ())) <= names
        assert each.get("preLaunchTask", "debug: prepare") in tasks
    for task in tasks.values():
        assert set(task.get("dependsOn", ())) <= tasks.keys()
        assert task.get("script", "test") in json.loads(read("package.json"))["scripts"]
    listened = launch("Server of the extension")["listen"]
    address = launch("Extension that waits for the debugger")["env"]["DEBUGPY_WHENCE"]
    assert address == f"{listened['host']}:{listened['port']}"


class Adapter:
    """What VS Code's Python debugger is to a server: an adapter that listens, told what to do over stdin and stdout."""

    def __init__(self, breakpoints: tuple[Path, int]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "debugpy.adapter"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._number = 0
        self._breakpoints = breakpoints

    def send(self, command: str, **arguments: Any) -> None:
        self._number += 1
        body = json.dumps({"seq": self._number, "type": "request", "command": command, "arguments": arguments}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def until(self, name: str) -> dict[str, Any]:
        """Read on to an event, or to the answer to a request, of that name."""
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            message: dict[str, Any] = json.loads(stream.read(length))
            if name in (message.get("event"), message.get("command")):
                assert message.get("success", True), message
                return message
        raise AssertionError(f"the adapter ended before {name}")

    def listen(self) -> tuple[str, int]:
        """Wait for a server as VS Code does; the address."""
        self.send("initialize", adapterID="debugpy", pathFormat="path", linesStartAt1=True)
        self.until("initialize")
        self.send("attach", **(launch("Server of the extension") | {"listen": {"host": "127.0.0.1", "port": 0}}))
        waiting = self.until("debugpyWaitingForServer")["body"]
        return waiting["host"], waiting["port"]

    def go(self) -> None:
        """Set the breakpoint, and let the server begin."""
        self.until("initialized")
        path, line = self._breakpoints
        self.send("setBreakpoints", source={"path": str(path)}, breakpoints=[{"line": line}])
        assert self.until("setBreakpoints")["body"]["breakpoints"][0]["verified"]
        self.send("configurationDone")

    def __enter__(self) -> "Adapter":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


def started_by_the_extension(address: str) -> list[str]:
    """The words that `client.ts` and `python.ts` start a server with, where a debugger listens at the address."""
    around = re.search(r"args: \['-P', \.\.\.debugging\(\), (.*?)\],", read("extension/src/client.ts"))
    before = re.search(r"address \? \[(.*?)\] :", read("extension/src/python.ts"))
    assert around
    assert before
    words = [word.strip().strip("'") for word in f"{before[1]}, {around[1]}".split(",")]
    return [sys.executable, "-P", *(address if word == "address" else word for word in words)]


def test_a_server_of_f5_waits_for_the_debugger_stops_where_told_and_answers(home: Path, tmp_path: Path) -> None:
    entry = ROOT / "server" / "whence" / "__main__.py"
    line = next(
        number for number, text in enumerate(entry.read_text(encoding="utf-8").splitlines(), 1) if "edit(_hang)" in text
    )
    with Adapter((entry, line)) as adapter:
        host, port = adapter.listen()
        with LspClient(home, started_by_the_extension(f"{host}:{port}")) as client:
            adapter.go()
            stopped = adapter.until("stopped")["body"]
            assert stopped["reason"] == "breakpoint"
            adapter.send("continue", threadId=stopped["threadId"])
            assert client.start(tmp_path)["serverInfo"]["name"] == "whence"
            assert client.stop() == 0


# ---------------------------------------------------------------- decisions


def parsed() -> list[Record]:
    records = [parse(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in RECORDS]
    return [record for record in records if isinstance(record, Record)]


def test_our_own_reader_reads_every_decision_record() -> None:
    records = parsed()
    assert len(records) == len(RECORDS) > 0
    assert sorted(record.number or 0 for record in records) == list(range(1, len(records) + 1))
    assert len({record.title for record in records}) == len(records)


@pytest.mark.parametrize("record", parsed(), ids=lambda record: PurePosixPath(record.path).stem)
def test_a_record_says_what_was_decided_when_why_and_what_came_of_it(record: Record) -> None:
    front = yaml.safe_load((ROOT / record.path).read_text(encoding="utf-8").split("---")[1])
    assert str(front["status"]).split()[0] == record.status
    assert record.date is not None
    assert record.date.date() == front["date"]
    assert record.title
    assert record.context
    assert record.decision
    assert record.rationale
    assert record.alternatives
    assert record.consequences


def test_a_record_that_is_superseded_and_its_successor_name_each_other() -> None:
    records = parsed()
    said = {
        (record.path, other.path) for record in records for other in record.mentions if other.relation == "supersedes"
    }
    back = {
        (other.path, record.path)
        for record in records
        for other in record.mentions
        if other.relation == "superseded_by"
    }
    assert said == back == set(bonds(records).supersedes)
    assert {record.path for record in records if record.status == "superseded"} == {older for _, older in said}


def test_whence_imports_its_own_decisions(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "decisions"
    folder.mkdir(parents=True)
    for path in RECORDS:
        (folder / path.name).write_bytes(path.read_bytes())
    words = shlex.split("import-records --folder docs/decisions --json --set embedding.model=none")
    done = subprocess.run(
        [sys.executable, "-m", "whence", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert len(json.loads(done.stdout)["ids"]) == len(RECORDS)
