"""Insight: whether what is told of three real repositories is right, and the pages to read.

    python benchmarks/insight.py HTTPX CLICK ZOD [--home FOLDER] [--only questions,why,symbols,pages] [--verbose]

Given clones of encode/httpx, pallets/click and colinhacks/zod. Their histories are imported into a home of its own,
or into the one named, which is then used again; the embedding model is the one in the user's cache, and nothing is
fetched.
Prints, and returns 1 where a goal is missed:

- questions: 30 that the histories answer and 15 that they don't, without a model. One is wrong that is answered from
  other commits, not answered, or answered though memory has nothing. Goal: at most 1 is wrong.
- why: what *Why* tells of 60 places beside `git log -L`: right where its newest commit is among those that git
  names, or added the line before it moved. Goals: .95, and no line of a reason that gives none.
- symbols: of 300 edits, replayed from the newest commits, what was touched, beside the definition that encloses the
  line by the syntax tree. Goal: .99.
- pages: Ask, Project Context, Patterns, Onboarding, Standup and Prepare Review, to be read by a person.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.insight_questions import ANSWERED, UNANSWERED
from whence.analysis import entities
from whence.analysis.stack import language
from whence.faces.library.engine import Engine
from whence.values.memory import Change
from whence.values.reason import gives_none
from whence.values.settings import parse

GOALS = {"questions": 1, "why": 0.95, "symbols": 0.99}
PLACES, EDITS = 60, 300
_NAMES = ("httpx", "click", "zod")
_HUNK = re.compile(r"@@ -(?P<old>\d+)(?:,\d+)? \+(?P<new>\d+)(?:,\d+)? @@")


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
    for question, expected in (*ANSWERED[name], *((each, ()) for each in UNANSWERED[name])):
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


def added(root: Path, commit: str, path: str, line: int) -> bool:
    """Whether a commit added a line of this text to any file: `git log -L` knows none from before a move."""
    text = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()[line - 1].strip()
    return bool(commit) and any(
        each[1:].strip() == text for each in git(root, "show", "--format=", commit).splitlines() if each[:1] == "+"
    )


def why(engine: Engine, root: Path, count: int, *, verbose: bool) -> tuple[int, int]:
    """How many of the places are told rightly, and how many lines of noise are told as reasons."""
    chance = random.Random(1)
    paths = [path for path in git(root, "ls-files").splitlines() if language(path) and lines_of(root, path) > 20]
    right = noise = 0
    for _ in range(count):
        path = chance.choice(paths)
        line = chance.randrange(1, lines_of(root, path) + 1)
        told = engine.why(path, line, line)
        by_git = git(root, "log", "--format=%H", "-s", f"-L{line},{line}:{path}").split()
        first = next((each for each in told.reasons if not each.via), None)
        memory = engine.get(first.cited.id).memory if first else None
        commit = memory.commit if isinstance(memory, Change) else next(iter(told.only_git), "")
        fits = commit in by_git or added(root, commit, path, line)
        right += fits
        quoted = re.findall(r"(?m)^> (?:[*-] )?(.+)$", told.markdown)
        noise += sum(gives_none(each) for each in quoted)
        if verbose or not fits:
            print(f"{'right' if fits else 'WRONG'}  {path}:{line} {commit[:8]}, git: {by_git[:1]}")
    return right, noise


def symbols(root: Path, engine: Engine, count: int, *, verbose: bool) -> tuple[int, int]:
    """How many of the edits name what the syntax tree says, of how many."""
    right = seen = 0
    for id in git(root, "log", "--no-merges", "--format=%H", "-600").split():
        found = engine.project.store.by_keys([f"commit:{id}"])
        for memory in found[:1]:
            if not isinstance(memory, Change):
                continue
            for edit in memory.edits:
                if edit.action != "edit" or language(edit.path) not in ("Python", "TypeScript") or not edit.diff:
                    continue
                expected = enclosing(root, f"{id}^:{edit.old_path or edit.path}", edit.diff, "-")
                expected |= enclosing(root, f"{id}:{edit.path}", edit.diff, "+")
                named = {each.rpartition(".")[2] for each in edit.symbols}
                seen += 1
                right += named <= expected
                if verbose and not named <= expected:
                    print(f"WRONG  {id[:8]} {edit.path}: {sorted(named - expected)}")
                if seen == count:
                    return right, seen
    return right, seen


def enclosing(root: Path, object: str, diff: str, sign: str) -> set[str]:
    """The names of what encloses the lines that a diff takes from the old text or adds to the new one."""
    parsed = entities.parse(object.partition(":")[2], git(root, "show", object))
    lines = set(changed_lines(diff, sign))
    return {
        each.name
        for each in (parsed.entities if parsed else ())
        if any(each.start - 1 <= at <= each.end + 1 for at in lines)
    }


def changed_lines(diff: str, sign: str) -> Iterator[int]:
    """The lines, from 1, that a diff takes from the old text (`-`) or adds to the new one (`+`)."""
    at = 0
    for line in diff.splitlines():
        if hunk := _HUNK.match(line):
            at = int(hunk["old" if sign == "-" else "new"])
        elif line.startswith(sign):
            yield at
            at += 1
        elif not line.startswith(("+", "-")):
            at += 1
        elif line[0] != sign:
            yield at  # where the other text has more


def pages(engine: Engine, name: str) -> None:
    """Print the pages."""
    first, none = ANSWERED[name][0][0], UNANSWERED[name][0]
    for page in (
        engine.ask(first),
        engine.ask(none),
        engine.project_context(),
        engine.analyze_patterns(),
        engine.onboarding(),
        engine.standup(),
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
    wrong = right = noise = named = edits = places = 0
    with tempfile.TemporaryDirectory(prefix="whence insight ") as scratch:
        os.environ["WHENCE_HOME"] = str(options.home or Path(scratch) / "home")
        for root in options.folders:
            name = next(each for each in _NAMES if each in root.name)
            with opened(root) as engine:
                print(f"# {name}")
                if "questions" in chosen:
                    wrong += questions(engine, name, verbose=options.verbose)
                if "why" in chosen:
                    count = PLACES // len(_NAMES)
                    found = why(engine, root, count, verbose=options.verbose)
                    right, noise, places = right + found[0], noise + found[1], places + count
                if "symbols" in chosen:
                    fit, seen = symbols(root, engine, EDITS // len(_NAMES), verbose=options.verbose)
                    named, edits = named + fit, edits + seen
                if "pages" in chosen:
                    pages(engine, name)
    missed = False
    if "questions" in chosen:
        print(f"questions  {wrong} wrong   (goal: at most {GOALS['questions']})")
        missed |= wrong > GOALS["questions"]
    if "why" in chosen:
        print(f"why        {right / places:.3f} of {places} right, {noise} lines of noise   (goal {GOALS['why']}, 0)")
        missed |= right / places < GOALS["why"] or noise > 0
    if "symbols" in chosen:
        print(f"symbols    {named / max(edits, 1):.3f} of {edits} right   (goal {GOALS['symbols']})")
        missed |= named / max(edits, 1) < GOALS["symbols"]
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
