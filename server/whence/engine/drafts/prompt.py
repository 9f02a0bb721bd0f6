"""What a commit or a pull request says of itself."""

from pydantic import Field

from whence.models.prompt import Example, Material, Prompt
from whence.values.base import Lines, Text, Value, Words


class CommitMessage(Value):
    """A commit message."""

    subject: Text = Field(max_length=120)
    """What the commit does, as an order, such as “Add the sum”; on one line, worded as the project words its own."""

    body: str = Field(default="", max_length=4000)
    """Why, and what a reader of the diff does not see, in short paragraphs or a list; empty where that is nothing."""

    cited: Words = ()
    """Ids of the material that it follows from."""


_DIFF = Material(
    "auth.py: edit, +2 -1",
    "@@ -40,2 +40,3 @@ def check\n-    if issued < datetime.now():\n"
    "+    now = datetime.now(UTC)\n+    if issued < now:",
)
_BUG = Material("Bug: TypeError in check", "can't compare offset-naive and offset-aware datetimes. Fixes #12.", "m1")

COMMIT_MESSAGE = Prompt(
    operation="draft_commit_message",
    purpose=(
        "You write the message of a commit, for colleagues who read the history in a year. The material is the diff, "
        "what was remembered while the work was done, and subjects of earlier commits, whose wording you follow. The "
        "diff says what; you say why."
    ),
    answer=CommitMessage,
    answer_tokens=500,
    examples=(
        Example(
            task="Write the commit message. Subjects of at most 60 characters.",
            material=(_DIFF, _BUG),
            answer=CommitMessage(
                subject="Compare the time of issue in UTC",
                body="Tokens carry a time zone, and comparing them with a naive\ntime raised a TypeError.\n\nFixes #12",
                cited=("m1",),
            ),
        ),
    ),
)


class PullRequest(Value):
    """A pull request's title and description."""

    title: Text = Field(max_length=120)
    """What it does, as an order, on one line."""

    what: Lines = Field(default=(), max_length=20)
    """What it changes, the most important first, each in a sentence."""

    why: Text = Field(max_length=3000)
    """Why, in a few sentences."""

    tested: Lines = Field(default=(), max_length=20)
    """How it was tested, as far as the material says; empty where it doesn't."""

    careful: Lines = Field(default=(), max_length=10)
    """What a reviewer should look at closely."""

    cited: Words = ()
    """Ids of the material that it follows from."""


PULL_REQUEST = Prompt(
    operation="draft_pull_request",
    purpose=(
        "You write the title and description of a pull request, for the colleague who reviews it. The material is what "
        "its commits say, the diff, and what was remembered while the work was done. Claim no test that the material "
        "does not tell of."
    ),
    answer=PullRequest,
    answer_tokens=1200,
    examples=(
        Example(
            task="Write the pull request for the branch fix/token-times.",
            material=(_DIFF, _BUG),
            answer=PullRequest(
                title="Compare the time of issue in UTC",
                what=("check() compares the time of issue with the present in UTC.",),
                why="Tokens carry a time zone; comparing them with a naive time raised a TypeError.",
                careful=("Tokens that were issued without a time zone.",),
                cited=("m1",),
            ),
        ),
    ),
)
