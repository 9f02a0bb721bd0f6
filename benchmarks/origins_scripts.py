"""What happens to lines after an assistant wrote them: a person's edits, a formatter's, and git's."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import indent
from typing import Any

from whence.faces.library.engine import Engine
from whence.values.settings import parse


def git(folder: Path, *words: str, at: str = "2026-02-03T12:00:00+00:00") -> None:
    """Run git as a person of a name, at a time."""
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in PERSON.items()}
    when = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    environment = os.environ | who | when | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True)


PERSON = {"NAME": "Ada", "EMAIL": "ada@example.org"}

ASKED = {"retry": "Make the retry stop after three attempts", "cache": "Cache prices for a minute"}

RETRY = '''def fetch_with_retry(client, address, attempts=3):
    """Fetch an address, and give up after some attempts."""
    last_error = None
    for attempt in range(attempts):
        try:
            response = client.get(address, timeout=10)
            response.raise_for_status()
            return response.json()
        except ConnectionError as error:
            last_error = error
            time.sleep(2 ** attempt)
    raise GaveUp(f"no answer after {attempts} attempts") from last_error
'''

CACHE = '''class PriceCache:
    """Prices that were asked for within the last minute."""

    def __init__(self, lifetime=60):
        self.lifetime = lifetime
        self._prices = {}

    def price_of(self, product):
        asked_at, price = self._prices.get(product, (0, None))
        if time.monotonic() - asked_at > self.lifetime:
            price = lookup_price(product)
            self._prices[product] = (time.monotonic(), price)
        return price
'''

START = '"""A shop."""\n\nimport time\n\n\nclass GaveUp(Exception):\n    """Nobody answered."""\n'


@dataclass(slots=True)
class Shop:
    """A repository with two files, of which two sessions wrote one function each."""

    root: Path
    home: Path
    at: datetime
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def commit(self, message: str, *words: str) -> None:
        """Commit all that is there, a minute later."""
        self.at += timedelta(minutes=1)
        git(self.root, "add", "-A")
        when = self.at.isoformat()
        git(self.root, "commit", "-q", "-m", message, *words, at=when)

    def write(self, session: str, path: str, old: str, new: str) -> None:
        """A session replaces a text in a file, and its transcript says so."""
        self.at += timedelta(minutes=1)
        file = self.root / path
        before = file.read_text() if file.exists() else ""
        file.write_text(before.replace(old, new, 1) if old else before + new)
        stamp = self.at.isoformat()
        base = {"sessionId": session, "cwd": str(self.root), "timestamp": stamp}
        call = {"file_path": str(file), "old_string": old, "new_string": new}
        use = {"type": "tool_use", "id": f"call-{session}", "name": "Edit", "input": call}
        done = {"type": "tool_result", "tool_use_id": f"call-{session}", "content": "done"}
        turns: Sequence[tuple[str, Any]] = (("user", ASKED[session]), ("assistant", [use]), ("user", [done]))
        parent = None
        for number, (role, content) in enumerate(turns):
            id = f"{session}-{number}"
            message = {"role": role, "content": content, "id": id, "model": "some-model"}
            self.records.setdefault(session, []).append(
                {"type": role, "uuid": id, "parentUuid": parent, "message": message, **base}
            )
            parent = id
        slug = "".join(letter if letter.isalnum() else "-" for letter in str(self.root))
        path_of = self.home / "claude" / "projects" / slug / f"{session}.jsonl"
        path_of.parent.mkdir(parents=True, exist_ok=True)
        path_of.write_text("".join(json.dumps(each) + "\n" for each in self.records[session]))


def made(folder: Path) -> Shop:
    """A repository with a first commit, and two sessions' work that is in no commit yet."""
    root = folder / "shop"
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    shop = Shop(root.resolve(), folder, datetime(2026, 2, 3, 9, tzinfo=UTC))
    (root / "shop.py").write_text(START)
    shop.commit("Begin")
    shop.write("retry", "shop.py", "", f"\n\n{RETRY}")
    shop.write("cache", "shop.py", "", f"\n\n{CACHE}")
    return shop


def by_hand(shop: Shop) -> None:
    """A person changes one line of ten."""
    path = shop.root / "shop.py"
    path.write_text(path.read_text().replace("time.sleep(2 ** attempt)", "time.sleep(min(30, 2 ** attempt))"))
    shop.commit("Add retry and cache")


def reordered(shop: Shop) -> None:
    """A person puts the one function before the other."""
    (shop.root / "shop.py").write_text(f"{START}\n\n{CACHE}\n\n{RETRY}")
    shop.commit("Add retry and cache")


def indented(shop: Shop) -> None:
    """A person puts the function into a class."""
    (shop.root / "shop.py").write_text(f"{START}\n\nclass Client:\n{indent(RETRY, '    ')}\n\n{CACHE}")
    shop.commit("Add retry and cache")


def formatted(shop: Shop) -> None:
    """A formatter breaks long lines, and changes quotes and blanks."""
    path = shop.root / "shop.py"
    text = path.read_text().replace(
        "client.get(address, timeout=10)",
        "client.get(\n                address,\n                timeout=10,\n            )",
    )
    text = text.replace('f"no answer after {attempts} attempts"', "f'no answer after {attempts} attempts'")
    path.write_text(text.replace("    ", "\t").replace("2 ** attempt", "2**attempt"))
    shop.commit("Add retry and cache")


