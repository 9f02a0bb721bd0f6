"""How an error is solved, and why errors come back."""

from typing import Literal

from pydantic import Field

from whence.models.prompt import Example, Material, Prompt
from whence.values.base import Lines, Text, Value, Words


class Solution(Value):
    """A solution that a model suggests for an error."""

    solution: str = ""
    """What to do, in a few sentences; empty where none of the cases fits."""

    confidence: Literal["high", "medium", "low", "none"]
    """`high` where a case of the same cause was solved so, `medium` where one is alike, `low` where one may be, `none`
    where none fits."""

    reasons: Lines = ()
    """Why it is thought to help, or why no case fits."""

    alternatives: Lines = ()
    """What else may help."""

    tips: Lines = ()
    """How to find out more, if it does not help."""

    cited: Words = ()
    """Ids of the cases that it follows from."""


ERROR = "error"
"""What the error to solve is called among the material."""

SOLUTION = Prompt(
    operation="suggest_solution",
    purpose=(
        "You help to solve an error in a software project. The first material is the error; the others are bugs that "
        "were solved in the project before, the closest first. You reason from these cases alone: compare the causes, "
        "not only the words. Where no case has the same kind of cause, say so and suggest no solution; tips to find "
        "the cause are welcome all the same."
    ),
    answer=Solution,
    answer_tokens=800,
    examples=(
        Example(
            task="Suggest a solution for the error.",
            material=(
                Material("The error", "KeyError: 'user'\nauth.py, line 40, in current_user", ERROR),
                Material("Bug: KeyError: 'user' in session.py", "Anonymous sessions have no user. Used get().", "b7"),
            ),
            answer=Solution(
                solution="Read the user with get() and treat None as anonymous, as session.py does.",
                confidence="medium",
                reasons=("The same key was missing for anonymous sessions.",),
                tips=("Log the keys of the session before line 40.",),
                cited=("b7",),
            ),
        ),
        Example(
            task="Suggest a solution for the error.",
            material=(
                Material("The error", "OSError: No space left on device\nexport.py, line 12", ERROR),
                Material("Bug: OSError: Permission denied", "The folder belonged to root. Changed its owner.", "b9"),
            ),
            answer=Solution(
                confidence="none",
                reasons=("The one case was about rights, not about room on the disk.",),
                tips=("See with `df -h` which disk is full, and how large export.py writes.",),
            ),
        ),
    ),
)


class ErrorPattern(Value):
    """Why errors that are alike come back, as a model sees it."""

    name: str = Field(min_length=1, max_length=120)
    """What they have in common, in a few words."""

    root_cause: Text
    """Why they happen: what lies behind the symptom that all of them share, in one or two sentences."""

    prevention: str = ""
    """How to keep them from coming back; a line of code, a check or a rule where that helps."""

    quick_fix: str = ""
    """What to do when one of them is met, step by step."""

    cited: Words = ()
    """Ids of the bugs that bear this out."""


ERROR_PATTERN = Prompt(
    operation="error_patterns",
    purpose=(
        "You look for the pattern behind errors of a software project that come back. The material is the bugs of one "
        "group, those met most often first, with what was found out about each. You look beyond the symptom: what "
        "assumption, missing check or habit lets them happen again? Where the material does not tell, say what is "
        "known and no more."
    ),
    answer=ErrorPattern,
    answer_tokens=600,
    examples=(
        Example(
            task="Tell the pattern behind these 2 bugs, which were met 5 times.",
            material=(
                Material(
                    "Bug: TypeError: can't compare offset-naive and offset-aware datetimes",
                    "Met 3 times, in auth.py.\nSolution: datetime.now(timezone.utc)",
                    "b1",
                ),
                Material(
                    "Bug: AssertionError: expected 10:00, got 11:00",
                    "Met 2 times, in report.py.\nRoot cause: utcnow() gave a naive time",
                    "b2",
                ),
            ),
            answer=ErrorPattern(
                name="Naive and aware datetimes mixed",
                root_cause="Moments are made in several ways, some without a time zone, and meet where they compare.",
                prevention="Make moments in one helper, datetime.now(timezone.utc), and forbid utcnow() in the linter.",
                quick_fix="1. Find the naive one. 2. Make it with datetime.now(timezone.utc).",
                cited=("b1", "b2"),
            ),
        ),
    ),
)
