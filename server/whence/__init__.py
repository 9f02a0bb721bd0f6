"""Whence: the memory of a codebase.

One engine, several thin faces; `ARCHITECTURE.md` is the map. Nothing is imported here, so that a face starts fast.
"""

__version__ = "0.1.0"
