"""How an error is solved."""

from pydantic import Field

from whence.intelligence.prompting import Example, Material, Prompt
from whence.values import Lines, Text, Value, Words


class Solution(Value):
    """A solution that a model suggests for an error."""

    solution: Text
    """What to do, in a few sentences."""

    confidence: str = Field(pattern="^(high|medium|low)$")
    """`high` where a case of the same cause was solved so, `medium` where one is alike, `low` otherwise."""

    reasons: Lines = ()
    """Why it is thought to help."""

    alternatives: Lines = ()
    """What else may help."""

    tips: Lines = ()
    """How to find out more."""

    cited: Words = ()
    """Ids of the material that it follows from."""


SOLUTION = Prompt(
    operation="suggest_solution",
    purpose=(
        "You help to solve an error in a software project. The material is bugs that were solved in it before, the "
        "closest first. You reason from these cases, and say so where none of them fits."
    ),
    answer=Solution,
    answer_tokens=800,
    examples=(
        Example(
            task="Suggest a solution for: KeyError: 'user' in auth.py, line 40",
            material=(
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
    ),
)
