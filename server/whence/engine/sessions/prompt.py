"""What a coding session came to."""

from pydantic import Field

from whence.models.prompt import Example, Material, Prompt
from whence.values.base import Lines, Text, Value


class SessionSummary(Value):
    """What a coding session came to."""

    goal: Text = Field(max_length=300)
    """What it was for, in a sentence."""

    done: Lines = ()
    """What was done, the most important first, each in a sentence."""

    decisions: Lines = ()
    """What was decided, and why."""

    errors: Lines = ()
    """Which errors came up, and how each was solved."""

    left_open: Lines = ()
    """What remains to be done."""

    recommendations: Lines = ()
    """What to do next, or to do otherwise."""


SESSION_SUMMARY = Prompt(
    operation="end_session",
    purpose=(
        "You keep the log of a software project. From the memories of one coding session, in the order in which they "
        "came to be, you write what a colleague needs to know who goes on with the work tomorrow."
    ),
    answer=SessionSummary,
    answer_tokens=1200,
    examples=(
        Example(
            task="Summarise the session “Make logins faster”.",
            material=(
                Material("Change: Cache password hashes", "auth.py: added an LRU cache around verify()", "c1"),
                Material("Bug: KeyError in verify", "Tokens without a user raised. Solved by returning None.", "b1"),
            ),
            answer=SessionSummary(
                goal="Make logins faster.",
                done=("Put a cache around the verification of passwords in auth.py.",),
                errors=("A KeyError for tokens without a user; verify() now returns None for them.",),
                recommendations=("Measure the login again with the cache.",),
            ),
        ),
    ),
)
