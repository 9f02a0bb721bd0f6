"""Files of the machine that parameters name: which may be read and written, by whom, and that none is missed."""

import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.everything import CALLS, World, prepare
from tests.faces.test_http import served
from tests.opened import Engine
from tests.pictures import png
from whence.engine import OPERATIONS
from whence.faces.mcp.host import Host
from whence.faces.places import confined
from whence.project.location import data_home
from whence.values.errors import InvalidRequest, InvalidSettings, WhenceError
from whence.values.operation import Operation
from whence.values.reach import Names
from whence.values.settings import parse

SETTINGS = parse({"embedding": {"model": "none"}})
MEMORY = {"kind": "note", "content": "Sums take texts, since forms send them."}


def declared(operation: Operation) -> dict[str, str]:
    """The parameters of an operation that name files of the machine, and what they name."""
    fields = operation.params.model_fields.items()
    return {name: mark.what for name, field in fields for mark in field.metadata if isinstance(mark, Names)}


PATHS = [(name, each, what) for name, one in OPERATIONS.items() for each, what in declared(one).items()]
TO_READ = [(name, each) for name, each, what in PATHS if what == "read"]
TO_WRITE = [(name, each) for name, each, what in PATHS if what != "read"]


class Touched:
    """Notes which files the process opens, lists, makes or renames."""

    def __init__(self) -> None:
        self.watching: str | None = None
        self.seen: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, given: tuple[Any, ...]) -> None:
        if self.watching and event in ("open", "os.listdir", "os.scandir", "os.mkdir", "os.rename"):
            named = [os.fsdecode(each) for each in given[:2] if isinstance(each, str | bytes | os.PathLike)]
            self.seen += [event for each in named if each.startswith(self.watching)]


TOUCHED = Touched()


@pytest.fixture
def world(repository: Path, tmp_path: Path) -> World:
    return World(repository, tmp_path / "sources")


@pytest.fixture
def engine(world: World) -> Iterator[Engine]:
    with Engine(world.folder, SETTINGS) as engine:
        engine.remember(MEMORY)
        yield engine


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "shot.png").write_bytes(png(64, 40))
    (folder / "chat.md").write_text("User: Hello\n\nAssistant: Hello.\n", encoding="utf-8")
    return folder


def arguments(engine: Engine, world: World, operation: str, parameter: str, value: Any) -> dict[str, Any]:
    given = {**CALLS[operation](engine, world), parameter: value}
    return OPERATIONS[operation].parse(given)


def refusal(engine: Engine, operation: str, parameter: str, value: str) -> str:
    """What is said of a name that is refused; fails where it is not."""
    given = {parameter: value, **({"message": "It broke"} if operation == "record_error" else {})}
    given |= {"overwrite": True} if "overwrite" in OPERATIONS[operation].params.model_fields else {}
    with pytest.raises(InvalidRequest) as refused:
        getattr(engine, operation)(**OPERATIONS[operation].parse(given))
    return str(refused.value)


def test_a_parameter_by_which_an_operation_reaches_a_file_is_declared_as_one(world: World, outside: Path) -> None:
    """Every text parameter of every operation is given the name of a file outside, and it is watched who goes there."""
    reached: set[tuple[str, str]] = set()
    with Engine(world.folder, SETTINGS) as engine:
        prepare(engine, world)
        world.ids["merged"] = world.ids["note"]
        for name, operation in OPERATIONS.items():
            for parameter, field in operation.params.model_fields.items():
                kinds = {field.annotation, *get_args(field.annotation)}
                if str not in kinds:
                    continue
                for target in ("shot.png", f"new-{name}"):
                    value = str(outside / target)
                    TOUCHED.seen, TOUCHED.watching = [], str(outside)
                    try:
                        listed = (value,) if field.annotation is not str and tuple in map(type, kinds) else value
                        getattr(engine, name)(**arguments(engine, world, name, parameter, listed))
                    except WhenceError:
                        pass
                    finally:
                        TOUCHED.watching = None
                    if TOUCHED.seen:
                        reached.add((name, parameter))
    assert reached == {(name, parameter) for name, parameter, _ in PATHS}


