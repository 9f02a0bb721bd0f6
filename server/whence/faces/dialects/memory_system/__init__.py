"""The `MemorySystem` and `CodeMemorySystem` classes of a Python library, answered from a project's memory."""
