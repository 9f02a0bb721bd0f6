"""What `codemem.py` compares with: git's own searches, BM25 and an embedding model, over the same commits."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.codemem_questions import git
from whence.models.embedding import Embedder

DEPTH = 10
MOST_TEXT = 20_000
"""Characters of a commit that are read; a longer one is cut."""
K1, B = 1.2, 0.75
STOP = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can do does for from has have if in into is it its more no not now of on only or "
        "should so some than that the their them then this to use used using was we when which will with would you",
    )
)
CODE = re.compile(r"[A-Za-z_][\w.]*[_.]\w+|[a-z]+[A-Z]\w+|[A-Z]\w*[a-z]\w*[A-Z]\w*|\w+\(\)")
"""What looks like code in a question."""
MOST_NAMES = 2
"""Names of a question that are looked for in all diffs, the longest; each takes git a second or more."""


class Found(NamedTuple):
    """What a system answers."""

    ids: list[str]
    """Commits, best first."""
    score: float
    """How good the best is, by the system's own measure; of no use between systems."""
    none: bool
    """Whether it says itself that there is nothing, or nothing to be sure of."""


class System(Protocol):
    """Something that can be asked."""

    def search(self, words: str) -> Found:
        """The commits that answer."""


class Text(NamedTuple):
    """A commit as text."""

    id: str
    message: str
    diff: str


def texts(root: Path) -> list[Text]:
    """All commits that are no merges, the newest first."""
    told = git(root, "log", "-p", "-M", "--no-merges", "--no-ext-diff", "--format=%x00%x01%H%x1f%B%x1f", "HEAD", "--")
    parts = (each.split("\x1f", 2) for each in told.split("\x00\x01")[1:])
    return [Text(id, message.strip(), diff.strip()[:MOST_TEXT]) for id, message, diff in parts]


def words_of(text: str) -> list[str]:
    """Words in lower case."""
    return re.findall(r"\w+", text.lower())


class Grep:
    """`git log --grep` for each word that tells something: first who holds the most of them, then the newest."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def search(self, words: str) -> Found:
        """As `System.search`."""
        held: Counter[str] = Counter()
        order: dict[str, int] = {}
        for word in dict.fromkeys(each for each in words_of(words) if each not in STOP and len(each) > 2):
            ids = git(
                self.root, "log", "--no-merges", "--format=%H", "-i", "-F", f"--grep={word}", "HEAD", "--"
            ).split()
            held.update(ids)
            for place, id in enumerate(ids):
                order[id] = min(place, order.get(id, place))
        best = sorted(held, key=lambda id: (-held[id], order[id]))[:DEPTH]
        return Found(best, float(held[best[0]]) if best else 0.0, not best)


class Pickaxe:
    """`git log -S` for what looks like code in the question: who wrote it or took it away, the oldest first."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def search(self, words: str) -> Found:
        """As `System.search`."""
        held: Counter[str] = Counter()
        names = sorted({each.rstrip("()").rpartition(".")[2] for each in CODE.findall(words)}, key=len)[-MOST_NAMES:]
        for name in filter(None, names):
            ids = git(self.root, "log", "--no-merges", "--reverse", "--format=%H", f"-S{name}", "HEAD", "--").split()
            held.update(ids[:200])
        best = [id for id, _ in held.most_common(DEPTH)]
        return Found(best, float(held[best[0]]) if best else 0.0, not best)


class Bm25:
    """BM25 over message and diff, words in lower case."""

    def __init__(self, all_texts: Sequence[Text]) -> None:
        self.ids = [each.id for each in all_texts]
        counts = [Counter(words_of(f"{each.message}\n{each.diff}")) for each in all_texts]
        lengths = np.array([sum(each.values()) for each in counts], dtype=np.float32)
        self.norm = K1 * (1 - B + B * lengths / max(1.0, float(lengths.mean())))
        self.postings: dict[str, list[tuple[int, int]]] = {}
        for number, count in enumerate(counts):
            for word, times in count.items():
                self.postings.setdefault(word, []).append((number, times))

    def search(self, words: str) -> Found:
        """As `System.search`."""
        scores = np.zeros(len(self.ids), dtype=np.float32)
        for word in words_of(words):
            held = np.array(self.postings.get(word, ()), dtype=np.int64).reshape(-1, 2)
            idf = math.log(1 + (len(self.ids) - len(held) + 0.5) / (len(held) + 0.5))
            times = held[:, 1]
            scores[held[:, 0]] += idf * times * (K1 + 1) / (times + self.norm[held[:, 0]])
        return _best(self.ids, scores)


class MiniLm:
    """The cosine of all-MiniLM-L6-v2's vectors: message and diff as one text, of which it reads 256 tokens."""

    def __init__(self, all_texts: Sequence[Text], model: Embedder) -> None:
        self.ids, self.model = [each.id for each in all_texts], model
        told = [f"{each.message}\n{each.diff[:4_000]}" for each in all_texts]
        order = sorted(range(len(told)), key=lambda number: len(told[number]))
        self.vectors: NDArray[np.float32] = np.zeros((len(told), model.dimension), dtype=np.float32)
        for at in range(0, len(order), 4):
            some = order[at : at + 4]
            self.vectors[some] = model.embed([told[number] for number in some])

    def search(self, words: str) -> Found:
        """As `System.search`."""
        (query,) = self.model.embed([words])
        return _best(self.ids, self.vectors @ query)


def _best(ids: Sequence[str], scores: NDArray[np.float32]) -> Found:
    order = np.argsort(-scores, kind="stable")[:DEPTH]
    held = [ids[number] for number in order if scores[number] > 0]
    return Found(held, float(scores[order[0]]) if held else 0.0, not held)