@pytest.mark.parametrize(("operation", "parameter"), TO_READ)
def test_what_is_no_ordinary_file_is_not_read(engine: Engine, outside: Path, operation: str, parameter: str) -> None:
    (data_home() / "api-key").write_text("k" * 40)
    hostile = [
        *("/dev/null", "/dev/stdin", "/proc/self/mem", "/proc/self/environ", "/sys/kernel/uevent_seqnum"),
        *("\\\\.\\pipe\\x", "//server/share/x", "\\\\server\\share\\x", "shot\0.png", "x" * 5000, f"{'y' * 300}/z"),
        *(str(data_home() / "api-key"), str(engine.place.home), "~nobody-of-that-name/x", "nothing-there"),
    ]
    with ExitStack() as stack:
        if hasattr(os, "mkfifo"):
            os.mkfifo(outside / "pipe")
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            os.chdir(outside)  # a socket's name is short
            listening.bind("socket")
            hostile += [str(outside / "pipe"), str(outside / "socket")]
        (outside / "link").symlink_to(data_home() / "api-key")
        for each in (*hostile, str(outside / "link")):
            assert refusal(engine, operation, parameter, each)


@pytest.mark.parametrize(("operation", "parameter"), TO_WRITE)
def test_what_is_no_ordinary_file_is_not_written(engine: Engine, outside: Path, operation: str, parameter: str) -> None:
    key = data_home() / "api-key"
    key.write_text("k" * 40)
    (outside / "target").write_text("precious")
    (outside / "link").symlink_to(outside / "target")
    (outside / "dangling").symlink_to(outside / "nowhere")
    (outside / "home").symlink_to(data_home())
    os.mkfifo(outside / "pipe")
    before = sorted(path.name for path in outside.iterdir())
    hostile = [
        *("/dev/null", "/dev/new", "/proc/self/mem", "/proc/self/new", "/sys/new"),
        *("NUL", "con", "Aux.jsonl", "COM1", "lpt9.txt", "CONIN$", "nul ", "com¹"),
        *("\\\\.\\pipe\\x", "\\\\?\\C:\\x", "//server/share/x", "\\\\server\\share\\x"),
        *("a\0b", "a\nb", "", " ", ".", "..", "x" * 5000, "y" * 300, "no-folder/file", "~nobody-of-that-name/x"),
        *(f"{outside}/{name}" for name in ("link", "dangling", "pipe", "end.", "home/api-key", "home/new")),
        *(str(key), str(engine.place.home / "new"), f"{engine.storage}/memories.lance/data/new"),
        *(str(engine.place.root / ".git" / name) for name in ("hooks/post-commit", "config", "new")),
        str(engine.place.root / ".GIT" / "config"),
    ]
    for each in hostile:
        if operation == "onboarding" and not each.strip():
            continue  # without a name the page is only shown
        assert refusal(engine, operation, parameter, each), each
    assert key.read_text() == "k" * 40
    assert (outside / "target").read_text() == "precious"
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert sorted(path.name for path in outside.iterdir()) == before


@pytest.mark.parametrize(("operation", "parameter"), TO_WRITE)
def test_what_is_written_is_for_the_user_alone(engine: Engine, outside: Path, operation: str, parameter: str) -> None:
    engine.remember({"kind": "decision", "decision": "Sums take texts", "rationale": "Forms send them."})
    old = os.umask(0)
    try:
        getattr(engine, operation)(**{parameter: str(outside / "new")})
    finally:
        os.umask(old)
    made = [path for path in (outside / "new", *(outside / "new").glob("*")) if path.exists()]
    assert made
    assert {stat.S_IMODE(path.stat().st_mode) for path in made if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made if path.is_dir()} <= {0o700}


