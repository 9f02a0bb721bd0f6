"""What a sentence says was done, and to what."""

import pytest

from whence.engine.answers.deeds import ADDED, DROPPED, RENAMED, REPLACED, TAKEN_UP, USED, asked_deed, done_to
from whence.retrieval.words import terms

DONE = [
    (DROPPED, "Drop parcel", "parcel"),
    (DROPPED, "build: remove support for parcel", "parcel"),
    (DROPPED, "Parcel was removed, since nobody used it", "parcel"),
    (DROPPED, "Parcel removed in favour of scripts", "parcel"),
    (DROPPED, "Remove all uses of parcel", "parcel"),
    (DROPPED, "Drop the dependency on parcel", "parcel"),
    (DROPPED, "Replace parcel with scripts", "parcel"),
    (DROPPED, "Switch from parcel to scripts", "parcel"),
    (DROPPED, "Use scripts instead of parcel", "parcel"),
    (DROPPED, "We no longer need parcel", "parcel"),
    (DROPPED, "Parcel isn't used any more", "parcel"),
    (DROPPED, "Get rid of parcel", "parcel"),
    (DROPPED, "doc: go away parcel", "parcel"),
    (DROPPED, "We decided to drop parcel", "parcel"),
    (DROPPED, "Stop using parcel", "parcel"),
    (DROPPED, "Removal of parcel", "parcel"),
    (ADDED, "Add parcel", "parcel"),
    (ADDED, "feat(build): support parcel, at last", "parcel"),
    (ADDED, "Parcel support", "parcel"),
    (ADDED, "Replace scripts with parcel", "parcel"),
    (ADDED, "Scripts now support parcel", "parcel"),
    (ADDED, "Allow parcel", "parcel"),
    (ADDED, "Ported parcel", "parcel"),
    (ADDED, "build: use parcel for the pages", "parcel"),
    (RENAMED, "Rename parcel to box", "parcel"),
    (RENAMED, "Parcel renamed to box", "parcel"),
    (RENAMED, "Change parcel to box", "parcel"),
    (REPLACED, "Change scripts to parcel", "parcel"),
    (USED, "Use parcel for the pages", "pages"),
    (USED, "Switch to the parcel bundler", "bundler"),
    (TAKEN_UP, "Use parcel", "parcel"),
    (TAKEN_UP, "Add parcel", "parcel"),
    (TAKEN_UP, "Switch to parcel", "parcel"),
    (TAKEN_UP, "Move from scripts to parcel", "parcel"),
    (TAKEN_UP, "Replace scripts with parcel", "parcel"),
    (TAKEN_UP, "Upgrade to parcel 3", "parcel"),
    (DROPPED, "Drop support for parcel", "parcel"),
]

NOT_DONE = [
    (DROPPED, "Remove the sudo setting from parcel", "parcel"),
    (DROPPED, "Remove the alias of parcel", "parcel"),
    (DROPPED, "Don't remove parcel", "parcel"),
    (DROPPED, "Revert removal of parcel", "parcel"),
    (DROPPED, "Prepare to drop parcel", "parcel"),
    (DROPPED, "Add parcel, and drop the scripts", "parcel"),
    (DROPPED, "Stop running parcel on errors", "parcel"),
    (DROPPED, "Switch parcel off by default", "parcel"),
    (DROPPED, "Move parcel into a folder of its own", "parcel"),
    (DROPPED, "The compiler no longer ships types (parcel reads them)", "parcel"),
    (DROPPED, "Use removeRow in parcel", "parcel"),
    (DROPPED, "Replace scripts with parcel", "parcel"),
    (DROPPED, "Use parcel instead of scripts", "parcel"),
    (ADDED, "printer: support colours with parcel", "parcel"),
    (ADDED, "Add a way to tell if parcel is needed", "parcel"),
    (ADDED, "This mentions the support of parcel", "parcel"),
    (ADDED, "Names that parcel uses are checked", "names"),
    (ADDED, "Clarify supported parcel formats", "parcel"),
    (ADDED, "Allow parcel to fall back", "parcel"),
    (ADDED, "Add a field to each line of parcel", "parcel"),
    (ADDED, "The guide could support parcel", "parcel"),
    (ADDED, "Replace parcel with scripts", "parcel"),
    (ADDED, "Enable absolute paths w/ parcel", "parcel"),
    (RENAMED, "Call parcel twice", "parcel"),
    (RENAMED, "Change the colour of parcel", "parcel"),
    (RENAMED, "Rename the flag so that parcel copes", "parcel"),
    (REPLACED, "Add parcel", "parcel"),
    (DROPPED, "Drop the header for parcel", "parcel"),
    (DROPPED, "Remove the advice to use scripts instead of parcel", "parcel"),
    (TAKEN_UP, "Update parcel", "parcel"),
    (TAKEN_UP, "Replace parcel with scripts", "parcel"),
    (TAKEN_UP, "Scripts use parcel", "parcel"),
    (USED, "Files that are used to describe the bundler", "bundler"),
    (USED, "Use an absolute path in the bundler", "bundler"),
]


@pytest.mark.parametrize(("deed", "sentence", "thing"), DONE)
def test_what_was_done_is_read_with_what_it_was_done_to(deed: int, sentence: str, thing: str) -> None:
    assert any(set(terms(thing)) <= each.terms for each in done_to(sentence, deed))


@pytest.mark.parametrize(("deed", "sentence", "thing"), NOT_DONE)
def test_what_was_done_to_another_thing_or_not_at_all_is_told_apart(deed: int, sentence: str, thing: str) -> None:
    assert not any(set(terms(thing)) <= each.terms for each in done_to(sentence, deed))


@pytest.mark.parametrize(
    ("question", "deed"),
    [
        ("Why was parcel removed?", DROPPED),
        ("When was support for parcel dropped?", DROPPED),
        ("Why is parcel not used any more?", DROPPED),
        ("Since when is parcel supported?", ADDED),
        ("Why did we switch from parcel to scripts?", REPLACED),
        ("Why did we switch to parcel?", TAKEN_UP),
        ("When did we move over to parcel 2?", TAKEN_UP),
        ("Why was parcel renamed?", RENAMED),
        ("Which bundler do we use?", USED),
        ("Why is removeRow called twice?", None),
        ("Why is parcel used instead of scripts?", None),
        ("How was the leak of parcel fixed?", None),
        ("", None),
    ],
)
def test_a_question_takes_for_granted_what_changes_what_there_is(question: str, deed: int | None) -> None:
    assert asked_deed(question) == deed
