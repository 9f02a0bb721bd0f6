"""A disk on which nothing more can be written: it is told, and what was noticed is kept once there is room."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE

SCRIPT = """
import json, logging, resource, sys, threading
from pathlib import Path
from tests.opened import Engine
from tests.patience import PATIENCE, until
from whence.values.settings import parse

def troubles(engine):
    return [each for each in engine.status().messages if each.startswith("Changes are noticed")]

folder = Path(sys.argv[1])
heard = threading.Event()
logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
changed = lambda ids: heard.set() if not ids else None
with Engine(folder, parse({"embedding": {"model": "none"}}), capture=True, changed=changed) as engine:
    assert engine.settle(PATIENCE)
    (folder / "app.py").write_text("def add(a, b):\\n    return b + a\\n", encoding="utf-8")
    (folder / "more.py").write_text("MORE = 1\\n", encoding="utf-8")
    heard.clear()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    for name in ("app.py", "more.py"):
        engine.project.saved(folder / name)
    until(lambda: troubles(engine), "the trouble to be told")
    told = troubles(engine)
    assert heard.wait(PATIENCE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    until(lambda: not troubles(engine), "the trouble to be over")
    assert engine.settle(PATIENCE)
    hits = engine.search("", kinds=("change",)).hits
    kept = sorted({path for hit in hits for path in engine.get(hit.id).memory.files})
print(json.dumps({"told": told, "kept": kept}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on the size of files is POSIX's")
def test_what_capture_cannot_keep_is_told_and_kept_later(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(repository)],
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
        cwd=Path(__file__).resolve().parents[2],
        env=dict(os.environ),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    (message,) = answer["told"]
    assert message.startswith("Changes are noticed and can't be kept: ")
    assert "They are kept once it can be done." in message
    assert str(repository) not in message
    assert message in done.stderr, "the log tells it too"
    assert answer["kept"] == ["app.py", "more.py"]
