"""A language server that can't tell its editor anything: it ends, rather than tell of that for ever."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE


def test_a_server_whose_output_takes_nothing_ends_though_its_input_stays_open(home: Path) -> None:
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}).encode()
    with (
        Path(os.devnull).open("rb") as unwritable,  # a write fails, and not as a broken pipe
        subprocess.Popen(
            [sys.executable, "-m", "whence", "lsp"],
            stdin=subprocess.PIPE,
            stdout=unwritable,
            stderr=subprocess.PIPE,
            env={**os.environ, "WHENCE_HOME": str(home)},
        ) as server,
    ):
        assert server.stdin and server.stderr
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(asked), asked))
        server.stdin.flush()
        try:
            assert server.wait(timeout=PATIENCE) == 1
        finally:
            server.kill()
        assert "the editor can't be reached" in server.stderr.read().decode()
