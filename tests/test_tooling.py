"""The tools around the code: lock files, scripts, what the package carries, and what no tracked file may hold."""

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from tests.patience import PATIENCE, VARIABLE

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parent.parent

TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    ).stdout.split("\0")
    if name and (ROOT / name).is_file()
]
LOCKS = ["package-lock.json", "tests/e2e/vscode/package-lock.json"]
ENVIRONMENT = ["requirements/runtime.txt", "requirements/providers.txt"]
"""What the extension's own environment holds, and what it gets when a provider's model is first chosen."""

CONVERTING = {"onnx", "safetensors"}
"""Dependencies that make the embedding model out of its weights; the extension carries it finished."""

REQUIREMENTS = ["requirements/uv.txt", *ENVIRONMENT, "requirements/dev.txt"]

# Put together here, so that this file holds none of them.
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "yarn" + "pkg.com"]
MACHINE_PATHS = ["/wo" + "rk/", "/ro" + "ot/", "/fa" + "rm/"]


def read_json(name: str) -> Any:
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(name: str) -> dict[str, list[Version]]:
    """Each package of a requirements file with its versions: more than one where Pythons or platforms differ."""
    found: dict[str, list[Version]] = {}
    for package, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE):
        found.setdefault(canonicalize_name(package), []).append(Version(version))
    return found


@pytest.mark.parametrize("needles", [REGISTRIES, MACHINE_PATHS], ids=["package registries", "paths of a machine"])
def test_no_tracked_file_names(needles: list[str]) -> None:
    named = re.compile("|".join(re.escape(needle) for needle in needles).encode())
    assert [str(file.relative_to(ROOT)) for file in TRACKED if named.search(file.read_bytes())] == []


@pytest.mark.parametrize("name", LOCKS)
def test_npm_lock_files_hold_hashes_and_no_addresses(name: str) -> None:
    packages = {path: package for path, package in read_json(name)["packages"].items() if path}
    assert [path for path, package in packages.items() if "resolved" in package] == []
    assert [path for path, package in packages.items() if not package.get("integrity")] == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_locked_by_hash_and_none_by_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry for entry in entries if not re.match(r"[\w.-]+==\S+.*\\\n    --hash=sha256:", entry)] == []
    assert "://" not in text
    assert "index-url" not in text


def test_the_requirements_are_those_of_pyproject() -> None:
    project = pyproject()["project"]
    extra = [*project["optional-dependencies"]["dev"], *pyproject()["build-system"]["requires"]]
    for locked, dependencies in (
        (everything_locked(), [each for each in project["dependencies"] if Requirement(each).name not in CONVERTING]),
        (pins("requirements/dev.txt"), [*project["dependencies"], *extra]),
    ):
        for requirement in map(Requirement, dependencies):
            versions = locked.get(canonicalize_name(requirement.name), [])
            assert versions, f"no lock file has {requirement}: npm run lock"
            assert all(requirement.specifier.contains(version) for version in versions), str(requirement)


def everything_locked() -> dict[str, list[Version]]:
    """What users run, with a provider's model."""
    runtime, providers = map(pins, ENVIRONMENT)
    assert not runtime.keys() & providers.keys(), "what is there already is not fetched again"
    return {**runtime, **providers}


def test_developers_run_what_users_run() -> None:
    users, dev = everything_locked(), pins("requirements/dev.txt")
    assert {package: dev.get(package) for package in users} == users


def test_the_extension_fetches_models_of_providers_only_when_asked() -> None:
    runtime, providers = map(pins, ENVIRONMENT)
    assert {"litellm", "openai", "tiktoken", "huggingface-hub"} <= providers.keys()
    assert {"lancedb", "pyarrow", "onnxruntime", "tokenizers", "mcp"} <= runtime.keys()
    assert not runtime.keys() & {"pip", "uv", *CONVERTING}


# ---------------------------------------------------------------- sizes of what is fetched

