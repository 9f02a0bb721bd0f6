"""The names of memory_lib, for programs that import it: Whence answers."""

from whence import CodeContext, CodeMemorySystem, MemorySystem, ScoredMemory

__all__ = ["CodeContext", "CodeMemorySystem", "MemorySystem", "ScoredMemory"]
