"""What the vectors of an embedding model mean: from which cosine on something counts, and what words weigh beside it.

A cosine of 0.5 is close for one model and far for another, so every number that a cosine is compared with or added to
stands here, by the model's name. What holds without vectors, such as the floors where words alone were compared, is not
the model's and stands beside the rule. The extras of a score (recency, importance, nearness) are kept small beside a
best word match, and follow no model either.

Another embedding model is an entry in `CALIBRATIONS`, and one in `models/embedding.MODELS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Shape = Literal["short", "report", "trace"]
"""How a query looks: a line of words, a text of several lines, or the output of a failure."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights and thresholds that were measured with one embedding model. Cosines are from -1 to 1."""

    words: Mapping[Shape, float]
    """Weight of the best word match beside the cosine, by the shape of the query."""

    words_of_code: float
    """The same for code, where all candidates are code."""

    words_of_code_among_others: float
    """The same for code, where other candidates are none."""

    words_of_code_named: float
    """The same for code, where the query holds an identifier."""

    weak: float
    """Confidence under which an answer is weak: cosine + coverage, the share of the query's terms that a memory holds,
    each by its weight and rarity, of the best of the first three."""

    floor: float
    """Confidence under which nothing is answered."""

    tail: float
    """Least fit of every memory answered, as a share of the confidence."""

    sharpness: float
    """How fast the chance that a memory answers falls with its score, as a power of its share of the best score."""

    close: float
    """Cosine from which a hit says that it is close in meaning."""

    same: float
    """Cosine of two short texts that name the same numbers from which on one of them may be put away."""

    nearly_same: float
    """Cosine from which two memories are proposed as one that say nearly the same in other words."""

    alike_bugs: float
    """Least likeness of two bugs that are of one kind, as the mean of the cosine and of what their words share."""

    near_bugs: float
    """The same likeness, from which two bugs say nearly the same."""


CALIBRATIONS: Mapping[str, Calibration] = {
    # "Measured" is by `benchmarks/retrieval.py` where nothing else is named: the floors by the share of queries refused
    # that were put to a project they don't belong to, beside the recall@10 lost at home.
    "all-MiniLM-L6-v2": Calibration(
        words={"short": 0.5, "report": 0.3, "trace": 1.2},  # measured; 0.4 to 0.6 does as well for short ones
        words_of_code=0.05,  # measured
        words_of_code_among_others=0.2,  # measured
        words_of_code_named=0.4,  # ours: a name is looked for by its letters
        weak=0.48,  # measured: 80% of the queries that belong to another project, 0.9% of what answers at home
        floor=0.3,  # ours: a weak answer to a sensible question is better than none
        tail=0.3,  # ours: what is left away shares next to nothing
        sharpness=8.0,  # measured by `benchmarks/context.py`: of the powers of 2 the likeliest by what answers
        close=0.38,  # measured: few memories that belong to another matter reach it
        same=0.95,  # ours: above what paraphrases reach with one detail changed
        # Measured by `benchmarks/upkeep.py`: it finds 7 of 8 pairs of notes that say the same, of which the words tell
        # 2; of 8 that only look alike it takes in 1, which says the contrary, and the words 3.
        nearly_same=0.75,
        alike_bugs=0.48,  # on 66 hand-written bugs of 34 kinds 22 of the pairs in a group are of one kind and 3 are not
        near_bugs=0.6,  # ours
    ),
}
"""By the name of the model, as the option `embedding.model` says it."""

UNMEASURED = Calibration(
    words={"short": 0.5, "report": 0.3, "trace": 1.2},
    words_of_code=0.2,
    words_of_code_among_others=0.2,
    words_of_code_named=0.4,
    weak=0.6,
    floor=0.2,
    tail=0.3,
    sharpness=8.0,
    close=0.6,
    same=0.98,
    nearly_same=0.9,
    alike_bugs=0.6,
    near_bugs=0.75,
)
"""For a model that nobody measured, such as a provider's. Ours, and careful: more is answered and more of it called
weak, less is called close or the same, and words keep a say. Many models spread their cosines less than MiniLM does."""


def calibration_of(model: str) -> Calibration:
    """The calibration of a model, or the careful one where it was not measured.

    Args:
        model: its name; with `none` there are no vectors, and what is told of cosines does not come to bear.
    """
    return CALIBRATIONS.get(model, UNMEASURED)