PLATFORMS = ["linux-x64", "linux-arm64", "darwin-arm64", "win32-x64"]
PYTHONS = ["3.11", "3.12", "3.13"]
MOST_MEGABYTES = {"uv": 20, "runtime": 192, "providers": 75}
"""To fetch at most for a lock file, on any platform: a package that grows is noticed here, and decided upon.

170 for what runs was hoped for; LanceDB, Arrow, ONNX Runtime and numpy alone are 171 for Linux x64.
"""

MOST_OF_A_PACKAGE = 250
"""Megabytes of a platform's package of the extension: Open VSX takes at most 256."""

CARRIED_BESIDES = 26
"""Megabytes of the package for all platforms, which carries no wheels: the model, the server and the bundle."""


def wheels(lock: str, platform: str, python: str) -> dict[str, tuple[str, int, str]]:
    """Each package's wheel: its file, bytes and sha256."""
    sizes = read_json("requirements/wheels.json")[lock]
    return {**sizes["any"], **sizes[platform], **sizes.get(f"{platform} {python}", {})}


def fetched(lock: str, platform: str, python: str) -> float:
    """Megabytes of the wheels."""
    return sum(size for _, size, _ in wheels(lock, platform, python).values()) / 1e6


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("lock", MOST_MEGABYTES)
def test_what_is_fetched_stays_small(lock: str, platform: str) -> None:
    megabytes = max(fetched(lock, platform, python) for python in PYTHONS)
    assert 0 < megabytes <= MOST_MEGABYTES[lock], f"{lock} on {platform}: {megabytes:.0f} MB"


def test_what_people_are_told_of_the_download_is_so() -> None:
    most = max(
        fetched("uv", platform, python) + fetched("runtime", platform, python)
        for platform, python in product(PLATFORMS, PYTHONS)
    )
    said = [text for text in read_json("package.nls.json").values() if "downloaded" in text]
    assert len(said) == 2
    for text in said:
        (told,) = re.findall(r"up to (\d+) MB are downloaded", text)
        assert most <= int(told) <= most + 10, f"it is {most:.0f} MB"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_package_that_carries_its_wheels_may_be_published(platform: str) -> None:
    for python in PYTHONS:
        megabytes = fetched("uv", platform, python) + fetched("runtime", platform, python) + CARRIED_BESIDES
        assert megabytes <= MOST_OF_A_PACKAGE, f"{platform} with Python {python}: {megabytes:.0f} MB"