@pytest.mark.parametrize(("operation", "parameter"), TO_READ)
def test_over_http_only_files_of_the_project_and_of_the_named_folder_are_read(
    world: World, outside: Path, tmp_path: Path, operation: str, parameter: str
) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    for folder in (exports, world.folder):
        (folder / "away").symlink_to(outside)
        (folder / "picture.png").symlink_to(outside / "shot.png")
    with Engine(world.folder, SETTINGS, reach=confined(exports)) as engine:
        TOUCHED.seen, TOUCHED.watching = [], str(outside)
        try:
            for each in (
                *(str(outside), str(outside / "shot.png"), str(outside / "chat.md"), str(outside / "nothing")),
                *("away", "away/chat.md", "picture.png", "../outside/chat.md", f"{world.folder}/../outside/chat.md"),
            ):
                told = refusal(engine, operation, parameter, each)
                assert "no file of the project" in told, each
        finally:
            TOUCHED.watching = None
    assert not TOUCHED.seen


def test_over_http_a_folder_is_read_without_what_its_links_lead_to(world: World, outside: Path) -> None:
    (outside / "chat.md").write_text("User: The outside canary\n\nAssistant: Hello.\n", encoding="utf-8")
    chats = world.folder / "chats"
    chats.mkdir()
    (chats / "own.md").write_text("User: Hello\n\nAssistant: Hello.\n", encoding="utf-8")
    (chats / "theirs.md").symlink_to(outside / "chat.md")
    with Engine(world.folder, SETTINGS, reach=confined(None)) as engine:
        done = engine.import_conversations("chats")
        assert done.added == 1
        assert [each.reason for each in done.left_out] == ["a link that leads out of the folder"]
        assert engine.search("outside canary").hits == ()


@pytest.mark.parametrize(("operation", "parameter"), TO_WRITE)
def test_over_http_files_are_written_only_below_the_named_folder(
    world: World, outside: Path, tmp_path: Path, operation: str, parameter: str
) -> None:
    exports = tmp_path / "exports"
    (exports / "inner").mkdir(parents=True)
    (exports / "away").symlink_to(outside)
    with Engine(world.folder, SETTINGS, reach=confined(exports)) as engine:
        engine.remember({"kind": "decision", "decision": "Sums take texts", "rationale": "Forms send them."})
        for each in (str(outside / "new"), "../outside/new", "away/new", f"{exports}/../outside/new", "~/new", "away"):
            assert refusal(engine, operation, parameter, each), each
        done = getattr(engine, operation)(**{parameter: "inner/new"})
        assert (exports / "inner" / "new").exists()
        named = getattr(done, "files", ())
        assert all(each.startswith("inner/new") for each in named), "no path of the machine is told"
    assert sorted(path.name for path in outside.iterdir()) == ["chat.md", "shot.png"]


def test_over_rest_without_a_named_folder_an_export_is_the_answer(repository: Path, tmp_path: Path) -> None:
    for client in served(repository):
        client("POST", "/api/v1/memories", MEMORY, 201)
        decision = {"kind": "decision", "decision": "Sums take texts", "rationale": "Forms send them."}
        client("POST", "/api/v1/memories", decision, 201)
        target = str(tmp_path / "stolen.jsonl")
        done = client("POST", "/api/v1/operations/export", {"target": target})
        (file,) = done["contents"]
        assert (done["count"], done["files"], file["name"]) == (2, [], "stolen.jsonl")
        assert file["text"].startswith('{"whence"') and MEMORY["content"] in file["text"]
        records = client("POST", "/api/v1/operations/export_records", {"target": "records"})
        assert [each["name"] for each in records["contents"]] == ["0001-sums-take-texts.md"]
        page = client("POST", "/api/v1/operations/onboarding", {"target": "page.md"})
        assert page["markdown"]
        client("POST", "/api/v1/operations/export", {"target": "/dev/null"})
        client("POST", "/api/v1/operations/import_export", {"source": "/etc/passwd"}, 422)
    assert not Path(target).exists()
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert not list(data_home().rglob("answer-*")), "nothing of it stays"


def test_mcp_over_http_reaches_as_far(repository: Path, tmp_path: Path) -> None:
    host = Host(repository, reach=confined(None))
    try:
        project = host.project()
        assert not project.reach.anywhere
        assert host.project("another").reach == project.reach, "memories that are kept apart too"
    finally:
        host.close()
    with pytest.raises(InvalidSettings):
        confined(tmp_path / "nothing")
