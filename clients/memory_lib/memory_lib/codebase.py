"""What a question about code is asked in."""

from whence import CodeContext

__all__ = ["CodeContext"]
