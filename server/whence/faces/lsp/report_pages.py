"""Reports as pages of an editor, where a reader can follow what they name."""

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # what the server begins with waits for none of it
    from whence.values.base import Value
    from whence.values.forge import Forge

_Answer = TypeVar("_Answer", bound="Value")


def page_of(answer: _Answer, forge: "Forge | None") -> _Answer:
    """The answer; if it is a report, its issues and commits are links to the forge.

    A draft stays as it is, since it is copied to where it is read as plain text.
    """
    from whence.values.markdown import referring
    from whence.values.reports import Draft, Report

    if forge is None or not isinstance(answer, Report) or isinstance(answer, Draft):
        return answer
    return answer.model_copy(update={"markdown": referring(answer.markdown, forge.links)})