def rebased(shop: Shop) -> None:
    """The branch is rebased onto another commit."""
    git(shop.root, "checkout", "-q", "-b", "work")
    shop.commit("Add retry and cache")
    git(shop.root, "checkout", "-q", "main")
    (shop.root / "other.py").write_text("nothing = None\n")
    shop.commit("Add something else")
    git(shop.root, "checkout", "-q", "work")
    git(shop.root, "rebase", "-q", "main")


def squashed(shop: Shop) -> None:
    """Two commits are squashed into one."""
    git(shop.root, "checkout", "-q", "-b", "work")
    shop.commit("Add retry and cache")
    (shop.root / "notes.md").write_text("Prices are kept for a minute.\n")
    shop.commit("Say so")
    git(shop.root, "checkout", "-q", "main")
    git(shop.root, "merge", "-q", "--squash", "work")
    shop.commit("Add retry and cache (#1)")


def picked(shop: Shop) -> None:
    """The commit is picked onto another branch."""
    git(shop.root, "checkout", "-q", "-b", "work")
    shop.commit("Add retry and cache")
    git(shop.root, "checkout", "-q", "main")
    git(shop.root, "cherry-pick", "work")


def amended(shop: Shop) -> None:
    """The commit is amended."""
    shop.commit("Add retry and cache")
    (shop.root / "notes.md").write_text("Prices are kept for a minute.\n")
    shop.commit("Add retry, cache and notes", "--amend")


def renamed(shop: Shop) -> None:
    """The file is renamed, in the same commit and in a later one."""
    git(shop.root, "mv", "shop.py", "store.py")
    shop.commit("Add retry and cache")
    (shop.root / "shop").mkdir()
    git(shop.root, "mv", "store.py", "shop/core.py")
    shop.commit("Make it a package")


def moved(shop: Shop) -> None:
    """The one function goes to another file before it is committed."""
    (shop.root / "shop.py").write_text(f"{START}\n\n{CACHE}")
    (shop.root / "net.py").write_text(RETRY)
    shop.commit("Add retry and cache")


def stashed(shop: Shop) -> None:
    """The work is stashed, and popped later."""
    git(shop.root, "stash", "-q", "-u")
    (shop.root / "other.py").write_text("nothing = None\n")
    shop.commit("Add something else")
    git(shop.root, "stash", "pop", "-q")
    shop.commit("Add retry and cache")


def uncommitted(shop: Shop) -> None:
    """Nothing is committed yet."""


SCRIPTS: tuple[Callable[[Shop], None], ...] = (
    *(by_hand, reordered, indented, formatted, rebased, squashed),
    *(picked, amended, renamed, moved, stashed, uncommitted),
)


def expected(shop: Shop) -> Iterator[tuple[str, int, str]]:
    """Each line that a session wrote, wherever it is by now: its file, its number, its session."""
    wrote: dict[str, str] = {}
    for session, text in (("retry", RETRY), ("cache", CACHE)):
        wrote |= {"".join(line.split()): session for line in text.splitlines() if line.strip()}
    joined = {
        session: "".join(text.split()).replace('"', "'") for session, text in (("retry", RETRY), ("cache", CACHE))
    }
    for path in sorted(shop.root.rglob("*.py")):
        text = path.read_text()
        own = set(START.splitlines())
        for number, line in enumerate(text.splitlines(), 1):
            bare = "".join(line.split())
            if not bare or line in own:
                continue
            whole = [session for session, other in joined.items() if bare.rstrip(",").replace('"', "'") in other]
            if session := wrote.get(bare) or (whole[0] if len(whole) == 1 and len(bare) > 3 else ""):
                yield path.relative_to(shop.root).as_posix(), number, session


def scripts() -> bool:
    """Run each script, and print how many lines keep their session; whether enough do."""
    right = count = strangers = 0
    for script in SCRIPTS:
        with tempfile.TemporaryDirectory(prefix="whence bench ") as folder:
            shop = made(Path(folder))
            script(shop)
            os.environ |= {"CLAUDE_CONFIG_DIR": str(Path(folder) / "claude"), "WHENCE_HOME": str(Path(folder) / "home")}
            kept, all_of, given = outcome(shop)
        print(f"{script.__name__:12} {kept} of {all_of} lines keep their session, {given} of nobody's are given one")
        right, count, strangers = right + kept, count + all_of, strangers + given
    print(f"all scripts  {right / count:.3f}")
    return right / count >= 0.95 and not strangers


def outcome(shop: Shop) -> tuple[int, int, int]:
    """How many lines keep their session, of how many, and how many lines of nobody's are given one."""
    wanted = {(path, number): session for path, number, session in expected(shop)}
    own = set(START.splitlines())
    kept = given = 0
    with Engine(shop.root, parse({"embedding": {"model": "none"}})) as engine:
        engine.import_transcripts(("claude-code",))
        for path in sorted({path for path, _ in wanted}):
            found = engine.why(path)
            sessions = {line: each.origins[0].session for each in found.stretches for line in each.lines}
            texts = (shop.root / path).read_text().splitlines()
            kept += sum(sessions.get(number) == session for (at, number), session in wanted.items() if at == path)
            given += sum(1 for number in sessions if texts[number - 1].strip() and texts[number - 1] in own)
    return kept, len(wanted), given
