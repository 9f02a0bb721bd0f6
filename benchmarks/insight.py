"""Insight: whether what is told of three real repositories is right, and the pages to read.

    python benchmarks/insight.py HTTPX CLICK ZOD [--home FOLDER] [--only questions,why,symbols,pages] [--verbose]

Given clones of encode/httpx, pallets/click and colinhacks/zod. Their histories are imported into a home of its own,
or into the one named, which is then used again; the embedding model is the one in the user's cache, and nothing is
fetched. What is sampled is sampled from a seed, so that the same clone gives the same figures.
Prints, and returns 1 where a goal is missed:

- questions: 30 that the histories answer, 15 that they don't, and 15 that take for granted what was never done, without
  a model. One is wrong that is answered from other commits, not answered, or answered though memory has nothing; to
  say that memory has no such thing, and what comes closest, is right of the last. Goal: at most 1 is wrong.
- why: the newest commit that *Why* tells of 60 places, beside what git says of the line. It is right where it is the
  newest of `git log -L`; or the one of `git blame -w`, since whoever only indents a line didn't write it; or where
  the newest of `git log -L` moved the line, which its patch shows by taking it away as often as it adds it, and the
  one told added it and took none away. Goals: .95, and no line of a reason that gives none.
- symbols: of 300 edits of past commits the names of what was touched, as the import tells them and as a save of the
  same texts would, beside the innermost definitions around the changed lines by tree-sitter's tree (`insight_syntax`).
  Right are those that name nothing else, and where a memory has room for them, all. Goal: .99 of either.
- pages: Ask, Project Context, Patterns, Onboarding, Standup (of the last week of whoever committed most in it) and
  Prepare Review (of the last five commits), to be read by a person.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.insight_questions import ANSWERED, PRESUMED, UNANSWERED
from benchmarks.insight_syntax import LANGUAGES, changed, enclosing, spans
from whence.analysis.stack import language
from whence.analysis.symbols import outline_whole
from whence.engine.reports import standup
from whence.faces.library.engine import Engine
from whence.git.edits import MAX_SYMBOLS, file_edit
from whence.values.memory import Change
from whence.values.reason import gives_none
from whence.values.settings import parse

GOALS = {"questions": 1, "why": 0.95, "symbols": 0.99}
PLACES, EDITS = 60, 300
MOST_LINES = 100_000
"""Lines of a saved edit's diff: all of them, to be compared."""
_NAMES = ("httpx", "click", "zod")


