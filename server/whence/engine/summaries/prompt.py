"""What a day, a week or a month came to."""

from pydantic import Field

from whence.models.prompt import Example, Material, Prompt
from whence.values.base import Text, Value, Words


class Point(Value):
    """One thing that happened."""

    text: Text = Field(max_length=500)
    """What happened, in a sentence."""

    sources: Words = ()
    """The ids of the material that says so."""


class PeriodSummary(Value):
    """What a stretch of work came to."""

    overview: Text = Field(max_length=1500)
    """What it was about, in two to four sentences: the threads that run through it, not a list."""

    done: tuple[Point, ...] = Field(default=(), max_length=15)
    """What was done, the most important first; what belongs together told once."""

    decisions: tuple[Point, ...] = Field(default=(), max_length=15)
    """What was decided, and why."""

    errors: tuple[Point, ...] = Field(default=(), max_length=15)
    """Which errors came up, and how each was solved."""

    left_open: tuple[Point, ...] = Field(default=(), max_length=15)
    """What remains to be done at the end; not what was finished later."""


PERIOD_SUMMARY = Prompt(
    operation="summarize",
    purpose=(
        "You keep the log of a software project. From the memories of a day, the summaries of the days or weeks of a "
        "longer stretch, or a conversation, you write what somebody needs to know who was away. Cite for every point "
        "the ids of the material that it rests on."
    ),
    answer=PeriodSummary,
    answer_tokens=1500,
    examples=(
        Example(
            task="Summarise Day 2026-03-02.",
            material=(
                Material("Change of 2026-03-02 09:40: Cache password hashes", "auth.py: added an LRU cache", "m1"),
                Material(
                    "Bug of 2026-03-02 10:15: KeyError in verify", "Solved by returning None without a user.", "m2"
                ),
                Material("Change of 2026-03-02 10:31: Bound the cache", "auth.py: maxsize=1024", "m3"),
            ),
            answer=PeriodSummary(
                overview="The day went into faster logins: password hashes are cached, and a fault is solved.",
                done=(
                    Point(
                        text="Put a cache of at most 1024 entries around the verification of passwords in auth.py.",
                        sources=("m1", "m3"),
                    ),
                ),
                errors=(
                    Point(
                        text="A KeyError for tokens without a user; verify() now returns None for them.",
                        sources=("m2",),
                    ),
                ),
            ),
        ),
    ),
)