def test_each_platform_has_a_package_for_a_python_whose_wheels_are_locked() -> None:
    script = (ROOT / "scripts/package.mjs").read_text("utf-8")
    targets = dict(re.findall(r"'([a-z0-9]+-[a-z0-9]+)': '(3\.\d+)'", script))
    assert set(targets) == set(PLATFORMS)
    assert set(targets.values()) <= set(PYTHONS)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("darwin-x64", "3.13"), "There is no package for darwin-x64"),
        (("linux-x64", "3.9"), "for Python 3.9 on linux-x64"),
    ],
)
def test_wheels_that_are_not_locked_are_not_fetched(asked: tuple[str, str], told: str, tmp_path: Path) -> None:
    words = [sys.executable, str(ROOT / "scripts/wheels.py"), *asked, str(tmp_path / "wheels")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1
    assert told in done.stderr
    assert not (tmp_path / "wheels").exists()


@pytest.mark.parametrize("lock", MOST_MEGABYTES)
def test_the_sizes_are_those_of_the_locked_wheels(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text("utf-8")
    locked = {
        name: {str(version) for version in versions} for name, versions in pins(f"requirements/{lock}.txt").items()
    }
    listed: set[str] = set()
    for platform, python in product(PLATFORMS, PYTHONS):
        for package, (file, _, sha256) in wheels(lock, platform, python).items():
            name, version, _, tags = parse_wheel_filename(file)
            assert name == package
            assert str(version) in locked[package], f"{file}: npm run lock"
            assert f"sha256:{sha256}" in text, f"{file}: npm run lock"
            ours = {"py2", "py3", f"cp{python.replace('.', '')}"}
            assert any(tag.interpreter in ours or tag.abi == "abi3" for tag in tags), f"{file}: not for {python}"
            listed.add(package)
    in_browsers = set(re.findall(r"^([\w.-]+)==.* sys_platform == 'emscripten'", text, re.MULTILINE))
    assert listed == locked.keys() - in_browsers


def test_the_build_requirement_is_locked_as_pyproject_asks() -> None:
    assert (ROOT / "requirements/build.in").read_text("utf-8").split() == pyproject()["build-system"]["requires"]


def test_one_version_everywhere() -> None:
    assert read_json("package.json")["version"] == pyproject()["project"]["version"]
    assert read_json("package-lock.json")["version"] == pyproject()["project"]["version"]


def test_node_packages_are_pinned_and_typed_for_the_oldest_editor() -> None:
    manifest = read_json("package.json")
    packages = {**manifest.get("dependencies", {}), **manifest["devDependencies"]}
    assert [name for name, version in packages.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert manifest["engines"]["vscode"] == "^" + packages["@types/vscode"]


def test_the_documentation_names_only_npm_scripts_that_exist() -> None:
    scripts = set(read_json("package.json")["scripts"])
    text = "".join((ROOT / name).read_text("utf-8") for name in ("README.md", "ARCHITECTURE.md"))
    named = set(re.findall(r"\bnpm run ([\w:-]+)", text)) | set(re.findall(r"\bnpm (test|start)\b", text))
    assert {"start", "test"} <= named <= scripts


def test_every_npm_script_starts_a_file_that_exists() -> None:
    for command in read_json("package.json")["scripts"].values():
        program, *words = command.split()
        assert program == "node"
        files = [
            f"{word.replace('.', '/')}/__main__.py" if before == "-m" else word
            for before, word in pairwise(["", *words])
        ]
        assert [file for file in files if not file.startswith("-") and not (ROOT / file).is_file()] == []


def test_ci_runs() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--stage", ".ci/run"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert listed.stdout.startswith("100755")


def test_the_package_leaves_out_all_that_it_does_not_name() -> None:
    first, *rest = (ROOT / ".vscodeignore").read_text("utf-8").split()
    assert first == "**"
    assert [line for line in rest if not line.startswith("!")] == []


def node(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", *words],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no such folder"], "There is no folder"),
        (["package.json"], "is a file"),
        (["one", "two"], "One folder at a time"),
        (["--port", "many"], "--port needs a number"),
        (["--frobnicate"], "Unknown option --frobnicate"),
    ],
)
def test_start_says_what_is_wrong_before_it_does_anything(words: list[str], message: str) -> None:
    done = node("scripts/start.mjs", *words)
    assert done.returncode == 1
    assert message in done.stderr
    assert "    at " not in done.stderr, "a stack trace is not for people"


def test_start_says_when_its_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = node("scripts/start.mjs", "--server", "--port", port)
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 is taken" in done.stderr


@pytest.mark.parametrize("script", ["start", "test"])
def test_scripts_explain_themselves(script: str) -> None:
    done = node(f"scripts/{script}.mjs", "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: npm {script}")


