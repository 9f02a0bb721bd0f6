"""Kagura Coding Memory's `coding_*` tools, answered from the memory of a project; translated here alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from whence.faces.dialects.kagura import pictures, sessions, structure, tools
from whence.faces.mcp.toolset import ToolSet

if TYPE_CHECKING:
    from whence.engine import Project


def _names(project: "Project", given: Mapping[str, Any]) -> str:
    from whence import engine

    return engine.apart(project.place, given.get("user_id", ""), given.get("project_id", ""))


TOOLS = ToolSet.of((tools, sessions, structure, pictures), tools.READING, tools.FAILED, tools.REPEATABLE, _names)
"""Every tool of the dialect."""
