"""How much of what is secret is redacted, how much of what is harmless stays, and what it costs.

The corpus is made at run time by a seeded generator: from the published formats of credentials (prefix, alphabet,
length) in many embeddings, from texts around secrets, and from look-alikes; the tables are the redaction_*.txt beside
this file. No secret-shaped literal lies in the repository, and the corpus knows nothing of the rules. A credential
counts as redacted when none of its parts of ten characters is left in the result; a harmless text counts as kept
when it is unchanged to the character.

Run: .venv/bin/python benchmarks/redaction.py [--misses N] [--alarms N] [--seed N]
"""

import argparse
import base64
import json
import random
import re
import sys
import sysconfig
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from whence.secrets.redaction import is_secret_file, redact, redact_path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Case:
    """One text, and the pieces of it which must go (none: it must stay as it is)."""

    group: str
    embedding: str
    text: str
    secrets: tuple[str, ...]
    path: bool = False


# The generator: `[class]{n}` or `[class]{m,n}` makes random characters, `<name>` calls a builder, and the secret part
# of a longer text stands between « and ».

_PIECE = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\{(\d+)(?:,(\d+))?\}|<(\w+)>")


def _alphabet(spec: str) -> str:
    chars, at = "", 0
    while at < len(spec):
        if spec[at] == "\\":
            chars, at = chars + spec[at + 1], at + 2
        elif at + 2 < len(spec) and spec[at + 1] == "-":
            chars += "".join(map(chr, range(ord(spec[at]), ord(spec[at + 2]) + 1)))
            at += 3
        else:
            chars, at = chars + spec[at], at + 1
    return chars


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _jwt(rng: random.Random) -> str:
    head = {"alg": rng.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}
    body = {"sub": str(rng.getrandbits(40)), "iat": rng.randrange(1_600_000_000, 1_800_000_000)}
    return ".".join([*(_b64url(json.dumps(part).encode()) for part in (head, body)), _b64url(rng.randbytes(32))])


def _uuid(rng: random.Random) -> str:
    h = rng.randbytes(16).hex()
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"


def _wrapped(data: bytes, width: int = 76) -> str:
    text = _b64(data)
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


_WORDS = ["account", "payment", "refresh", "handler", "request", "session", "update", "profile", "gateway", "report"]

# Words that names of code are not made of, and people make passwords of.
_THINGS = ["amber", "cobalt", "meadow", "falcon", "lantern", "orchid", "thunder", "violin", "harbor", "maple", "walrus"]

BUILDERS: dict[str, Callable[[random.Random], str]] = {
    "jwt": _jwt,
    "uuid": _uuid,
    "basic": lambda rng: _b64(f"admin:{rng.randbytes(9).hex()}".encode()),
    "dockerauth": lambda rng: _b64(b"robot:" + rng.randbytes(12).hex().encode()),
    "b64_32": lambda rng: _b64(rng.randbytes(32)),
    "b64_64": lambda rng: _b64(rng.randbytes(64)),
    "b64_20": lambda rng: _b64(rng.randbytes(20)),
    "vault80": lambda rng: rng.randbytes(20).hex().encode().hex(),
    "vault26": lambda rng: rng.randbytes(6).hex().encode().hex() + "0a",
    "b64lines": lambda rng: _wrapped(rng.randbytes(240)),
    "b64long": lambda rng: _b64(rng.randbytes(900)),
    "png": lambda rng: _b64(bytes([0x89]) + b"PNG\r\n\x1a\n\0\0\0\rIHDR" + rng.randbytes(500)),
    "gif": lambda rng: _b64(b"GIF89a" + rng.randbytes(90)),
    "sshrsa": lambda rng: "ssh-rsa " + _b64(b"\0\0\0\7ssh-rsa\0\0\0\3\1\0\1\0\0\1\1\0" + rng.randbytes(256)),
    "sshed": lambda rng: "ssh-ed25519 " + _b64(b"\0\0\0\x0bssh-ed25519\0\0\0 " + rng.randbytes(32)),
    "pyident": lambda rng: "_".join(rng.sample(_WORDS, 4)),
    "camel": lambda rng: "".join(w.title() for w in rng.sample(_WORDS, 4)),
    "coined": lambda rng: "".join(w.title() for w in rng.sample(_THINGS, 3)),
    "coinedlow": lambda rng: "".join(rng.sample(_THINGS, 2)),
    "phrase": lambda rng: "-".join(rng.sample(_THINGS, 4)),
    "numbered": lambda rng: (
        rng.choice(_THINGS).title() + rng.choice(["2024", "99", "#1", "42!"]) + rng.choice(["!", "$", "?", ""])
    ),
    "joined": lambda rng: (
        rng.choice(_THINGS).title()
        + rng.choice(["#", "!", "%", ""])
        + str(rng.randrange(10, 9999))
        + rng.choice(_THINGS)
    ),
    "word": lambda rng: rng.choice(_WORDS),
    "vlq": lambda rng: ";".join(
        ",".join("".join(rng.choices("ACEGIKMOQSUWYgc", k=4)) for _ in range(6)) for _ in range(20)
    ),
}


