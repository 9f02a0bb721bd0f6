"""Secrets in the names of files and folders, and names that only look like them."""

import random
import string

import pytest

from whence.secrets.redaction import redact_path

DRAWN = "q7Xv2" + "LpZ9rT4"
HEX = "9f86d081884c7d65" + "9a2feaa0c55ad015"


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        (f"dumps/db_password={DRAWN}.sql", "dumps/db_password=[redacted: password].sql"),
        (f"backup/password-{DRAWN}.tar.gz", "backup/password-[redacted: password].tar.gz"),
        (f"logs/api_key_{HEX}.log", "logs/api_key_[redacted: high-entropy-secret].log"),
        (f"cache/postgres:{DRAWN}@db/dump.sql", "cache/postgres:[redacted: url-password]@db/dump.sql"),
        (f"invoice (pw {DRAWN}).pdf", "invoice (pw [redacted: password]).pdf"),
    ],
)
def test_what_a_name_gives_away_goes(path: str, rest: str) -> None:
    assert redact_path(path).text == rest
    assert redact_path(rest).text == rest


@pytest.mark.parametrize(
    "path",
    [
        "src/password_reset_v2.html",
        "dist/password-DkX9a2Qf.js",
        "dist/token-3f2a9c1b77aa01bc.js",
        "tests/test_pass_001.py",
        "docs/secret-management-2024.md",
        "node_modules/@scope/pkg@1.2.3/index.js",
        "auth_token.service.spec.ts",
    ],
)
def test_a_harmless_path_stays(path: str) -> None:
    assert redact_path(path).text == path


def test_what_begins_a_credential_with_a_shape_goes_with_it() -> None:
    drawn = "".join(random.Random(5).choices(string.ascii_letters + string.digits, k=82))
    name = f"github_pat_{drawn[:22]}_{drawn[22:]}"
    assert redact_path(f"backups/{name}/readme.md").text == "backups/[redacted: github-token]/readme.md"