def git(root: Path, *arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


@contextmanager
def opened(root: Path) -> Iterator[Engine]:
    """The project with its history imported and embedded."""
    with Engine(root, parse({"embedding": {"download": False}})) as engine:
        engine.import_history()
        if not engine.project.indexer.settle(3600, vectors=True):
            raise SystemExit("the index did not settle in an hour")
        yield engine


def questions(engine: Engine, name: str, *, verbose: bool) -> int:
    """Ask, print what is wrong, and return how many are."""
    wrong = 0
    engine.search("warm")
    for question, expected in (*ANSWERED[name], *((each, ()) for each in (*UNANSWERED[name], *PRESUMED[name]))):
        answer = engine.ask(question)
        titles = " | ".join(each.title for each in answer.cited)
        right = (
            answer.answered and all(re.search(word, answer.markdown + titles, re.IGNORECASE) for word in expected)
            if expected
            else not answer.answered
        )
        wrong += not right
        if verbose or not right:
            print(f"{'right' if right else 'WRONG'}  {question}\n       {titles or 'nothing'}")
    return wrong


def lines_of(root: Path, path: str) -> int:
    """How many lines a file has."""
    return (root / path).read_bytes().count(b"\n")


def counted(root: Path, commit: str, line: str) -> tuple[int, int]:
    """How often a commit's patch adds this line and takes it away, whatever its indentation."""
    patch = git(root, "show", "--format=", "-M", commit).splitlines()
    added, removed = (sum(each[:1] == mark and each[1:].strip() == line for each in patch) for mark in "+-")
    return added, removed


def wrote(root: Path, commit: str, path: str, number: int) -> bool:
    """Whether git shows that a commit wrote a line: by the line's history, by blame, or by the patch that moved it."""
    if not commit:
        return False
    place = f"-L{number},{number}"
    newest = next(iter(git(root, "log", "--format=%H", "-s", f"{place}:{path}").split()), "")
    if commit in (newest, git(root, "blame", "-w", "-l", "-s", place, "--", path).split()[0].lstrip("^")):
        return True
    line = (root / path).read_text(encoding="utf-8", errors="replace").split("\n")[number - 1].strip()
    added, removed = counted(root, newest, line)
    if not line or removed < added:
        return False
    added, removed = counted(root, commit, line)
    return added > 0 and not removed


def why(engine: Engine, root: Path, count: int, *, verbose: bool) -> tuple[int, int]:
    """How many of the places are told rightly, and how many lines of noise are told as reasons."""
    chance = random.Random(1)
    paths = [path for path in git(root, "ls-files").splitlines() if language(path) and lines_of(root, path) > 20]
    right = noise = 0
    for _ in range(count):
        path = chance.choice(paths)
        line = chance.randrange(1, lines_of(root, path) + 1)
        told = engine.why(path, line, line)
        first = next((each for each in told.reasons if not each.via), None)
        memory = engine.get(first.cited.id).memory if first else None
        commit = memory.commit if isinstance(memory, Change) else next(iter(told.only_git), "")
        fits = wrote(root, commit, path, line)
        right += fits
        quoted = re.findall(r"(?m)^> (?:[*-] )?(.+)$", told.markdown)
        noise += sum(gives_none(each) for each in quoted)
        if verbose or not fits:
            print(f"{'right' if fits else 'WRONG'}  {path}:{line} {commit[:8]}")
    return right, noise


def symbols(root: Path, engine: Engine, count: int, *, verbose: bool) -> tuple[int, int, int]:
    """How many of the edits name what the syntax tree says, as imported and as saved, of how many."""
    imported = saved = seen = 0
    ids = git(root, "log", "--no-merges", "--min-parents=1", "--format=%H").split()
    random.Random(2).shuffle(ids)
    for id in ids:
        found = engine.project.store.by_keys([f"commit:{id}"])
        edits = [each for memory in found[:1] if isinstance(memory, Change) for each in memory.edits if each.diff]
        for edit in edits:
            grammar = LANGUAGES.get(Path(edit.path).suffix)
            old = edit.old_path or edit.path
            if grammar is None or edit.action in ("create", "delete"):
                continue
            before, after = git(root, "show", f"{id}^:{old}"), git(root, "show", f"{id}:{edit.path}")
            around = spans(grammar, before), spans(grammar, after)
            diff = git(root, "diff", "-U0", "-M", f"{id}^", id, "--", *dict.fromkeys((old, edit.path)))
            save = file_edit(edit.path, before, after, outline_whole, old_path=edit.old_path, most_lines=MOST_LINES)
            right = [
                fits(told, enclosing(around[0], changed(by, "-")) | enclosing(around[1], changed(by, "+")))
                for told, by in ((edit.symbols, diff), (save.symbols, save.diff))
            ]
            imported, saved, seen = imported + right[0], saved + right[1], seen + 1
            if verbose or not all(right):
                shown = f"{' '.join(edit.symbols)} | {' '.join(save.symbols)}"
                print(f"{'right' if all(right) else 'WRONG'}  {id[:8]} {edit.path}: {shown}")
            if seen == count:
                return imported, saved, seen
    return imported, saved, seen


def fits(told: Sequence[str], expected: set[str]) -> bool:
    """Whether names are those expected: none other, and all where there is room for them."""
    named = {each.rpartition(".")[2] for each in told}
    return named <= expected and (named == expected or len(told) >= MAX_SYMBOLS)


def pages(engine: Engine, name: str) -> None:
    """Print the pages."""
    first, none = ANSWERED[name][0][0], UNANSWERED[name][0]
    newest = datetime.fromisoformat(git(engine.project.place.root, "log", "-1", "--format=%cI").strip())
    since = newest - timedelta(days=7)
    authors = git(engine.project.place.root, "log", "--no-merges", f"--since={since.isoformat()}", "--format=%aN")
    (who, _), *_ = Counter(authors.splitlines()).most_common(1) or [("", 0)]
    of_them = replace(engine.project, place=replace(engine.project.place, author=who))
    for page in (
        engine.ask(first),
        engine.ask(none),
        engine.project_context(),
        engine.analyze_patterns(),
        engine.onboarding(),
        standup(of_them, since),
        engine.review(base="HEAD~5"),
    ):
        print(f"\n{'=' * 100}\n{page.markdown or page.title}\n[{page.note}]")


def main() -> int:
    """Measure, and print. Returns 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--only", default="questions,why,symbols,pages")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    chosen = options.only.split(",")
    wrong = asked = right = noise = imported = saved = edits = places = 0
    with tempfile.TemporaryDirectory(prefix="whence insight ") as scratch:
        os.environ["WHENCE_HOME"] = str(options.home or Path(scratch) / "home")
        for root in options.folders:
            name = next(each for each in _NAMES if each in root.name)
            with opened(root) as engine:
                print(f"# {name}")
                if "questions" in chosen:
                    wrong += questions(engine, name, verbose=options.verbose)
                    asked += len(ANSWERED[name]) + len(UNANSWERED[name]) + len(PRESUMED[name])
                if "why" in chosen:
                    count = PLACES // len(_NAMES)
                    found = why(engine, root, count, verbose=options.verbose)
                    right, noise, places = right + found[0], noise + found[1], places + count
                if "symbols" in chosen:
                    of_import, of_saves, seen = symbols(root, engine, EDITS // len(_NAMES), verbose=options.verbose)
                    imported, saved, edits = imported + of_import, saved + of_saves, edits + seen
                if "pages" in chosen:
                    pages(engine, name)
    rows = [
        ("questions", asked, f"{wrong} wrong", f"at most {GOALS['questions']}", wrong <= GOALS["questions"]),
        ("why", places, share(right, places), f"{GOALS['why']}", right >= GOALS["why"] * places),
        ("noise in reasons", places, f"{noise} lines", "0", noise == 0),
        (
            "symbols, imported",
            edits,
            share(imported, edits),
            f"{GOALS['symbols']}",
            imported >= GOALS["symbols"] * edits,
        ),
        ("symbols, saved", edits, share(saved, edits), f"{GOALS['symbols']}", saved >= GOALS["symbols"] * edits),
    ]
    print(f"\n{'figure':<18} {'of':>4} {'measured':>9}  {'goal':<10}")
    for figure, of, measured, goal, met in rows:
        if of:
            print(f"{figure:<18} {of:>4} {measured:>9}  {goal:<10} {'met' if met else 'MISSED'}")
    return 1 if any(of and not met for _, of, _, _, met in rows) else 0


def share(right: int, of: int) -> str:
    """A share as it is printed."""
    return f"{right / max(of, 1):.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
