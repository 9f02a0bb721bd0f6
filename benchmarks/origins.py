"""Origins: whether the conversation that wrote a line is found, and what it costs.

Run: `python benchmarks/origins.py [--set FOLDER | --notes CLONE | --speed]` (the last two: `origins_notes.py` and
`origins_speed.py`). With `--judge N` lines of a set are printed too, each with the turn that is told, for a person to
say whether it asked for them. Without a set, only the scripts of what happens to lines after an assistant wrote them
run, in a repository that is made for it: a person's edits, a formatter, and what git does.

A set is a folder with `repo` (a repository), `claude` (transcripts, as `CLAUDE_CONFIG_DIR` has them) and `gold.json`:
`{"commits": {commit: {"sessions": [...]}}, "none": [commit]}`. Printed are the commits and the lines at HEAD for which
a right session comes first, how many are told above the threshold and wrong, how many lines of bots and merges are
given a session at all, and beside it the naive way: the session of which most lines stand verbatim in files of the same
name.
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import origins_notes, origins_speed
from benchmarks.memories import Watch
from benchmarks.origins_scripts import scripts
from benchmarks.origins_told import commits, sessions
from whence.background import origins
from whence.background.origin_table import OriginTable, Reading, Told
from whence.git import blame, hunks, listing, repositories
from whence.git.people import is_bot
from whence.git.plumbing import Repository
from whence.readers.transcripts import edits
from whence.retrieval.origins import SURE, Explained, digest
from whence.values.tally import Tally

CLOCKS = 60
"""Seconds by which an edit may lie after its commit."""


@dataclass(slots=True)
class Score:
    """How often a session was right."""

    all: int = 0
    first: int = 0
    told: int = 0
    wrong: int = 0

    def take(self, best: tuple[str, float] | None, gold: set[str]) -> None:
        """Count an answer: the likeliest session, and how sure it is."""
        right = best is not None and best[0] in gold
        self.all += 1
        self.first += right
        if best is not None and best[1] >= SURE:
            self.told += 1
            self.wrong += not right

    def __str__(self) -> str:
        share = [each / max(1, self.all) for each in (self.first, self.told, self.wrong)]
        return f"{self.all:6} · right first {share[0]:.3f} · told {share[1]:.3f} · told and wrong {share[2]:.3f}"


# ---------------------------------------------------------------- a real set


def measured(folder: Path, judge: int) -> None:
    """Measure on a set, and print the figures; and so many lines to be judged by a person."""
    gold: dict[str, set[str]] = {
        id: set(each["sessions"]) for id, each in json.loads((folder / "gold.json").read_text())["commits"].items()
    }
    os.environ["CLAUDE_CONFIG_DIR"] = str(folder / "claude")
    root = (folder / "repo").resolve()
    repository = repositories.find(root)
    if repository is None:
        raise SystemExit("the set has no repository")
    with tempfile.TemporaryDirectory(prefix="whence bench ") as home:
        table = OriginTable(Path(home), root)
        watch = Watch()
        count = origins.refresh(table, [root], Tally(), ("claude-code",))
        read = watch.lap()
        explained = origins.explain(table, repository)
        matched = watch.lap()
        size = sum(path.stat().st_size for path in (folder / "claude").rglob("*.jsonl")) / 1e6
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"read {count} transcripts, {size:.0f} MB, in {read}; explained {explained} commits in {matched}")
        kept = sum(each.stat().st_size for each in Path(home).iterdir()) / 1e6
        print(f"{memory:.0f} MB of memory, {kept:.1f} MB on disk")
        with table.open() as reading:
            ours = commits(reading, repository, list(gold))
            names = sessions(reading)
            score = Score()
            for id, told in ours.items():
                best = told.sessions[0] if told.sessions else None
                score.take((names[best[0]], best[1]) if best else None, gold[id])
            print(f"commits        {score}")
            shown = at_head(reading, repository, ours, names, gold)
            for line in random.Random(1).sample(shown, min(judge, len(shown))):
                print(line)
        print(f"naive, commits {naive(folder / 'claude', repository, gold)}")


def at_head(
    reading: Reading,
    repository: Repository,
    ours: Mapping[str, Explained],
    names: Mapping[int, str],
    gold: Mapping[str, set[str]],
) -> list[str]:
    """Measure line by line at HEAD, by git's own word for each line's commit; those that are told, with their turns."""
    likeliest = {
        made.id: {
            digest(line): told[0]
            for each, lines in zip(made.hunks, ours[made.id].lines, strict=True)
            for line, told in zip(each.added, lines, strict=True)
            if told
        }
        for made in hunks.made(repository, list(ours))
    }
    makers = {made.id: is_bot(made.author, made.email) for made in hunks.made(repository, everything(repository))}
    score, others, given, shown_to = Score(), 0, 0, list[str]()
    for path in listing.files(repository):
        texts = lines_of(repository.root / path)
        found = blame.blame(repository, path, 1, len(texts), most=0) if texts else None
        for id, numbers in found.lines.items() if found else ():
            shown = {number: texts[number - 1] for number in numbers if number <= len(texts)}
            told = reading.written(id, path, shown)
            if makers.get(id, True):  # merges make no hunks, so they stand in no list of what was made
                others += len(shown)
                given += len(told)
            if id not in gold:
                continue
            for number, text in shown.items():
                if text.strip():
                    score.take(best(told.get(number), likeliest[id].get(digest(text)), names, reading), gold[id])
                    if number in told:
                        shown_to.append(spoken(f"{path}:{number}", text, told[number][0], reading))
    print(f"lines at HEAD  {score}")
    print(f"lines of bots and merges {others}, given a session {given / max(1, others):.3f}")
    return shown_to


def spoken(place: str, text: str, told: Told, reading: Reading) -> str:
    """A line with the turn that is told to have asked for it, and what the assistant said before it wrote it."""
    known = reading.known_as(told)
    said = [known.before, known.asked, known.said] if known else []
    return "\n    ".join([f"{place} {text.strip()[:120]}", *(" ".join(each.split())[:400] for each in said)])


def best(told: Any, likeliest: Any, names: Mapping[int, str], reading: Reading) -> tuple[str, float] | None:
    """The session that is told of a line; where none is told, the likeliest one."""
    if told and (known := reading.known_as(told[0])):
        return known.session, told[0].confidence
    return (names[likeliest.session], min(likeliest.confidence, SURE - 0.01)) if likeliest else None


def everything(repository: Repository) -> list[str]:
    """All commits that are no merges."""
    return [id for id, merge, _ in hunks.reachable(repository) if not merge]


def lines_of(path: Path) -> list[str]:
    """A file's lines, none of what is no text."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def naive(home: Path, repository: Repository, gold: Mapping[str, set[str]]) -> Score:
    """The session of which most lines of a commit stand in files of that name, but for indentation, and are older."""
    index: dict[tuple[str, str], set[tuple[str, float]]] = defaultdict(set)
    for path in home.rglob("*.jsonl"):
        for deed in edits.read(path, "claude-code", Tally()):
            if isinstance(deed, edits.Edit) and deed.path:
                at = deed.at.timestamp() if deed.at else 0.0
                for line in deed.lines:
                    if line[:1] in "+ " and line[1:].strip():
                        index[Path(deed.path).name, line[1:].strip()].add((deed.asked.session, at))
    score = Score()
    for made in hunks.made(repository, list(gold)):
        counted: Counter[str] = Counter()
        for each in made.hunks:
            for line in each.added:
                wrote = index.get((Path(each.path).name, line.strip()), ())
                counted.update({session for session, at in wrote if at <= made.at + CLOCKS})
        first = max(sorted(counted), key=counted.__getitem__, default="")
        score.take((first, 1.0) if first else None, gold[made.id])
    return score


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path)
    parser.add_argument("--judge", type=int, default=0)
    parser.add_argument("--notes", type=Path)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--sessions", type=int, default=300)
    parser.add_argument("--asks", type=int, default=60)
    options = parser.parse_args()
    if options.speed:
        origins_speed.measured(options.commits, options.sessions, options.asks)
        return
    if options.notes:
        origins_notes.measured(options.notes)
        return
    if options.set:
        measured(options.set, options.judge)
    if not scripts():
        raise SystemExit("too few lines keep their session")


if __name__ == "__main__":
    main()