def fill(template: str, rng: random.Random) -> str:
    """A random text of the template's shape."""

    def piece(match: re.Match[str]) -> str:
        if match[4]:
            return BUILDERS[match[4]](rng) if match[4] in BUILDERS else match[0]
        low = int(match[2])
        return "".join(rng.choices(_alphabet(match[1]), k=rng.randint(low, int(match[3] or low))))

    return _PIECE.sub(piece, template)


def _styles(upper: str) -> dict[str, str]:
    words = upper.lower().split("_")
    pascal = "".join(word.title() for word in words)
    return {
        "N": upper,
        "n": "_".join(words),
        "k": "-".join(words),
        "c": words[0] + pascal[len(words[0]) :],
        "P": pascal,
        "H": "-".join(word.title() for word in words),
    }


def _embeddings(kind: str) -> dict[str, str]:
    """The texts around a credential of one kind, by label."""
    rows = [row.split(" | ", 2) for row in _table("embeddings")]
    escapes = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}
    return {label: re.sub(r"\\.", lambda m: escapes[m[0]], text) for this, label, text in rows if this == kind}


def _table(name: str) -> Iterator[str]:
    for line in (ROOT / f"benchmarks/redaction_{name}.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line


def _rows(name: str) -> Iterator[tuple[str, str]]:
    """Group and template of the rows of a table."""
    for line in _table(name):
        group, _, template = line.partition(" ")
        yield group, template


def _halves(value: str) -> tuple[str, str]:
    return value[: len(value) // 2], value[len(value) // 2 :]


def _drawn(template: str, rng: random.Random) -> tuple[str, str]:
    """A random credential, and the part of it which is secret."""
    text = fill(template, rng)
    marked = re.search("«(.*)»", text)
    value = text.replace("«", "").replace("»", "")
    return value, marked[1] if marked else value


def _embedded(embeddings: dict[str, str], group: str, name: str, text: str, secret: str) -> Iterator[Case]:
    first, second = _halves(text)
    for label, template in embeddings.items():
        if "{a}" in template and secret != text:
            continue
        parts = (first, second) if "{a}" in template else (secret,)
        yield Case(group, label, template.format(v=text, a=first, b=second, **_styles(name)), parts)


def shape_cases(rng: random.Random) -> Iterator[Case]:
    """Every published shape in every embedding; `!` marks those which only their name gives away."""
    named, anonymous, paths = map(_embeddings, ("named", "anonymous", "path"))
    for group, row in _rows("shapes"):
        name, template = row.split(None, 1)
        only_named, name = name.startswith("!"), name.lstrip("!")
        value, secret = _drawn(template, rng)
        yield from _embedded(named, group, name, value, secret)
        if not only_named:
            value, secret = _drawn(template, rng)
            yield from _embedded(anonymous, group, name, value, secret)
            if not re.search(r'[/\\:|<>"*?]', value):
                for label, text in paths.items():
                    yield Case(group, label, text.format(v=value), (value,), path=True)


def text_cases(rng: random.Random) -> Iterator[Case]:
    """Texts which carry their own context (URLs, headers, SQL, command lines), as lines of several kinds of file."""
    around = {
        "line": "{}",
        "diff +": "@@ -1 +1,2 @@\n a\n+{}",
        "diff -": "-{}\n+# gone",
        "indented": "      {}",
        "log": "2026-05-01 12:00:01 DEBUG run: {}",
        "comment": "# {}",
    }
    for group, template in _rows("texts"):
        text = fill(template.replace("\\n", "\n"), rng)
        secrets = tuple(re.findall("«(.*?)»", text, re.S))
        text = text.replace("«", "").replace("»", "")
        for label, frame in around.items():
            framed = frame.format(text) if label != "diff +" else frame.format(text.replace("\n", "\n+"))
            # What holds for a line of a file of its own kind doesn't hold for a line of a log.
            if (label in ("log", "comment") and group == "file") or (
                "\n" in text and not label.startswith(("line", "diff +"))
            ):
                continue
            yield Case(group, label, framed, secrets)


# What a text may stand in; every one leaves it as it is, but for the escapes of the format. Those that hold it in one
# line are rows of the table of embeddings.
SURROUNDINGS: dict[str, Callable[[str], str]] = {
    "content": lambda text: f"We tried this first.\n\n{text}\n\nThen it worked.",
    "diff +": lambda text: "@@ -1 +1,2 @@\n a\n+" + text.replace("\n", "\n+"),
    "diff -": lambda text: "@@ -1,2 +1 @@\n a\n-" + text.replace("\n", "\n-"),
    "commit message": lambda text: f"Rotate what the old deploy used\n\n{text}\n\nReviewed-by: Test Author",
    "JSON": lambda text: json.dumps({"level": "info", "text": text, "n": 3}, ensure_ascii=False),
    "JSON in JSON": lambda text: json.dumps(
        {"log": json.dumps({"text": text}, ensure_ascii=False)}, ensure_ascii=False
    ),
    "YAML block": lambda text: "steps:\n  - run: |\n      " + text.replace("\n", "\n      ") + "\n  - n: 1",
    "Markdown fence": lambda text: f"Like so:\n\n```\n{text}\n```\n",
    "Markdown quote": lambda text: "> " + text.replace("\n", "\n> "),
    "trace": lambda text: (
        f'Traceback (most recent call last):\n  File "main.py", line 3, in run\n    go()\nFailed: {text}'
    ),
    "CSV cell": lambda text: '17,"' + text.replace('"', '""') + '",2026-05-01',
}
_FOR_FILES = ("content", "diff +", "diff -", "commit message", "JSON", "JSON in JSON", "YAML block", "Markdown fence")


def surrounding_cases(rng: random.Random) -> Iterator[Case]:
    """Secrets that their own words give away, in each of the surroundings where such a text may stand."""
    around = SURROUNDINGS | {label: partial(str.replace, text, "{v}") for label, text in _embeddings("line").items()}
    for kind, template in _rows("surroundings"):
        for label, surround in around.items():
            if kind.endswith("*") and label not in _FOR_FILES:
                continue
            text = fill(template.replace("\\n", "\n").replace("\\t", "\t"), rng)
            if ("|" in text and label == "Markdown table") or ("`" in text and label == "Markdown code"):
                continue
            secrets = tuple(re.findall("«(.*?)»", text, re.S))
            yield Case(kind.rstrip("*"), label, surround(text.replace("«", "").replace("»", "")), secrets)


def pem_cases(rng: random.Random) -> Iterator[Case]:
    """Private keys, whole and in part, in every wrapping that we have met."""
    kinds = ["RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"]
    kinds += ["OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"]
    for kind in kinds:
        body = _wrapped(rng.randbytes(760), 64).split("\n")
        begin, end = f"-----BEGIN {kind}-----", f"-----END {kind}-----"
        extra = {"PGP PRIVATE KEY BLOCK": ["Version: GnuPG v2", ""]}.get(kind, [])
        if kind == "RSA PRIVATE KEY":
            extra = ["Proc-Type: 4,ENCRYPTED", f"DEK-Info: AES-128-CBC,{rng.randbytes(16).hex().upper()}", ""]
        lines = [begin, *extra, *body, end]
        whole, cut = "\n".join(lines), len(lines) // 2

        def diff(part: Iterable[str], sign: str = "+") -> str:
            return "@@ -1,9 +1,9 @@\n" + "\n".join(sign + line for line in part)

        texts = {
            "whole": whole + "\n",
            "CRLF": whole.replace("\n", "\r\n"),
            "in code": f'KEY = """{whole}"""\nprint(1)',
            "YAML": "key: |\n" + "\n".join("  " + line for line in lines) + "\nport: 80",
            "JSON": json.dumps({"type": "x", "private_key": whole + "\n", "id": "1"}, indent=2),
            "env": 'PRIVATE_KEY="' + whole.replace("\n", "\\n") + '"',
            "env doubled": 'PRIVATE_KEY="' + whole.replace("\n", "\\\\n") + '"',
            "diff +": diff(lines),
            "diff -": diff(lines, "-"),
            "diff head": diff(lines[:cut], " "),
            "diff tail": diff(lines[cut:]),
            "diff tail -": diff(lines[cut:], "-"),
            "tail": "\n".join(lines[cut:]),
            "head": "\n".join(lines[:cut]),
            "concat js": " +\n".join(f'  "{line}\\n"' for line in lines) + ";",
            "concat python": "k = (\n" + "\n".join(f"    '{line}\\n'" for line in lines) + "\n)",
            "one line": whole.replace("\n", " "),
            "XML": f"<key>\n{whole}\n</key>",
            "quoted mail": "\n".join("> " + line for line in lines),
            "comment": "\n".join("# " + line for line in lines),
            "escaped twice": json.dumps(json.dumps({"key": whole})),
        }
        for label, text in texts.items():
            yield Case(
                "private-key", label, text, tuple(body[1:-1]) if "head" in label or "tail" in label else tuple(body)
            )
    ppk = ["PuTTY-User-Key-File-3: ssh-ed25519", "Encryption: none", "Comment: ann", "Public-Lines: 2"]
    ppk += _wrapped(rng.randbytes(80), 64).split("\n")
    private = _wrapped(rng.randbytes(80), 64).split("\n")
    ppk += ["Private-Lines: 2", *private, "Private-MAC: " + rng.randbytes(32).hex()]
    yield Case("private-key", "putty", "\n".join(ppk), tuple(private))


def harmless_cases(rng: random.Random) -> Iterator[Case]:
    """Look-alikes, each drawn three times, alone and as a line of a diff."""
    for group, template in _rows("harmless"):
        for turn in range(3):
            text = fill(template, rng).replace("\\n", "\n")
            yield Case(group, "line", text, ())
            if turn == 0:
                yield Case(group, "diff +", "@@ -1 +1,2 @@\n a\n+" + text.replace("\n", "\n+"), ())
                yield Case(group, "indented", "\n".join("    " + part for part in text.split("\n")), ())
            if "[" not in template and "<" not in template:
                break


SECRET_FILES = """
    .env .env.local .env.production config/.env id_rsa id_ed25519 server.key cert.pem keystore.jks app.p12 x.pfx
    .netrc .pgpass .npmrc .pypirc .git-credentials .aws/credentials .docker/config.json .kube/config
    credentials.json service-account.json secrets.yml secrets.yaml vault.kdbx my.ppk x.asc.key .htpasswd
    terraform.tfvars prod.tfvars release.keystore AuthKey_ABC.p8 wp-config.php.bak/../.env token.json
    client_secret_12.apps.json master.key config/credentials/production.key .ssh/id_ecdsa secring.gpg _netrc .envrc
    production.env app.jks .dockercfg terraform.tfstate .vault-token .my.cnf
"""
OPEN_FILES = """
    src/env.ts environment.py keyboard.js tokenizer.py src/credentials.py secrets.py README.md .envrc.md
    package.json keys.go test_env.py id_rsa.pub src/secret_manager.ts config.json monkey.py hotkey.ts certs.md
    docs/pem.rst LICENSE.key.md public.asc.md locale/keys.json Makefile .github/workflows/ci.yml .npmignore
    tokens.css design-tokens.json i18n/password.json
"""


def leaks(case: Case) -> bool:
    """Whether a harmless text has changed, or something of a secret is left that doesn't stand elsewhere as well."""
    result = (redact_path if case.path else redact)(case.text).text
    if not case.secrets:
        return result != case.text
    around = case.text
    for secret in case.secrets:
        around = around.replace(secret, "\0")
    for secret in case.secrets:
        size = min(10, len(secret))
        pieces = {secret[at : at + size] for at in range(len(secret) - size + 1)}
        if any(piece in result and piece not in around for piece in pieces):
            return True
    return False


def score(title: str, cases: list[Case], show: int) -> float:
    """Print the share that came out right, whole and by group, and the first `show` misses."""
    total, around, bad = Counter[str](), Counter[str](), defaultdict[str, list[Case]](list)
    for case in cases:
        total[case.group] += 1
        around[case.embedding] += 1
        if leaks(case):
            bad[case.group].append(case)
    wrong = sum(map(len, bad.values()))
    share = 1 - wrong / len(cases)
    print(f"\n{title}: {share:.2%} of {len(cases)}")
    for group in sorted(total):
        print(f"  {group:<14} {1 - len(bad[group]) / total[group]:8.2%} of {total[group]}")
    misses = [case for group in sorted(bad) for case in bad[group]]
    missed = Counter(case.embedding for case in misses)
    if len(around) <= len(SURROUNDINGS):
        print("  by surroundings:")
        for label, count in sorted(around.items()):
            print(f"    {label:<16} {1 - missed[label] / count:8.2%} of {count}")
    elif misses:
        print("  misses by embedding:", dict(missed.most_common(12)))
    for case in misses[:show]:
        print(f"    {case.group} | {case.embedding} | {case.text[:160]!r} -> {redact(case.text).text[:200]!r}")
    return share


def sources() -> dict[str, list[Path]]:
    """Real code: this repository's own files, and the standard library of the running Python (without its tests)."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    skip = {"site-packages", "test", "tests", "idlelib", "__pycache__"}
    own = [
        path for folder in ("server", "tests", "benchmarks", "extension/src") for path in (ROOT / folder).rglob("*.*")
    ]
    return {
        "this repository": [p for p in own if p.suffix in {".py", ".ts"}],
        "standard library": [p for p in stdlib.rglob("*.py") if not skip & set(p.relative_to(stdlib).parts)],
        "its tests": list((stdlib / "test").rglob("*.py")),
    }


def measure(show: int) -> None:
    """Time per line and false alarms on real code, and how the time grows with the size of one text."""
    print("\nOrdinary source            lines   us/line   alarms   per 10,000 lines")
    for name, paths in sources().items():
        texts = [(path, path.read_text("utf-8", "replace")) for path in sorted(paths)]
        lines = sum(text.count("\n") for _, text in texts) or 1
        start = time.process_time()
        results = [(path, text, redact(text)) for path, text in texts]
        took = time.process_time() - start
        alarms = sum(len(result.found) for _, _, result in results)
        print(f"  {name:<20} {lines:>9,} {took / lines * 1e6:>9.2f} {alarms:>8} {alarms / lines * 10_000:>10.2f}")
        shown = 0
        for path, text, result in results:
            for before, after in zip(text.split("\n"), result.text.split("\n"), strict=True):
                if before != after and shown < show:
                    shown += 1
                    print(f"    {path.name}: {before.strip()[:110]!r} -> {after.strip()[:110]!r}")

    print("\nGrowth: time for 1 MB against 250 KB (4 is linear)")
    rng = random.Random(1)
    code = (ROOT / "benchmarks/redaction.py").read_text()
    kinds = {
        "source": code,
        "one line of base64": _b64(rng.randbytes(300_000)),
        "one line of JSON": '{"name": "x", "key": "abc", "token": null}, ',
        "password= repeated": "password=",
        "quotes": 'token="' * 3 + "\\" * 40,
        "eyJ repeated": "eyJ",
        "-----BEGIN repeated": "-----BEGIN PRIVATE KEY-----\n",
        "urls": "a://b:",
        "dashes": "-",
        "newlines": "\n",
        "tables": "a,password,b\n",
        "vaults": "$ANSIBLE_VAULT;1.1;AES256\n" + "36" * 40 + "\n",
        "hexadecimal digits": "36",
        "commands": "ldapsearch -x -D cn=root ",
        "addresses": "https://x/hooks/abc/workflows/" + "a" * 32 + "/triggers/?token=x ",
        "sentences": "log in as the password for the big house ",
        "names": "key ",
        "sessions": "_session=",
        "logins of Bundler": "BUNDLE_A__",
        "options": "-psk ",
        "pairs": '"password", ',
        "bare secrets": "password: x1y2z3 ",
        "one noun": "secret ",
        "inserted": "INTO t (password) VALUES ('a1b2c3d4e5'), ",
        "escaped names": '"password\\": \\"',
        "one password": "pw ",
        "groups": "tokens:\n  ci: x\n",
        "pairs of logins": "root:x admin/y ",
        "secrets": "AKIA" + "QWERTZUIOPASDFGH" + " password='hunter22' ",
    }
    for name, unit in kinds.items():
        seconds: list[float] = []
        for size in (250_000, 1_000_000):
            text = (unit * (size // len(unit) + 1))[:size]
            start = time.process_time()
            redact(text)
            seconds.append(time.process_time() - start)
        print(f"  {name:<22} {seconds[0] * 1e3:>8.0f} ms {seconds[1] * 1e3:>8.0f} ms   x{seconds[1] / seconds[0]:.1f}")


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", type=int, default=20, help="how many misses to show")
    parser.add_argument("--alarms", type=int, default=0, help="how many changed lines of real code to show")
    parser.add_argument("--surroundings", action="store_true", help="only the secrets by their surroundings")
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    if args.surroundings:
        score("Secrets redacted by their surroundings", list(surrounding_cases(rng)), args.misses)
        return 0
    shapes = len(list(_rows("shapes")))
    secrets = [*shape_cases(rng), *text_cases(rng), *pem_cases(rng)]
    embeddings = len(list(_table("embeddings")))
    print(f"{shapes} published shapes, {embeddings} embeddings, {len(secrets):,} texts, seed {args.seed}")
    score("Secrets redacted", secrets, args.misses)
    score("Secrets redacted by their surroundings", list(surrounding_cases(rng)), args.misses)
    score("Harmless kept", list(harmless_cases(rng)), args.misses)
    secret, public = SECRET_FILES.split(), OPEN_FILES.split()
    wrong = [path for path in secret if not is_secret_file(path)] + [path for path in public if is_secret_file(path)]
    print(f"\nSecret files told from others: {1 - len(wrong) / len(secret + public):.2%} {wrong or ''}")
    measure(args.alarms)
    return 0


if __name__ == "__main__":
    sys.exit(main())
