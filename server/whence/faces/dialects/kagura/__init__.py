"""Kagura Coding Memory's `coding_*` tools, answered from the memory of a project; translated here alone."""

from whence.faces.dialects.kagura import sessions, structure, tools
from whence.faces.mcp.toolset import ToolSet

TOOLS = ToolSet.of((tools, sessions, structure), tools.READING, tools.FAILED)
"""Every tool of the dialect."""