def test_setup_refuses_a_python_that_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in ("scripts/lib.mjs", "scripts/setup.mjs"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    named = node(str(folder / "scripts/setup.mjs"), WHENCE_PYTHON=str(tmp_path / "none"))
    assert named.returncode == 1
    assert "is not a Python of at least 3.11" in named.stderr


def evaluate(script: str) -> subprocess.CompletedProcess[str]:
    """Run JavaScript that may import the project's scripts."""
    return node("--input-type=module", "--eval", script)


def test_npm_test_goes_on_after_a_failure_and_sums_up() -> None:
    done = evaluate("""
        const { runAll } = await import('./scripts/test.mjs');
        const says = word => () => console.log(word);
        const fails = () => { throw new Error('a reason'); };
        const [first, broken] = [['Set-up', says('first')], ['Broken', fails]];
        const steps = [first, broken, ['After', says('after')], ['Needing', says('needing'), broken]];
        process.exitCode = await runAll(steps);
    """)
    assert done.returncode == 1
    printed = done.stdout.splitlines()
    assert "after" in printed
    assert "needing" not in printed
    assert any(line.endswith("Broken: FAILED") for line in printed)
    assert "  not run  Needing: it needs Broken" in printed
    assert "Broken failed: a reason" in printed
    assert printed[-1] == "2 passed, 1 failed"


def test_npm_test_runs_nothing_where_setting_up_failed() -> None:
    done = evaluate("""
        const { runAll } = await import('./scripts/test.mjs');
        const steps = [['Set-up', () => { throw new Error('no disk'); }], ['Tests', () => console.log('ran')]];
        process.exitCode = await runAll(steps);
    """)
    assert done.returncode == 1
    assert "ran" not in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "0 passed, 1 failed"


def insisting(failures: int) -> subprocess.CompletedProcess[str]:
    """Work that fails so often before it succeeds, of which two tries are made again."""
    return evaluate(f"""
        const {{ Failure, insist }} = await import('./scripts/lib.mjs');
        let tries = 0;
        const work = () => {{ if (++tries <= {failures}) throw new Failure('pip ended with status 1'); return tries; }};
        await insist('parts', work, {{ pauses: [1, 1] }}).then(
            found => console.log(`done: ${{found}}`), error => console.log(`failed: ${{error.message}}`));
    """)


def test_setting_up_asks_a_registry_again() -> None:
    printed = insisting(failures=2).stdout.splitlines()
    assert printed[-1] == "done: 3"
    assert printed[0].startswith(
        "The parts could not be fetched or installed (pip ended with status 1); another try in"
    )


def test_setting_up_says_what_to_try_when_a_registry_stays_with_its_no() -> None:
    printed = insisting(failures=9).stdout
    assert "failed: pip ended with status 1" in printed
    assert "in 3 tries" in printed
    assert "`npm run setup`" in printed
    assert "pip config list" in printed


def test_waits_of_scripts_and_tests_grow_alike() -> None:
    asked = {**os.environ, VARIABLE: "3"}
    script = "const { patience } = await import('./scripts/patience.mjs'); console.log(patience(60_000))"
    theirs = subprocess.check_output(["node", "--input-type=module", "--eval", script], cwd=ROOT, env=asked, text=True)
    ours = "from tests.patience import PATIENCE; print(round(PATIENCE * 1000))"
    assert theirs == subprocess.check_output([sys.executable, "-c", ours], cwd=ROOT, env=asked, text=True)


def foreign(audit: Path, *allowed: str) -> list[Any]:
    """What tests/e2e/audit.mjs finds in an audit file."""
    module = (ROOT / "tests/e2e/audit.mjs").as_uri()
    script = (
        f"const {{ audited, foreignRequests }} = await import({json.dumps(module)});"
        f"const found = foreignRequests(audited({json.dumps(str(audit))}), new Set({json.dumps(allowed)}));"
        "console.log(JSON.stringify(found))"
    )
    found: list[Any] = json.loads(evaluate(script).stdout)
    return found


def test_the_audit_sees_what_a_python_process_asks_of_the_network(tmp_path: Path) -> None:
    audit = tmp_path / "audit.jsonl"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests/e2e/audit"), "WHENCE_AUDIT": str(audit)}
    asks = (
        "import contextlib, socket\n"
        "with contextlib.suppress(OSError): socket.create_connection(('localhost', 9), timeout=1)\n"
        "with contextlib.suppress(OSError): socket.getaddrinfo('elsewhere.invalid', 443)\n"
        "udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "with contextlib.suppress(OSError): udp.connect(('192.0.2.1', 9))\n"
    )
    subprocess.run([sys.executable, "-c", asks], check=True, env=environment)
    lines = [json.loads(line) for line in audit.read_text("utf-8").splitlines()]
    assert lines[0]["event"] == "start"
    assert {"localhost", "elsewhere.invalid", "192.0.2.1"} <= {line["value"] for line in lines[1:]}

    assert [entry["value"] for entry in foreign(audit)] == ["elsewhere.invalid", "192.0.2.1"]
    assert foreign(audit, "elsewhere.invalid") == []
